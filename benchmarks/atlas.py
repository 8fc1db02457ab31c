"""Write the pages of docs/atlas/: each document that comes with hubcalc, with its results, inputs and evidence.

Run as ``python benchmarks/atlas.py [--keep-results] [id ...]``. What stands under "Notes" on a page is kept: it is
written by hand. With ``--keep-results`` the results are kept too, so that only inputs and evidence are renewed.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from atlas_map import corridor_picture

import hubcalc
import hubfixtures
from hubfixtures import Collection
from hubmodels import Corridor, HubBase, LineBase, Scenario
from hubmodels.corridor_results import TransitResult
from hubmodels.evidence import Source
from hubmodels.paths import leaves
from hubmodels.results import Verdict

PAGES = Path(__file__).parents[1] / "docs" / "atlas"
RESULTS = "## Results\n"
INPUTS = "## Inputs and evidence\n"
NOTES = "## Notes\n"
DIGITS = 4
LEAST = 1e-6
"""Results below this are roundings."""
TITLES: dict[Collection, str] = {
    "hubs": "Hubs",
    "lines": "Lines",
    "corridors": "Corridors",
    "scenarios": "Scenarios",
}
QUESTION = re.compile(r"q\d\d-.*")
"""Ids of the scenarios that docs/questions answers."""


def table(names: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Write a table; nothing if it has no rows."""
    head, body = list(names), list(rows)
    if not body:
        return
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in body:
        yield f"| {' | '.join(text(value) for value in row)} |"
    yield ""


def text(value: Any) -> str:
    """Write a cell: numbers with four digits that count."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).replace("|", "\\|").replace("\n", " ")
    if abs(value) >= 10**DIGITS:
        return f"{value:,.0f}"
    if abs(value) < LEAST:
        return "0"
    return str(value) if isinstance(value, int) else f"{value:.{DIGITS}g}"


def exact(value: Any) -> str:
    """Write an input as the document has it."""
    return f"{value:,.10g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def link(document_id: str, name: str = "") -> str:
    """Write a link to a page."""
    return f"[{name or document_id}]({document_id}.md)"


# What a page says


def head(document: Any) -> Iterator[str]:
    """Write what a document is, and which others use it."""
    yield f"# {document.name}\n"
    yield f"`{document.id}`, {document.kind.replace('_', ' ')}.\n"
    if isinstance(document, Scenario) and document.question:
        yield f"*{document.question}*\n"
    if document.summary:
        yield f"{document.summary}\n"
    if isinstance(document, LineBase):
        yield f"From {document.begins_at} to {document.ends_at}, {text(document.length_km)} km.\n"
    if isinstance(document, Corridor):
        yield from _graph(document)
    if isinstance(document, Scenario):
        yield from _scenario(document)
    used = users().get(document.id, [])
    if used:
        yield f"Used by {', '.join(link(user) for user in used)}.\n"


@cache
def users() -> dict[str, list[str]]:
    """Give the corridors and scenarios that name a document, by its id."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in hubfixtures.names("corridors"):
        corridor = hubfixtures.load(name, "corridors")
        named = [node.hub for node in corridor.nodes.values()] + [leg.line for leg in corridor.links.values()]
        for used in dict.fromkeys(named):
            if used:
                found[used].append(name)
    for name in hubfixtures.names("scenarios"):
        scenario = hubfixtures.load(name, "scenarios")
        asked = [scenario.subject, *(ask.of for ask in scenario.asks if ask.of)]
        for used in dict.fromkeys([subject.id for subject in asked] + ([scenario.base] if scenario.base else [])):
            found[used].append(name)
    return found


def _graph(corridor: Corridor) -> Iterator[str]:
    yield f"![Map]({corridor.id}.svg)\n"
    yield "## Graph\n"
    yield from table(
        ("demand", "from", "to", "per day", "unit", "value of time [USD/h]"),
        (
            (
                f"`{key}`" + (f" {demand.label}" if demand.label else ""),
                corridor.nodes[demand.origin].label or demand.origin,
                corridor.nodes[demand.destination].label or demand.destination,
                demand.per_day,
                demand.unit,
                demand.value_of_time_usd_per_hour,
            )
            for key, demand in corridor.demands.items()
        ),
    )
    yield from table(
        ("node", "name", "hub", "flow"),
        (
            (f"`{key}`", node.label, link(node.hub) if node.hub else "", node.flow)
            for key, node in corridor.nodes.items()
        ),
    )
    yield from table(
        ("link", "from", "to", "line", "flow", "enters"),
        ((f"`{key}`", leg.start, leg.end, link(leg.line), leg.flow, leg.enters) for key, leg in corridor.links.items()),
    )


