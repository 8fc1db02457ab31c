import math

import pytest

from hubcalc.documents import DOCUMENT_KINDS
from hubcalc.errors import NotFoundError, Problem

PLACE = {"latitude_deg": 44, "longitude_deg": 80}


class Library:
    """Hubs and lines of a test."""

    def __init__(self, *documents):
        self.hubs = {d["id"]: DOCUMENT_KINDS["hubs"].parse(d) for d in documents if "begins_at" not in d}
        self.lines = {d["id"]: DOCUMENT_KINDS["lines"].parse(d) for d in documents if "begins_at" in d}

    def hub(self, hub_id):
        return _found(self.hubs, hub_id, "hub")

    def line(self, line_id):
        return _found(self.lines, line_id, "line")

    def corridor(self, corridor_id):
        raise NotFoundError.of(Problem("no such corridor", given=corridor_id))


def _found(known, name, noun):
    if name not in known:
        hint = f"did you mean {next(iter(known))!r}?" if known else ""
        raise NotFoundError.of(Problem(f"no such {noun}", given=name, allowed=", ".join(known), hint=hint))
    return known[name]


def hub(name, stages, *, per_day=12.0, unit="train", kind="dry_port", price=0.0, priced="truck", flows=None, **fields):
    """Write a hub; its flow goes through all stages in order."""
    flow = {"unit": unit, "per_day": per_day, "route": list(stages), **fields.pop("flow", {})}
    border = {"mode": "road", "country_from": "CN", "country_to": "KZ"}
    return {
        "kind": kind,
        "id": name,
        "name": name,
        **(border if kind == "border_crossing" else {"country": "KZ"}),
        "location": PLACE,
        "opening": {"time_zone": "Asia/Almaty"},
        "flows": flows or {"main": flow},
        "main_flow": "main",
        "stages": stages,
        "prices": {priced: {"usd": price}} if price else {},
        **fields,
    }


def desk(minutes, servers=1, law="exponential", **fields):
    return {
        "kind": "service",
        "servers": servers,
        "service_time": {"law": law, "mean_minutes": minutes},
        "practical_utilization": 0.8,
        **fields,
    }


def line(name, km, speed=50.0, *, stages=None, per_day=5.0, unit="train", kind="road", price=0.0, priced="truck", **f):
    """Write a line of one run, or of the stages given."""
    stages = stages or {"run": {"kind": "run", "length_km": km, "speed_km_per_hour": speed, **f.pop("run", {})}}
    flow = {"unit": unit, "per_day": per_day, "route": list(stages), **f.pop("flow", {})}
    return {
        "kind": kind,
        "id": name,
        "name": name,
        "begins_at": "here",
        "ends_at": "there",
        "location": PLACE,
        "end_location": PLACE,
        "length_km": km,
        "opening": {"time_zone": "Asia/Almaty"},
        "flows": {"main": flow},
        "main_flow": "main",
        "stages": stages,
        "prices": {priced: {"usd": price}} if price else {},
        **f,
    }


def corridor(nodes, links, demands, **fields):
    return {
        "kind": "corridor",
        "id": "some-corridor",
        "name": "Some corridor",
        "nodes": nodes,
        "links": {key: {"line": line_id, "start": a, "end": b, **more} for key, (line_id, a, b, more) in links.items()},
        "demands": demands,
        "main_demand": next(iter(demands)),
        **fields,
    }


def demand(origin, destination, per_day=4.0, unit="truck", value=1.0, **fields):
    return {
        "origin": origin,
        "destination": destination,
        "unit": unit,
        "per_day": per_day,
        "value_of_time_usd_per_hour": value,
        **fields,
    }


def check_numbers(report):
    """Assert that a report holds no NaN, no infinity and no -0.0, and that it survives its JSON."""
    wrong = list(_wrong(report.model_dump()))
    assert wrong == []
    assert type(report).model_validate_json(report.model_dump_json()) == report


def _wrong(value, place=""):
    if isinstance(value, float):
        if not math.isfinite(value) or (value == 0 and math.copysign(1, value) < 0):
            yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _wrong(item, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            yield from _wrong(item, f"{place}[{i}]")


class Toolbox:
    """What the tests of corridors write documents with."""

    Library = Library
    hub = staticmethod(hub)
    desk = staticmethod(desk)
    line = staticmethod(line)
    corridor = staticmethod(corridor)
    demand = staticmethod(demand)
    check_numbers = staticmethod(check_numbers)


@pytest.fixture(scope="session")
def write():
    """Return the writers of documents."""
    return Toolbox


@pytest.fixture(scope="session")
def chain(write):
    """Return a corridor of two hubs and a line between, with what it is found in.

    Times: M/M/1 at 12 a day of half an hour (rate 2 - 0.5 = 1.5/h), a run of 10 h, M/M/1 at 6 a day of 2 h (0.5 - 0.25
    = 0.25/h), all independent.
    """
    library = write.Library(
        write.hub("first", {"desk": write.desk(30)}, unit="truck", price=20.0),
        write.hub("second", {"desk": write.desk(120)}, per_day=6.0, unit="truck", price=30.0, kind="border_crossing"),
        write.line("road", 500.0, unit="truck", price=50.0),
    )
    document = write.corridor(
        {"a": {"hub": "first"}, "b": {"hub": "second"}},
        {"ab": ("road", "a", "b", {})},
        {"goods": write.demand("a", "b", deadline_hours=20.0, tonnes_per_unit=10.0)},
    )
    return document, library


@pytest.fixture(scope="session")
def two_roads(write):
    """Return a corridor from a to c by a cheap way over a hub at b, or an expensive direct one."""
    library = write.Library(
        write.hub("gate", {"desk": write.desk(120)}, per_day=6.0, unit="truck", price=10.0),
        write.line("near", 250.0, unit="truck", price=20.0),
        write.line("far", 1000.0, unit="truck", price=100.0),
    )
    document = write.corridor(
        {"a": {}, "b": {"hub": "gate"}, "c": {}},
        {"ab": ("near", "a", "b", {}), "bc": ("near", "b", "c", {}), "ac": ("far", "a", "c", {})},
        {"goods": write.demand("a", "c", 20.0, value=2.0, tonnes_per_unit=10.0)},
    )
    return document, library
