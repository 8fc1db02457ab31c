"""GET /v1/hubs/{id}/analysis and POST /v1/analysis: scenarios, and numbers that can be checked by hand."""

import math

import pytest

import hubfixtures
from hubcalc import METRIC_NAMES, MODEL_VERSION

KHORGOS = "/v1/hubs/khorgos-gateway"
CRANES = "stages.front.cranes"
PER_DAY = "flows.westbound.per_day"
ALL_BUT_ONE = tuple(name for name in METRIC_NAMES if name != "sustainable_capacity_per_day")
"""The search for the sustainable flow costs about ten times the others."""
QUICK = f"fields={','.join(ALL_BUT_ONE)}"
CHEAP = "theoretical_capacity_per_day,throughput_per_day,utilization,dwell_mean_hours,bottleneck"


def values(scenario):
    return {name: metric["value"] for name, metric in scenario["metrics"].items()}


def overrides(scenarios):
    return [tuple(scenario["overrides"].values()) for scenario in scenarios]


def both_ways(document):
    """Trains at the front for each train to the West: those to China share its cranes and tracks."""
    west, east = (document["flows"][name] for name in ("westbound", "eastbound"))
    assert west["contents"]["mean"] == east["contents"]["mean"]
    return 1 + east["per_day"] / west["per_day"]


def crane_capacity(document, cranes):
    """Trains a day to the West that the cranes of a front can work, by hand."""
    front = document["stages"]["front"]
    moves = document["flows"]["westbound"]["contents"]["mean"] * (1 + front["yard_share"])
    moves *= 1 + front["rehandling_share"]
    trains = 24 * cranes * front["moves_per_crane_hour"] * front["crane_availability"] / moves
    return trains / both_ways(document)


def platform_capacity(document):
    """Trains a day that the fleet of platforms can take, by hand."""
    pool = document["stages"]["platforms"]
    minutes = pool["loading_time"]["mean_minutes"] + pool["return_time"]["mean_minutes"]
    return 24 * 60 * (pool["platforms"] // pool["platforms_per_unit"]) / minutes


@pytest.mark.slow
@pytest.mark.parametrize("hub_id", hubfixtures.names())
def test_every_fixture_can_be_analyzed(reader, hub_id):
    report = reader.get(f"/v1/hubs/{hub_id}/analysis?{QUICK}").json()
    assert report["hub"] == {
        "id": hub_id,
        "name": hubfixtures.load(hub_id).name,
        "kind": hubfixtures.load(hub_id).kind,
        "version": 1,
    }
    assert report["model_version"] == MODEL_VERSION
    (scenario,) = report["results"]
    assert tuple(scenario["metrics"]) == ALL_BUT_ONE
    assert scenario["overrides"] == {}
    assert {station["stage"] for station in scenario["stations"]} <= set(hubfixtures.load(hub_id).stages)
    assert report["evidence"]


def test_without_fields_there_are_all_metrics(reader):
    (scenario,) = reader.get("/v1/hubs/xian/analysis").json()["results"]
    assert tuple(scenario["metrics"]) == METRIC_NAMES


def test_crane_capacity_by_hand(reader, analyzed):
    document = reader.get(KHORGOS).json()
    scenarios = analyzed(f"{CRANES}=2..6&method=fast&fields=theoretical_capacity_per_day")
    stations = [{s["stage"]: s for s in scenario["stations"]}["front"] for scenario in scenarios]
    for station, cranes in zip(stations, range(2, 7), strict=True):
        tracks = 24 * 3 / (1 + 45.5 * 1.2 * 1.05 / (16.5 * 0.95 * cranes)) / both_ways(document)
        by_hand = min(crane_capacity(document, cranes), tracks if station["limit"] != "cranes" else math.inf)
        assert station["theoretical_capacity_per_day"] == pytest.approx(by_hand, rel=1e-9)
    found = [values(scenario)["theoretical_capacity_per_day"] for scenario in scenarios]
    assert found[0] == pytest.approx(crane_capacity(document, 2))
    assert found[1] == pytest.approx(platform_capacity(document)), "with three cranes the platforms are what limits"
    assert crane_capacity(document, 3) * both_ways(document) == pytest.approx(19.6860, abs=1e-4)
    assert crane_capacity(document, 2) < platform_capacity(document) < crane_capacity(document, 3)


def test_gate_utilization_by_hand(analyzed):
    (scenario,) = analyzed("flows.trucks.per_day=120&method=fast&fields=utilization")
    gate = {s["stage"]: s for s in scenario["stations"]}["gate"]
    assert gate["utilization"] == pytest.approx(120 * 5 / (24 * 60 * 2))


def test_wait_at_a_poisson_gate_by_hand(analyzed):
    (scenario,) = analyzed(
        "flows.trucks.per_day=120&stages.gate.lanes=1&stages.gate.service_time.scv=1&flows.trucks.scv=1"
        "&method=fast&fields=utilization"
    )
    gate = {s["stage"]: s for s in scenario["stations"]}["gate"]
    load, service = 120 * 5 / 1440, 5 / 60
    assert gate["wait_mean_hours"] == pytest.approx(load / (1 - load) * service, rel=1e-9)


def test_teu_by_hand(analyzed):
    found = values(analyzed("method=fast&fields=practical_capacity_per_day,capacity_teu_per_year")[0])
    by_hand = found["practical_capacity_per_day"] * 45.5 * 2 * 365
    assert found["capacity_teu_per_year"] == pytest.approx(by_hand, rel=1e-3)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("3", [3]),
        ("2,4,3", [2, 4, 3]),
        ("2..6", [2, 3, 4, 5, 6]),
        ("2..6:2", [2, 4, 6]),
        ("2..5:2", [2, 4]),
        ("2..3,7,9..10", [2, 3, 7, 9, 10]),
        ("4..4", [4]),
        ("%203%20,%204", [3, 4]),
        ("%2B3", [3]),
        ("3.0", [3]),
        ("3e0", [3]),
        ("3,3", [3, 3]),
    ],
)
def test_lists_and_ranges(analyzed, given, meant):
    scenarios = analyzed(f"{CRANES}={given}&method=fast&fields=utilization")
    assert overrides(scenarios) == [(value,) for value in meant]


