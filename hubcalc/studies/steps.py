"""Steps of a long part of a study, told while they are done; whoever listens may end the part between two of them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from hubmodels.studies.job import StudyStep

Listener = Callable[[StudyStep], object]
"""Called with a step; may raise StoppedError."""

EVERY_SECONDS = 0.25
"""Steps may come in milliseconds; no more of them are told than someone could follow."""


class StoppedError(Exception):
    """A part of a study was given up while it was done; it is not an error of the study."""


@dataclass(slots=True)
class _Ear:
    listener: Listener
    every_seconds: float
    next_at: float = 0.0


_ear: ContextVar[_Ear | None] = ContextVar("hubcalc_steps", default=None)


@contextmanager
def listening(listener: Listener | None, every_seconds: float = EVERY_SECONDS) -> Iterator[None]:
    """Hear of the steps of what is done within this context, in this thread.

    Parameters
    ----------
    listener : callable, optional
        Called with each step that is told; None to hear nothing.
    every_seconds : float
        After a step those that follow are passed over for so long. [s]

    Examples
    --------
    >>> with listening(lambda step: print(step.what, step.done)):
    ...     tell(lambda: StudyStep(what="years", done=3, unit="years"))
    years 3
    """
    token = _ear.set(None if listener is None else _Ear(listener, every_seconds))
    try:
        yield
    finally:
        _ear.reset(token)


def tell(make: Callable[[], StudyStep]) -> None:
    """Tell a step to whoever listens, if that is due; only then is it made.

    Parameters
    ----------
    make : callable
        Makes the step. It must not change what the study finds.

    Raises
    ------
    StoppedError
        If whoever listens wants no more.
    """
    ear = _ear.get()
    if ear is not None and time.monotonic() >= ear.next_at:
        ear.listener(make())
        ear.next_at = time.monotonic() + ear.every_seconds


def step_text(step: StudyStep) -> str:
    """Say a step in a line.

    >>> step_text(StudyStep(what="searching", done=120, unit="cuts", gap=0.0123))
    'searching: 120 cuts, gap 1.23%'
    >>> step_text(StudyStep(what="least regret", done=3, total=20, unit="years"))
    'least regret: 3 of 20 years'
    """
    far = f"{step.done:,}" if step.total is None else f"{step.done:,} of {step.total:,}"
    gap = "" if step.gap is None else f", gap {100 * step.gap:.3g}%"
    return f"{step.what}: {far} {step.unit}{gap}"
