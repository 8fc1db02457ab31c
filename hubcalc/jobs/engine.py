"""Where chunks are done: processes of this machine, made anew when workers have died; a cluster is in `cluster`."""

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import Any, TypeVar

from hubcalc.studies.engines import cores
from hubcalc.studies.processes import WorkerPool
from hubcalc.studies.telling import Ear, FileTeller
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

    def ear(self, path: Path) -> Ear | None:
        """Give what hears the steps of a piece of work, through a file; None if that cannot be written."""
        told = FileTeller(path)
        try:
            told.begin()
        except OSError:
            return None
        return told

    def stop(self, future: Future[Any]) -> None:
        """Nothing: a worker whose ear is ended stops at its next step."""

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
