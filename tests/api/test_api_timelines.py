"""GET …/curve, …/day, …/clearing and …/recovery: one scenario each, in every format, cached as the analysis is."""

import csv
import io
import sys
from typing import get_args
from xml.etree import ElementTree

import pytest

from hubcalc import capacity_curve, clearing, day_profile, recovery
from hubcalc.queueing import DayMethod
from hubcalc.tables.timelines import DAY_METHODS
from hubcalc.version import MODEL_VERSION

KHORGOS = "/v1/hubs/khorgos-gateway"
CRANES = "stages.front.cranes=4"
QUERIES = {
    "curve": f"points=3&{CRANES}",
    "day": f"method=fluid&{CRANES}",
    "clearing": f"queue=30&{CRANES}",
    "recovery": f"closed_hours=72&{CRANES}",
}
GIVEN = {"stages.front.cranes": 4}


def rows(response):
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


def url(name, more=""):
    return f"{KHORGOS}/{name}?{QUERIES[name]}{more}"


def trains_per_day(reader):
    """Trains of both ways, which the front works."""
    flows = reader.get(KHORGOS).json()["flows"]
    return flows["westbound"]["per_day"] + flows["eastbound"]["per_day"]


def in_process(name):
    return {
        "curve": lambda: capacity_curve("khorgos-gateway", 3, GIVEN),
        "day": lambda: day_profile("khorgos-gateway", GIVEN, method="fluid"),
        "clearing": lambda: clearing("khorgos-gateway", 30, overrides=GIVEN),
        "recovery": lambda: recovery("khorgos-gateway", 72, overrides=GIVEN),
    }[name]()


@pytest.mark.parametrize("name", QUERIES)
def test_the_answer_is_that_of_the_function(reader, checker, name):
    before = checker.checked
    answer = reader.get(url(name)).json()
    assert checker.checked == before + 1
    assert answer["hub"].pop("version") == 1
    expected = in_process(name).model_dump(mode="json")
    expected["hub"].pop("version")
    assert answer == expected
    assert answer["overrides"] == GIVEN


def test_the_curve_as_tables(reader):
    curve = capacity_curve("khorgos-gateway", 3, GIVEN)
    table = rows(reader.get(url("curve", "&format=csv")))
    assert [float(row["flow_per_day [units/day]"]) for row in table] == [point.flow_per_day for point in curve.points]
    assert [float(row["dwell_p90_hours [h]"]) for row in table] == [point.dwell_p90_hours for point in curve.points]
    assert {row["verdict"] for row in table} == {"approximate"}
    levels = rows(reader.get(url("curve", "&format=csv&view=levels")))
    assert [float(row["wait_over_service [1]"]) for row in levels] == [
        level.wait_over_service for level in curve.levels
    ]


def test_the_curve_ends_at_nearly_the_theoretical_capacity(reader):
    cell = float(reader.get(f"{KHORGOS}/analysis/theoretical_capacity_per_day?{CRANES}").text)
    last = reader.get(url("curve")).json()["points"][-1]
    assert last["flow_per_day"] == pytest.approx(0.98 * cell, rel=1e-9)


def test_one_flow_may_grow_alone(reader):
    curve = reader.get(f"{KHORGOS}/curve?points=2&scale=trucks&method=fast").json()
    assert (curve["scale"], curve["unit"]) == ("trucks", "truck")


def test_the_day_as_tables(reader):
    hours = rows(reader.get(url("day", "&format=csv")))
    assert [int(row["hour [h]"]) for row in hours if row["stage"] == "front"] == list(range(24))
    arrivals = [float(row["arrivals_per_hour [units/h]"]) for row in hours if row["stage"] == "front"]
    assert sum(arrivals) == pytest.approx(trains_per_day(reader), rel=1e-6)
    stages = rows(reader.get(url("day", "&format=csv&view=stages")))
    assert [row["stage"] for row in stages] == list(dict.fromkeys(row["stage"] for row in hours))


def test_a_line_clears_as_arithmetic_says(reader):
    (row,) = rows(reader.get(f"{KHORGOS}/clearing.csv?queue=30&stage=front"))
    spare = float(row["capacity_per_day [units/day]"]) - float(row["arrivals_per_day [units/day]"])
    assert float(row["cleared_after_hours [h]"]) == pytest.approx(24 * 30 / spare, rel=1e-6)


