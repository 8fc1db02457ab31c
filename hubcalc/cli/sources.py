"""Where documents come from. Commands do not see whether it is a file or a server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

from hubcalc.errors import AlreadyExistsError, Problem
from hubmodels import Hub
from hubmodels.results import AnalysisReport, CapacityCurve, Clearing, DayProfile, Recovery
from hubmodels.simulation_results import SimulationReport

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A document and its version; one that comes with hubcalc and is in no database has none."""

    document: Hub
    version: int | None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of an imported document."""

    id: str
    version: int
    created: bool


class Documents(Protocol):
    """What commands ask for."""

    def __enter__(self) -> Self:
        """Open what is needed."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close it."""

    def hubs(self, kind: str | None, country: str | None, query: str | None) -> list[Item]:
        """List the hubs, ordered by id."""

    def get(self, hub_id: str, version: int | None = None) -> Found:
        """Give a document."""

    def paths(self, hub_id: str) -> list[Item]:
        """List the inputs of a hub."""

    def analyze(
        self,
        hub: str | Hub,
        values: Mapping[str, Sequence[str]],
        fields: Sequence[str] | None,
        scale: str | None,
        method: str | None,
    ) -> AnalysisReport:
        """Analyze a stored hub or a document in all combinations of the values."""

    def simulate(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> SimulationReport:
        """Simulate a stored hub or a document in one scenario; `asked` holds what else was given."""

    def capacity_curve(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> CapacityCurve:
        """Draw the capacity curve in one scenario; `asked` holds what else was given."""

    def day_profile(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> DayProfile:
        """Follow the hours of the day in one scenario; `asked` holds what else was given."""

    def clearing(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> Clearing:
        """Say when a line has cleared in one scenario; `asked` holds what else was given."""

    def recovery(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> Recovery:
        """Say what a closure leaves behind in one scenario; `asked` holds what else was given."""

    def put_all(self, documents: Sequence[Hub], *, replace: bool) -> list[Written]:
        """Store documents: all of them, or none."""


def already_there(ids: Sequence[str]) -> AlreadyExistsError:
    """Make the error for an import that would replace hubs without being told to."""
    hint = "--replace replaces it; nothing was imported"
    return AlreadyExistsError.of(*(Problem("a hub of this id exists already", given=hub, hint=hint) for hub in ids))
