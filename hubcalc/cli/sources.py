"""Where documents come from. Commands do not see whether it is a file or a server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from hubcalc.errors import AlreadyExistsError, Problem
from hubfixtures import Collection
from hubmodels import Corridor, Hub, LineDocument, Scenario
from hubmodels.answers import Answer
from hubmodels.corridor_results import CorridorReport
from hubmodels.results import AnalysisReport, CapacityCurve, Clearing, DayProfile, Recovery
from hubmodels.scenario_diffs import ScenarioDiff
from hubmodels.scenario_sheets import ScenarioSheetReport, SheetLayout
from hubmodels.simulation_results import SimulationReport

Item = dict[str, Any]
Analyzed = Hub | LineDocument
"""What is analyzed: flows go through its stages."""
Document = Analyzed | Corridor | Scenario


@dataclass(frozen=True, slots=True)
class Found:
    """A document of any collection and its version; one that comes with hubcalc and is in no database has none."""

    document: Any
    version: int | None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of an imported document."""

    id: str
    version: int
    created: bool


class StudyDone(Protocol):
    """A study that is done."""

    @property
    def result(self) -> Any:
        """What it gave."""

    def write(self, path: Path) -> None:
        """Write its rows as CSV or Parquet."""

    def to_rows(self) -> Sequence[Mapping[str, Any]]:
        """Give its rows, values by column."""


class Documents(Protocol):
    """What commands ask for."""

    def __enter__(self) -> Self:
        """Open what is needed."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close it."""

    def list(self, collection: Collection, kind: str | None, country: str | None, query: str | None) -> Sequence[Item]:
        """List the documents of a collection, ordered by id."""

    def get(self, document_id: str, version: int | None = None) -> Found:
        """Give a document of whatever collection; no two have the same id."""

    def paths(self, document_id: str) -> Sequence[Item]:
        """List the inputs of a hub, a line or a corridor."""

    def analyze(
        self,
        hub: str | Analyzed,
        values: Mapping[str, Sequence[str]],
        fields: Sequence[str] | None,
        scale: str | None,
        method: str | None,
        scenario: str | None = None,
    ) -> AnalysisReport:
        """Analyze a stored hub or line, or a document, in all combinations of the values; a scenario's come first."""

    def simulate(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> SimulationReport:
        """Simulate a stored hub or line, or a document, in one scenario; `asked` holds what else was given."""

    def capacity_curve(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> CapacityCurve:
        """Draw the capacity curve in one scenario; `asked` holds what else was given."""

    def day_profile(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> DayProfile:
        """Follow the hours of the day in one scenario; `asked` holds what else was given."""

    def clearing(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> Clearing:
        """Say when a line has cleared in one scenario; `asked` holds what else was given."""

    def recovery(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> Recovery:
        """Say what a closure leaves behind in one scenario; `asked` holds what else was given."""

    def ask_corridor(
        self, what: str, corridor: str | Corridor, values: Mapping[str, Sequence[str]], **asked: Any
    ) -> CorridorReport:
        """Ask a question about a stored corridor, or a document; `asked` holds what else was given."""

    def answer(self, scenario: str | Scenario, part: int | None) -> Answer:
        """Answer what a stored scenario asks, or a document; only one part where it is named."""

    def scenario_diff(self, scenarios: Sequence[str | Scenario], **asked: Any) -> ScenarioDiff:
        """Set scenarios side by side, or one beside its base; `asked` holds what else was given."""

    def study(self, kind: str, request: dict[str, Any], **run: Any) -> StudyDone:
        """Do a study; `run` says where, and who is told how far it is."""

    def scenario_form(self, document_id: str, file: Path, fields: Sequence[str] | None, layout: SheetLayout) -> None:
        """Write the empty sheet for scenarios of a hub, a line or a corridor; the suffix says the format."""

    def upload_scenarios(self, document_id: str, content: bytes, **asked: Any) -> ScenarioSheetReport:
        """Make scenarios of a filled sheet; `asked` holds what else was given."""

    def put_all(self, documents: Sequence[Document], *, replace: bool) -> Sequence[Written]:
        """Store documents: all of them, or none."""


def already_there(ids: Sequence[str]) -> AlreadyExistsError:
    """Make the error for an import that would replace documents without being told to."""
    hint = "--replace replaces it; nothing was imported"
    message = "a document of this id exists already"
    return AlreadyExistsError.of(*(Problem(message, given=given, hint=hint) for given in ids))
