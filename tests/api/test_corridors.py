"""GET /v1/corridors/{id}/transit and the like: any path as a parameter, every format, pictures, ETags."""

import csv
import io
import sys
import threading
from xml.etree import ElementTree

import pytest

from hubcalc.analysis import corridors
from hubcalc.analysis.corridors.questions import QUESTIONS
from hubcalc.api import simulations
from hubcalc.store import Store, StoreDocuments
from hubcalc.tables.corridors import CORRIDOR_VIEWS
from hubcalc.version import MODEL_VERSION

LOOP = "/v1/corridors/steppe-loop"
REAL = "/v1/corridors/lianyungang-almaty"
QUERIES = {
    "transit": "demand=boxes&via=round&method=fast",
    "flow": "method=fast&capacity=theoretical",
    "equilibrium": "",
    "resilience": "out=straight,back&lost_share=0.5&pairs=true&capacity=theoretical",
    "tcd": "demand=home&method=fast",
    "emissions": "demand=boxes",
    "storms": "storms=buran&wait_target_hours=48&seed=7",
}
GIVEN = {
    "transit": {"demand": "boxes", "via": ("round",), "method": "fast"},
    "flow": {"method": "fast", "capacity": "theoretical"},
    "equilibrium": {},
    "resilience": {"out": ("straight", "back"), "lost_share": 0.5, "pairs": True, "capacity": "theoretical"},
    "tcd": {"demand": "home", "method": "fast"},
    "emissions": {"demand": "boxes"},
    "storms": {"storms": "buran", "wait_target_hours": 48.0, "seed": 7},
}
VERSIONS = {"khorgos-gateway": 1, "steppe-line": 1, "steppe-bypass": 1}


def rows(response):
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


def code(response):
    return response.status_code, response.json()["code"]


@pytest.fixture(scope="module")
def stored(networks):
    """Give the documents of the server, as an analysis asks for them."""
    with Store.open(networks.app.state.settings.database) as store:
        yield lambda: StoreDocuments(store)


def test_every_question_is_asked_here():
    assert set(QUERIES) == set(QUESTIONS) == set(GIVEN)
    assert {question.ask for question in QUESTIONS.values()} == {getattr(corridors, name) for name in corridors.__all__}
    for name, question in QUESTIONS.items():
        assert set(GIVEN[name]) == set(question.options)


@pytest.mark.parametrize("name", QUERIES)
def test_the_answer_is_that_of_the_function(networks, checker, stored, name):
    before = checker.checked
    answer = networks.get(f"{LOOP}/{name}?{QUERIES[name]}&hubs.khorgos-gateway.stages.front.cranes=4").json()
    assert checker.checked == before + 1
    overrides = {"hubs.khorgos-gateway.stages.front.cranes": 4}
    expected = QUESTIONS[name].ask("steppe-loop", overrides, documents=stored(), **GIVEN[name]).model_dump(mode="json")
    assert answer["corridor"] == {"id": "steppe-loop", "name": "Steppe loop", "version": 1, "documents": VERSIONS}
    assert answer["results"][0]["overrides"] == overrides
    assert {**answer, "corridor": None} == {**expected, "corridor": None}


def test_each_path_may_have_several_values(networks):
    asked = "demand.per_day=300,400&lines.steppe-line.stages.run.speed_km_per_hour=30..50:10&method=fast"
    table = rows(networks.get(f"{LOOP}/transit.csv?view=summary&{asked}"))
    assert [float(row["demands.boxes.per_day"]) for row in table] == [300, 300, 300, 400, 400, 400]
    speeds = [float(row["lines.steppe-line.stages.run.speed_km_per_hour"]) for row in table]
    assert speeds == [30, 40, 50] * 2
    means = [float(row["mean_hours [h]"]) for row in table]
    # the way is the same: 290 km at another speed, and all else equal
    assert means[0] - means[1] == pytest.approx(290 / 30 - 290 / 40, rel=1e-6)
    assert means[1] - means[2] == pytest.approx(290 / 40 - 290 / 50, rel=1e-6)
    assert means[:3] == means[3:]


