"""Lists of the answers about corridors as text tables: which fields they show, and how."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

from hubcalc.cli.output import Column, table_text
from hubcalc.cli.plain import entered, result, standing
from hubmodels.corridor_results import CorridorResult, TransitLeg

Manner = Literal["text", "number", "%", "thousands", "verdict", "way"]
_THOUSAND = 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One column: its title, what it shows (a field, dotted where it lies deeper), and how that is written."""

    title: str
    field: str | Callable[[Any], float | None]
    manner: Manner = "number"

    @property
    def column(self) -> Column:
        """How it stands in the table."""
        return Column(self.title, right=self.manner in ("number", "%", "thousands"), whole=self.manner == "verdict")

    def cell(self, item: Any) -> str:
        """Write the value that an item has."""
        value: Any = attrgetter(self.field)(item) if isinstance(self.field, str) else self.field(item)
        if value is None:
            return "-"
        if self.manner == "verdict":
            return standing(value)
        if self.manner == "way":
            return " > ".join(map(place, value))
        if self.manner == "text":
            return place(str(value))
        return result(value / _THOUSAND) if self.manner == "thousands" else result(value, self.manner)


def place(element: str) -> str:
    """Name a place of a corridor without the group that it is in.

    >>> place("nodes.khorgos-gateway"), place("links.sea"), place("rail")
    ('khorgos-gateway', 'sea', 'rail')
    """
    return element.removeprefix("nodes.").removeprefix("links.")


def shown_table(columns: Sequence[Shown], items: Sequence[Any]) -> str:
    """Set a list, one row an item."""
    return table_text([shown.column for shown in columns], [[shown.cell(item) for shown in columns] for item in items])


def compared(columns: Sequence[Shown], results: Sequence[CorridorResult]) -> str:
    """Set one row a scenario, behind what was changed in it."""
    paths = list(dict.fromkeys(path for found in results for path in found.overrides))
    changed = [Column(path.replace(".", ".\n"), right=True) for path in paths]
    rows = [
        [*(entered(found.overrides.get(path)) for path in paths), *(shown.cell(found) for shown in columns)]
        for found in results
    ]
    return table_text([*changed, *(shown.column for shown in columns)], rows)


def _waits(leg: TransitLeg) -> float | None:
    """Give the part of the time in which nothing is done: all but the service."""
    if leg.mean_hours is None or leg.service_hours is None:
        return None
    return max(leg.mean_hours - leg.service_hours, 0.0)