def test_a_line_that_never_clears(reader):
    answer = reader.get(f"{KHORGOS}/clearing?queue=30&flow.per_day=40").json()
    assert answer["cleared_after_hours"] is None
    assert answer["growth_per_day"] > 0
    assert answer["verdict"]["status"] == "unstable"
    (row,) = rows(reader.get(f"{KHORGOS}/clearing.csv?queue=30&flow.per_day=40"))
    assert (row["cleared_after_hours [h]"], row["verdict"]) == ("", "unstable")


def test_a_closure_leaves_what_came_meanwhile(reader):
    (row,) = rows(reader.get(f"{KHORGOS}/recovery.csv?closed_hours=72&stage=front"))
    assert float(row["backlog [units]"]) == pytest.approx(3 * trains_per_day(reader), rel=1e-6)


@pytest.mark.parametrize("name", QUERIES)
def test_every_format(reader, name):
    table = rows(reader.get(url(name, "&format=csv")))
    stem, _, query = url(name).partition("?")
    assert rows(reader.get(f"{stem}.csv?{query}")) == table
    assert len(reader.get(f"{stem}.tsv?{query}").text.splitlines()) == len(table) + 1
    assert len(reader.get(f"{stem}.txt?{query}").text.splitlines()) == len(table) + 1
    xml = ElementTree.fromstring(reader.get(f"{stem}.xml?{query}").content)
    assert [len(row) for row in xml] == [len(table[0])] * len(table)


@pytest.mark.parametrize("name", QUERIES)
def test_caching_and_head(reader, name):
    first = reader.get(url(name))
    etag = first.headers["etag"]
    assert reader.get(url(name), headers={"If-None-Match": etag}).status_code == 304
    assert reader.get(url(name, "&format=csv")).headers["etag"] != etag
    assert reader.get(url(name).replace("cranes=4", "cranes=5")).headers["etag"] != etag
    head = reader.head(url(name))
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", etag)
    assert first.headers["cache-control"] == "no-cache"
    for_ever = reader.get(url(name, f"&version=1&model_version={MODEL_VERSION}"))
    assert for_ever.headers["cache-control"].endswith("immutable")
    assert for_ever.json() == first.json()


@pytest.mark.slow
@pytest.mark.parametrize("name", QUERIES)
def test_a_changed_document_has_another_answer(writer, name):
    first = writer.get(url(name))
    patch = {"flows": {"westbound": {"per_day": 9}}}
    assert writer.patch(KHORGOS, json=patch, headers={"If-Match": "*"}).status_code == 200
    second = writer.get(url(name))
    assert second.headers["etag"] != first.headers["etag"]
    assert second.json()["hub"]["version"] == 2
    assert writer.get(url(name, "&version=1")).json() == first.json()


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ("&stages.gate.lanes=2,3", "invalid_parameter", "here one value is taken"),
        ("&flow.per_day=10,12", "invalid_parameter", "here one value is taken"),
        ("&stages.gate.lanes=2..3", "invalid_parameter", "here one value is taken"),
        ("&stages.gate.lane=2", "unknown_path", "did you mean stages.gate.lanes?"),
        ("&stages.gate.lanes=0", "invalid_override", "from 1"),
        ("&stages.gate.lane=", "unknown_path", "did you mean"),
        ("&fields=utilization", "invalid_parameter", "says nothing in json"),
        ("&version=0", "invalid_parameter", "from 1"),
        ("&format=pdf", "invalid_parameter", "not one of the choices"),
    ],
)
def test_bad_parameters_of_all(reader, name, more, code, said):
    response = reader.get(url(name, more))
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert said in response.text