def test_a_decimal_step_ends_where_it_says(analyzed):
    scenarios = analyzed("flow.per_day=10..11:0.1&fields=bottleneck")
    assert overrides(scenarios) == [(pytest.approx(10 + i / 10, abs=1e-12),) for i in range(11)]
    assert overrides(scenarios)[3] == (10.3,)


def test_the_last_parameter_is_the_fastest(analyzed):
    scenarios = analyzed(f"{CRANES}=2..4&flow.per_day=10,12&method=fast&fields=utilization")
    assert overrides(scenarios) == [(2, 10), (2, 12), (3, 10), (3, 12), (4, 10), (4, 12)]
    assert list(scenarios[0]["overrides"]) == [CRANES, PER_DAY]
    turned = analyzed(f"flow.per_day=10,12&{CRANES}=2..4&method=fast&fields=utilization")
    assert overrides(turned) == [(10, 2), (10, 3), (10, 4), (12, 2), (12, 3), (12, 4)]


def test_the_order_of_many_parameters_is_kept(analyzed):
    paths = [
        CRANES,
        "stages.gate.lanes",
        "flows.trucks.per_day",
        PER_DAY,
        "stages.yard.tiers",
        "stages.reception.servers",
    ]
    (scenario,) = analyzed("&".join(f"{path}=4" for path in paths) + "&method=fast&fields=utilization")
    assert list(scenario["overrides"]) == paths


def test_a_row_of_a_list_is_the_same_as_alone(analyzed):
    together = analyzed(f"{CRANES}=2,4&flow.per_day=12&method=fast&{QUICK}")
    for scenario in together:
        (alone,) = analyzed(
            "&".join(f"{path}={value}" for path, value in scenario["overrides"].items()) + f"&method=fast&{QUICK}"
        )
        for name, value in values(scenario).items():
            assert values(alone)[name] == (pytest.approx(value, rel=1e-9) if isinstance(value, float) else value)


def test_more_cranes_never_carry_less(analyzed):
    found = [
        values(s)["theoretical_capacity_per_day"]
        for s in analyzed(f"{CRANES}=1..20&method=fast&fields=theoretical_capacity_per_day")
    ]
    assert found == sorted(found)


def test_the_short_form_of_the_main_flow(analyzed):
    asked = "per_day=12&method=fast&fields=wait_mean_hours"
    assert analyzed(f"flow.{asked}") == analyzed(f"flows.westbound.{asked}")


def test_a_path_given_in_both_forms_is_refused(reader):
    response = reader.get(f"{KHORGOS}/analysis?flow.per_day=3&{PER_DAY}=4")
    assert (response.status_code, response.json()["code"]) == (422, "invalid_override")


def test_an_override_with_the_documents_own_value_changes_nothing(analyzed):
    assert values(analyzed(f"{CRANES}=3&method=fast&{QUICK}")[0]) == values(analyzed(f"method=fast&{QUICK}")[0])