def _scenario(scenario: Scenario) -> Iterator[str]:
    based = f", after the overrides of {link(scenario.base)}" if scenario.base else ""
    yield f"Changes the {scenario.subject.kind} {link(scenario.subject.id)}{based}. `hubcalc ask {scenario.id}` asks:\n"
    yield from table(
        ("what", "of", "part of the answer", "further overrides"),
        (
            (
                ask.what,
                link((ask.of or scenario.subject).id),
                ask.title,
                ", ".join(f"`{path}={_given(value)}`" for path, value in ask.overrides.items()),
            )
            for ask in scenario.asks
        ),
    )
    if QUESTION.fullmatch(scenario.id):
        yield f"The answer stands under [questions](../questions/{scenario.id[:3]}.md).\n"
    if scenario.overrides:
        yield "It sets:\n"
        rows = ((f"`{path}`", _given(value)) for path, value in scenario.overrides.items())
        yield from table(("path", "value"), rows)


def _given(value: Any) -> str:
    """Write the value of an override, or several."""
    return ", ".join(exact(one) for one in value) if isinstance(value, tuple) else exact(value)


# Results


def results(document: Any) -> Iterator[str]:
    """Write what the analysis answers."""
    if isinstance(document, HubBase):
        yield RESULTS
        yield from _hub_results(document)
    if isinstance(document, Corridor):
        yield RESULTS
        yield from _corridor_results(document)


