"""Waiting for jobs, and following them: at once where this process changes them, soon where another does."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator

from hubcalc.jobs.records import StoredJob
from hubcalc.jobs.store import JobStore

LOOK_SECONDS = 0.25
KEEP_ALIVE_SECONDS = 15.0


def wait(store: JobStore, job_id: str, seconds: float) -> StoredJob:
    """Wait until a job is finished, but no longer than so many seconds, and give it as it is then.

    Parameters
    ----------
    store : JobStore
        The jobs.
    job_id : str
        The job.
    seconds : float
        How long to wait at most. [s]

    Raises
    ------
    NotFoundError
        If there is no such job, or it is deleted meanwhile.
    """
    called = threading.Event()
    until = time.monotonic() + seconds
    with store.bell.calling(called.set):
        while True:
            called.clear()
            job = store.get(job_id)
            left = until - time.monotonic()
            if job.finished or left <= 0:
                return job
            called.wait(min(LOOK_SECONDS, left))


def follow(store: JobStore, job_id: str) -> Iterator[StoredJob]:
    """Give a job as it is, and again after each change of its state or its progress, until it is finished.

    Raises
    ------
    NotFoundError
        If there is no such job, or it is deleted meanwhile.
    """
    last: StoredJob | None = None
    called = threading.Event()
    with store.bell.calling(called.set):
        while last is None or not last.finished:
            called.clear()
            job = store.get(job_id)
            if changed(last, job):
                yield job
                last = job
            else:
                called.wait(LOOK_SECONDS)


async def events(
    store: JobStore, job_id: str, *, keep_alive_seconds: float = KEEP_ALIVE_SECONDS
) -> AsyncIterator[StoredJob | None]:
    """Give a job as `follow` does, without holding up the event loop, and None when nothing has happened for long.

    Parameters
    ----------
    store : JobStore
        The jobs.
    job_id : str
        The job.
    keep_alive_seconds : float
        After so long without a change a None is given, so that a connection can be kept open. [s]

    Raises
    ------
    NotFoundError
        If there is no such job, or it is deleted meanwhile.
    """
    last: StoredJob | None = None
    given_at = time.monotonic()
    called = asyncio.Event()
    loop = asyncio.get_running_loop()

    def call() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(called.set)

    with store.bell.calling(call):
        while last is None or not last.finished:
            called.clear()
            job = await asyncio.to_thread(store.get, job_id)
            if changed(last, job):
                yield job
                last, given_at = job, time.monotonic()
            elif time.monotonic() - given_at >= keep_alive_seconds:
                yield None
                given_at = time.monotonic()
            else:
                await _either(called, LOOK_SECONDS)


async def finished(store: JobStore, job_id: str, seconds: float) -> StoredJob:
    """Wait as `wait` does, without holding up the event loop."""
    job = await asyncio.to_thread(store.get, job_id)
    try:
        async with asyncio.timeout(seconds):
            async for event in events(store, job_id):
                job = event or job
    except TimeoutError:
        pass
    return job


def changed(last: StoredJob | None, job: StoredJob) -> bool:
    """Say whether a job has another state, more rows or more steps than before."""
    return last is None or (last.state, last.done_rows, last.step) != (job.state, job.done_rows, job.step)


async def _either(called: asyncio.Event, seconds: float) -> None:
    """Wait for a call, or for so long."""
    try:
        async with asyncio.timeout(seconds):
            await called.wait()
    except TimeoutError:
        pass
