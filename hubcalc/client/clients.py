"""The blocking client; see hubcalc.client."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import stamina

from hubcalc.client import (
    analyses,
    calculations,
    copies,
    differences,
    events,
    named,
    scenario_sheets,
    service,
    simulations,
    studies,
    timelines,
    workbooks,
)
from hubcalc.client import corridors as asked
from hubcalc.client import documents as stored
from hubcalc.client import jobs as begun
from hubcalc.client.core import Call, Download
from hubcalc.client.events import EventStream, JobEvent
from hubcalc.client.failures import PASSING_FAILURES, check, explained, retry_hook
from hubcalc.client.methods import (
    sync,
    sync_download,
    sync_events,
    sync_pages,
    sync_study,
)
from hubcalc.client.requests import address_of, headers_of, request_of

T = TypeVar("T")

# a program that has not set up logging should not find a line on its standard error for each retry
logging.getLogger("stamina").addHandler(logging.NullHandler())


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
    name : str, optional
        Who asks: the server lists and limits jobs by it; by default by the address that asks.
    key : str, optional
        The server's key, sent in a header; by default the environment variable HUBCALC_API_KEY, if it is set.
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
        name: str | None = None,
        key: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(
            base_url=address_of(base_url), timeout=timeout_seconds, transport=transport, headers=headers_of(name, key)
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

    hubs = sync(named.hubs)
    hub = sync(named.hub)
    lines = sync(named.lines)
    line = sync(named.line)
    corridors = sync(named.corridors)
    corridor = sync(named.corridor)
    scenarios = sync(named.scenarios)
    scenario = sync(named.scenario)
    documents = sync(stored.documents)
    document = sync(stored.document)
    create_document = sync(stored.create_document)
    replace_document = sync(stored.replace_document)
    patch_document = sync(stored.patch_document)
    delete_document = sync(stored.delete_document)
    document_versions = sync(stored.document_versions)
    restore_document = sync(stored.restore_document)
    paths = sync(stored.paths)
    create_hub = sync(named.create_hub)
    replace_hub = sync(named.replace_hub)
    patch_hub = sync(named.patch_hub)
    delete_hub = sync(named.delete_hub)
    hub_versions = sync(named.hub_versions)
    restore_hub = sync(named.restore_hub)
    analysis = sync(analyses.analysis)
    metric = sync(analyses.metric)
    simulate = sync(simulations.simulate)
    capacity_curve = sync(timelines.capacity_curve)
    day_profile = sync(timelines.day_profile)
    clearing = sync(timelines.clearing)
    recovery = sync(timelines.recovery)
    transit = sync(asked.transit)
    corridor_flow = sync(asked.corridor_flow)
    corridor_equilibrium = sync(asked.corridor_equilibrium)
    corridor_resilience = sync(asked.corridor_resilience)
    time_cost_distance = sync(asked.time_cost_distance)
    corridor_emissions = sync(asked.corridor_emissions)
    corridor_storms = sync(asked.corridor_storms)
    answer = sync(asked.answer)
    scenario_diff = sync(differences.scenario_diff)
    copy_as = sync(copies.copy_as)
    workbook = sync(workbooks.workbook)
    scenario_form = sync_download(scenario_sheets.scenario_form)
    upload_scenarios = sync(scenario_sheets.upload_scenarios)
    queue = sync(calculations.queue)
    capacity = sync(calculations.capacity)
    capacity_kinds = sync(calculations.capacity_kinds)
    calculator = sync(calculations.calculator)
    study = sync_study(studies.study)
    sweep = sync_study(studies.sweep)
    montecarlo = sync_study(studies.montecarlo)
    sensitivity = sync_study(studies.sensitivity)
    size = sync_study(studies.size)
    stage = sync_study(studies.stage)
    start_study = sync(studies.start_study)
    wait_for_job = sync_study(studies.wait_for_job)
    jobs = sync(begun.jobs)
    job = sync(begun.job)
    cancel_job = sync(begun.cancel_job)
    pause_job = sync(begun.pause_job)
    resume_job = sync(begun.resume_job)
    delete_job = sync(begun.delete_job)
    job_result = sync(begun.job_result)
    job_rows = sync_pages(begun.job_rows)
    job_events = sync_events(events.job_events)
    download_rows = sync_download(begun.download_rows)
    info = sync(service.info)
    ready = sync(service.ready)

    def _send(self, call: Call[T]) -> T:
        while True:
            if call.pause_seconds:
                time.sleep(call.pause_seconds)
            with explained(call):
                answer = call.parse(self._retrying_for(call)(retry_hook(call, self._retries), self._try, call))
            if not isinstance(answer, Call):
                return answer
            call = answer

    def _save(self, download: Download) -> Path:
        with explained(download.call):
            self._retrying_for(download.call)(retry_hook(download.call, self._retries), self._try_save, download)
        return download.path

    def _follow(self, stream: EventStream) -> Iterator[JobEvent]:
        while not stream.ended:
            with explained(call := stream.call):
                response = self._retrying_for(call)(retry_hook(call, self._retries), self._open, call)
                try:
                    stream.begin(response.status_code)
                    for part in response.iter_bytes():
                        yield from stream.read(part)
                except PASSING_FAILURES:
                    if self._retries == 0:
                        raise
                finally:
                    response.close()
            if not stream.ended:
                time.sleep(stream.retry_seconds)

    def _open(self, call: Call[Any]) -> httpx.Response:
        response = self._http.send(self._http.build_request(**request_of(call, self._timeout_seconds)), stream=True)
        if response.is_error:
            response.read()
        return check(response, call)

    def _try(self, call: Call[Any]) -> httpx.Response:
        return check(self._http.request(**request_of(call, self._timeout_seconds)), call)

    def _try_save(self, download: Download) -> None:
        response = self._open(download.call)
        try:
            with download.writing() as file:
                for part in response.iter_bytes():
                    file.write(part)
        finally:
            response.close()

    def _retrying_for(self, call: Call[Any]) -> stamina.RetryingCaller:
        if call.away_seconds is None:
            return self._retrying
        return stamina.RetryingCaller(attempts=None, timeout=call.away_seconds)
