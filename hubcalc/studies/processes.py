"""Worker processes that end with the process that has started them, however that ends."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import Connection, wait

THREAD_SETTINGS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""Each worker has one core; threads of the linear algebra would only wait for each other."""


class WorkerPool(ProcessPoolExecutor):
    """A pool of new processes, each doing one chunk at a time in one thread.

    Parameters
    ----------
    workers : int
        How many processes; they start when there is work.
    """

    def __init__(self, workers: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._watched, self._held = context.Pipe(duplex=False)
        super().__init__(workers, mp_context=context, initializer=prepare_worker, initargs=(self._watched,))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the pool; with `cancel_futures` also what is being done."""
        if cancel_futures:
            self._held.close()
        super().shutdown(wait, cancel_futures=cancel_futures)


def prepare_worker(watched: Connection) -> None:
    """Make a new process a worker: this runs before numpy is loaded, which reads the numbers of threads once.

    Parameters
    ----------
    watched : Connection
        The end of a pipe whose other end only the parent has; when that is closed, the worker ends at once.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes; the parent decides what it means
    for name in THREAD_SETTINGS:
        os.environ[name] = "1"
    threading.Thread(target=_end_with, args=(watched,), name="parent-watch", daemon=True).start()


def _end_with(watched: Connection) -> None:
    parent = multiprocessing.parent_process()
    wait([watched] if parent is None else [watched, parent.sentinel])
    os._exit(1)
