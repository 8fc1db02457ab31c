"""Corridors and scenarios in words."""

from hubcalc.cli.output import Column, table_text, text_width
from hubcalc.cli.plain import entered, plain, wrapped
from hubmodels import Corridor, Scenario


def describe_corridor(corridor: Corridor, version: str) -> str:
    """Sum up a corridor: its nodes, its links, its demands."""
    evidence = f"{len(corridor.evidence)} inputs with evidence from {len(corridor.sources)} sources"
    blocks = [
        plain(f"{corridor.name}\n{corridor.id}: corridor{version}"),
        wrapped(corridor.summary, text_width()) if corridor.summary else "",
        plain(f"flows are limited by {corridor.capacity} capacities"),
        "Nodes\n" + _nodes(corridor),
        "Links\n" + _links(corridor),
        "Demands\n" + _demands(corridor),
        f"{evidence}; all inputs, also of its hubs and lines: hubcalc paths {corridor.id}",
    ]
    return "\n\n".join(block for block in blocks if block)


def describe_scenario(scenario: Scenario, version: str) -> str:
    """Sum up a scenario: what it changes, and what it asks."""
    subject = scenario.subject
    base = f", on top of {scenario.base}" if scenario.base else ""
    overrides = [f"  {path} = {_values(given)}" for path, given in scenario.overrides.items()]
    asks = [f"  {ask.what}{f': {ask.title}' if ask.title else ''}" for ask in scenario.asks]
    blocks = [
        plain(f"{scenario.name}\n{scenario.id}: scenario of the {subject.kind} {subject.id}{base}{version}"),
        wrapped(scenario.question, text_width()) if scenario.question else "",
        wrapped(scenario.summary, text_width()) if scenario.summary else "",
        plain("Overrides\n" + "\n".join(overrides)) if overrides else "",
        plain("Asks\n" + "\n".join(asks)) if asks else "",
    ]
    return "\n\n".join(block for block in blocks if block)


def _nodes(corridor: Corridor) -> str:
    columns = [Column("node", whole=True), Column("hub", whole=True), Column("flow"), Column("label")]
    rows = [[key, node.hub or "-", node.flow or "-", node.label or "-"] for key, node in corridor.nodes.items()]
    return table_text(columns, rows)


def _links(corridor: Corridor) -> str:
    columns = [Column("link", whole=True), Column("line", whole=True), Column("from"), Column("to"), Column("flow")]
    rows = [[key, link.line, link.start, link.end, link.flow or "-"] for key, link in corridor.links.items()]
    return table_text(columns, rows)


def _demands(corridor: Corridor) -> str:
    columns = [
        Column("demand", whole=True),
        Column("from"),
        Column("to"),
        Column("per day", right=True),
        Column("unit"),
    ]
    rows = [
        [
            key + (" (main)" if key == corridor.main_demand else ""),
            *(demand.origin, demand.destination, entered(demand.per_day), demand.unit),
        ]
        for key, demand in corridor.demands.items()
    ]
    return table_text(columns, rows)


def _values(given: object) -> str:
    return ", ".join(map(str, given)) if isinstance(given, list | tuple) else str(given)
