"""Documents of a server."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

from hubcalc.cli.failures import NOT_FOUND, exit_code
from hubcalc.cli.options import client_of
from hubcalc.cli.sources import Analyzed, Document, Found, Item, StudyDone, Written, already_there
from hubcalc.cli.study_runs import ProgressBar
from hubcalc.client import StoredDocument, Study
from hubcalc.documents import collection_of
from hubcalc.errors import HubcalcError, ParameterError, Problem, ProblemError, RemoteError
from hubfixtures import COLLECTIONS, Collection
from hubmodels import Corridor, Scenario
from hubmodels.answers import Answer
from hubmodels.corridor_results import CorridorReport
from hubmodels.results import AnalysisReport, CapacityCurve, Clearing, DayProfile, Recovery
from hubmodels.scenario_diffs import ScenarioDiff
from hubmodels.scenario_sheets import ScenarioSheetReport, SheetLayout
from hubmodels.simulation_results import SimulationReport

C = TypeVar("C", bound=Collection)
T = TypeVar("T")

_WITH_PATHS: tuple[Literal["hubs", "lines", "corridors"], ...] = ("hubs", "lines", "corridors")
_ANALYZED: tuple[Literal["hubs", "lines"], ...] = ("hubs", "lines")


@dataclass(frozen=True, slots=True)
class RemoteStudy:
    """A study that a server has done."""

    study: Study[Any]

    @property
    def result(self) -> Any:
        """What it gave."""
        return self.study.result

    def write(self, path: Path) -> None:
        """Fetch its rows as CSV or Parquet."""
        self.study.download(path)

    def to_rows(self) -> Sequence[Mapping[str, Any]]:
        """Fetch its rows, values by column."""
        return list(self.study.rows())


class RemoteDocuments:
    """Documents of a server, over its REST interface."""

    def __init__(self, url: str) -> None:
        self._client = client_of(url, retries=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def list(self, collection: Collection, kind: str | None, country: str | None, query: str | None) -> Sequence[Item]:
        """List the documents of a collection."""
        found = self._client.documents(collection, kind=kind, country=country, q=query)
        return [summary.model_dump() for summary in found]

    def get(self, document_id: str, version: int | None = None) -> Found:
        """Give a document, in whatever collection it is."""
        stored = self._asked(
            document_id, COLLECTIONS, lambda collection: self._client.document(collection, document_id, version)
        )
        return Found(stored.document, stored.version)

    def paths(self, document_id: str) -> Sequence[Item]:
        """List the inputs of a hub, a line or a corridor."""
        found = self._asked(
            document_id, _WITH_PATHS, lambda collection: self._client.paths(document_id, collection=collection)
        )
        return [path.model_dump() for path in found]

    def analyze(
        self,
        hub: str | Analyzed,
        values: Mapping[str, Sequence[str]],
        fields: Sequence[str] | None,
        scale: str | None,
        method: str | None,
        scenario: str | None = None,
    ) -> AnalysisReport:
        """Have a hub or a line analyzed."""
        named: dict[str, Any] = {"fields": fields, "scale": scale, "method": method, "scenario": scenario}
        if not isinstance(hub, str):
            return self._client.analysis(hub, values, **named).report
        return self._computed(self._client.analysis, hub, values, **named).report

    def simulate(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> SimulationReport:
        """Have a hub or a line simulated."""
        return self._client.simulate(hub, overrides, **asked)

    def capacity_curve(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> CapacityCurve:
        """Draw the capacity curve, by the server."""
        return self._computed(self._client.capacity_curve, hub, overrides=overrides, **asked)

    def day_profile(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> DayProfile:
        """Follow the hours of the day, by the server."""
        return self._computed(self._client.day_profile, hub, overrides=overrides, **asked)

    def clearing(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> Clearing:
        """Say when a line has cleared, by the server."""
        return self._computed(self._client.clearing, hub, overrides=overrides, **asked)

    def recovery(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> Recovery:
        """Say what a closure leaves behind, by the server."""
        return self._computed(self._client.recovery, hub, overrides=overrides, **asked)

    def ask_corridor(
        self, what: str, corridor: str | Corridor, values: Mapping[str, Sequence[str]], **asked: Any
    ) -> CorridorReport:
        """Ask the server."""
        client = self._client
        calls: dict[str, Callable[..., CorridorReport]] = {
            "transit": client.transit,
            "flow": client.corridor_flow,
            "equilibrium": client.corridor_equilibrium,
            "resilience": client.corridor_resilience,
            "tcd": client.time_cost_distance,
            "emissions": client.corridor_emissions,
            "storms": client.corridor_storms,
        }
        return calls[what](corridor, values, **asked)

    def answer(self, scenario: str | Scenario, part: int | None) -> Answer:
        """Have a scenario, or one part of it, answered by the server."""
        return self._client.answer(scenario, part=part)

    def scenario_diff(self, scenarios: Sequence[str | Scenario], **asked: Any) -> ScenarioDiff:
        """Have scenarios set side by side by the server, under the first id that is of a scenario."""
        names = [_stored_scenario(item) for item in scenarios]
        beside = names if len(names) > 1 else ()
        errors: list[ProblemError] = []
        for name in names:
            try:
                return self._client.scenario_diff(name, beside, **asked)
            except ProblemError as error:
                if exit_code(error) != NOT_FOUND or not any(problem.given == name for problem in error.problems):
                    raise
                errors.append(error)
        raise errors[0]

    def study(self, kind: str, request: dict[str, Any], **run: Any) -> StudyDone:
        """Have the server do a study, and wait for it; the connection may drop meanwhile."""
        for name in ("workers", "scheduler", "folder"):
            if run.get(name) is not None:
                message, hint = "the server decides where its studies are done", "leave it out, or --url"
                raise ParameterError.of(Problem(message, parameter=f"--{name}", given=str(run[name]), hint=hint))
        bar: ProgressBar | None = run.get("progress")
        return RemoteStudy(self._client.study(kind, request, progress=None if bar is None else bar.job))

    def scenario_form(self, document_id: str, file: Path, fields: Sequence[str] | None, layout: SheetLayout) -> None:
        """Fetch the form."""
        self._asked(
            document_id,
            _WITH_PATHS,
            lambda collection: self._client.scenario_form(
                document_id, file, fields, collection=collection, layout=layout
            ),
        )

    def upload_scenarios(self, document_id: str, content: bytes, **asked: Any) -> ScenarioSheetReport:
        """Have the server make scenarios of a filled sheet."""
        return self._asked(
            document_id,
            _WITH_PATHS,
            lambda collection: self._client.upload_scenarios(document_id, content, collection=collection, **asked),
        )

    def put_all(self, documents: Sequence[Document], *, replace: bool) -> Sequence[Written]:
        """Store documents one by one; if one fails, those before it are taken back."""
        before = {document.id: self._present(document) for document in documents}
        there = [document_id for document_id, stored in before.items() if stored is not None]
        if there and not replace:
            raise already_there(there)
        written: list[Written] = []
        try:
            for document in documents:
                written.append(self._put(document, before[document.id]))  # noqa: PERF401  # needed if one fails
        except BaseException as error:
            done = list(zip(documents, written, strict=False))
            left = [item.id for new, item in reversed(done) if not self._taken_back(new, item, before[item.id])]
            if left:
                raise RemoteError(f"{error}; and these could not be taken back: {', '.join(left)}") from error
            raise
        return written

    def _asked(self, document_id: str, collections: tuple[C, ...], ask: Callable[[C], T]) -> T:
        """Ask in the first collection; if it has no such document, in the one that has."""
        try:
            return ask(collections[0])
        except ProblemError as error:
            about_the_id = any(problem.given == document_id for problem in error.problems)
            if exit_code(error) != NOT_FOUND or not about_the_id:
                raise
            errors = [error]
        for collection in collections[1:]:
            try:
                self._client.document_versions(collection, document_id)
            except ProblemError as error:
                if exit_code(error) != NOT_FOUND:
                    raise
                errors.append(error)
            else:
                return ask(collection)
        raise next((error for error in errors if any(problem.hint for problem in error.problems)), errors[0])

    def _computed(self, ask: Callable[..., T], hub: str | Analyzed, *arguments: Any, **named: Any) -> T:
        """Have something computed of a hub or a line that the server has."""
        document_id = _stored(hub)
        return self._asked(
            document_id,
            _ANALYZED,
            lambda collection: ask(document_id, *arguments, **named, collection=collection),
        )

    def _present(self, document: Document) -> StoredDocument[Any] | None:
        try:
            return self._client.document(collection_of(document), document.id)
        except ProblemError as error:
            if exit_code(error) == NOT_FOUND:
                return None
            raise

    def _put(self, document: Document, before: StoredDocument[Any] | None) -> Written:
        if before is None:
            stored = self._client.create_document(document)
        else:
            stored = self._client.replace_document(document, version=before.version)
        return Written(document.id, stored.version, before is None)

    def _taken_back(self, document: Document, item: Written, before: StoredDocument[Any] | None) -> bool:
        collection = collection_of(document)
        try:
            if before is None:
                self._client.delete_document(collection, item.id, version=item.version)
            elif item.version != before.version:
                self._client.restore_document(collection, item.id, before.version, replacing=item.version)
        except HubcalcError:
            return False
        return True


def _stored(hub: str | Analyzed) -> str:
    """Give the id of a document that the server has; a document in a file it cannot be asked about in these ways."""
    if isinstance(hub, str):
        return hub
    hint = "leave --url out to use the file here, or import it into the server first"
    raise ParameterError.of(Problem("a document in a file is not sent to the server", parameter="HUB", hint=hint))


def _stored_scenario(scenario: str | Scenario) -> str:
    """Give the id of a scenario that the server has."""
    if isinstance(scenario, str):
        return scenario
    hint = "leave --url out to use the file here, or import it into the server first"
    raise ParameterError.of(Problem("a document in a file is not sent to the server", parameter="SCENARIO", hint=hint))