def test_an_empty_parameter_counts_as_not_given(reader, analyzed):
    assert analyzed(f"{CRANES}=&flow.per_day=%20&scale=&method=fast&{QUICK}") == analyzed(f"method=fast&{QUICK}")
    given, plain = (reader.get(f"/v1/hubs/xian/analysis?{query}method=fast").json() for query in ("fields=&", ""))
    assert given["results"] == plain["results"]


@pytest.mark.parametrize("query", ["stages.front.cranes=1..1001", "stages.front.cranes=1..40&flow.per_day=1..40"])
def test_too_many_scenarios_say_how_many_are_allowed(reader, query):
    response = reader.get(f"{KHORGOS}/analysis?{query}")
    assert (response.status_code, response.json()["code"]) == (422, "too_many_scenarios")
    assert "1000" in response.json()["errors"][0]["allowed"]
    assert response.json()["errors"][0]["hint"]


def test_the_limit_of_scenarios_is_a_setting(serve):
    with serve(scenario_limit=3) as client:
        assert client.get("/v1/info").json()["limits"]["scenarios"] == 3
        assert (
            len(client.get(f"{KHORGOS}/analysis?{CRANES}=2..4&method=fast&fields=utilization").json()["results"]) == 3
        )
        body = {"hub": "khorgos-gateway", "overrides": {CRANES: [2, 3, 4, 5]}}
        for response in (
            client.get(f"{KHORGOS}/analysis?{CRANES}=2..5"),
            client.get(f"{KHORGOS}/analysis?{CRANES}=2,3&flow.per_day=3,4"),
            client.post("/v1/analysis", json=body),
        ):
            assert (response.status_code, response.json()["code"]) == (422, "too_many_scenarios")


def test_fields_choose_and_order_metrics(analyzed):
    (scenario,) = analyzed("method=fast&fields=utilization,%20bottleneck")
    assert list(scenario["metrics"]) == ["utilization", "bottleneck"]
    assert values(scenario)["utilization"] == values(analyzed(f"method=fast&{QUICK}")[0])["utilization"]


def test_scale_takes_one_flow_alone(analyzed, reader):
    together = values(analyzed("method=fast&fields=theoretical_capacity_per_day")[0])
    trucks = analyzed("scale=trucks&method=fast&fields=theoretical_capacity_per_day")[0]["metrics"]
    assert trucks["theoretical_capacity_per_day"]["unit"] == "trucks/day"
    assert trucks["theoretical_capacity_per_day"]["value"] == pytest.approx(2 * 24 * 60 / 5)
    assert trucks["theoretical_capacity_per_day"]["value"] != together["theoretical_capacity_per_day"]
    response = reader.get(f"{KHORGOS}/analysis?scale=trains")
    assert response.status_code == 422
    assert "trucks" in response.json()["errors"][0]["allowed"]


def test_the_method_is_a_choice(analyzed, reader):
    fast, exact = (analyzed(f"method={method}&fields=wait_mean_hours")[0] for method in ("fast", "exact"))
    assert "method=fast" in fast["metrics"]["wait_mean_hours"]["verdict"]["method"]
    assert "method=fast" in fast["permalink"]
    assert exact["metrics"]["wait_mean_hours"]["verdict"]["status"] == "refused"
    assert analyzed("method=auto&fields=wait_mean_hours") == analyzed("fields=wait_mean_hours")
    response = reader.get(f"{KHORGOS}/analysis?method=guess")
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert (error["parameter"], error["allowed"]) == ("method", "auto, fast, exact, simulate")