def _hub_results(document: HubBase) -> Iterator[str]:
    report = hubcalc.analyze(document).report
    found = report.results[0]
    yield f"`hubcalc analyze {document.id}`, model version {report.model_version}.\n"
    yield from table(
        ("metric", "value", "range", "unit", "verdict"),
        (
            (
                f"`{name}`",
                metric.value,
                f"{text(metric.low)} to {text(metric.high)}" if metric.low is not None else "",
                metric.unit,
                verdict(metric.verdict),
            )
            for name, metric in found.metrics.items()
            if metric.value is not None or metric.verdict.status == "unstable"
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
    yield from _advice(found.warnings)


def _corridor_results(corridor: Corridor) -> Iterator[str]:
    report = hubcalc.transit(corridor, method="fast")
    found = report.results[0]
    flow = hubcalc.corridor_flow(corridor, method="fast").results[0]
    yield f"`hubcalc transit {corridor.id} --method fast`, model version {report.model_version}.\n"
    yield _times(corridor, found)
    yield from table(
        ("part", "document", "km", "mean [h]", "P90 [h]", "queue [h]", "price [USD]", "utilization"),
        (
            (
                f"`{leg.element}`",
                link(leg.document),
                leg.distance_km or None,
                leg.mean_hours,
                leg.p90_hours,
                leg.queue_hours,
                leg.cost_usd,
                leg.utilization,
            )
            for leg in found.legs
        ),
    )
    yield f"`hubcalc flow {corridor.id} --method fast` ({corridor.capacity} capacities).\n"
    multiple = "" if flow.largest_multiple is None else f"; all demands times {text(flow.largest_multiple)} would fit"
    yield f"{flow.served_share:.1%} of the demand is served{multiple}.\n"
    yield from table(
        ("bottleneck", "document", "flow", "capacity [/day]", "price [USD/unit]", "served once it limits no more"),
        (
            (
                f"`{step.element}`",
                link(step.document),
                step.flow,
                step.capacity_per_day,
                step.price_usd,
                f"{step.served_share_after:.1%}",
            )
            for step in flow.bottlenecks
        ),
    )
    yield from _advice([*found.warnings, *(one for one in flow.warnings if one not in found.warnings)])


def _times(corridor: Corridor, found: TransitResult) -> str:
    names = [corridor.nodes[key].label or key for key in (found.origin, found.destination)]
    whole = f"`{found.demand}` from {names[0]} to {names[1]}: {text(found.distance_km)} km, {text(found.cost_usd)} USD"
    time = found.time
    if time.mean_hours is None:
        return f"{whole}; no steady state: {time.verdict.reason}.\n"
    days = [hours / 24 for hours in (time.mean_hours, time.p50_hours or 0.0, time.p90_hours or 0.0)]
    said = "{:.1f} days in the mean, {:.1f} (P50), {:.1f} (P90)".format(*days)
    return f"{whole}; {said}; {verdict(time.verdict)}.\n"


def _advice(warnings: Iterable[Any]) -> Iterator[str]:
    said = [f"* {advice.message}" for advice in warnings]
    if said:
        yield "Warnings:\n"
        yield "\n".join(said) + "\n"


def verdict(said: Verdict) -> str:
    """Write a verdict in a word or two."""
    if said.half_width is not None:
        return f"simulated, ± {said.half_width:.2g}"
    if said.expected_error:
        return f"approximate, ± {said.expected_error:.1%}"
    return str(said.status)


# Inputs


def inputs(document: Any) -> Iterator[str]:
    """Write the inputs that are not the model's own, each with its evidence."""
    if not document.evidence:
        return
    yield INPUTS
    if isinstance(document, Scenario):
        values = {path: (_given(value), "") for path, value in _overridden(document).items()}
        ranges = {}
    else:
        values = {path: (exact(leaf.value), leaf.unit) for path, leaf in leaves(document).items()}
        ranges = document.uncertainty
    rows = []
    for path, evidence in document.evidence.items():
        value, unit = values[path]
        spread = ranges.get(path)
        source = document.sources[evidence.source] if evidence.source else None
        ends = f"{exact(spread.low)} to {exact(spread.high)}" if spread else ""
        note = " ".join(part for part in (_cited(source, evidence.year), evidence.note) if part)
        rows.append((f"`{path}`", value, ends, unit, evidence.basis, note))
    yield from table(("path", "value", "P10 to P90", "unit", "basis", "source and note"), rows)


def _overridden(scenario: Scenario) -> dict[str, Any]:
    found: dict[str, Any] = dict(scenario.overrides)
    for ask in scenario.asks:
        found |= ask.overrides
    return found


def _cited(source: Source | None, year: int | None) -> str:
    if source is None:
        return ""
    named = source.title.replace("[", "(").replace("]", ")")
    if source.url:
        named = f"[{named}]({source.url.replace('(', '%28').replace(')', '%29')})"
    return f"{named}, {year}." if year and str(year) not in source.title else f"{named}."


# Pages


def page(document: Any, keep_results: bool = False) -> str:
    """Write a page; its notes are kept, and its results if wanted."""
    path = PAGES / f"{document.id}.md"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    kept = before.partition(f"\n{NOTES}")[2].strip()
    found = section(before, RESULTS) if keep_results else "\n".join(results(document))
    parts = ["\n".join(head(document)), found, "\n".join(inputs(document)), f"{NOTES}\n{kept}" if kept else ""]
    return "\n".join(f"{part.rstrip()}\n" for part in parts if part.strip())


def section(written: str, title: str) -> str:
    """Give a section of a page with its title; empty if there is none."""
    found = re.search(rf"^{re.escape(title)}.*?(?=^## |\Z)", written, re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


def index() -> str:
    """Write the list of all pages."""
    lines = [
        "# Atlas\n",
        "Every document that comes with hubcalc: what it is, what the analysis answers, its inputs and their\n"
        "evidence, and what is not in it. `make atlas` writes the pages; their notes are written by hand. Where\n"
        "sources contradict each other, both figures are kept: [conflicts](conflicts.md) lists them. How lines are\n"
        "made of what is known is told under [lines](lines.md), how they make corridors under\n"
        "[corridors](../corridors.md).\n",
    ]
    for collection, title in TITLES.items():
        found = [hubfixtures.load(name, collection) for name in hubfixtures.names(collection)]
        lines += [f"## {title}\n", *table(("page", "id", "kind"), (_row(one) for one in found))]
    return "\n".join(lines)


def _row(document: Any) -> tuple[str, ...]:
    return link(document.id, document.name), f"`{document.id}`", document.kind.replace("_", " ")


def main(given: list[str]) -> None:
    """Write all pages, or those that are named."""
    keep = "--keep-results" in given
    wanted = [name for name in given if name != "--keep-results"]
    PAGES.mkdir(exist_ok=True)
    for collection in TITLES:
        for name in hubfixtures.names(collection):
            if wanted and name not in wanted:
                continue
            document = hubfixtures.load(name, collection)
            (PAGES / f"{name}.md").write_text(page(document, keep), encoding="utf-8")
            if isinstance(document, Corridor):
                (PAGES / f"{name}.svg").write_text(corridor_picture(document), encoding="utf-8")
            print(name, flush=True)
    (PAGES / "index.md").write_text(index(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
