"""The sheets of evidence: where each input comes from and how far it may be off, and the sources."""

from hubcalc.workbooks.made import ASSUMPTIONS, SOURCES, Made
from hubcalc.workbooks.model import Cell, Sheet, Style, heading, linked, text
from hubmodels.results import InputEvidence

_HEADER = 3
_HEADINGS = ("path", "value", "unit", "basis", "P10", "P90", "year", "source", "note")
_ROOM = 5
_WIDTHS = (14, 14, 12, 11, 11, 8, 44, 92)
_OF_SOURCES = ("id", "title", "year", "address", "inputs")


def assumptions_sheet(made: Made) -> Sheet:
    """Make the sheet of assumptions: a row for each input."""
    widths = (max(len(item.path) for item in made.report.evidence) + _ROOM, *_WIDTHS)
    sheet = Sheet(ASSUMPTIONS, widths, header=_HEADER, frozen_columns=1, color="#7F6000")
    sheet.add(text("Assumptions and evidence", "title"))
    sheet.add(
        text(
            "Where each input comes from. In four cases of five it lies between P10 and P90, as the document judges; "
            "other figures that sources give stand in the note.",
            "lead",
        )
    )
    sheet.add()
    sheet.add(*heading(*_HEADINGS))
    for item in made.report.evidence:
        _add(sheet, made, item)
    return sheet


def _add(sheet: Sheet, made: Made, item: InputEvidence) -> None:
    overridden = item.basis == "override"
    spread = None if overridden else made.document.uncertainty.get(item.path)
    sheet.add(
        text(item.path, "term"),
        text(made.value(item.path), "number"),
        text(item.unit),
        text(item.basis, "strong" if overridden else "text"),
        _bound(None if spread is None else spread.low),
        _bound(None if spread is None else spread.high),
        text(item.year),
        linked(item.source, item.url),
        text(_instead(made, item.path) if overridden else item.note),
    )


def _bound(value: float | None) -> Cell:
    return text(value, "number")


def _instead(made: Made, path: str) -> str:
    """Say what an override replaces."""
    known, evidence = made.documented.get(path), made.document.evidence.get(path)
    if known is None:
        return "It came with another choice of this analysis."
    note = f": {evidence.note}" if evidence is not None and evidence.note else ""
    basis = "default" if evidence is None else evidence.basis
    return f"Given for this analysis; the document has {known.value} ({basis}{note})"


def sources_sheet(made: Made) -> Sheet:
    """Make the sheet of sources: a row for each publication that the document names."""
    sheet = Sheet(SOURCES, (34, 90, 8, 80, 9), header=_HEADER, frozen_columns=1, color="#7F6000")
    sheet.add(text("Sources", "title"))
    sheet.add(text("Publications that inputs were taken or worked out from.", "lead"))
    sheet.add()
    sheet.add(*heading(*_OF_SOURCES))
    used = [evidence.source for evidence in made.document.evidence.values()]
    for source_id, source in made.document.sources.items():
        sheet.add(
            text(source_id, "term"),
            text(source.title),
            text(source.year),
            linked(source.url, source.url),
            Cell(used.count(source_id), Style("number")),
        )
    return sheet
