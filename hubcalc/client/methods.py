"""Methods of both clients, made of the functions that build calls: only sending differs."""

import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, get_args

from hubcalc.client.core import Call, Download, Page
from hubcalc.client.events import EventStream, JobEvent
from hubcalc.client.outcomes import AsyncStudy, Study
from hubcalc.client.studies import Done
from hubmodels.studies.base import StudyResult

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=StudyResult)

Sent = Callable[Concatenate[Any, P], T]
Awaited = Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]


def sync(build: Callable[P, Call[T]]) -> Sent[P, T]:
    """Make a method that sends a call."""

    def method(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> T:
        answer: T = self._send(build(*args, **kwargs))
        return answer

    return _described(method, build)


def awaited(build: Callable[P, Call[T]]) -> Awaited[P, T]:
    """Make a method that sends a call and is awaited."""

    async def method(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> T:
        answer: T = await self._send(build(*args, **kwargs))
        return answer

    return _described(method, build)


def sync_study(build: Callable[P, Call[Done[R]]]) -> Sent[P, Study[R]]:
    """Make a method that waits for a study."""

    def method(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Study[R]:
        done: Done[R] = self._send(build(*args, **kwargs))
        return Study(done.job, done.result, self)

    return _described(method, build, Study)


def awaited_study(build: Callable[P, Call[Done[R]]]) -> Awaited[P, AsyncStudy[R]]:
    """Make a method that waits for a study and is awaited."""

    async def method(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> AsyncStudy[R]:
        done: Done[R] = await self._send(build(*args, **kwargs))
        return AsyncStudy(done.job, done.result, self)

    return _described(method, build, AsyncStudy)


def sync_pages(build: Callable[P, Call[Page[T]]]) -> Sent[P, Iterator[T]]:
    """Make a method that gives the things on all pages."""

    def method(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        def items(first: Call[Page[T]]) -> Iterator[T]:
            call: Call[Page[T]] | None = first
            while call is not None:
                page: Page[T] = self._send(call)
                yield from page.items
                call = page.following

        return items(build(*args, **kwargs))

    return _described(method, build, Iterator)


def awaited_pages(build: Callable[P, Call[Page[T]]]) -> Sent[P, AsyncIterator[T]]:
    """Make a method that gives the things on all pages, asynchronously."""

    def method(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        async def items(first: Call[Page[T]]) -> AsyncIterator[T]:
            call: Call[Page[T]] | None = first
            while call is not None:
                page: Page[T] = await self._send(call)
                for item in page.items:
                    yield item
                call = page.following

        return items(build(*args, **kwargs))

    return _described(method, build, AsyncIterator)


def sync_download(build: Callable[P, Download]) -> Sent[P, Path]:
    """Make a method that puts an answer into a file."""

    def method(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Path:
        path: Path = self._save(build(*args, **kwargs))
        return path

    return _described(method, build, Path)


def awaited_download(build: Callable[P, Download]) -> Awaited[P, Path]:
    """Make a method that puts an answer into a file and is awaited."""

    async def method(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Path:
        path: Path = await self._save(build(*args, **kwargs))
        return path

    return _described(method, build, Path)


def sync_events(build: Callable[P, EventStream]) -> Sent[P, Iterator[JobEvent]]:
    """Make a method that follows a job."""

    def method(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Iterator[JobEvent]:
        followed: Iterator[JobEvent] = self._follow(build(*args, **kwargs))
        return followed

    return _described(method, build, Iterator[JobEvent])


def awaited_events(build: Callable[P, EventStream]) -> Sent[P, AsyncIterator[JobEvent]]:
    """Make a method that follows a job, asynchronously."""

    def method(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[JobEvent]:
        followed: AsyncIterator[JobEvent] = self._follow(build(*args, **kwargs))
        return followed

    return _described(method, build, AsyncIterator[JobEvent])


def _described(method: Callable[P, T], build: Callable[..., Any], outside: Any = None) -> Callable[P, T]:
    """Give a method the name, docstring and parameters of the function that builds its call, and the answer's type."""
    described = wraps(build)(method)
    built = inspect.signature(build)
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    answer = outside
    if get_args(built.return_annotation):
        (inside,) = get_args(built.return_annotation)
        # a study of a result, or the things on pages
        answer = inside if outside is None else outside[get_args(inside)[0]]
    signature = built.replace(parameters=[own, *built.parameters.values()], return_annotation=answer)
    described.__signature__ = signature  # type: ignore[attr-defined]  # read by inspect and help
    described.__annotations__ = {**build.__annotations__, "return": answer}
    return described
