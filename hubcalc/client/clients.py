"""The two clients. They only send: what a call is and how its answer is read is the same for both."""

import inspect
import logging
import os
from collections.abc import Callable, Coroutine
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar, get_args

import httpx
import stamina

from hubcalc.client import analyses, calculations, named, service, simulations, timelines
from hubcalc.client import corridors as asked
from hubcalc.client import documents as stored
from hubcalc.client.core import Call
from hubcalc.client.failures import check, explained, retry_hook
from hubcalc.version import PACKAGE_VERSION

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

DEFAULT_URL = "http://127.0.0.1:8000"
_HEADERS = {"Accept": "application/json", "User-Agent": f"hubcalc/{PACKAGE_VERSION}"}

# a program that has not set up logging should not find a line on its standard error for each retry
logging.getLogger("stamina").addHandler(logging.NullHandler())


def _sync(build: Callable[P, Call[T]]) -> "Callable[Concatenate[Client, P], T]":
    def method(self: "Client", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._send(build(*args, **kwargs))

    return _described(method, build)


def _async(build: Callable[P, Call[T]]) -> "Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]":
    async def method(self: "AsyncClient", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._send(build(*args, **kwargs))

    return _described(method, build)


def _described(method: Callable[P, R], build: Callable[..., Call[Any]]) -> Callable[P, R]:
    """Give a method the name, docstring and parameters of the function that builds its call, and the answer's type."""
    described = wraps(build)(method)
    built = inspect.signature(build)
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    (answer,) = get_args(built.return_annotation)
    signature = built.replace(parameters=[own, *built.parameters.values()], return_annotation=answer)
    described.__signature__ = signature  # type: ignore[attr-defined]  # read by inspect and help
    described.__annotations__ = {**build.__annotations__, "return": answer}
    return described


class Client:
    """A blocking client of a hubcalc server. It may be shared by threads.

    Parameters
    ----------
    base_url : str, optional
        Address of the server; by default the environment variable HUBCALC_URL, or ``http://127.0.0.1:8000``.
    timeout_seconds : float
        Longest time to wait for each step of a request: to connect, to send, for the next part of the answer. [s]
    retries : int
        How often a call that changes nothing is tried again when the server cannot be reached or is busy.
    transport : httpx.BaseTransport, optional
        Another way of sending, such as httpx.MockTransport.

    Raises
    ------
    ProblemError
        By each method, if the server answers with a problem.
    ConnectionFailedError
        By each method, if the server does not answer.
    RemoteError
        By each method, if the answer cannot be read.

    Examples
    --------
    >>> with Client() as client:  # doctest: +SKIP
    ...     [summary.id for summary in client.hubs(country="KZ")]
    ['altynkol-khorgos', 'khorgos-gateway', 'nur-zholy-khorgos']
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        timeout_seconds: float = 30,
        retries: int = 3,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(
            base_url=_address(base_url), timeout=timeout_seconds, transport=transport, headers=_HEADERS
        )
        self._retries = retries
        self._timeout_seconds = timeout_seconds
        self._retrying = stamina.RetryingCaller(attempts=1 + retries, timeout=None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    hubs = _sync(named.hubs)
    hub = _sync(named.hub)
    lines = _sync(named.lines)
    line = _sync(named.line)
    corridors = _sync(named.corridors)
    corridor = _sync(named.corridor)
    scenarios = _sync(named.scenarios)
    scenario = _sync(named.scenario)
    documents = _sync(stored.documents)
    document = _sync(stored.document)
    create_document = _sync(stored.create_document)
    replace_document = _sync(stored.replace_document)
    patch_document = _sync(stored.patch_document)
    delete_document = _sync(stored.delete_document)
    document_versions = _sync(stored.document_versions)
    restore_document = _sync(stored.restore_document)
    paths = _sync(stored.paths)
    create_hub = _sync(named.create_hub)
    replace_hub = _sync(named.replace_hub)
    patch_hub = _sync(named.patch_hub)
    delete_hub = _sync(named.delete_hub)
    hub_versions = _sync(named.hub_versions)
    restore_hub = _sync(named.restore_hub)
    analysis = _sync(analyses.analysis)
    metric = _sync(analyses.metric)
    simulate = _sync(simulations.simulate)
    capacity_curve = _sync(timelines.capacity_curve)
    day_profile = _sync(timelines.day_profile)
    clearing = _sync(timelines.clearing)
    recovery = _sync(timelines.recovery)
    transit = _sync(asked.transit)
    corridor_flow = _sync(asked.corridor_flow)
    corridor_equilibrium = _sync(asked.corridor_equilibrium)
    corridor_resilience = _sync(asked.corridor_resilience)
    time_cost_distance = _sync(asked.time_cost_distance)
    corridor_emissions = _sync(asked.corridor_emissions)
    corridor_storms = _sync(asked.corridor_storms)
    answer = _sync(asked.answer)
    queue = _sync(calculations.queue)
    capacity = _sync(calculations.capacity)
    capacity_kinds = _sync(calculations.capacity_kinds)
    calculator = _sync(calculations.calculator)
    info = _sync(service.info)
    ready = _sync(service.ready)

    def _send(self, call: Call[T]) -> T:
        with explained(call):
            response = self._retrying(retry_hook(call, self._retries), self._try, call)
            answer = call.parse(response)
        return self._send(answer) if isinstance(answer, Call) else answer

    def _try(self, call: Call[Any]) -> httpx.Response:
        return check(self._http.request(**_request(call, self._timeout_seconds)), call)


class AsyncClient:
    """An asynchronous client of a hubcalc server: `Client` with the same methods, each to be awaited.

    Parameters
    ----------
    base_url : str, optional
        Address of the server; by default the environment variable HUBCALC_URL, or ``http://127.0.0.1:8000``.
    timeout_seconds : float
        Longest time to wait for each step of a request: to connect, to send, for the next part of the answer. [s]
    retries : int
        How often a call that changes nothing is tried again when the server cannot be reached or is busy.
    transport : httpx.AsyncBaseTransport, optional
        Another way of sending, such as httpx.MockTransport.

    Raises
    ------
    ProblemError
        By each method, if the server answers with a problem.
    ConnectionFailedError
        By each method, if the server does not answer.
    RemoteError
        By each method, if the answer cannot be read.

    Examples
    --------
    >>> async with AsyncClient() as client:  # doctest: +SKIP
    ...     reports = await asyncio.gather(client.analysis("xian"), client.analysis("khorgos-gateway"))
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        timeout_seconds: float = 30,
        retries: int = 3,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=_address(base_url), timeout=timeout_seconds, transport=transport, headers=_HEADERS
        )
        self._retries = retries
        self._timeout_seconds = timeout_seconds
        self._retrying = stamina.AsyncRetryingCaller(attempts=1 + retries, timeout=None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    hubs = _async(named.hubs)
    hub = _async(named.hub)
    lines = _async(named.lines)
    line = _async(named.line)
    corridors = _async(named.corridors)
    corridor = _async(named.corridor)
    scenarios = _async(named.scenarios)
    scenario = _async(named.scenario)
    documents = _async(stored.documents)
    document = _async(stored.document)
    create_document = _async(stored.create_document)
    replace_document = _async(stored.replace_document)
    patch_document = _async(stored.patch_document)
    delete_document = _async(stored.delete_document)
    document_versions = _async(stored.document_versions)
    restore_document = _async(stored.restore_document)
    paths = _async(stored.paths)
    create_hub = _async(named.create_hub)
    replace_hub = _async(named.replace_hub)
    patch_hub = _async(named.patch_hub)
    delete_hub = _async(named.delete_hub)
    hub_versions = _async(named.hub_versions)
    restore_hub = _async(named.restore_hub)
    analysis = _async(analyses.analysis)
    metric = _async(analyses.metric)
    simulate = _async(simulations.simulate)
    capacity_curve = _async(timelines.capacity_curve)
    day_profile = _async(timelines.day_profile)
    clearing = _async(timelines.clearing)
    recovery = _async(timelines.recovery)
    transit = _async(asked.transit)
    corridor_flow = _async(asked.corridor_flow)
    corridor_equilibrium = _async(asked.corridor_equilibrium)
    corridor_resilience = _async(asked.corridor_resilience)
    time_cost_distance = _async(asked.time_cost_distance)
    corridor_emissions = _async(asked.corridor_emissions)
    corridor_storms = _async(asked.corridor_storms)
    answer = _async(asked.answer)
    queue = _async(calculations.queue)
    capacity = _async(calculations.capacity)
    capacity_kinds = _async(calculations.capacity_kinds)
    calculator = _async(calculations.calculator)
    info = _async(service.info)
    ready = _async(service.ready)

    async def _send(self, call: Call[T]) -> T:
        with explained(call):
            response = await self._retrying(retry_hook(call, self._retries), self._try, call)
            answer = call.parse(response)
        return await self._send(answer) if isinstance(answer, Call) else answer

    async def _try(self, call: Call[Any]) -> httpx.Response:
        return check(await self._http.request(**_request(call, self._timeout_seconds)), call)


def _request(call: Call[Any], timeout_seconds: float) -> dict[str, Any]:
    """Say a call in the words of httpx; a long one is waited for longer than others, if not as long as asked for."""
    timeout = httpx.Timeout(timeout_seconds, read=max(call.timeout_seconds or 0, timeout_seconds))
    return {"method": call.method, "url": call.target, "headers": call.headers, "json": call.json, "timeout": timeout}


def _address(base_url: str | None) -> str:
    return base_url or os.environ.get("HUBCALC_URL") or DEFAULT_URL
