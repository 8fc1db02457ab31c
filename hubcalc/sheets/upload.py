"""A filled sheet becomes scenarios: all of them at once, or, if one cannot be, none; by choice the good ones."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from hubcalc.documents import Documents
from hubcalc.errors import ConflictError
from hubcalc.sheets.failures import refused
from hubcalc.sheets.findings import Findings
from hubcalc.sheets.layout import lay_out
from hubcalc.sheets.packages import unreadable
from hubcalc.sheets.reading import read_sheet
from hubcalc.sheets.scenarios import Made, ids_of, scenarios_of
from hubcalc.sheets.subjects import MOST_OF_CORRIDOR, SheetSubject
from hubcalc.store import ExpectedVersion, Store, StoreDocuments
from hubcalc.store.records import DocumentState, StoredDocument
from hubmodels import Corridor, HubBase, Scenario
from hubmodels.scenario_sheets import ScenarioSheetReport, SheetOutcome, SheetScenario

_ATTEMPTS = 3


class Shelf(Protocol):
    """Where scenarios are kept."""

    def documents(self) -> Documents:
        """Give the documents as they are now."""

    def states(self, document_ids: Iterable[str]) -> Mapping[str, DocumentState]:
        """Say of each id what there is of it."""

    def put_all(
        self, documents: Iterable[Scenario], *, expected_versions: Mapping[str, ExpectedVersion]
    ) -> Sequence[tuple[StoredDocument[Scenario], bool]]:
        """Store scenarios in one transaction, each over the version that is expected of it."""


class StoreShelf:
    """Scenarios in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.states = store.states

    def documents(self) -> Documents:
        """Give the documents as they are now."""
        return StoreDocuments(self._store)

    def put_all(
        self, documents: Iterable[Scenario], *, expected_versions: Mapping[str, ExpectedVersion]
    ) -> Sequence[tuple[StoredDocument[Scenario], bool]]:
        """Store scenarios in one transaction."""
        return self._store.put_all(documents, expected_versions=expected_versions)


def upload(
    content: bytes,
    document: HubBase | Corridor,
    shelf: Shelf,
    *,
    keep_good: bool = False,
    replace: bool = False,
    dry_run: bool = False,
    sheet: str | None = None,
) -> ScenarioSheetReport:
    """Make scenarios of a filled sheet, and store them.

    Parameters
    ----------
    content : bytes
        The file: CSV, an Excel workbook or an OpenDocument spreadsheet.
    document : HubBase or Corridor
        What the scenarios change.
    shelf : Shelf
        Where they are stored, and what they build on is found.
    keep_good : bool
        Whether the good ones are stored if others cannot be; else nothing is.
    replace : bool
        Whether scenarios that exist are replaced. One that is as it was gets no new version.
    dry_run : bool
        Only look at the sheet, and store nothing.
    sheet : str, optional
        Name of the sheet; see `read_sheet`.

    Returns
    -------
    ScenarioSheetReport
        What became of each scenario, and each cell that cannot be used.

    Raises
    ------
    UnreadableSheetError, ParameterError
        If the file cannot be read.
    SheetError
        If some cell cannot be used, unless the good ones are kept or it is a dry run; nothing is stored.
    ConflictError
        If others keep changing the same scenarios meanwhile; nothing is stored.
    """
    cells = read_sheet(content, sheet)
    for attempt in range(1, _ATTEMPTS + 1):
        findings = Findings(cells)
        subject = SheetSubject(document, shelf.documents())
        laid = lay_out(cells, subject, findings)
        if subject.subject.kind == "corridor" and len(laid.drafts) > MOST_OF_CORRIDOR:
            message = f"{len(laid.drafts):,} scenarios of a corridor"
            raise unreadable(message, f"up to {MOST_OF_CORRIDOR:,} in one sheet", "split the sheet")
        states = shelf.states(ids_of(laid.drafts))
        good = scenarios_of(laid.drafts, subject, states, findings, replace=replace, mark=cells.mark)
        if laid.header_row in findings.rows:
            good = []
        items = findings.items
        report = ScenarioSheetReport(
            subject=subject.subject,
            sheet=cells.name,
            layout=laid.layout,
            rows=laid.rows,
            dry_run=dry_run,
            scenarios=[],
            findings=items,
        )
        if dry_run:
            return report.model_copy(update={"scenarios": _foreseen(good, states)})
        if items and not keep_good:
            raise refused(items, laid.rows)
        try:
            return report.model_copy(update={"scenarios": _stored(good, states, shelf)})
        except ConflictError:
            # somebody else has changed one of them since it was looked at
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


def _stored(good: Sequence[Made], states: Mapping[str, DocumentState], shelf: Shelf) -> list[SheetScenario]:
    there = {key: state for key, state in states.items() if state.document is not None}
    expected: dict[str, ExpectedVersion] = {key: state.version for key, state in there.items()}
    stored = shelf.put_all([item.scenario for item in good], expected_versions=expected) if good else []
    return [
        _line(item, _outcome(there.get(item.scenario.id), found.version), found.version)
        for item, (found, _) in zip(good, stored, strict=True)
    ]


def _outcome(before: DocumentState | None, version: int) -> SheetOutcome:
    if before is None:
        return "created"
    return "unchanged" if before.version == version else "replaced"


def _foreseen(good: Sequence[Made], states: Mapping[str, DocumentState]) -> list[SheetScenario]:
    """Say what would become of scenarios."""
    lines = []
    for item in good:
        state = states.get(item.scenario.id)
        before = state.document if state is not None else None
        outcome: SheetOutcome = "created"
        if isinstance(before, Scenario):
            outcome = "unchanged" if _said(before) == _said(item.scenario) else "replaced"
        lines.append(_line(item, outcome, None))
    return lines


def _said(scenario: Scenario) -> dict[str, Any]:
    return {"schema_version": 1, **scenario.model_dump(mode="json", exclude_unset=True)}


def _line(item: Made, outcome: SheetOutcome, version: int | None) -> SheetScenario:
    scenario = item.scenario
    return SheetScenario(id=scenario.id, name=scenario.name, rows=item.draft.rows, outcome=outcome, version=version)