def test_a_corridor_answers_up_to_a_hundred_scenarios(networks):
    response = networks.get(f"{LOOP}/flow?demand.per_day=1..101&method=fast")
    assert code(response) == (422, "too_many_scenarios")
    response = networks.get(f"{LOOP}/flow?demand.per_day=1..11&demands.home.per_day=1..10&method=fast")
    assert code(response) == (422, "too_many_scenarios")


@pytest.mark.slow
@pytest.mark.parametrize("name", QUERIES)
def test_tables(networks, name):
    for view in CORRIDOR_VIEWS[QUESTIONS[name].report]:
        address = f"{LOOP}/{name}.{{}}?{QUERIES[name]}&view={view}"
        table = rows(networks.get(address.format("csv")))
        if view != "summary":
            tabs = list(csv.DictReader(io.StringIO(networks.get(address.format("tsv")).text), delimiter="\t"))
            assert tabs == table
        root = ElementTree.fromstring(networks.get(address.format("xml")).content)
        assert [[child.text or "" for child in item] for item in root] == [list(row.values()) for row in table]
        assert len(networks.get(address.format("txt")).text.splitlines()) == len(table) + 1
        if view == "summary":
            assert len(table) == 1
    first = CORRIDOR_VIEWS[QUESTIONS[name].report][0]
    usual = networks.get(f"{LOOP}/{name}?{QUERIES[name]}&format=csv").text
    assert usual == networks.get(f"{LOOP}/{name}.csv?{QUERIES[name]}&view={first}").text


@pytest.mark.parametrize("picture", ["svg", "png"])
def test_pictures(networks, picture):
    pytest.importorskip("vl_convert")
    response = networks.get(f"{LOOP}/flow.{picture}?method=fast")
    assert response.status_code == 200
    assert response.headers["content-type"] == {"svg": "image/svg+xml", "png": "image/png"}[picture]
    assert response.content.startswith({"svg": b"<svg", "png": b"\x89PNG"}[picture])
    again = networks.get(f"{LOOP}/flow.{picture}?method=fast", headers={"If-None-Match": response.headers["etag"]})
    assert again.status_code == 304
    several = networks.get(f"{LOOP}/flow?format={picture}&demand.per_day=100,500,900&method=fast")
    assert several.status_code == 200


def test_a_picture_needs_the_extra_and_a_chart(networks, monkeypatch):
    response = networks.get(f"{LOOP}/equilibrium.svg?view=ways")
    assert code(response) == (422, "refused")
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    response = networks.get(f"{LOOP}/flow.svg?method=fast&demand.per_day=3.125")
    assert code(response) == (422, "refused")
    assert "hubcalc[charts]" in response.json()["detail"]
    assert code(networks.get("/v1/hubs.svg")) == (422, "invalid_parameter")


def test_head_is_get_without_a_body(networks):
    for address in (f"{LOOP}/flow?method=fast", f"{LOOP}/transit.csv?method=fast"):
        get, head = networks.get(address), networks.head(address)
        assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", get.headers["etag"])
        assert int(head.headers["content-length"]) == len(get.content)


def test_an_answer_changes_with_each_document_that_it_rests_on(serve):
    with serve() as client:
        line = client.get("/v1/lines/steppe-line").json()
        address = "/v1/corridors/steppe-corridor/transit?method=fast"
        first = client.get(address)
        assert first.headers["cache-control"] == "no-cache"
        known = {"If-None-Match": first.headers["etag"]}
        assert client.get(address, headers=known).status_code == 304
        assert client.get(address + "&demand.per_day=1", headers=known).status_code == 200
        line["stages"]["run"]["speed_km_per_hour"] = 60
        assert client.put("/v1/lines/steppe-line", json=line, headers={"If-Match": '"1"'}).status_code == 200
        second = client.get(address, headers=known)
        assert second.status_code == 200
        assert second.json()["corridor"]["documents"]["steppe-line"] == 2
        saved = first.json()["results"][0]["time"]["mean_hours"] - second.json()["results"][0]["time"]["mean_hours"]
        assert saved == pytest.approx(290 / 45 - 290 / 60, rel=1e-6)


