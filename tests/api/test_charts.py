"""Charts of results over HTTP: by suffix or `format=`, of every result that has numbers to show."""

import struct

import pytest

KHORGOS = "/v1/hubs/khorgos-gateway"
BORDER = "/v1/hubs/nur-zholy-khorgos"
CHARTS = [
    f"{KHORGOS}/analysis?method=fast",
    f"{KHORGOS}/analysis?method=fast&flow.per_day=9,10,11&fields=wait_mean_hours",
    f"{KHORGOS}/analysis?method=fast&flow.per_day=9,11&view=stations",
    f"{KHORGOS}/curve?points=5&method=fast",
    f"{BORDER}/day",
    f"{KHORGOS}/clearing?queue=30",
    f"{KHORGOS}/recovery?closed_hours=72",
    "/v1/lines/steppe-line/analysis?method=fast",
    "/v1/queue?arrivals_per_hour=4,5,6&servers=3&service_hours=0.3",
    "/v1/capacity/gate?lanes=1,2,3&service_minutes=3&vehicles_per_hour=10",
    "/v1/corridors/steppe-loop/flow?method=fast",
    "/v1/scenarios/steppe-loop-shut/answer?part=1",
]


def with_suffix(address, suffix):
    path, mark, query = address.partition("?")
    return f"{path}.{suffix}{mark}{query}"


def code(response):
    return response.status_code, response.json()["code"]


def spec_of(client, address):
    response = client.get(with_suffix(address, "vega"))
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/vnd.vegalite.v5+json"
    return response.json()


def records(spec, layer=0):
    return (spec["data"] if "data" in spec else spec["layer"][layer]["data"])["values"]


@pytest.mark.slow
@pytest.mark.parametrize("address", CHARTS)
def test_every_result_has_a_specification_and_pictures(networks, checker, address):
    pytest.importorskip("vl_convert")
    before = checker.checked
    spec = spec_of(networks, address)
    assert checker.checked == before + 1
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/v5")
    svg = networks.get(with_suffix(address, "svg"))
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.content.startswith(b"<svg")
    assert spec["title"]["text"][0].replace("&", "&amp;") in svg.text
    named = networks.get(f"{address}{'&' if '?' in address else '?'}format=png")
    assert named.headers["content-type"] == "image/png"
    assert named.content.startswith(b"\x89PNG")
    assert all(size > 100 for size in struct.unpack(">II", named.content[16:24]))


@pytest.mark.parametrize("address", [CHARTS[0], CHARTS[3], CHARTS[8]])
def test_charts_are_cached_like_tables(networks, address):
    first = networks.get(with_suffix(address, "vega"))
    again = networks.get(with_suffix(address, "vega"), headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert networks.get(address).headers["etag"] != first.headers["etag"]
    head = networks.head(with_suffix(address, "vega"))
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])


def test_the_ladder_shows_the_station_table(networks):
    stations = networks.get(f"{KHORGOS}/analysis?method=fast").json()["results"][0]["stations"]
    spec = spec_of(networks, f"{KHORGOS}/analysis?method=fast")
    assert {r["place"]: pytest.approx(r["percent"]) for r in records(spec)} == {
        s["stage"]: 100 * s["utilization"] for s in stations
    }
    limits = {r["place"]: r["practical_percent"] for r in records(spec)}
    for stage in ("front", "yard", "gate"):
        path = f"stages.{stage}.practical_utilization"
        items = networks.get(f"{KHORGOS}/paths").json()["items"]
        assert limits[stage] == pytest.approx(100 * next(item["value"] for item in items if item["path"] == path))
    bottleneck = networks.get(f"{KHORGOS}/analysis/bottleneck.txt?method=fast").text
    assert bottleneck in spec["title"]["subtitle"][0]


def test_an_override_of_the_practical_utilization_is_marked(networks):
    spec = spec_of(networks, f"{KHORGOS}/analysis?method=fast&stages.front.practical_utilization=0.6")
    assert next(r["practical_percent"] for r in records(spec) if r["place"] == "front") == pytest.approx(60.0)


