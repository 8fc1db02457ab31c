"""A stored scenario under an analysis: by GET, by POST, by the package, and in any form of its paths."""

import pytest

import hubcalc
from hubcalc.documents import Fixtures
from hubcalc.errors import NotFoundError, ParameterError

HIGH, HUB = "khorgos-high-case", "khorgos-gateway"
URL = f"/v1/hubs/{HUB}/analysis"
OTHER = "nur-zholy-khorgos"
ASKED = {"fields": ["utilization", "bottleneck"], "method": "fast"}


@pytest.fixture
def held(writer):
    """Give a client of a server that has the scenario."""
    for name in ("khorgos-base-case", HIGH):
        document = Fixtures().scenario(name).model_dump(mode="json", exclude_unset=True)
        assert writer.put(f"/v1/scenarios/{name}", json=document).status_code == 201
    return writer


def metrics(answer):
    assert answer.status_code in (200, 201), answer.text
    return [(result["overrides"], result["metrics"]) for result in answer.json()["results"]]


@pytest.mark.slow
@pytest.mark.parametrize("path", ["stages.front.cranes", "front.cranes"])
def test_the_body_takes_a_scenario_as_the_query_does(held, path):
    asked = held.get(f"{URL}?scenario={HIGH}&{path}=3,4&fields=utilization,bottleneck&method=fast")
    of_id = held.post("/v1/analysis", json={"hub": HUB, "scenario": HIGH, "overrides": {path: [3, 4]}, **ASKED})
    document = Fixtures().hub(HUB).model_dump(mode="json", exclude_unset=True)
    of_document = held.post(
        "/v1/analysis", json={"hub": document, "scenario": HIGH, "overrides": {path: "3,4"}, **ASKED}
    )
    assert metrics(asked) == metrics(of_id) == metrics(of_document)
    plain = held.post("/v1/analysis", json={"hub": HUB, "overrides": {path: [3, 4]}, **ASKED})
    assert metrics(plain) != metrics(of_id)
    report = hubcalc.analyze(
        HUB, {path: [3, 4]}, scenario=HIGH, metrics=ASKED["fields"], method="fast"
    ).report.model_dump(mode="json")
    assert [(result["overrides"], result["metrics"]) for result in report["results"]] == metrics(asked)


def test_a_scenario_that_cannot_be_is_refused(held):
    other = held.post("/v1/analysis", json={"hub": OTHER, "scenario": HIGH})
    assert other.status_code == 422
    (error,) = other.json()["errors"]
    assert error["parameter"] == "scenario"
    assert HUB in error["message"]
    assert held.post("/v1/analysis", json={"hub": HUB, "scenario": "none-such"}).status_code == 404
    with pytest.raises(ParameterError, match="a scenario of hub"):
        hubcalc.analyze(OTHER, scenario=HIGH)
    with pytest.raises(NotFoundError):
        hubcalc.analyze(HUB, scenario="none-such")


def scenario(name, overrides, **more):
    about = {"kind": "scenario", "id": name, "name": name, "subject": {"kind": "hub", "id": HUB}}
    return {**about, "overrides": overrides, **more}


@pytest.mark.parametrize("below", ["front.cranes", "stages.front.cranes"])
def test_bases_and_rows_may_spell_a_path_differently(writer, below):
    above = {"front.cranes": "stages.front.cranes", "stages.front.cranes": "front.cranes"}[below]
    asks = [{"what": "analysis", "fields": ["bottleneck"], "overrides": {below: 5}}]
    for made in (
        scenario("below", {below: 2, "flow.per_day": 9}),
        scenario("above", {above: 4, "westbound.per_day": 11}, base="below", asks=asks),
        scenario("twice", {below: 2, above: 4}),
    ):
        assert writer.put(f"/v1/scenarios/{made['id']}", json=made).status_code == 201
    held = {"stages.front.cranes": 4, "flows.westbound.per_day": 11.0}
    assert [given for given, _ in metrics(writer.get(f"{URL}?scenario=above&fields=utilization"))] == [held]
    part = writer.get("/v1/scenarios/above/answer").json()["parts"][0]
    assert part["overrides"] == {**held, "stages.front.cranes": 5}
    request = {"subject": {"kind": "hub", "id": HUB}, "scenario": "above", "fields": ["utilization"]}
    grid = {**request, "design": {"kind": "grid", "values": {below: [3]}}}
    swept = writer.post("/v1/sweeps", json=grid, headers={"Prefer": "wait=60"})
    assert swept.status_code == 200, swept.text
    twice = writer.get(f"{URL}?scenario=twice&fields=utilization")
    assert twice.status_code == 422
    assert "gives this path twice" in twice.json()["detail"]
