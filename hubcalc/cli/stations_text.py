"""The station table in text."""

from collections.abc import Iterator, Sequence

from hubcalc.cli.output import Column, table_text, text_width
from hubcalc.cli.plain import result, wrapped
from hubmodels.results import Quantity, ScenarioResult, StationResult


def station_table(scenario: ScenarioResult) -> str:
    """Set one row a stage."""
    columns = [
        *(Column("stage", whole=True), Column("limited by"), Column("util.\n[%]", right=True)),
        *(Column("wait\n[h]", right=True), Column("dwell\n[h]", right=True)),
        *(Column("practical\ncapacity\n[/day]", right=True), Column("verdict")),
    ]
    rows = [
        [
            *(station.stage, station.limit, result(station.utilization, "%")),
            *(result(station.wait_mean_hours), result(station.dwell_mean_hours)),
            *(result(station.practical_capacity_per_day), _verdict(station)),
        ]
        for station in scenario.stations
    ]
    return table_text(columns, rows)


def stations_in_detail(scenario: ScenarioResult) -> str:
    """Set the station table, and under it what is peculiar to each stage."""
    lines = [wrapped(text, text_width(), "", "  ") for station in scenario.stations for text in _details(station)]
    return "\n".join([station_table(scenario), "", *lines])


def growth(stations: Sequence[StationResult]) -> str:
    """Say what happens where there is no steady state."""
    grows = [f"{result(s.growth_per_day)} a day ({s.stage})" for s in stations if s.fewest_stable_servers is not None]
    return f"no steady state: grows by {', '.join(grows)}" if grows else "no steady state"


def _verdict(station: StationResult) -> str:
    return growth([station]).partition(" (")[0] if station.fewest_stable_servers is not None else station.verdict.status


def _details(station: StationResult) -> Iterator[str]:
    texts = [f"{result(station.arrivals_per_day)} arrive a day"]
    texts += [f"{name} {_quantity(name, quantity)}" for name, quantity in station.details.items()]
    yield f"{station.stage} ({station.kind.replace('_', ' ')}): {', '.join(texts)}"
    error = station.verdict.expected_error
    measured = f"expected error {result(error, '%')}%" if error else ""
    reasons = [text for text in (station.verdict.method, station.verdict.reason, measured) if text]
    yield "  " + "; ".join(reasons)
    if station.fewest_stable_servers is not None:
        yield f"  fewest that would be stable: {station.fewest_stable_servers} {station.limit}"


def _quantity(name: str, quantity: Quantity) -> str:
    if name.endswith("utilization") and quantity.unit == "1":
        return f"{result(quantity.value, '%')}%"
    return f"{result(quantity.value)} {quantity.unit}".removesuffix(" 1")