_TIME = (
    *(Shown("mean\n[h]", "time.mean_hours"), Shown("P50\n[h]", "time.p50_hours"), Shown("P90\n[h]", "time.p90_hours")),
    *(Shown("P95\n[h]", "time.p95_hours"), Shown("buffer\nindex", "reliability.buffer_index", "%")),
)
_PASSING = (
    *(Shown("place", "element", "text"), Shown("of", "unit", "text"), Shown("here\n[/day]", "flow_per_day")),
    *(Shown("others\n[/day]", "other_per_day"), Shown("capacity\n[/day]", "capacity_per_day")),
)
_SERVED = (
    *(Shown("demand", "demand", "text"), Shown("of", "unit", "text"), Shown("asked\n[/day]", "asked_per_day")),
    *(Shown("served\n[/day]", "served_per_day"), Shown("mean\n[h]", "mean_hours")),
    *(Shown("price\n[USD]", "cost_usd_per_unit"), Shown("ways", "ways")),
)
_WAYS = (
    *(Shown("demand", "demand", "text"), Shown("[/day]", "flow_per_day"), Shown("mean\n[h]", "mean_hours")),
    *(Shown("price\n[USD]", "cost_usd"), Shown("way", "elements", "way")),
)
TABLES: dict[tuple[str, str], tuple[Shown, ...]] = {
    ("transit", "legs"): (
        *(Shown("place", "element", "text"), Shown("[km]", "distance_km"), Shown("mean\n[h]", "mean_hours")),
        *(Shown("P90\n[h]", "p90_hours"), Shown("waits\n[h]", _waits)),
        *(Shown("var.\n[%]", "variance_share", "%"), Shown("price\n[USD]", "cost_usd")),
        *(Shown("util.\n[%]", "utilization", "%"), Shown("verdict", "verdict", "verdict")),
    ),
    ("transit", "alternatives"): (
        *(Shown("rank", "rank"), Shown("[km]", "distance_km"), Shown("mean\n[h]", "mean_hours")),
        *(Shown("price\n[USD]", "cost_usd"), Shown("with time\n[USD]", "generalized_cost_usd")),
        Shown("way", "elements", "way"),
    ),
    ("transit", "summary"): (
        *(Shown("[km]", "distance_km"), Shown("price\n[USD]", "cost_usd"), *_TIME),
        *(Shown("late\n[%]", "reliability.late_share", "%"), Shown("verdict", "time.verdict", "verdict")),
    ),
    ("flow", "elements"): (
        *_PASSING,
        *(Shown("util.\n[%]", "utilization", "%"), Shown("worth\n[USD]", "price_usd")),
    ),
    ("flow", "demands"): _SERVED,
    ("flow", "bottlenecks"): (
        *(Shown("rank", "rank"), Shown("place", "element", "text"), Shown("document", "document", "text")),
        *(Shown("capacity\n[/day]", "capacity_per_day"), Shown("worth\n[USD]", "price_usd")),
        *(
            Shown("then served\n[%]", "served_share_after", "%"),
            Shown("saved\n[kUSD/day]", "saved_usd_per_day", "thousands"),
        ),
    ),
    ("flow", "ways"): _WAYS,
    ("flow", "summary"): (
        *(Shown("served\n[%]", "served_share", "%"), Shown("cost\n[kUSD/day]", "cost_usd_per_day", "thousands")),
        *(Shown("fits\ntimes", "largest_multiple"), Shown("verdict", "verdict", "verdict")),
    ),
    ("equilibrium", "elements"): (
        *_PASSING[:3],
        *(Shown("at the\noptimum", "optimum_flow_per_day"), Shown("util.\n[%]", "utilization", "%")),
        *(Shown("mean\n[h]", "mean_hours"), Shown("free\n[h]", "free_hours")),
    ),
    ("equilibrium", "demands"): _SERVED,
    ("equilibrium", "ways"): _WAYS,
    ("equilibrium", "summary"): (
        *(Shown("time of all\n[h/day]", "total_hours_per_day"), Shown("at the\noptimum", "optimum_hours_per_day")),
        *(Shown("cost\n[kUSD/day]", "total_usd_per_day", "thousands"), Shown("over the\nleast", "price_of_anarchy")),
        *(Shown("gap", "relative_gap"), Shown("verdict", "verdict", "verdict")),
    ),
    ("resilience", "outages"): (
        *(Shown("without", "lost", "way"), Shown("served\n[%]", "served_share", "%")),
        *(
            Shown("added\n[h]", "added_hours"),
            Shown("loss\n[kUSD/day]", "total_usd_per_day", "thousands"),
            Shown("worst demand", "worst_demand", "text"),
        ),
        Shown("served\n[%]", "worst_served_share", "%"),
    ),
    ("resilience", "summary"): (
        *(Shown("served\n[%]", "base_served_share", "%"), Shown("cost\n[kUSD/day]", "base_usd_per_day", "thousands")),
        Shown("verdict", "verdict", "verdict"),
    ),
    ("tcd", "points"): (
        *(Shown("place", "element", "text"), Shown("mode", "mode", "text"), Shown("[km]", "distance_km")),
        *(Shown("mean\n[h]", "hours"), Shown("P90\n[h]", "hours_p90"), Shown("price\n[USD]", "cost_usd")),
    ),
    ("tcd", "indicators"): (
        *(Shown("indicator", "indicator", "text"), Shown("value", "value"), Shown("unit", "unit", "text")),
        *(Shown("verdict", "verdict", "verdict"), Shown("meaning", "meaning", "text")),
    ),
    ("tcd", "summary"): (Shown("demand", "demand", "text"), Shown("of", "unit", "text")),
    ("emissions", "legs"): (
        *(Shown("place", "element", "text"), Shown("[km]", "distance_km"), Shown("factor", "factor", "text")),
        *(Shown("well to\nwheel\n[kg]", "well_to_wheel_kg"), Shown("tank to\nwheel\n[kg]", "tank_to_wheel_kg")),
        Shown("basis", "basis", "text"),
    ),
    ("emissions", "summary"): (
        *(Shown("[km]", "distance_km"), Shown("well to\nwheel\n[kg]", "well_to_wheel_kg")),
        *(Shown("tank to\nwheel\n[kg]", "tank_to_wheel_kg"), Shown("[g/tkm]", "well_to_wheel_grams_per_tonne_km")),
        *(Shown("[t/year]", "tonnes_per_year"), Shown("verdict", "verdict", "verdict")),
    ),
    ("storms", "months"): (
        *(Shown("month", "month", "text"), Shown("closed\n[%]", "closed_share", "%")),
        *(
            Shown("longest closure\nP50 [h]", "longest_closure_p50_hours"),
            Shown("P90\n[h]", "longest_closure_p90_hours"),
        ),
        *(Shown("mean\nwait [h]", "wait_mean_hours"), Shown("P90\n[h]", "wait_p90_hours")),
        Shown("longest wait\nP90 [h]", "longest_wait_p90_hours"),
    ),
    ("storms", "summary"): (
        *(Shown("place", "element", "text"), Shown("come\n[/day]", "arrivals_per_day")),
        *(Shown("capacity\n[/day]", "capacity_per_day"), Shown("needed\n[/day]", "least_capacity_per_day")),
        *(Shown("vessels", "vessels"), Shown("needed", "fewest_vessels"), Shown("verdict", "verdict", "verdict")),
    ),
}
"""Columns by question and view."""
