"""Where chunks are done: an executor, made anew when its workers have died."""

import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any, TypeVar

from hubcalc.jobs.processes import WorkerPool
from hubcalc.jobs.work import warm

T = TypeVar("T")


class Engine:
    """An executor, and how many chunks are handed to it at once.

    Parameters
    ----------
    make : callable
        Makes the executor, when it is first needed, and again after its workers have died.
    slots : int
        How many chunks are under way at once.
    died : tuple of exception classes
        What a future raises whose worker has died.
    """

    def __init__(
        self, make: Callable[[], Executor], slots: int, *, died: tuple[type[BaseException], ...] = (BrokenExecutor,)
    ) -> None:
        self.slots = slots
        self.died = died
        self.generation = 0
        self._make = make
        self._executor: Executor | None = None

    def submit(self, function: Callable[..., T], *arguments: Any) -> Future[T]:
        """Hand over a piece of work."""
        try:
            return self._current().submit(function, *arguments)
        except self.died:  # found out only now
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


def local_engine(workers: int = 0) -> Engine:
    """Give an engine of processes of this machine.

    Parameters
    ----------
    workers : int
        How many; 0 for one a core.

    Returns
    -------
    Engine
        Twice as many chunks as workers are under way, so that none waits while the last rows are written to the disk.
    """
    count = workers or os.cpu_count() or 1
    return Engine(lambda: WorkerPool(count), 2 * count)