def test_several_scenarios_show_the_metric_that_is_asked_for(networks):
    address = f"{KHORGOS}/analysis?method=fast&flow.per_day=9,10,11"
    for fields, metric in (("&fields=wait_mean_hours,utilization", "wait_mean_hours"), ("", "dwell_mean_hours")):
        results = networks.get(address + fields).json()["results"]
        spec = spec_of(networks, address + fields)
        assert [r["value"] for r in records(spec)] == [
            pytest.approx(result["metrics"][metric]["value"]) for result in results
        ]


def test_two_inputs_make_a_heat_map_with_the_unstable_in_gray(networks):
    address = f"{KHORGOS}/analysis?method=fast&stages.front.cranes=2,3,4&flow.per_day=9,40&fields=wait_mean_hours"
    spec = spec_of(networks, address)
    values = {(r["x"], r["y"]): r["value"] for r in records(spec)}
    results = networks.get(address).json()["results"]
    expected = {}
    for result in results:
        cranes, trains = (f"{value:g}" for value in result["overrides"].values())
        if result["metrics"]["wait_mean_hours"]["value"] is not None:
            expected[cranes, trains] = pytest.approx(result["metrics"]["wait_mean_hours"]["value"])
    assert values == expected
    assert len(records(spec, 1)) == 6 - len(expected) > 0


def test_the_curve_marks_flow_and_capacities(networks):
    query = "points=5&method=fast"
    spec = spec_of(networks, f"{KHORGOS}/curve?{query}")
    marks = {
        layer["data"]["values"][0]["mark"]: layer["data"]["values"][0]["flow"]
        for layer in spec["layer"]
        if layer["mark"]["type"] == "rule"
    }
    curve = networks.get(f"{KHORGOS}/curve?{query}").json()
    sustainable = float(networks.get(f"{KHORGOS}/analysis/sustainable_capacity_per_day.txt?method=fast").text)
    assert marks == {
        "present": curve["present_per_day"],
        "practical": curve["practical_capacity_per_day"],
        "sustainable": pytest.approx(sustainable),
        "theoretical": curve["theoretical_capacity_per_day"],
    }


def test_bodies_have_charts_too(networks):
    body = {"hub": "khorgos-gateway", "overrides": {"flow.per_day": [9, 10]}, "method": "fast"}
    response = networks.post("/v1/analysis?format=vega", json=body)
    assert response.status_code == 200, response.text
    assert len(response.json()["data"]["values"]) == 2
    asked = {"hub": "khorgos-gateway", "replications": 2, "hours": 2000, "seed": 1}
    simulated = networks.post("/v1/simulations.vega?view=stations", json=asked)
    assert simulated.status_code == 200, simulated.text
    points = simulated.json()["vconcat"][0]["data"]["values"]
    stations = networks.post("/v1/simulations", json=asked).json()["stations"]
    assert {p["what"]: pytest.approx(p["value"]) for p in points} == {
        s["stage"]: 100 * s["utilization"]["value"] for s in stations
    }


@pytest.mark.parametrize(
    "address",
    [
        f"{KHORGOS}/analysis.svg?view=evidence",
        f"{KHORGOS}/analysis.svg?method=fast&flow.per_day=9,10&fields=bottleneck",
        f"{KHORGOS}/clearing.svg?queue=0&flow.per_day=100&stage=nowhere",
        "/v1/queue.svg?arrivals_per_hour=4&servers=3&service_hours=0.2",
        "/v1/queue.png?view=inputs",
    ],
)
def test_where_there_is_nothing_to_draw_it_is_said(networks, address):
    response = networks.get(address)
    assert response.status_code == 422
    assert response.json()["errors"]


@pytest.mark.parametrize(
    "path", [f"{KHORGOS}/analysis/wait_mean_hours.svg", "/v1/hubs.vega", "/v1/queue/utilization.png"]
)
def test_cells_and_lists_have_no_charts(networks, path):
    assert code(networks.get(path)) == (422, "invalid_parameter")


def test_a_format_of_the_suffix_and_another_one_are_refused(networks):
    assert code(networks.get(f"{KHORGOS}/analysis.svg?format=vega")) == (422, "invalid_parameter")
