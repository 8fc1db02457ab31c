"""Permalinks mean the very same result for ever, or say that they cannot."""

import math

import pytest

from hubcalc import METRIC_NAMES, MODEL_VERSION

KHORGOS = "/v1/hubs/khorgos-gateway"
QUICK = f"method=fast&fields={','.join(name for name in METRIC_NAMES if name != 'sustainable_capacity_per_day')}"
"""The search for the sustainable flow costs about ten times the others."""
QUERIES = [
    "",
    "scale=trucks&method=fast",
    QUICK,
    f"stages.front.cranes=2,4&flow.per_day=12.5&{QUICK}",
    f"flow.per_day=0.1..0.2:0.1&{QUICK}",
    f"flow.per_day=1e-5&{QUICK}",
    f"stages.gate.service_time.law=exponential,deterministic&stages.front.cranes=4&{QUICK}",
]


def numbers(result):
    return {key: result[key] for key in ("metrics", "stations", "time_split", "overrides", "warnings")}


def same(one, other):
    """Compare results; a row computed alone may differ from one of many in the last bit."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or (isinstance(one, float) and math.isclose(one, other, rel_tol=1e-9))


@pytest.mark.slow
@pytest.mark.parametrize("query", QUERIES)
def test_a_permalink_opens_to_the_same_result(reader, query):
    for result in reader.get(f"{KHORGOS}/analysis?{query}").json()["results"]:
        (opened,) = reader.get(result["permalink"]).json()["results"]
        assert same(numbers(opened), numbers(result))
        assert opened["permalink"] == result["permalink"]


def test_a_permalink_out_of_a_long_list_opens_to_the_same_numbers(reader):
    rows = reader.get(f"{KHORGOS}/analysis?flow.per_day=5..15:0.1&fields=wait_mean_hours").json()["results"]
    assert len(rows) == 101
    (opened,) = reader.get(rows[70]["permalink"]).json()["results"]
    metric, listed = (row["metrics"]["wait_mean_hours"] for row in (opened, rows[70]))
    assert same(metric["value"], listed["value"])
    assert metric["verdict"]["method"] == listed["verdict"]["method"]


def test_a_permalink_holds_after_the_hub_has_changed(writer):
    query = f"stages.front.cranes=4&flow.per_day=12&{QUICK}"
    (result,) = writer.get(f"{KHORGOS}/analysis?{query}").json()["results"]
    writer.patch(
        KHORGOS,
        json={"stages": {"front": {"moves_per_crane_hour": 30}}, "main_flow": "trucks"},
        headers={"If-Match": "*"},
    )
    (today,) = writer.get(f"{KHORGOS}/analysis?{query}").json()["results"]
    assert numbers(today) != numbers(result)
    assert numbers(writer.get(result["permalink"]).json()["results"][0]) == numbers(result)
    writer.delete(KHORGOS, headers={"If-Match": "*"})
    assert numbers(writer.get(result["permalink"]).json()["results"][0]) == numbers(result)


def test_a_permalink_survives_a_restart(serve):
    with serve() as client:
        (result,) = client.get(f"{KHORGOS}/analysis?flow.per_day=12&{QUICK}").json()["results"]
    with serve() as client:
        assert numbers(client.get(result["permalink"]).json()["results"][0]) == numbers(result)


@pytest.mark.slow
@pytest.mark.parametrize("given", ["2020.1", "2020%2E1", f"{MODEL_VERSION}0", "x%26y"])
@pytest.mark.parametrize("path", ["analysis", "analysis.csv", "analysis/utilization.txt"])
def test_another_model_version_is_refused_with_a_link(reader, given, path):
    response = reader.get(f"{KHORGOS}/{path}?flow.per_day=12&model_version={given}")
    assert (response.status_code, response.json()["code"]) == (409, "model_version_changed")
    link = response.json()["errors"][0]["hint"].removeprefix("today's result: ")
    today = reader.get(link)
    assert today.status_code == 200
    assert today.content == reader.get(f"{KHORGOS}/{path}?flow.per_day=12&model_version={MODEL_VERSION}").content


def test_this_model_version_is_answered(reader):
    plain = reader.get(f"{KHORGOS}/analysis?{QUICK}").json()
    assert reader.get(f"{KHORGOS}/analysis?{QUICK}&model_version={MODEL_VERSION}").json() == plain
