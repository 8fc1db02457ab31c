"""Documents and their inputs in words."""

from collections.abc import Iterator, Sequence
from typing import Any

from hubcalc.cli.describe_networks import describe_corridor, describe_scenario
from hubcalc.cli.output import Column, table_text, text_width
from hubcalc.cli.plain import entered, plain, with_unit, wrapped
from hubcalc.cli.sources import Found, Item
from hubmodels import Contents, Corridor, Flow, HubBase, LineBase, Scenario
from hubmodels.paths import leaves


def describe(found: Found) -> str:
    """Sum up a document: what it is, and what stands in it."""
    document = found.document
    version = f", version {found.version}" if found.version else ""
    if isinstance(document, Corridor):
        return describe_corridor(document, version)
    if isinstance(document, Scenario):
        return describe_scenario(document, version)
    return _describe_hub(document, version)


def _describe_hub(hub: Any, version: str) -> str:
    """Sum up a hub or a line: its flows with their routes, its stages, its targets."""
    opening = f"open {entered(hub.opening.hours_per_day)} h a day, {hub.opening.days_per_week} days a week"
    holidays = f", {len(hub.opening.holidays)} holidays" if hub.opening.holidays else ""
    blocks = [
        plain(f"{hub.name}\n{hub.id}: {hub.kind.replace('_', ' ')}{_place(hub)}{version}"),
        wrapped(hub.summary, text_width()) if hub.summary else "",
        plain(f"{opening}{holidays} ({hub.opening.time_zone})"),
        "Flows\n" + _flows(hub),
        "Stages\n" + "\n".join(_stages(hub)),
        "Targets\n" + _inputs(hub, "targets."),
        f"{len(hub.evidence)} inputs with evidence from {len(hub.sources)} sources; all inputs: hubcalc paths {hub.id}",
    ]
    return "\n\n".join(block for block in blocks if block)


def _place(hub: Any) -> str:
    """Say where a hub is, or from where to where a line goes."""
    countries = f" in {', '.join(hub.countries)}" if hub.countries else ""
    if not isinstance(hub, LineBase):
        return countries
    return f" from {hub.begins_at} to {hub.ends_at}{countries}, {entered(hub.length_km)} km"


def catalogue(items: Sequence[Item]) -> str:
    """List inputs: path, value, unit and basis in one line, what is allowed and the source below it."""
    width = text_width()
    return "\n".join(line for item in items for line in _entry(item, width))


def _entry(item: Item, width: int) -> Iterator[str]:
    yield plain(f"{item['path']} = {with_unit(item['value'], item['unit'])}  [{item['basis']}]")
    allowed = str(item["allowed"]).removesuffix(f" [{item['unit']}]")
    yield wrapped(allowed, width, "    ", "      ")
    if item["source"]:
        year = f" ({item['year']})" if item["year"] else ""
        yield wrapped(f"source: {item['source']}{year}", width, "    ", "      ")


def _flows(hub: HubBase) -> str:
    columns = [
        Column("flow", whole=True),
        Column("per day", right=True),
        Column("unit"),
        Column("contents"),
        Column("route"),
    ]
    rows = [
        [
            flow_id + (" (main)" if flow_id == hub.main_flow else ""),
            entered(flow.per_day),
            flow.unit,
            _contents(flow.contents),
            " > ".join(flow.stages),
        ]
        for flow_id, flow in _main_first(hub)
    ]
    return table_text(columns, rows)


def _main_first(hub: HubBase) -> list[tuple[str, Flow]]:
    return sorted(hub.flows.items(), key=lambda item: item[0] != hub.main_flow)


def _contents(contents: Contents | None) -> str:
    return "-" if contents is None else f"{entered(contents.mean)} {contents.unit}"


def _stages(hub: HubBase) -> Iterator[str]:
    for stage_id, stage in hub.stages.items():
        yield plain(f"{stage_id} ({stage.kind.replace('_', ' ')})")
        yield _inputs(hub, f"stages.{stage_id}.")


def _inputs(hub: HubBase, prefix: str) -> str:
    inputs = [
        f"{path.removeprefix(prefix)} {with_unit(leaf.value, leaf.unit if leaf.unit not in path else '')}"
        for path, leaf in leaves(hub).items()
        if path.startswith(prefix) and leaf.value is not None
    ]
    return wrapped(", ".join(inputs), text_width(), "  ")