def test_a_law_of_service_time_is_a_choice(analyzed):
    law = "stages.gate.service_time.law"
    scenarios = analyzed(f"{law}=exponential,deterministic&flows.trucks.per_day=300&method=fast&fields=utilization")
    assert overrides(scenarios) == [("exponential", 300), ("deterministic", 300)]
    waits = [{s["stage"]: s for s in scenario["stations"]}["gate"]["wait_mean_hours"] for scenario in scenarios]
    assert waits[1] == pytest.approx(waits[0] / 2, rel=0.06), "constant service halves the wait, nearly, on two lanes"
    assert waits[1] < waits[0]
    (erlang,) = analyzed(f"{law}=erlang&stages.gate.service_time.k=3&method=fast&fields=utilization")
    assert list(erlang["overrides"].items()) == [(law, "erlang"), ("stages.gate.service_time.k", 3)]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("stages.gate.service_time.law=erlang", "stages.gate.service_time.k"),
        ("stages.gate.service_time.law=exponentail", "stages.gate.service_time.law"),
        ("stages.gate.service_time.law=exponential&stages.gate.service_time.scv=2", "stages.gate.service_time.scv"),
    ],
)
def test_a_choice_that_does_not_fit_is_an_error(reader, query, parameter):
    response = reader.get(f"{KHORGOS}/analysis?{query}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize(
    ("query", "code", "hint"),
    [
        ("stages.front.crane=3", "unknown_path", "did you mean stages.front.cranes?"),
        ("flow.per_dya=3", "unknown_path", "did you mean flow.per_day?"),
        ("flows.eastbond.per_day=3", "unknown_path", "did you mean flows.eastbound.per_day?"),
        ("fields=utilisation", "invalid_parameter", "did you mean utilization?"),
        ("feilds=utilization", "invalid_parameter", "did you mean fields?"),
        ("format=cvs", "invalid_parameter", "did you mean csv?"),
        ("view=station", "invalid_parameter", "did you mean stations?"),
        ("cranes=3", "invalid_parameter", None),
        ("zzz.zzz=3", "unknown_path", None),
        ("stages.front=3", "unknown_path", None),
        ("stages.front.kind=yard", "unknown_path", None),
        ("name.x=3", "unknown_path", None),
        ("evidence.stages.front.cranes=3", "unknown_path", "did you mean stages.front.cranes?"),
    ],
)
def test_unknown_names_are_errors_with_a_suggestion(reader, query, code, hint):
    response = reader.get(f"{KHORGOS}/analysis?{query}")
    assert (response.status_code, response.json()["code"]) == (422, code)
    (problem,) = response.json()["errors"]
    assert problem["allowed"]
    assert problem["parameter"]
    if hint:
        assert problem["hint"] == hint


def test_an_unstable_hub_is_an_answer(analyzed):
    (scenario,) = analyzed(f"flow.per_day=40&{QUICK}")
    eastbound = hubfixtures.load("khorgos-gateway").flows["eastbound"].per_day
    assert scenario["metrics"]["wait_mean_hours"]["value"] is None
    assert scenario["metrics"]["wait_mean_hours"]["verdict"]["status"] == "unstable"
    assert scenario["metrics"]["wait_mean_hours"]["verdict"]["reason"]
    front = {s["stage"]: s for s in scenario["stations"]}["front"]
    documents = {s["stage"]: s for s in scenario["stations"]}["documents"]
    assert documents["growth_per_day"] == pytest.approx(40 + eastbound - 4 * 24 / 2.5)
    assert documents["fewest_stable_servers"] == 5
    assert front["arrivals_per_day"] <= 38.4 + 1e-9, "downstream receives what the stage can carry"


def test_without_arrivals_nothing_fails(reader):
    query = "flow.per_day=0&flows.trucks.per_day=0&method=fast"
    assert reader.get(f"{KHORGOS}/analysis.json?{query}").status_code == 200
    for suffix in ("csv", "xml", "txt"):  # the search for the sustainable flow need not run for each
        assert reader.get(f"{KHORGOS}/analysis.{suffix}?{query}&{QUICK}").status_code == 200


@pytest.mark.parametrize("per_day", ["1e-9", "1e7", "0"])
@pytest.mark.parametrize("cranes", [1, 50])
def test_the_corners_of_the_bounds_are_answered(analyzed, per_day, cranes):
    (scenario,) = analyzed(f"flow.per_day={per_day}&{CRANES}={cranes}&method=fast&fields={CHEAP}")
    numbers = [v for v in values(scenario).values() if isinstance(v, float)]
    assert all(math.isfinite(v) for v in numbers)


def test_overrides_are_marked_in_the_evidence(reader):
    report = reader.get(f"{KHORGOS}/analysis?{CRANES}=5&method=fast&fields=utilization").json()
    evidence = {item["path"]: item for item in report["evidence"]}
    assert evidence[CRANES]["basis"] == "override"
    assert evidence["stages.front.moves_per_crane_hour"]["basis"] != "override"


def test_an_older_version_can_be_analyzed(writer, analyzed):
    writer.patch(KHORGOS, json={"stages": {"front": {"cranes": 6}}}, headers={"If-Match": "*"})
    old = writer.get(f"{KHORGOS}/analysis?version=1&method=fast&{QUICK}").json()
    assert old["hub"]["version"] == 1
    assert values(old["results"][0]) == values(analyzed(f"method=fast&{QUICK}")[0])
    assert writer.get(f"{KHORGOS}/analysis?method=fast&fields=utilization").json()["hub"]["version"] == 2
    for version in ("3", "0", "-1", "x", "9" * 5000):
        assert writer.get(f"{KHORGOS}/analysis?version={version}").status_code in (404, 422)
