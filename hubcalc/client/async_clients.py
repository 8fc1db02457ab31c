"""The asynchronous client; see hubcalc.client."""

import asyncio
import logging
from collections.abc import AsyncIterator
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
    awaited,
    awaited_download,
    awaited_events,
    awaited_pages,
    awaited_study,
)
from hubcalc.client.requests import address_of, headers_of, request_of

T = TypeVar("T")

# a program that has not set up logging should not find a line on its standard error for each retry
logging.getLogger("stamina").addHandler(logging.NullHandler())


class AsyncClient:
    """An asynchronous client of a hubcalc server: `Client` with the same methods, each to be awaited.

    Parameters and errors are those of `Client`; `transport` is an httpx.AsyncBaseTransport.

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
        name: str | None = None,
        key: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=address_of(base_url), timeout=timeout_seconds, transport=transport, headers=headers_of(name, key)
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

    hubs = awaited(named.hubs)
    hub = awaited(named.hub)
    lines = awaited(named.lines)
    line = awaited(named.line)
    corridors = awaited(named.corridors)
    corridor = awaited(named.corridor)
    scenarios = awaited(named.scenarios)
    scenario = awaited(named.scenario)
    documents = awaited(stored.documents)
    document = awaited(stored.document)
    create_document = awaited(stored.create_document)
    replace_document = awaited(stored.replace_document)
    patch_document = awaited(stored.patch_document)
    delete_document = awaited(stored.delete_document)
    document_versions = awaited(stored.document_versions)
    restore_document = awaited(stored.restore_document)
    paths = awaited(stored.paths)
    create_hub = awaited(named.create_hub)
    replace_hub = awaited(named.replace_hub)
    patch_hub = awaited(named.patch_hub)
    delete_hub = awaited(named.delete_hub)
    hub_versions = awaited(named.hub_versions)
    restore_hub = awaited(named.restore_hub)
    analysis = awaited(analyses.analysis)
    metric = awaited(analyses.metric)
    simulate = awaited(simulations.simulate)
    capacity_curve = awaited(timelines.capacity_curve)
    day_profile = awaited(timelines.day_profile)
    clearing = awaited(timelines.clearing)
    recovery = awaited(timelines.recovery)
    transit = awaited(asked.transit)
    corridor_flow = awaited(asked.corridor_flow)
    corridor_equilibrium = awaited(asked.corridor_equilibrium)
    corridor_resilience = awaited(asked.corridor_resilience)
    time_cost_distance = awaited(asked.time_cost_distance)
    corridor_emissions = awaited(asked.corridor_emissions)
    corridor_storms = awaited(asked.corridor_storms)
    answer = awaited(asked.answer)
    scenario_diff = awaited(differences.scenario_diff)
    copy_as = awaited(copies.copy_as)
    workbook = awaited(workbooks.workbook)
    scenario_form = awaited_download(scenario_sheets.scenario_form)
    upload_scenarios = awaited(scenario_sheets.upload_scenarios)
    queue = awaited(calculations.queue)
    capacity = awaited(calculations.capacity)
    capacity_kinds = awaited(calculations.capacity_kinds)
    calculator = awaited(calculations.calculator)
    study = awaited_study(studies.study)
    sweep = awaited_study(studies.sweep)
    montecarlo = awaited_study(studies.montecarlo)
    sensitivity = awaited_study(studies.sensitivity)
    size = awaited_study(studies.size)
    stage = awaited_study(studies.stage)
    start_study = awaited(studies.start_study)
    wait_for_job = awaited_study(studies.wait_for_job)
    jobs = awaited(begun.jobs)
    job = awaited(begun.job)
    cancel_job = awaited(begun.cancel_job)
    pause_job = awaited(begun.pause_job)
    resume_job = awaited(begun.resume_job)
    delete_job = awaited(begun.delete_job)
    job_result = awaited(begun.job_result)
    job_rows = awaited_pages(begun.job_rows)
    job_events = awaited_events(events.job_events)
    download_rows = awaited_download(begun.download_rows)
    info = awaited(service.info)
    ready = awaited(service.ready)

    async def _send(self, call: Call[T]) -> T:
        while True:
            if call.pause_seconds:
                await asyncio.sleep(call.pause_seconds)
            with explained(call):
                answer = call.parse(await self._retrying_for(call)(retry_hook(call, self._retries), self._try, call))
            if not isinstance(answer, Call):
                return answer
            call = answer

    async def _save(self, download: Download) -> Path:
        with explained(download.call):
            await self._retrying_for(download.call)(retry_hook(download.call, self._retries), self._try_save, download)
        return download.path

    async def _follow(self, stream: EventStream) -> AsyncIterator[JobEvent]:
        while not stream.ended:
            with explained(call := stream.call):
                response = await self._retrying_for(call)(retry_hook(call, self._retries), self._open, call)
                try:
                    stream.begin(response.status_code)
                    async for part in response.aiter_bytes():
                        for event in stream.read(part):
                            yield event
                except PASSING_FAILURES:
                    if self._retries == 0:
                        raise
                finally:
                    await response.aclose()
            if not stream.ended:
                await asyncio.sleep(stream.retry_seconds)

    async def _open(self, call: Call[Any]) -> httpx.Response:
        request = self._http.build_request(**request_of(call, self._timeout_seconds))
        response = await self._http.send(request, stream=True)
        if response.is_error:
            await response.aread()
        return check(response, call)

    async def _try(self, call: Call[Any]) -> httpx.Response:
        return check(await self._http.request(**request_of(call, self._timeout_seconds)), call)

    async def _try_save(self, download: Download) -> None:
        response = await self._open(download.call)
        try:
            with download.writing() as file:
                async for part in response.aiter_bytes():
                    file.write(part)
        finally:
            await response.aclose()

    def _retrying_for(self, call: Call[Any]) -> stamina.AsyncRetryingCaller:
        if call.away_seconds is None:
            return self._retrying
        return stamina.AsyncRetryingCaller(attempts=None, timeout=call.away_seconds)
