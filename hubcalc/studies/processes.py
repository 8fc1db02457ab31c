"""Worker processes that end with the process that has started them, however that ends."""

import ctypes
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import lru_cache
from multiprocessing.connection import Connection, wait

THREAD_SETTINGS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""Each worker has one core; threads of the linear algebra would only wait for each other."""

TRIM_SETTING, TRIMMED_BY_DASK = "MALLOC_TRIM_THRESHOLD_", "65536"
"""How Dask has its workers give memory back to the system: at once."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of malloc.h of the GNU C library
_KEPT_BYTES, _LARGE_BYTES = 256 << 20, 32 << 20


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
    if TRIM_SETTING not in os.environ:
        keep_freed()
    threading.Thread(target=_end_with, args=(watched,), name="parent-watch", daemon=True).start()


@lru_cache(maxsize=1)
def keep_memory() -> bool:
    """Keep freed memory, once, in a worker of Dask; say whether that was done.

    Dask's setting has each column asked for and given back anew, which takes more time than to compute it. Whoever has
    set something else is left alone.
    """
    return os.environ.get(TRIM_SETTING) == TRIMMED_BY_DASK and keep_freed()


def keep_freed() -> bool:
    """Keep the memory that columns leave for the next ones, in this process; say whether that was done.

    Left to itself the GNU C library hands the end of its memory back to the system whenever columns are freed, and asks
    for it again at once, which can take a third of the time. Systems without that library are left alone.
    """
    with suppress(OSError, AttributeError, TypeError):  # TypeError: of Windows, which has no library of no name
        mallopt = ctypes.CDLL(None).mallopt
        kept = [mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES), mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)]
        return all(kept)  # musl has the function, which does nothing and gives 0
    return False


def _end_with(watched: Connection) -> None:
    parent = multiprocessing.parent_process()
    wait([watched] if parent is None else [watched, parent.sentinel])
    os._exit(1)
