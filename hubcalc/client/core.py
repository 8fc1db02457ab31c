"""Calls as data: what is sent, and how the answer is read. Nothing in here sends anything."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Generic, Literal, TypeVar
from urllib.parse import quote, urlencode

import httpx
from pydantic import BaseModel

from hubcalc.errors import ParameterError, Problem

AnalyzedCollection = Literal["hubs", "lines"]

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request, and the reading of its answer.

    Attributes
    ----------
    method : str
        HTTP method.
    path : str
        Path below the server's base address.
    parse : callable
        Reads an answer into a value, or into the call that goes on where the answer ends (the next page, the next
        look at what is not done yet).
    query, headers : mapping
        Query parameters and headers of this call.
    json : object
        What stands in the body; None for no body.
    content : bytes, optional
        The body as it is, where it is no JSON.
    safe : bool
        Whether it changes nothing on the server, or the same however often it comes, so that it may be tried again.
    answers : frozenset of int
        Statuses that are answers to this call, although they are errors elsewhere.
    timeout_seconds : float, optional
        Longest time to wait for the answer, where it takes longer than others; by default that of the client.
    pause_seconds : float
        How long to wait before it is sent.
    away_seconds : float, optional
        How long the server may be away, where something goes on there that is worth waiting for; by default a call is
        tried again as often as the client says.

    Examples
    --------
    >>> print(Call("GET", "/v1/hubs", parse=len, query={"kind": "dry_port"}))
    GET /v1/hubs?kind=dry_port
    """

    method: Literal["GET", "PUT", "PATCH", "POST", "DELETE"]
    path: str
    parse: "Callable[[httpx.Response], T | Call[T]]"
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: object = None
    content: bytes | None = None
    safe: bool = False
    answers: frozenset[int] = frozenset()
    timeout_seconds: float | None = None
    pause_seconds: float = 0.0
    away_seconds: float | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.target}"

    @property
    def target(self) -> str:
        """Path and query as they are sent."""
        return f"{self.path}?{urlencode(self.query, safe=',')}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of many things, and the call for those that follow, if any do."""

    items: Sequence[T]
    following: "Call[Page[T]] | None"


@dataclass(frozen=True, slots=True)
class Download:
    """A call whose answer goes into a file as it comes, under another name until it is whole."""

    call: Call[None]
    path: Path

    @contextmanager
    def writing(self) -> Iterator[IO[bytes]]:
        """Open a new file, and put it in its place at the end; if that is not reached, remove it."""
        partial = self.path.with_name(f".{self.path.name}.partial")
        try:
            with partial.open("wb") as file:
                yield file
            partial.replace(self.path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                partial.unlink()


def get(
    path: str,
    parse: Callable[[httpx.Response], T | Call[T]],
    query: Mapping[str, object] | None = None,
    answers: frozenset[int] = frozenset(),
) -> Call[T]:
    """Describe a call that only reads; query parameters that are None are left out.

    Examples
    --------
    >>> print(get("/v1/hubs", len, {"kind": None, "limit": 10}))
    GET /v1/hubs?limit=10
    """
    given = {name: str(value) for name, value in (query or {}).items() if value is not None}
    return Call("GET", path, parse, given, safe=True, answers=answers)


def path_of(*segments: str | int) -> str:
    """Join segments to a path of the interface, each quoted.

    Raises
    ------
    ParameterError
        If a segment is empty or made of dots, and so would lead to another place.

    Examples
    --------
    >>> path_of("hubs", "a/b", "versions", 3)
    '/v1/hubs/a%2Fb/versions/3'
    """
    for segment in segments:
        if segment in ("", ".", ".."):
            raise ParameterError.of(Problem("no id", given=segment, allowed="small letters, digits and hyphens"))
    return "/v1/" + "/".join(quote(str(segment), safe="") for segment in segments)


def body_as(form: type[M]) -> Callable[[httpx.Response], M]:
    """Give a reader of JSON bodies of one form; fields that a newer server adds are passed over."""
    return lambda response: form.model_validate_json(response.content, extra="ignore")
