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
from hubcalc.cli.settings import read_settings
from hubcalc.cli.sources import Found, Item, Written, already_there
from hubcalc.errors import NotFoundError, Problem
from hubcalc.store import ExpectedVersion, Store
from hubcalc.words import did_you_mean
from hubmodels import Hub
from hubmodels.paths import leaves
from hubmodels.results import AnalysisReport, CapacityCurve, Clearing, DayProfile, Recovery
from hubmodels.simulation_results import SimulationReport

R = TypeVar("R", AnalysisReport, SimulationReport, CapacityCurve, DayProfile, Clearing, Recovery)


class LocalDocuments:
    """Hubs of the package, behind those of a database file, which is opened if it exists."""

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

    def hubs(self, kind: str | None, country: str | None, query: str | None) -> list[Item]:
        """List the hubs of the database and those of the package that it does not have."""
        self._mention_missing_file()
        stored = self._store.list_hubs(kind=kind, country=country, query=query)[0] if self._store else []
        items = [asdict(summary) for summary in stored]
        packaged = [hubfixtures.load(name) for name in hubfixtures.names() if not self._in_database(name)]
        items += [_summary(hub) for hub in packaged if _matches(hub, kind, country, query)]
        return sorted(items, key=lambda item: str(item["id"]))

    def get(self, hub_id: str, version: int | None = None) -> Found:
        """Give a document of the database, else of the package."""
        self._mention_missing_file()
        if self._store and self._in_database(hub_id):
            stored = self._store.get_hub(hub_id, version)
            return Found(stored.document, stored.version)
        if hub_id not in hubfixtures.names():
            raise self._unknown(hub_id)
        if version is not None:
            hint = f"{hub_id} comes with hubcalc; only hubs in a database have versions"
            raise NotFoundError.of(Problem("no such version", parameter="--version", given=version, hint=hint))
        return Found(hubfixtures.load(hub_id), None)

    def paths(self, hub_id: str) -> list[Item]:
        """List the inputs in the form that the server gives."""
        from hubcalc.analysis.evidence import input_evidence

        document = self.get(hub_id).document
        evidence = {item.path: item for item in input_evidence(document, {})}
        of_leaf = ("path", "type", "unit", "value", "allowed", "lower", "upper", "choices")
        of_evidence = ("basis", "source", "year", "note")
        return [
            {name: getattr(leaf, name) for name in of_leaf}
            | {name: getattr(evidence[path], name) for name in of_evidence}
            | {"description": leaf.description}
            for path, leaf in leaves(document).items()
        ]

    def analyze(
        self,
        hub: str | Hub,
        values: Mapping[str, Sequence[str]],
        fields: Sequence[str] | None,
        scale: str | None,
        method: str | None,
    ) -> AnalysisReport:
        """Analyze in this process."""
        from hubcalc.analysis import analyze

        most = self._settings.scenario_limit
        return self._with_version(
            hub,
            lambda document: analyze(document, values, metrics=fields, scale=scale, method=method, most=most).report,
        )

    def simulate(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> SimulationReport:
        """Simulate in this process."""
        from hubcalc.analysis.simulations import simulate

        return self._with_version(hub, lambda document: simulate(document, overrides, **asked))

    def capacity_curve(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> CapacityCurve:
        """Draw the capacity curve, in this process."""
        from hubcalc.analysis.curve import capacity_curve

        return self._with_version(hub, lambda document: capacity_curve(document, overrides=overrides, **asked))

    def day_profile(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> DayProfile:
        """Follow the hours of the day, in this process."""
        from hubcalc.analysis.timeline import day_profile

        return self._with_version(hub, lambda document: day_profile(document, overrides=overrides, **asked))

    def clearing(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> Clearing:
        """Say when a line has cleared, in this process."""
        from hubcalc.analysis.backlogs import clearing

        return self._with_version(hub, lambda document: clearing(document, overrides=overrides, **asked))

    def recovery(self, hub: str | Hub, overrides: Mapping[str, str], **asked: Any) -> Recovery:
        """Say what a closure leaves behind, in this process."""
        from hubcalc.analysis.backlogs import recovery

        return self._with_version(hub, lambda document: recovery(document, overrides=overrides, **asked))

    def put_all(self, documents: Sequence[Hub], *, replace: bool) -> list[Written]:
        """Store documents in one transaction; the file is made if there is none."""
        from hubcalc.store.opening import open_database
        from hubcalc.store.writing import put

        self._named = False  # a file that is not there will be made
        there = [document.id for document in documents if self._exists(document.id)]
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

    def _with_version(self, hub: str | Hub, compute: Callable[[Hub], R]) -> R:
        """Compute from a document, and name its version in the result."""
        found = self.get(hub) if isinstance(hub, str) else Found(hub, None)
        result = compute(found.document)
        reference = result.hub.model_copy(update={"version": found.version})
        return result.model_copy(update={"hub": reference})

    def _in_database(self, hub_id: str) -> bool:
        """Say whether the database knows a hub, if only as deleted."""
        if self._store is None:
            return False
        try:
            return bool(self._store.hub_versions(hub_id))
        except NotFoundError:
            return False

    def _exists(self, hub_id: str) -> bool:
        try:
            self.get(hub_id)
        except NotFoundError:
            return False
        return True

    def _unknown(self, hub_id: str) -> NotFoundError:
        known = [str(item["id"]) for item in self.hubs(None, None, None)]
        hint = did_you_mean(hub_id, known)
        return NotFoundError.of(Problem("no such hub", given=hub_id, allowed=", ".join(known), hint=hint))

    def _mention_missing_file(self) -> None:
        """Say so if a file that was named is not there: what follows may not be what the user looks for."""
        if self._named and self._store is None and not click.get_current_context().meta.get(WANTS_JSON):
            self._named = False
            click.echo(
                f"There is no {self._settings.database}; only the hubs that come with hubcalc are seen.", err=True
            )


def _matches(hub: Hub, kind: str | None, country: str | None, query: str | None) -> bool:
    words = f"{hub.id}\n{hub.name}\n{hub.summary}".casefold()
    return (
        (kind is None or hub.kind == kind)
        and (country is None or country in hub.countries)
        and (query is None or query.casefold() in words)
    )


def _summary(hub: Hub) -> Item:
    whole = {name: getattr(hub, name) for name in ("id", "name", "kind", "countries", "summary")}
    return {**whole, "version": None, "updated_at": None}