def test_versions(networks):
    response = networks.get(f"{LOOP}/flow?version=1&model_version={MODEL_VERSION}&method=fast")
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-cache", "its hubs and lines may change"
    assert code(networks.get(f"{LOOP}/flow?version=2")) == (404, "not_found")
    response = networks.get(f"{LOOP}/flow.csv?version=1&model_version=2020.1")
    assert code(response) == (409, "model_version_changed")
    assert f"/flow.csv?version=1&model_version={MODEL_VERSION}" in response.json()["errors"][0]["hint"]


@pytest.mark.parametrize(
    ("query", "parameter", "hint"),
    [
        ("transit?demnd=boxes", "demnd", "demand"),
        ("transit?demand=box", "demand", "boxes"),
        ("transit?via=strait", "via", "straight"),
        ("transit?method=fats", "method", "fast"),
        ("transit?out=straight", "out", None),
        ("transit?demands.boxes.per_dy=3", "demands.boxes.per_dy", "demands.boxes.per_day"),
        ("transit?demands.boxes.per_dy=", "demands.boxes.per_dy", "demands.boxes.per_day"),
        ("transit?hubs.khorgos-gatewy.flow.per_day=3", "hubs.khorgos-gatewy", "khorgos-gateway"),
        ("transit?hubs.khorgos-gateway.stages.front.crane=3", "hubs.khorgos-gateway.stages.front.crane", "cranes"),
        ("flow?demand.per_day=-3", "demands.boxes.per_day", None),
        ("flow?demand.per_day=some", "demands.boxes.per_day", None),
        ("flow?view=demands", "view", "leave it out"),
        ("flow.csv?view=demnds", "view", "demands"),
        ("flow?format=pdf", "format", None),
        ("flow.csv?format=svg", "format", None),
        ("resilience?out=strait", "out", "straight"),
        ("resilience?lost_share=1.5", "lost_share", None),
        ("resilience?lost_share=half", "lost_share", None),
        ("resilience?pairs=both", "pairs", None),
        ("storms?storms=purga", "storms", None),
        ("storms?wait_target_hours=0", "wait_target_hours", None),
        ("storms?wait_target_hours=inf", "wait_target_hours", None),
        ("storms?seed=-1", "seed", None),
    ],
)
def test_what_cannot_be_asked(networks, query, parameter, hint):
    response = networks.get(f"{LOOP}/{query}")
    assert response.status_code == 422, response.text
    (problem,) = response.json()["errors"]
    assert problem["parameter"] == parameter
    assert hint is None or hint in problem["hint"]


def test_a_blank_path_is_not_given(networks):
    blank = networks.get(f"{LOOP}/flow?demand.per_day=&hubs.khorgos-gateway.stages.front.cranes=&method=fast")
    assert blank.json()["results"] == networks.get(f"{LOOP}/flow?method=fast").json()["results"]


def test_what_is_not_there(networks):
    assert code(networks.get("/v1/corridors/steppe-lop/flow")) == (404, "not_found")
    assert code(networks.get(f"{LOOP}/times")) == (404, "not_found")
    assert code(networks.get(f"{REAL}/storms")) == (422, "refused")


def test_a_real_corridor(networks, checker):
    before = checker.checked
    report = networks.get(f"{REAL}/emissions").json()
    assert checker.checked == before + 1
    (found,) = report["results"]
    legs = sum(leg["well_to_wheel_kg"] for leg in found["legs"])
    assert found["well_to_wheel_kg"] == pytest.approx(legs)
    assert set(report["corridor"]["documents"].values()) == {1}


def test_simulations_of_corridors_wait_for_their_turn(networks, monkeypatch):
    taken = threading.BoundedSemaphore(1)
    assert taken.acquire()
    monkeypatch.setattr(simulations, "_RUNNING", taken)
    assert code(networks.get(f"{LOOP}/transit?method=simulate")) == (503, "busy")
    assert networks.get(f"{LOOP}/transit?method=fast").status_code == 200
