"""Stacked bars along a way: where the time goes, and where the greenhouse gases come from."""

from hubcalc.charts.base import BAR_HEIGHT, WIDTH, Records, Rows, Spec, in_order, joined, place, quantity

_TIMES = {
    "service_hours": "moved or handled",
    "queue_hours": "waiting in line",
    "synchronization_hours": "gathering a load",
    "closure_hours": "closed",
    "quota_hours": "quota",
}
_GASES = ("from the tank to the wheel", "making the fuel or the current")


def times(title: str, table: Rows) -> Spec | None:
    """Show where the time of each leg goes."""
    records: Records = []
    legs = [place(str(element)) for element in table.values("element")]
    for column, share in _TIMES.items():
        for leg, hours in zip(legs, table.numbers(column), strict=True):
            if hours is not None:
                records.append({"leg": leg, "share": share, "hours": hours})
    used = {str(item["share"]) for item in records if item["hours"]}
    records = [item for item in records if item["share"] in used or item["share"] == _TIMES["service_hours"]]
    return _stacked(title, records, legs, [s for s in _TIMES.values() if s in used], ("hours", "Mean time [h]"))


def gases(title: str, table: Rows) -> Spec | None:
    """Show the greenhouse gases of each leg, those of moving and those of what is burnt to make it move."""
    legs = [place(str(element)) for element in table.values("element")]
    records: Records = []
    wheels, tanks = table.numbers("well_to_wheel_kg"), table.numbers("tank_to_wheel_kg")
    for leg, whole, direct in zip(legs, wheels, tanks, strict=True):
        if whole is not None and direct is not None:
            records.append({"leg": leg, "share": _GASES[0], "kilograms": direct})
            records.append({"leg": leg, "share": _GASES[1], "kilograms": whole - direct})
    return _stacked(title, records, legs, list(_GASES), ("kilograms", "CO2e of one unit [kg]"))


def _stacked(title: str, records: Records, legs: list[str], shares: list[str], measure: tuple[str, str]) -> Spec | None:
    if not records or not shares:
        return None
    for item in records:
        item["order"] = shares.index(str(item["share"])) if item["share"] in shares else len(shares)
    field, axis = measure
    body: Spec = {
        "width": WIDTH,
        "height": len(set(legs)) * BAR_HEIGHT,
        "mark": {"type": "bar"},
        "encoding": {
            "y": in_order("leg", None, legs),
            "x": {**quantity(field, axis), "aggregate": "sum", "stack": "zero"},
            "color": {
                "field": "share",
                "type": "nominal",
                "sort": shares,
                "legend": {"title": None, "orient": "bottom"},
            },
            "order": {"field": "order", "type": "quantitative"},
        },
    }
    return joined(title, records, body, subtitle="from the origin, at the top, to the destination")
