"""Where chunks are done: processes of this machine or a cluster, made anew when workers have died."""

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any, TypeVar, cast

from hubcalc.studies.engines import DaskEngine, cores
from hubcalc.studies.processes import WorkerPool
from hubcalc.studies.work import warm

T = TypeVar("T")


class Engine:
    """An executor, and how many chunks are handed to it at once.

    Parameters
    ----------
    make : callable
        Makes the executor, when it is first needed, and again after its workers have died.
    slots : int
        How many chunks are under way at once.
    """

    on_this_machine = True
    """Whether its workers find the rows of jobs on the disk."""

    def __init__(self, make: Callable[[], Executor], slots: int) -> None:
        self.generation = 0
        self._make = make
        self._slots = slots
        self._executor: Executor | None = None

    @property
    def slots(self) -> int:
        """How many chunks are under way at once."""
        return self._slots

    def has_died(self, error: BaseException | None) -> bool:
        """Say whether an error means that a worker has died."""
        return isinstance(error, BrokenExecutor)

    def submit(self, function: Callable[..., T], *arguments: Any) -> Future[T]:
        """Hand over a piece of work."""
        try:
            return self._current().submit(function, *arguments)
        except BrokenExecutor:  # found out only now
            self.renew(self.generation)
            return self._current().submit(function, *arguments)

    def renew(self, generation: int) -> None:
        """Give up the executor of a generation; the next piece of work goes to a new one."""
        if generation == self.generation:
            self.close()
            self.generation += 1

    def warm(self) -> None:
        """Start the workers before there is work."""
        for _ in range(self.slots):
            self.submit(warm)

    def close(self) -> None:
        """End the executor, and what is being done."""
        executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True, cancel_futures=True)

    def _current(self) -> Executor:
        if self._executor is None:
            self._executor = self._make()
        return self._executor


class ClusterEngine(Engine):
    """The workers of a Dask cluster, which itself does again what a worker had that died.

    Parameters
    ----------
    address : str
        Address of the scheduler, ``tcp://HOST:PORT``; it is called when there is work.
    """

    on_this_machine = False

    def __init__(self, address: str) -> None:
        super().__init__(lambda: _Cluster(address), 0)

    @property
    def slots(self) -> int:
        """Twice as many as the workers have threads now."""
        return cast("_Cluster", self._current()).engine.slots

    def has_died(self, error: BaseException | None) -> bool:
        """Say whether an error means that worker after worker has died of a piece of work."""
        return type(error).__name__ == "KilledWorker" or super().has_died(error)


class _Cluster(Executor):
    """A cluster as an executor that can be ended like others."""

    def __init__(self, address: str) -> None:
        self.engine = DaskEngine(address)

    def submit(self, function: Callable[..., T], /, *arguments: Any, **named: Any) -> Future[T]:
        return self.engine.submit(function, *arguments, **named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002  # the cluster goes on
        self.engine.close()


def local_engine(workers: int = 0) -> Engine:
    """Give an engine of processes of this machine, which start when there is work.

    Parameters
    ----------
    workers : int
        How many; 0 for one a core.

    Returns
    -------
    Engine
        Twice as many chunks as workers are under way, so that none waits while rows are written to the disk.
    """
    count = workers or cores()
    return Engine(lambda: WorkerPool(count), 2 * count)
