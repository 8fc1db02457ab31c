"""How a worker tells the steps of what it does to whoever has handed it out: by a file, or by a Dask cluster."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from hubcalc.studies.steps import StoppedError
from hubmodels.studies.job import StudyStep

TOPIC = "hubcalc-steps"
Hear = Callable[[str, StudyStep], object]
"""Called with the token of a piece of work, and a step of it."""
Steps = dict[str, StudyStep | None]
"""The last step of each piece of work that is heard, by token."""


class Teller(Protocol):
    """What is sent with a piece of work, so that its steps are told."""

    def __call__(self, step: StudyStep) -> None:
        """Tell a step; raise StoppedError if the piece was given up."""


class Ear(Protocol):
    """What hears the steps of a piece of work that was handed out."""

    @property
    def teller(self) -> Teller:
        """What is sent with the piece."""

    def heard(self) -> StudyStep | None:
        """Give the last step that was told."""

    def end(self) -> None:
        """Hear no more."""


@dataclass(frozen=True, slots=True)
class FileTeller:
    """Writes steps into a file that is there for as long as they are wanted."""

    path: Path

    def __call__(self, step: StudyStep) -> None:
        """Tell a step; raise StoppedError if the file is gone."""
        try:
            with self.path.open("r+b") as file:
                file.write(step.model_dump_json().encode() + b"\n")
                file.truncate()
        except FileNotFoundError as error:
            raise StoppedError from error

    @property
    def teller(self) -> Teller:
        """Itself: the file is all that there is."""
        return self

    def begin(self) -> None:
        """Make the file.

        Raises
        ------
        OSError
            If it cannot be made.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch()

    def heard(self) -> StudyStep | None:
        """Give the last step that was told."""
        with suppress(OSError, ValidationError):  # the latter: it is just being written
            text = self.path.read_bytes()
            return StudyStep.model_validate_json(text) if text.endswith(b"\n") else None
        return None

    def end(self) -> None:
        """Remove the file: whoever goes on to write ends at the next step."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class ClusterTeller:
    """Sends steps from a worker of a Dask cluster by way of the scheduler."""

    token: str
    """Tells a piece of work from others."""

    def __call__(self, step: StudyStep) -> None:
        """Tell a step; raise StoppedError if the piece was canceled."""
        distributed: Any = import_module("distributed")  # an optional extra, which a worker has
        worker = distributed.get_worker()
        task = worker.state.tasks.get(worker.get_current_task())
        if task is None or task.state == "cancelled":
            raise StoppedError
        worker.log_event(TOPIC, {"token": self.token, "step": step.model_dump_json()})


@dataclass(frozen=True, slots=True)
class ClusterEar:
    """Hears what a worker of a Dask cluster tells."""

    token: str
    steps: Steps

    @classmethod
    def new(cls, steps: Steps) -> "ClusterEar":
        """Begin to hear a piece of work."""
        ear = cls(new_token(), steps)
        steps[ear.token] = None
        return ear

    @property
    def teller(self) -> Teller:
        """What is sent with the piece."""
        return ClusterTeller(self.token)

    def heard(self) -> StudyStep | None:
        """Give the last step that was told."""
        return self.steps.get(self.token)

    def end(self) -> None:
        """Forget the step; the worker stops when its piece is canceled."""
        self.steps.pop(self.token, None)


def hear_from_cluster(steps: Steps, token: str, step: StudyStep) -> None:
    """Keep a step, unless nobody wants to hear of its piece any more."""
    if token in steps:
        steps[token] = step


def cluster_listener(hear: Hear) -> Callable[[tuple[Any, dict[str, str]]], None]:
    """Make what a client of a Dask cluster calls with each event of the topic."""

    def handler(event: tuple[Any, dict[str, str]]) -> None:
        _, message = event
        hear(message["token"], StudyStep.model_validate_json(message["step"]))

    return handler


def new_token() -> str:
    """Give a token that no other piece of work has."""
    return os.urandom(8).hex()