@pytest.mark.parametrize(
    ("query", "parameter", "said"),
    [
        ("curve?points=1", "points", "from 2 to 200"),
        ("curve?points=201", "points", "from 2 to 200"),
        ("curve?points=many", "points", "from 2 to 200"),
        ("curve?scale=nothing", "scale", "westbound"),
        ("curve?method=magic", "method", "auto"),
        ("curve.csv?view=hours", "view", "points, levels"),
        ("curve?view=points", "view", "JSON has all views"),
        ("day?method=fast", "method", "birth_death"),
        ("day.csv?view=points", "view", "hours, stages"),
        ("clearing", "queue", "must be given"),
        ("clearing?queue=", "queue", "must be given"),
        ("clearing?queue=many", "queue", "not a number"),
        ("clearing?queue=-1", "queue", "not a number"),
        ("clearing?queue=nan", "queue", "not a number"),
        ("clearing?queue=1e5", "queue", "not a number"),
        ("clearing?queue=1,2,3", "queue", "one value"),
        ("recovery?closed_hours=1,2,3", "closed_hours", "one value"),
        ("clearing?queue=999999999999999999", "queue", "out of its range"),
        ("clearing?queue=3&stage=nowhere", "stage", "front"),
        ("clearing?queue=3&start_hour=999999999", "start_hour", "out of its range"),
        ("recovery", "closed_hours", "must be given"),
        ("recovery?closed_hours=0", "closed_hours", "out of its range"),
        ("recovery?closed_hours=3&stage=yard", "stage", "front"),
    ],
)
def test_bad_parameters(reader, query, parameter, said):
    response = reader.get(f"{KHORGOS}/{query}")
    assert (response.status_code, response.json()["code"]) == (422, "invalid_parameter")
    (problem,) = response.json()["errors"]
    assert problem["parameter"] == parameter
    assert said in str(problem)


@pytest.mark.parametrize("name", QUERIES)
def test_other_errors(reader, name):
    query = QUERIES[name]
    assert reader.get(f"/v1/hubs/nowhere/{name}?{query}").status_code == 404
    assert reader.get(url(name, "&version=99")).status_code == 404
    assert reader.get(url(name, "&model_version=1999.9")).status_code == 409
    assert reader.post(url(name)).status_code == 405
    assert reader.head(f"/v1/hubs/nowhere/{name}?{query}").content == b""


def test_without_flow_there_is_no_curve(reader):
    response = reader.get(f"{KHORGOS}/curve?flows.westbound.per_day=0&flows.trucks.per_day=0")
    assert (response.status_code, response.json()["code"]) == (422, "refused")


def test_the_ways_to_solve_a_day_are_those_there_are():
    assert set(DAY_METHODS) == {"auto", *get_args(DayMethod)}


@pytest.mark.parametrize(
    ("name", "function"),
    [("curve", "capacity_curve"), ("day", "day_profile"), ("clearing", "clearing"), ("recovery", "recovery")],
)
def test_formats_and_views_of_the_same_are_computed_once(reader, monkeypatch, name, function):
    computed = []
    module = sys.modules["hubcalc.api.timelines"]
    original = getattr(module, function)
    monkeypatch.setattr(module, function, lambda *given, **asked: computed.append(1) or original(*given, **asked))
    asked = url(name, "&stages.front.moves_per_crane_hour=17")
    tables = [reader.get(f"{asked}&format={format_}") for format_ in ("csv", "tsv", "json", "html", "vega")]
    tables += [reader.get(f"{asked}&format=csv&{more}") for more in ("shape=long", "decimal=comma", "header=off")]
    assert {answer.status_code for answer in tables} == {200}
    # how a comma in the query is read follows from the decimal mark
    assert len(computed) == 2
    named = reader.get(asked).json()
    assert named["overrides"] == {**GIVEN, "stages.front.moves_per_crane_hour": 17.0}
    assert named["hub"]["version"] == 1
    other = reader.get(url(name, "&stages.front.moves_per_crane_hour=18")).json()
    assert len(computed) == 3
    assert other != named


def test_what_is_kept_is_of_one_version(writer):
    document = writer.get(KHORGOS)
    before = writer.get(url("clearing")).json()
    fewer = {"flows": {"westbound": {"per_day": 6}}}
    writer.patch(KHORGOS, json=fewer, headers={"If-Match": document.headers["etag"]})
    after = writer.get(url("clearing")).json()
    assert (before["hub"]["version"], after["hub"]["version"]) == (1, 2)
    assert after["cleared_after_hours"] < before["cleared_after_hours"]
    assert writer.get(url("clearing", "&version=1")).json() == before
