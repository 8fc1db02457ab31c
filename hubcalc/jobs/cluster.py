"""A Dask cluster that does the chunks of jobs: reached, watched and reached again by a thread of its own.

Whoever hands out work never waits for the network: while no scheduler answers there are no slots, and what was in
flight when it went is given back, to be done again.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from hubcalc.errors import HubcalcError, Problem, WorkerDiedError
from hubcalc.jobs.engine import Engine
from hubcalc.studies.engines import DaskEngine
from hubcalc.studies.telling import ClusterEar, Ear, Steps, hear_from_cluster

T = TypeVar("T")

LOOK_SECONDS = 1.0
"""So often the number of workers is asked for, and whether the scheduler is still there."""
LONGEST_PAUSE_SECONDS = 30.0
_LOG = logging.getLogger("hubcalc.jobs")


class ClusterEngine(Engine):
    """The workers of a Dask cluster, which itself does again what a worker had that died.

    Parameters
    ----------
    address : str
        Address of the scheduler, ``tcp://HOST:PORT``; it is called when there is work.
    """

    on_this_machine = False

    def __init__(self, address: str) -> None:
        self.generation = 0
        self._address = address
        self._lock = threading.Lock()
        self._connection: _Connection | None = None
        self._problem: HubcalcError | None = None
        self._closing: threading.Event | None = None
        self._thread: threading.Thread | None = None
        self._steps: Steps = {}

    @property
    def slots(self) -> int:
        """Twice as many as the workers had threads a moment ago; none while no scheduler answers.

        Raises
        ------
        HubcalcError
            Once after each attempt to reach it that failed.
        """
        self._start()
        connection, problem = self._connection, self._problem
        if connection is None and problem is not None:
            self._problem = None
            raise problem
        return 0 if connection is None else connection.slots

    def has_died(self, error: BaseException | None) -> bool:
        """Say whether an error means that worker after worker has died of a piece of work."""
        return type(error).__name__ == "KilledWorker"

    def submit(self, function: Callable[..., T], *arguments: Any) -> Future[T]:
        """Hand over a piece of work.

        Raises
        ------
        WorkerDiedError
            If the scheduler cannot be reached now.
        """
        connection = self._connection
        if connection is None:
            raise WorkerDiedError.of(Problem("the cluster is gone", given=self._address, hint="it is being called"))
        return connection.submit(function, *arguments)

    def ear(self, path: Path) -> Ear:  # noqa: ARG002  # workers elsewhere have no file in common with this machine
        """Give what hears the steps of a piece of work, by way of the scheduler."""
        return ClusterEar.new(self._steps)

    def stop(self, future: Future[Any]) -> None:
        """Cancel a piece of work: its worker stops at the next step."""
        future.cancel()

    def renew(self, generation: int) -> None:
        """Nothing: the thread that watches the cluster makes new connections."""

    def warm(self) -> None:
        """Call the cluster before there is work."""
        self._start()

    def close(self) -> None:
        """Leave the cluster, which goes on."""
        with self._lock:
            thread, closing = self._thread, self._closing
            self._thread = self._closing = None
        if thread is not None and closing is not None:
            closing.set()
            thread.join(LOOK_SECONDS)  # it may be calling in vain, and ends by itself

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._closing = threading.Event()
                self._thread = threading.Thread(
                    target=self._stay_connected, args=(self._closing,), name="hubcalc-cluster", daemon=True
                )
                self._thread.start()

    def _stay_connected(self, closing: threading.Event) -> None:
        """Reach the scheduler, and watch it until it is gone, again and again."""
        pause = LOOK_SECONDS
        while not closing.is_set():
            try:
                connection = _Connection(self._address, self._steps)
            except HubcalcError as error:
                self._problem = error
                closing.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                continue
            except Exception:  # noqa: BLE001  # whatever it is, it is logged, and must not end the thread
                _LOG.exception("unexpected error in calling the cluster at %s", self._address)
                closing.wait(LONGEST_PAUSE_SECONDS)
                continue
            pause, self._problem, self._connection = LOOK_SECONDS, None, connection
            while connection.is_there() and not closing.wait(LOOK_SECONDS):
                pass
            self._connection = None
            self.generation += 1
            if not closing.is_set():
                _LOG.warning("the cluster at %s is gone; it is called again", self._address)
            connection.end()


class _Connection:
    """A cluster that answers: work goes there, and is given up when the cluster is gone."""

    def __init__(self, address: str, steps: Steps) -> None:
        self._engine = DaskEngine(address)
        self._lock = threading.Lock()
        self._flying: set[Future[Any]] | None = set()
        """None once the connection has ended."""
        try:
            self._engine.hear(partial(hear_from_cluster, steps))
            self.slots = self._engine.slots
        except HubcalcError:  # gone again already
            self.end()
            raise

    def submit(self, function: Callable[..., T], *arguments: Any) -> Future[T]:
        """Hand over a piece of work; what comes back of it is canceled if the cluster is lost."""
        theirs, ours = self._engine.submit(function, *arguments), Future[T]()
        with self._lock:
            ended = self._flying is None
            if self._flying is not None:
                self._flying.add(ours)
        ours.add_done_callback(lambda _: self._landed(ours, theirs))
        if ended:
            ours.cancel()
        theirs.add_done_callback(lambda _: _pass_on(theirs, ours))
        return ours

    def is_there(self) -> bool:
        """Say whether the scheduler still answers to this connection, and note how many workers there are."""
        if not self._engine.connected:
            return False
        try:
            self.slots = self._engine.slots
        except Exception:  # noqa: BLE001  # Dask raises errors of many kinds when it is gone
            return False
        return True

    def end(self) -> None:
        """Give up what is in flight."""
        with self._lock:
            flying, self._flying = self._flying or set(), None
        for future in flying:
            future.cancel()
        try:
            self._engine.close()
        except Exception:  # noqa: BLE001  # what is gone need not be left in good order
            _LOG.debug("the cluster was not left in good order", exc_info=True)

    def _landed(self, ours: Future[Any], theirs: Future[Any]) -> None:
        """Forget a piece of work; one that was given up here is given up there too, if there is a there."""
        with self._lock:
            there = self._flying is not None
            if self._flying is not None:
                self._flying.discard(ours)
        if ours.cancelled() and there:
            theirs.cancel()


def _pass_on(theirs: Future[T], ours: Future[T]) -> None:
    """Pass on what came of a piece of work, unless it was given up on one of the two sides."""
    error = CancelledError() if theirs.cancelled() else theirs.exception()
    if isinstance(error, CancelledError):  # the scheduler is gone
        ours.cancel()
    elif ours.set_running_or_notify_cancel():
        if error is None:
            ours.set_result(theirs.result())
        else:
            ours.set_exception(error)
