"""Write the pages of docs/atlas/: each document that comes with hubcalc, with its results, inputs and evidence.

Run as ``python benchmarks/atlas.py [id ...]``. What stands under "Notes" on a page is kept: it is written by hand.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import hubcalc
import hubfixtures
from hubfixtures import Collection
from hubmodels import Corridor, HubBase, LineBase, Scenario
from hubmodels.paths import leaves

PAGES = Path(__file__).parents[1] / "docs" / "atlas"
NOTES = "## Notes\n"
DIGITS = 4
TITLES: dict[Collection, str] = {
    "hubs": "Hubs",
    "lines": "Lines",
    "corridors": "Corridors",
    "scenarios": "Scenarios",
}


def table(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Write a table."""
    head = list(names)
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(text(value) for value in row)} |"
    yield ""


def text(value: Any) -> str:
    """Write a cell: numbers with four digits that count."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.{DIGITS}g}" if abs(value) < 10**DIGITS else f"{value:,.0f}"
    return str(value).replace("|", "\\|").replace("\n", " ")


def results(document: HubBase) -> Iterator[str]:
    """Write what the analysis answers."""
    report = hubcalc.analyze(document).report
    found = report.results[0]
    yield f"## Results\n\n`hubcalc analyze {document.id}`, model version {report.model_version}.\n"
    yield from table(
        ("metric", "value", "low", "high", "unit", "verdict"),
        (
            (name, metric.value, metric.low, metric.high, metric.unit, verdict(metric.verdict))
            for name, metric in found.metrics.items()
        ),
    )
    yield from table(
        ("stage", "kind", "utilization", "wait [h]", "dwell [h]", "practical capacity [/day]", "verdict"),
        (
            (
                row.stage,
                row.kind,
                row.utilization,
                row.wait_mean_hours,
                row.dwell_mean_hours,
                row.practical_capacity_per_day,
                row.verdict.status,
            )
            for row in found.stations
        ),
    )
    if found.warnings:
        yield "\n".join(f"* {advice.message}" for advice in found.warnings) + "\n"


def verdict(said: Any) -> str:
    """Write a verdict in a word or two."""
    if said.half_width is not None:
        return f"simulated, ± {said.half_width:.2g}"
    if said.expected_error:
        return f"approximate, ± {said.expected_error:.1%}"
    return str(said.status)


def inputs(document: HubBase | Corridor) -> Iterator[str]:
    """Write the inputs that are not the model's own, each with its evidence."""
    known = leaves(document)
    yield "## Inputs and evidence\n"
    rows = []
    for path, evidence in document.evidence.items():
        leaf, spread = known[path], document.uncertainty.get(path)
        source = document.sources[evidence.source] if evidence.source else None
        named = "" if source is None else f"[{source.title}]({source.url})" if source.url else source.title
        ends = f"{text(spread.low)} to {text(spread.high)}" if spread else ""
        note = " ".join(part for part in (named, str(evidence.year or ""), evidence.note) if part)
        rows.append((f"`{path}`", leaf.value, ends, leaf.unit, evidence.basis, note))
    yield from table(("path", "value", "P10 to P90", "unit", "basis", "source and note"), rows)


def body(document: Any) -> Iterator[str]:
    """Write all of a page but its notes."""
    yield f"# {document.name}\n"
    yield f"`{document.id}`, {document.kind.replace('_', ' ')}.\n"
    if isinstance(document, Scenario) and document.question:
        yield f"*{document.question}*\n"
    yield f"{document.summary}\n"
    if isinstance(document, LineBase):
        yield f"From {document.begins_at} to {document.ends_at}, {text(document.length_km)} km.\n"
    if isinstance(document, Corridor):
        yield from _graph(document)
    if isinstance(document, Scenario):
        yield from _scenario(document)
    if isinstance(document, HubBase):
        yield from results(document)
    if isinstance(document, HubBase | Corridor) and document.evidence:
        yield from inputs(document)


def _graph(corridor: Corridor) -> Iterator[str]:
    yield "## Graph\n"
    yield from table(
        ("node", "hub", "flow"),
        ((key, f"[{node.hub}]({node.hub}.md)" if node.hub else "", node.flow) for key, node in corridor.nodes.items()),
    )
    yield from table(
        ("link", "from", "to", "line"),
        ((key, link.start, link.end, f"[{link.line}]({link.line}.md)") for key, link in corridor.links.items()),
    )
    yield from table(
        ("demand", "from", "to", "per day", "unit"),
        (
            (key, demand.origin, demand.destination, demand.per_day, demand.unit)
            for key, demand in corridor.demands.items()
        ),
    )


def _scenario(scenario: Scenario) -> Iterator[str]:
    yield f"Changes the {scenario.subject.kind} [{scenario.subject.id}]({scenario.subject.id}.md); "
    yield f"`hubcalc ask {scenario.id}` answers.\n"
    rows = []
    for path, value in scenario.overrides.items():
        evidence = scenario.evidence.get(path)
        source = scenario.sources[evidence.source].title if evidence and evidence.source else ""
        rows.append((f"`{path}`", value, evidence.basis if evidence else "", source, evidence.note if evidence else ""))
    if rows:
        yield from table(("path", "value", "basis", "source", "note"), rows)


def page(document: Any) -> str:
    """Write a page; its notes are kept."""
    path = PAGES / f"{document.id}.md"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    kept = before.partition(NOTES)[2].strip()
    notes = f"\n{NOTES}\n{kept}\n" if kept else ""
    return "\n".join(body(document)).rstrip() + "\n" + notes


def index() -> str:
    """Write the list of all pages."""
    lines = ["# Atlas", "", "Every document that comes with hubcalc. Each page is written by `make atlas`.", ""]
    for collection, title in TITLES.items():
        lines += [f"## {title}", ""]
        found = [hubfixtures.load(name, collection) for name in hubfixtures.names(collection)]
        lines += [*table(("id", "name", "kind"), ((f"[{d.id}]({d.id}.md)", d.name, d.kind) for d in found))]
    return "\n".join(lines)


def main(wanted: list[str]) -> None:
    """Write all pages, or those that are named."""
    PAGES.mkdir(exist_ok=True)
    for collection in TITLES:
        for name in hubfixtures.names(collection):
            if not wanted or name in wanted:
                (PAGES / f"{name}.md").write_text(page(hubfixtures.load(name, collection)), encoding="utf-8")
                print(name, flush=True)
    (PAGES / "index.md").write_text(index(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
