"""What does the chunks: this process, other processes of this machine, or a Dask cluster.

All of them are a `concurrent.futures.Executor` to whoever hands out the work, and all give the same rows.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, Protocol, TypeVar

from hubcalc.errors import HubcalcError, ParameterError, Problem, WorkerDiedError
from hubcalc.studies.processes import WorkerPool
from hubcalc.studies.steps import Listener
from hubcalc.studies.telling import TOPIC, ClusterTeller, Hear, Teller, cluster_listener, new_token

T = TypeVar("T")

EXTRA = "hubcalc[dask]"
PATIENCE_SECONDS = 300.0
"""So long whoever does a study here waits for a scheduler that is gone to come back."""
_LEAVE_SECONDS = 5
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 10.0
_LOG = logging.getLogger("hubcalc.studies")


class ClusterGoneError(WorkerDiedError):
    """No scheduler answers any more."""


class Engine(Protocol):
    """Somewhere to have work done."""

    leaves_a_core: bool
    """Whether whoever hands out the work is to do some of it too, while it waits."""

    @property
    def slots(self) -> int:
        """How many pieces of work it does at once."""

    def submit(self, do: Callable[..., T], *args: Any) -> "Future[T]":
        """Hand over a piece of work: a function of a module, and arguments that can be sent."""

    def teller(self, steps: Listener) -> Teller | None:
        """Give what is sent with work so that its steps are told; None where that is done in the calling thread."""

    def renew(self) -> None:
        """Go on after the engine broke, because a process of it died; work that it had is lost."""

    def failure(self, error: Exception) -> HubcalcError | None:
        """Say in words what went wrong with the engine; None for an error of the work, or one to be renewed after."""

    def close(self) -> None:
        """End it; work that has not begun is dropped."""


class InlineEngine:
    """The calling thread: each piece of work is done when it is handed over."""

    leaves_a_core = False
    slots = 1

    def submit(self, do: Callable[..., T], *args: Any) -> "Future[T]":
        """Do a piece of work."""
        future: Future[T] = Future()
        try:
            future.set_result(do(*args))
        except Exception as error:  # noqa: BLE001  # whatever it is, who asks for the result gets it
            future.set_exception(error)
        return future

    def teller(self, steps: Listener) -> Teller | None:  # noqa: ARG002  # as of other engines
        """Nothing: the work is done in the calling thread."""
        return None

    def renew(self) -> None:
        """Nothing can break."""

    def failure(self, error: Exception) -> HubcalcError | None:  # noqa: ARG002  # as of other engines
        """Nothing can break."""
        return None

    def close(self) -> None:
        """Nothing is to be ended."""


class ProcessEngine:
    """Processes of this machine, each with one core; they end with the process that made them, however it ends.

    Parameters
    ----------
    workers : int, optional
        Number of processes; by default one for each core that this process may use.
    leaves_a_core : bool
        Whether whoever hands out the work is one worker more. It is there at once, while processes take seconds to
        start, and needs no memory of its own for what it has loaded anyway.
    """

    def __init__(self, workers: int | None = None, *, leaves_a_core: bool = False) -> None:
        self._workers = workers or cores()
        self.leaves_a_core = leaves_a_core
        self._lock = threading.Lock()
        self._pool: WorkerPool | None = None

    @property
    def slots(self) -> int:
        """One for each process, and where who hands out may be busy itself, another one that waits for it."""
        return 2 * self._workers - 1 if self.leaves_a_core else self._workers

    def submit(self, do: Callable[..., T], *args: Any) -> "Future[T]":
        """Hand over a piece of work; the processes are started with the first."""
        with self._lock:
            if self._pool is None:
                self._pool = WorkerPool(self._workers)
            return self._pool.submit(do, *args)

    def teller(self, steps: Listener) -> Teller | None:  # noqa: ARG002  # as of other engines
        """Nothing: a study of one long part is done by whoever hands it out."""
        return None

    def renew(self) -> None:
        """Start new processes with the next piece of work."""
        with self._lock:
            broken, self._pool = self._pool, None
        if broken is not None:
            broken.shutdown(wait=False, cancel_futures=True)

    def failure(self, error: Exception) -> HubcalcError | None:  # noqa: ARG002  # as of other engines
        """Nothing: after its own errors it can be renewed."""
        return None

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)


class DaskEngine:
    """The workers of a Dask cluster.

    Parameters
    ----------
    address : str
        Address of the scheduler, ``tcp://HOST:PORT``. Workers must have the same version of hubcalc.
    patience_seconds : float
        How long `renew` waits for a scheduler that is gone to come back. [s]

    Raises
    ------
    ParameterError
        If `hubcalc[dask]` is not installed, or no scheduler answers there.
    """

    leaves_a_core = False

    def __init__(self, address: str, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._address = address
        self._patience_seconds = patience_seconds
        self._hear: Hear | None = None
        self._connect()

    def _connect(self) -> None:
        """Call the scheduler."""
        address = self._address
        try:
            distributed: Any = import_module("distributed")  # an optional extra
        except ImportError as error:
            message = f"a cluster needs the extra {EXTRA}"
            raise ParameterError.of(
                Problem(message, parameter="scheduler", given=address, hint=f"pip install '{EXTRA}'")
            ) from error
        try:
            self._client = distributed.Client(address, timeout="10s", set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            message = "no scheduler answers there"
            hint = "start one by `dask scheduler`, and workers by `dask worker ADDRESS --nthreads 1`"
            raise ParameterError.of(
                Problem(message, parameter="scheduler", given=address, allowed="tcp://HOST:PORT", hint=hint)
            ) from error
        # the same function of the same arguments need not be done once only: a chunk is small beside its key
        self._executor: Executor = self._client.get_executor(pure=False, retries=3)

    @property
    def connected(self) -> bool:
        """Whether the scheduler has answered of late; Dask itself calls it anew for some seconds, then no more."""
        status: str = self._client.status
        return status == "running"

    @property
    def slots(self) -> int:
        """Threads of all workers now; twice as many chunks are handed over, so that none waits for the next."""
        with self._reached():
            threads: dict[str, int] = self._client.nthreads()
        return 2 * max(1, sum(threads.values()))

    def submit(self, do: Callable[..., T], *args: Any) -> "Future[T]":
        """Hand over a piece of work."""
        with self._reached():
            return self._executor.submit(do, *args)

    def hear(self, hear: Hear) -> None:
        """Have the steps told that workers tell, with the tokens of the pieces of work, in a thread of Dask."""
        self._hear = hear
        with self._reached():
            self._client.subscribe_topic(TOPIC, cluster_listener(hear))

    def teller(self, steps: Listener) -> Teller | None:
        """Give what is sent with work, and have its steps told in a thread of Dask."""
        teller = ClusterTeller(new_token())
        self.hear(lambda token, step: steps(step) if token == teller.token else None)
        return teller

    def failure(self, error: Exception) -> HubcalcError | None:
        """Say that workers of the cluster died of a piece of work, or that the cluster is gone."""
        if type(error).__name__ == "KilledWorker":
            message = "worker after worker of the cluster ended while it did the same part of the study"
            hint = "have they memory enough? give the workers more, or fewer threads"
            return WorkerDiedError.of(Problem(message, hint=hint))
        of_dask = type(error).__module__.partition(".")[0] == "distributed"
        return self._gone() if of_dask or isinstance(error, CancelledError) else None

    def _gone(self) -> ClusterGoneError:
        message = "the cluster is gone, or has given up the study"
        hint = "is the scheduler still running? a study with a folder goes on where it stopped"
        return ClusterGoneError.of(Problem(message, given=self._address, hint=hint))

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Say in words that the scheduler cannot be reached any more."""
        try:
            yield
        except Exception as error:
            if isinstance(error, OSError) or self.failure(error):
                raise self._gone() from error
            raise

    def renew(self) -> None:
        """Call a scheduler that is gone until it is back; work that it had is lost.

        Raises
        ------
        ClusterGoneError
            If it is not back in time.
        """
        _LOG.warning("the cluster at %s is gone; it is called for up to %g s", self._address, self._patience_seconds)
        until, pause = time.monotonic() + self._patience_seconds, _FIRST_PAUSE_SECONDS
        with suppress(Exception):  # what is gone need not be left in good order
            self.close()
        while True:
            try:
                self._connect()
            except ParameterError as error:
                if time.monotonic() + pause > until:
                    raise self._gone() from error
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                break
        if self._hear is not None:
            self.hear(self._hear)

    def close(self) -> None:
        """Leave the cluster, which goes on."""
        self._executor.shutdown(wait=False)
        self._client.close(timeout=_LEAVE_SECONDS)


@contextmanager
def engine_for(
    workers: int | None = None, scheduler: str | None = None, patience_seconds: float = PATIENCE_SECONDS
) -> Iterator[Engine]:
    """Open an engine for a while.

    Parameters
    ----------
    workers : int, optional
        Processes of this machine, this one among them; by default there is one for each core.
    scheduler : str, optional
        Address of a Dask scheduler, which then does the work.
    patience_seconds : float
        How long a scheduler that is gone is waited for. [s]

    Yields
    ------
    Engine
    """
    share = workers or cores()
    if scheduler:
        engine: Engine = DaskEngine(scheduler, patience_seconds=patience_seconds)
    else:
        engine = InlineEngine() if share == 1 else ProcessEngine(share - 1, leaves_a_core=True)
    try:
        yield engine
    finally:
        engine.close()


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
