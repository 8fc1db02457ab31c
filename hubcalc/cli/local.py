"""Documents without a server: those that come with hubcalc, and those in a database file."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import click

import hubfixtures
from hubcalc.cli.options import WANTS_JSON
from hubcalc.cli.recorded import RecordedDocuments
from hubcalc.cli.settings import read_settings
from hubcalc.cli.sources import Analyzed, Document, Found, Item, StudyDone, Written, already_there
from hubcalc.cli.study_runs import ProgressBar
from hubcalc.documents import DOCUMENT_KINDS, collection_of
from hubcalc.errors import ConflictError, NotFoundError, Problem
from hubcalc.store import ExpectedVersion, Store
from hubcalc.words import did_you_mean
from hubfixtures import Collection
from hubmodels import Corridor, Hub, LineDocument, Scenario
from hubmodels.answers import Answer
from hubmodels.corridor_results import CorridorReport
from hubmodels.results import AnalysisReport, CapacityCurve, Clearing, DayProfile, Recovery
from hubmodels.scenario_diffs import ScenarioDiff
from hubmodels.scenario_sheets import ScenarioSheetReport, SheetLayout
from hubmodels.simulation_results import SimulationReport

R = TypeVar("R", AnalysisReport, SimulationReport, CapacityCurve, DayProfile, Clearing, Recovery)

_ANALYZED: tuple[Collection, ...] = ("hubs", "lines")


class LocalDocuments:
    """Documents of the package, behind those of a database file, which is opened if it exists."""

    def __init__(self, database: Path | None) -> None:
        self._named = database is not None
        self._settings = read_settings(database=database)
        self._store: Store | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        path = self._settings.database
        if path.exists():
            timeout = self._settings.busy_timeout_seconds
            self._store = self._open.enter_context(Store.open(path, busy_timeout_seconds=timeout))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def list(self, collection: Collection, kind: str | None, country: str | None, query: str | None) -> Sequence[Item]:
        """List the documents of the database and those of the package that it does not have."""
        self._mention_missing_file()
        stored = self._store.list(collection, kind=kind, country=country, query=query)[0] if self._store else []
        items = [asdict(summary) for summary in stored]
        names = [name for name in hubfixtures.names(collection) if not self._in_database(name)]
        packaged = [hubfixtures.load(name, collection) for name in names]
        items += [_summary(document) for document in packaged if _matches(document, kind, country, query)]
        return sorted(items, key=lambda item: str(item["id"]))

    def get(
        self,
        document_id: str,
        version: int | None = None,
        collections: tuple[Collection, ...] = hubfixtures.COLLECTIONS,
    ) -> Found:
        """Give a document of the database, else of the package."""
        self._mention_missing_file()
        if self._store and self._in_database(document_id):
            stored = self._store.get(collections, document_id, version)
            return Found(stored.document, stored.version)
        collection = next((name for name in collections if document_id in hubfixtures.names(name)), None)
        if collection is None:
            raise self._unknown(document_id, collections)
        if version is not None:
            hint = f"{document_id} comes with hubcalc; only documents in a database have versions"
            raise NotFoundError.of(Problem("no such version", parameter="--version", given=version, hint=hint))
        return Found(hubfixtures.load(document_id, collection), None)

    def hub(self, hub_id: str) -> Hub:
        """Give a hub that another document names."""
        hub: Hub = self.get(hub_id, collections=("hubs",)).document
        return hub

    def line(self, line_id: str) -> LineDocument:
        """Give a line that another document names."""
        line: LineDocument = self.get(line_id, collections=("lines",)).document
        return line

    def corridor(self, corridor_id: str) -> Corridor:
        """Give a corridor that another document names."""
        corridor: Corridor = self.get(corridor_id, collections=("corridors",)).document
        return corridor

    def scenario(self, scenario_id: str) -> Scenario:
        """Give a scenario that another document names."""
        scenario: Scenario = self.get(scenario_id, collections=("scenarios",)).document
        return scenario

    def paths(self, document_id: str) -> Sequence[Item]:
        """List the inputs in the form that the server gives."""
        from hubcalc.analysis.catalogue import catalogue

        return catalogue(self.get(document_id, collections=("hubs", "lines", "corridors")).document, self)

    def analyze(
        self,
        hub: str | Analyzed,
        values: Mapping[str, Sequence[str]],
        fields: Sequence[str] | None,
        scale: str | None,
        method: str | None,
        scenario: str | None = None,
    ) -> AnalysisReport:
        """Analyze in this process."""
        from hubcalc.analysis import analyze

        most = self._settings.scenario_limit

        def report(document: Analyzed) -> AnalysisReport:
            asked: dict[str, Any] = {"metrics": fields, "scale": scale, "method": method, "most": most}
            return analyze(document, values, scenario=scenario, documents=self, **asked).report

        return self._with_version(hub, report)

    def simulate(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> SimulationReport:
        """Simulate in this process."""
        from hubcalc.analysis.simulations import simulate

        return self._with_version(hub, lambda document: simulate(document, overrides, **asked))

    def capacity_curve(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> CapacityCurve:
        """Draw the capacity curve, in this process."""
        from hubcalc.analysis.curve import capacity_curve

        return self._with_version(hub, lambda document: capacity_curve(document, overrides=overrides, **asked))

    def day_profile(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> DayProfile:
        """Follow the hours of the day, in this process."""
        from hubcalc.analysis.timeline import day_profile

        return self._with_version(hub, lambda document: day_profile(document, overrides=overrides, **asked))

    def clearing(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> Clearing:
        """Say when a line has cleared, in this process."""
        from hubcalc.analysis.backlogs import clearing

        return self._with_version(hub, lambda document: clearing(document, overrides=overrides, **asked))

    def recovery(self, hub: str | Analyzed, overrides: Mapping[str, str], **asked: Any) -> Recovery:
        """Say what a closure leaves behind, in this process."""
        from hubcalc.analysis.backlogs import recovery

        return self._with_version(hub, lambda document: recovery(document, overrides=overrides, **asked))

    def ask_corridor(
        self, what: str, corridor: str | Corridor, values: Mapping[str, Sequence[str]], **asked: Any
    ) -> CorridorReport:
        """Ask in this process."""
        from hubcalc.analysis.corridors.questions import QUESTIONS

        found = self.get(corridor, collections=("corridors",)) if isinstance(corridor, str) else Found(corridor, None)
        used = RecordedDocuments(self)
        report = QUESTIONS[what].ask(found.document, values, documents=used, **asked)
        update = {"version": found.version, "documents": used.versions}
        return report.model_copy(update={"corridor": report.corridor.model_copy(update=update)})

    def answer(self, scenario: str | Scenario, part: int | None) -> Answer:
        """Answer in this process."""
        from hubcalc.answers import ask

        found = self.get(scenario, collections=("scenarios",)) if isinstance(scenario, str) else Found(scenario, None)
        used = RecordedDocuments(self)
        answer = ask(found.document, part=part, documents=used)
        update = {"version": found.version, "documents": used.versions}
        return answer.model_copy(update={"scenario": answer.scenario.model_copy(update=update)})

    def scenario_diff(self, scenarios: Sequence[str | Scenario], **asked: Any) -> ScenarioDiff:
        """Set scenarios side by side, in this process."""
        from hubcalc.answers.diff import scenario_diff

        return scenario_diff(scenarios, documents=RecordedDocuments(self), **asked)

    def study(self, kind: str, request: dict[str, Any], **run: Any) -> StudyDone:
        """Do a study on this machine, or on a cluster."""
        from hubcalc.studies.running import run_study

        bar: ProgressBar | None = run.pop("progress", None)
        shown: dict[str, Any] = {} if bar is None else {"progress": bar.rows, "steps": bar.step}
        return run_study(kind, request, documents=RecordedDocuments(self), **shown, **run)

    def scenario_form(self, document_id: str, file: Path, fields: Sequence[str] | None, layout: SheetLayout) -> None:
        """Write the form in this process."""
        from hubcalc.cli.files import write_bytes
        from hubcalc.sheets.form import form_file

        document = self.get(document_id, collections=("hubs", "lines", "corridors")).document
        write_bytes(file, form_file(document, self, file.suffix, fields, layout))

    def upload_scenarios(self, document_id: str, content: bytes, **asked: Any) -> ScenarioSheetReport:
        """Make scenarios of a filled sheet, and store them in the database file, which is made if there is none."""
        from hubcalc.cli.shelf import LocalShelf
        from hubcalc.sheets.upload import upload

        document = self.get(document_id, collections=("hubs", "lines", "corridors")).document
        self._named = False  # a file that is not there will be made
        shelf = LocalShelf(self, self._settings.database, self._settings.busy_timeout_seconds)
        return upload(content, document, shelf, **asked)

    def put_all(self, documents: Sequence[Document], *, replace: bool) -> Sequence[Written]:
        """Store documents in one transaction; the file is made if there is none."""
        from hubcalc.store.opening import open_database
        from hubcalc.store.writing import put

        self._named = False  # a file that is not there will be made
        there = [document.id for document in documents if self._exists(document)]
        if there and not replace:
            raise already_there(there)
        database = open_database(
            self._settings.database.absolute(), busy_timeout_seconds=self._settings.busy_timeout_seconds
        )
        self._open.callback(database.close)
        written = []
        with database.write() as db:
            for document in documents:
                expected: ExpectedVersion = "any" if document.id in there and self._in_database(document.id) else None
                stored, created = put(db, document, expected=expected, create_only=not replace, origin="user")
                written.append(Written(stored.id, stored.version, created))
        return written

    def _with_version(self, hub: str | Analyzed, compute: Callable[[Analyzed], R]) -> R:
        """Compute from a document, and name its version in the result."""
        found = self.get(hub, collections=_ANALYZED) if isinstance(hub, str) else Found(hub, None)
        result = compute(found.document)
        reference = result.hub.model_copy(update={"version": found.version})
        return result.model_copy(update={"hub": reference})

    def _in_database(self, document_id: str) -> bool:
        """Say whether the database knows a document, if only as deleted."""
        if self._store is None:
            return False
        try:
            return bool(self._store.versions(hubfixtures.COLLECTIONS, document_id))
        except NotFoundError:
            return False

    def _exists(self, document: Document) -> bool:
        """Say whether there is a document of this id; one of another collection is in its way."""
        try:
            found = self.get(document.id).document
        except NotFoundError:
            return False
        old, new = (DOCUMENT_KINDS[collection_of(item)].noun for item in (found, document))
        if old != new:
            message = f"a {new} cannot have the id of a {old}"
            raise ConflictError.of(Problem(message, given=document.id, hint="take another id; nothing was imported"))
        return True

    def _unknown(self, document_id: str, collections: tuple[Collection, ...]) -> NotFoundError:
        known = [str(item["id"]) for name in collections for item in self.list(name, None, None, None)]
        nouns = " or ".join(DOCUMENT_KINDS[name].noun for name in collections) if len(collections) < 3 else "document"
        others = [name for name in hubfixtures.COLLECTIONS if document_id in hubfixtures.names(name)]
        lists = " and ".join(f"`hubcalc {name}`" for name in collections)
        hint = did_you_mean(document_id, known) or f"{lists} list what there is"
        if others:
            hint = f"{document_id} is a {DOCUMENT_KINDS[others[0]].noun}"
        return NotFoundError.of(Problem(f"no such {nouns}", given=document_id, hint=hint))

    def _mention_missing_file(self) -> None:
        """Say so if a file that was named is not there: what follows may not be what the user looks for."""
        if self._named and self._store is None and not click.get_current_context().meta.get(WANTS_JSON):
            self._named = False
            click.echo(
                f"There is no {self._settings.database}; only the documents that come with hubcalc are seen.", err=True
            )


def _matches(document: Document, kind: str | None, country: str | None, query: str | None) -> bool:
    words = f"{document.id}\n{document.name}\n{document.summary}".casefold()
    return (
        (kind is None or document.kind == kind)
        and (country is None or country in getattr(document, "countries", ()))
        and (query is None or query.casefold() in words)
    )


def _summary(document: Document) -> Item:
    whole = {name: getattr(document, name, ()) for name in ("id", "name", "kind", "countries", "summary")}
    return {**whole, "version": None, "updated_at": None}
