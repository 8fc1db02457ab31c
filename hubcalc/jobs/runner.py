"""The thread that has jobs done: it takes them in turn, hands out chunks, and keeps what comes back."""

import logging
import os
import queue
import secrets
import socket
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from hubcalc.errors import HubcalcError, ModelVersionError, Problem, StoreBusyError, StoreError, WorkerDiedError
from hubcalc.jobs.engine import Engine, local_engine
from hubcalc.jobs.leases import Leases
from hubcalc.jobs.problems import UNEXPECTED
from hubcalc.jobs.records import DoneChunk, StoredJob
from hubcalc.jobs.runs import Piece, Run
from hubcalc.jobs.shares import Shares
from hubcalc.jobs.store import JobStore
from hubcalc.jobs.work import Conclusion, Failure, Kinds, Outcome, Stopped, Unknown, conclude, evaluate_chunk
from hubcalc.studies.work import check_version
from hubcalc.version import MODEL_VERSION

LEASE_SECONDS = 10.0
HALF_LIFE_SECONDS = 60.0
_LOOK_SECONDS = 0.25
_TIDY_SECONDS = 3_600.0
_LOG = logging.getLogger("hubcalc.jobs")


class Runner:
    """Has the jobs of a database done; several of them, also in other processes, share the jobs.

    At each free slot it takes the next chunk of the client who has had the least work of late, and of that client's
    oldest job. A database that cannot be written is left alone.

    Parameters
    ----------
    store : JobStore
        The jobs.
    engine : Engine
        What does the chunks; results are made on this machine, where the rows are.
    kinds : callable
        Gives a kind of study by its name; a function of a module.
    lease_seconds : float
        After so long others take over the jobs of a runner that has died. [s]
    """

    def __init__(
        self,
        store: JobStore,
        engine: Engine,
        kinds: Kinds,
        *,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self.owner = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._store = store
        self._engine = engine
        self._concluding = engine if engine.on_this_machine else local_engine(1)
        self._kinds = kinds
        self._leases = Leases(store, self.owner, seconds=lease_seconds)
        self._shares = Shares(HALF_LIFE_SECONDS)
        self._shares_of_jobs = Shares(HALF_LIFE_SECONDS)
        self._runs: dict[str, Run] = {}
        self._flying: dict[Future[Any], Piece] = {}
        self._inbox: queue.SimpleQueue[Future[Any] | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._renew_at = self._tidy_at = self._hear_at = 0.0

    def start(self) -> None:
        """Begin, in a thread of its own."""
        if not self._store.read_only:
            self._thread = threading.Thread(target=self._work, name="hubcalc-jobs", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End, and give the jobs back as they are; chunks that are under way are given up."""
        self._stopping.set()
        self._inbox.put(None)
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            for future in self._flying:
                future.cancel()
            with suppress(StoreError):  # leases lapse by themselves
                self._leases.release()
        self._engine.close()
        self._concluding.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _work(self) -> None:
        with self._store.bell.calling(lambda: self._inbox.put(None)):
            while not self._stopping.is_set():
                try:
                    self._turn()
                except HubcalcError as error:
                    _LOG.warning("jobs have to wait: %s", error)
                    self._stopping.wait(_LOOK_SECONDS)
                except Exception:  # noqa: BLE001  # it is logged, and must not end the thread
                    _LOG.exception("unexpected error in the runner of jobs")
                    self._stopping.wait(_LOOK_SECONDS)

    def _turn(self) -> None:
        """Renew the leases, hand out chunks, and take what comes back, or wait for it."""
        now = time.monotonic()
        if now >= self._tidy_at:
            self._tidy_at = now + _TIDY_SECONDS
            self._store.remove_old()
            self._shares.forget_idle()
            self._shares_of_jobs.forget_idle()
        if now >= self._renew_at and self._runs:
            self._renew_at = now + self._leases.seconds / 3
            self._leases.renew()
        self._fill()
        if now >= self._hear_at:
            self._hear_at = now + _LOOK_SECONDS
            self._hear()
        with suppress(queue.Empty):
            arrived = self._inbox.get(timeout=_LOOK_SECONDS)
            if arrived is not None:
                self._receive(arrived)

    def _fill(self) -> None:
        """Hand out work until all slots are taken. What a worker may have died of is done alone."""
        jobs = self._leases.open_jobs()
        self._give_up({job.id for job in jobs})
        self._give_back([job.id for job in jobs if job.state == "paused"])
        waiting = [job for job in jobs if job.state != "paused"]
        suspected = [run for job in waiting if (run := self._runs.get(job.id)) is not None and run.suspects]
        if suspected:
            if not self._flying and self._engine.slots:
                self._hand_out(suspected[0], suspected[0].suspects.pop(), alone=True)
            return
        slots = self._engine.slots if waiting else 0
        while len(self._flying) < slots:
            waiting = [job for job in waiting if job.id not in self._runs or self._runs[job.id].ready]
            if not waiting:
                return
            client = self._shares.least(dict.fromkeys(job.client for job in waiting))
            # of a client's own jobs, too, the one that has had least: a small one need not wait for a huge one
            theirs = {job.id: job for job in waiting if job.client == client}
            job = theirs[self._shares_of_jobs.least(theirs)]
            run = self._take(job)
            if run is None:
                waiting.remove(job)
            else:
                self._begin(run)

    def _hear(self) -> None:
        """Keep how far long pieces are."""
        for piece in self._flying.values():
            step = piece.ear.heard() if piece.ear is not None else None
            if step is not None and step != piece.step and self._runs.get(piece.run.job.id) is piece.run:
                piece.step = step
                self._leases.tell(piece.run.job.id, step)

    def _give_up(self, still_open: set[str]) -> None:
        """Let go of the jobs that were canceled, deleted, or lost to another runner."""
        for run in [run for run in self._runs.values() if run.job.id not in still_open]:
            self._drop(run)

    def _give_back(self, paused: Iterable[str]) -> None:
        """Let go of the jobs that are held, once nothing of them is under way; what takes long is stopped."""
        for job_id in paused:
            run = self._runs.get(job_id)
            for future, piece in self._pieces_of(run):
                if piece.step is not None and piece.ear is not None:
                    piece.ear.end()
                    piece.engine.stop(future)
            if run is None or run.flying == 0:
                self._runs.pop(job_id, None)
                self._leases.release(job_id)

    def _drop(self, run: Run) -> None:
        del self._runs[run.job.id]
        for future, piece in self._pieces_of(run):
            if piece.ear is not None:
                piece.ear.end()
            future.cancel()

    def _pieces_of(self, run: Run | None) -> list[tuple[Future[Any], Piece]]:
        return [(future, piece) for future, piece in self._flying.items() if piece.run is run]

    def _take(self, job: StoredJob) -> Run | None:
        """Make a job ours, if it is not yet; None if another was quicker or it cannot be done."""
        run = self._runs.get(job.id)
        if run is not None:
            return run if job.state == "running" or self._leases.go_on(job.id) else None
        claimed = self._leases.claim(job.id)
        if claimed is None:
            return None
        if claimed.job.model_version != MODEL_VERSION:
            message = f"the job was made for model version {claimed.job.model_version}, which is now {MODEL_VERSION}"
            self._leases.fail(job.id, ModelVersionError(f"{message}; make it again"))
            return None
        run = self._runs[job.id] = Run(claimed, self._leases.missing(claimed.job), self._kinds)
        return run

    def _begin(self, run: Run) -> None:
        """Hand out the next chunk, or the result if all chunks and their files are there."""
        if run.complete:
            run.put_back(self._leases.missing(run.job))
        self._hand_out(run, None if run.complete else run.take())

    def _hand_out(self, run: Run, chunk: int | None, *, alone: bool = False) -> None:
        engine = self._concluding if chunk is None else self._engine
        files, task = self._store.files, run.task_for(chunk)
        ear = engine.ear(files.step(run.job.id, f"{self.owner}-{'result' if chunk is None else chunk}"))
        teller = None if ear is None else ear.teller
        try:
            if chunk is None:
                future: Future[Any] = engine.submit(conclude, task, files.folder(run.job.id), teller)
            else:
                future = engine.submit(evaluate_chunk, task, chunk, teller)
        except BaseException:
            run.put_back([chunk])
            if ear is not None:
                ear.end()
            raise
        run.flying += 1
        self._flying[future] = Piece(run, chunk, engine, engine.generation, alone, ear)
        self._shares.begin(run.job.client)
        self._shares_of_jobs.begin(run.job.id)
        future.add_done_callback(self._inbox.put)

    def _receive(self, future: Future[Any]) -> None:
        """Keep what a piece of work has brought, unless its job was given up."""
        piece = self._flying[future]
        if piece.ear is not None:
            piece.ear.end()
        run = piece.run
        given_up = self._runs.get(run.job.id) is not run
        error = None if future.cancelled() else future.exception()
        outcome: Outcome | None = None if future.cancelled() or error else future.result()
        if piece.engine.has_died(error) or (future.cancelled() and not given_up):
            piece.engine.renew(piece.generation)
        if not given_up:
            try:
                self._keep(piece, outcome, error)
            except StoreBusyError:
                self._inbox.put(future)  # what is computed need not be computed again
                raise
            except (StoreError, ModelVersionError) as failure:
                _LOG.warning("%s could not be kept: %s", piece, failure)
                self._fail(run, failure)
            except Exception:  # noqa: BLE001  # it is logged, and must not hold the slot for ever
                _LOG.exception("unexpected error in keeping %s", piece)
                self._fail(run, UNEXPECTED)
        run.flying -= 1
        del self._flying[future]
        seconds = None if outcome is None else outcome.seconds
        self._shares.end(run.job.client, seconds)
        self._shares_of_jobs.end(run.job.id, seconds)

    def _keep(self, piece: Piece, outcome: Outcome | None, error: BaseException | None) -> None:
        run = piece.run
        if isinstance(outcome, DoneChunk):
            check_version(outcome.model_version)
            if not self._leases.commit(run.job.id, outcome):
                self._drop(run)
        elif isinstance(outcome, Conclusion):
            self._leases.finish(run.job.id, outcome.result)
            self._drop(run)
        elif isinstance(outcome, Failure):
            if outcome.trace is not None:
                _LOG.error("unexpected error in %s\n%s", piece, outcome.trace)
            self._fail(run, outcome.problem)
        elif isinstance(outcome, Unknown):
            run.whole.add(piece.chunk)
            run.put_back([piece.chunk])
        elif error is None or isinstance(outcome, Stopped):  # the engine gave it up, or it was to stop
            run.put_back([piece.chunk])
        elif piece.engine.has_died(error):
            self._suspect(piece)
        else:
            _LOG.error("unexpected error in %s", piece, exc_info=error)
            self._fail(run, UNEXPECTED)

    def _suspect(self, piece: Piece) -> None:
        """Do a piece again of which a worker may have died, or fail the job if it surely was that piece."""
        if not piece.alone:
            piece.run.suspects.append(piece.chunk)
            return
        message = f"the process that worked on {piece} ended, and ended again when that was repeated alone"
        hint = "it may have run out of memory: ask for less at once, or give the machine more"
        _LOG.error(message)
        self._fail(piece.run, WorkerDiedError.of(Problem(message, hint=hint)))

    def _fail(self, run: Run, problem: HubcalcError | dict[str, Any]) -> None:
        """Keep the problem; if even that cannot be kept, whoever has the job next will meet it again."""
        with suppress(StoreError):
            self._leases.fail(run.job.id, problem)
        self._drop(run)
