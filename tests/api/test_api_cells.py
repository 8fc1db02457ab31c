"""GET /v1/hubs/{id}/analysis/{metric}: one bare number."""

import csv
import io
import re
from xml.etree import ElementTree

import pytest

from hubcalc import METRIC_NAMES

URL = "/v1/hubs/khorgos-gateway/analysis"
BARE = re.compile(rb"-?\d+(\.\d+)?(e[+-]?\d+)?")


@pytest.fixture(scope="module")
def metrics(reader):
    return reader.get(f"{URL}?stages.front.cranes=4").json()["results"][0]["metrics"]


@pytest.mark.slow
@pytest.mark.parametrize("metric", METRIC_NAMES)
def test_every_metric_is_one_bare_value(reader, metrics, metric):
    response = reader.get(f"{URL}/{metric}.txt?stages.front.cranes=4")
    value = metrics[metric]["value"]
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    if isinstance(value, str):
        assert response.text == value
    else:
        assert BARE.fullmatch(response.content), "no newline, no mark, a dot for the decimals"
        assert float(response.text) == value
    assert reader.get(f"{URL}/{metric}?stages.front.cranes=4").content == response.content


def test_the_example_of_the_issue(reader):
    hub, front = (
        float(reader.get(f"{URL}/{part}theoretical_capacity_per_day.txt?stages.front.cranes=4").text)
        for part in ("", "stages.front.")
    )
    rakes, away_hours, trains_to_china = 10_900 // 46, 0.5 + 15 * 24, 1.65 / 11
    assert hub == pytest.approx(24 * rakes / away_hours, rel=1e-9), "platforms limit the hub before four cranes do"
    cranes = 24 * 4 * 16.5 * 0.95 / (45.5 * 1.2 * 1.05)
    assert front == pytest.approx(cranes / (1 + trains_to_china), rel=1e-9)


def test_json_adds_unit_and_verdict(reader, metrics):
    cell = reader.get(f"{URL}/wait_mean_hours.json?stages.front.cranes=4").json()
    assert cell.pop("metric") == "wait_mean_hours"
    assert {**cell, "low": None, "high": None} == {**metrics["wait_mean_hours"], "low": None, "high": None}
    assert cell["unit"] == "h"


@pytest.mark.parametrize("format_", ["csv", "tsv", "xml"])
def test_a_cell_as_a_table(reader, metrics, format_):
    text = reader.get(f"{URL}/wait_mean_hours.{format_}?stages.front.cranes=4").text
    if format_ == "xml":
        found = ElementTree.fromstring(text).findtext("cell/wait_mean_hours")
    else:
        (row,) = csv.DictReader(io.StringIO(text), delimiter="," if format_ == "csv" else "\t")
        found = row["wait_mean_hours [h]"]
    assert float(found) == metrics["wait_mean_hours"]["value"]


def test_every_cell_of_the_station_table(reader):
    # times of stages may be simulated, as in view=stations
    (scenario,) = reader.get(f"{URL}?stages.front.cranes=4&fields=dwell_mean_hours").json()["results"]
    for station in scenario["stations"]:
        for column in ("utilization", "wait_mean_hours"):
            response = reader.get(f"{URL}/stages.{station['stage']}.{column}.txt?stages.front.cranes=4")
            if station[column] is not None:
                assert float(response.text) == station[column]
        for name, quantity in station["details"].items():
            cell = reader.get(f"{URL}/stages.{station['stage']}.{name}.json?stages.front.cranes=4").json()
            assert (cell["value"], cell["unit"]) == (quantity["value"], quantity["unit"])


def test_a_cell_of_text(reader):
    assert reader.get(f"{URL}/bottleneck").text == "front"
    assert reader.get(f"{URL}/stages.front.limit").text == "cranes"


def test_no_steady_state_is_an_endless_wait(reader):
    for metric in ("wait_mean_hours", "dwell_mean_hours", "stages.documents.wait_mean_hours"):
        assert reader.get(f"{URL}/{metric}.txt?flow.per_day=40").text == "inf"
    cell = reader.get(f"{URL}/wait_mean_hours.json?flow.per_day=40").json()
    assert (cell["value"], cell["verdict"]["status"]) == (None, "unstable")


def test_what_is_not_there_is_not_endless(reader):
    """A stage that is stable has no growth: its cell must not say `inf`."""
    for column in ("growth_per_day", "backlog_at_horizon"):
        assert float(reader.get(f"{URL}/stages.front.{column}.txt").text) == 0
    response = reader.get(f"{URL}/stages.front.fewest_stable_servers.txt")
    assert (response.status_code, response.json()["code"]) == (422, "refused")
    assert reader.get(f"{URL}/stages.front.fewest_stable_servers.json").json()["value"] is None


def test_teu_without_contents_are_refused_with_the_reason(reader):
    response = reader.get("/v1/hubs/nur-zholy-khorgos/analysis/capacity_teu_per_year")
    assert (response.status_code, response.json()["code"]) == (422, "refused")
    assert "teu_per_unit" in response.json()["detail"]
    report = reader.get("/v1/hubs/nur-zholy-khorgos/analysis?fields=capacity_teu_per_year").json()
    assert report["results"][0]["metrics"]["capacity_teu_per_year"]["verdict"]["status"] == "refused"


def test_the_method_of_a_cell(reader):
    fast = reader.get(f"{URL}/wait_mean_hours.json?method=fast").json()
    assert "method=fast" in fast["verdict"]["method"]
    assert fast["value"] != reader.get(f"{URL}/wait_mean_hours.json").json()["value"]
    refused = reader.get(f"{URL}/wait_mean_hours?method=exact")
    assert refused.status_code == 422
    assert "rests on an approximation" in refused.text
    assert reader.get(f"{URL}/utilization?method=exact").status_code == 200
    assert reader.get(f"{URL}/stages.documents.wait_mean_hours?method=exact").status_code == 422


@pytest.mark.parametrize("value", ["2,3", "2..3", "2..4:2"])
def test_lists_are_refused(reader, value):
    response = reader.get(f"{URL}/utilization?stages.front.cranes={value}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["parameter"] == "stages.front.cranes"


@pytest.mark.parametrize(
    ("metric", "hint"),
    [
        ("utilisation", "did you mean utilization?"),
        ("wait_mean_hour", "did you mean wait_mean_hours?"),
        ("stages.front.utilisation", "did you mean stages.front.utilization?"),
        ("stages.font.utilization", "did you mean stages.front.utilization?"),
        ("stages.front", None),
        ("stages.", None),
        ("stages.front.verdict", None),
        ("stages.front.cranes", None),
        ("x" * 3000, None),
    ],
)
def test_an_unknown_metric(reader, metric, hint):
    response = reader.get(f"{URL}/{metric}.txt")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert "utilization" in response.json()["errors"][0]["allowed"]
    if hint:
        assert response.json()["errors"][0]["hint"] == hint


@pytest.mark.parametrize(
    "query", ["fields=utilization", "view=stations", "stages.front.crane=3", "scale=x", "format=pdf"]
)
def test_unknown_parameters_of_a_cell(reader, query):
    assert reader.get(f"{URL}/utilization?{query}").status_code == 422


def test_a_cell_never_has_exactly_three_decimals(reader):
    response = reader.get(f"{URL}/stages.gate.arrivals_per_day?flows.trucks.per_day=1.125")
    assert response.text == "1.1250"


def test_a_decimal_comma_is_read_in_a_cell(reader):
    url = "/v1/hubs/khorgos-gateway/analysis/throughput_per_day.txt?flow.per_day="
    assert reader.get(url + "10,5").text == reader.get(url + "10.5").text == "10.5"


@pytest.mark.parametrize("given", ["1,234", "10,500"])
def test_a_comma_that_may_be_thousands_is_refused_with_both_ways_out(reader, given):
    url = f"/v1/hubs/khorgos-gateway/analysis/throughput_per_day.txt?flow.per_day={given}"
    response = reader.get(url)
    whole, decimals = given.split(",")
    assert response.status_code == 422
    hint = response.json()["errors"][0]["hint"]
    assert f"{whole}.{decimals}" in hint
    assert f"{whole}{decimals}" in hint


def test_a_misspelled_path_without_a_value_is_still_an_error(reader):
    response = reader.get("/v1/hubs/khorgos-gateway/analysis/utilization.txt?stages.front.crane=")
    assert (response.status_code, response.json()["code"]) == (422, "unknown_path")


def test_short_names_and_paths(reader):
    long = f"{URL}/wait_mean_hours.txt?stages.front.cranes=4&flows.westbound.per_day=12&method=fast&errors=text"
    short = f"{URL}/wait_mean_hours.txt?front.cranes=4&westbound.per_day=12&m=fast&e=text"
    assert reader.get(short).text == reader.get(long).text
    assert reader.get(f"{URL}/wait_mean_hours.txt?m=fast&method=fast").status_code == 422
    twice = reader.get(f"{URL}/wait_mean_hours.txt?front.cranes=4&stages.front.cranes=4")
    assert (twice.status_code, twice.json()["code"]) == (422, "invalid_override")


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("wait_mean_hours", r"UNSTABLE \S+ grows by [0-9.]+ \w+/day"),
        ("stages.documents.wait_mean_hours", r"UNSTABLE documents grows by 3\.25 trains/day"),
        ("dwell_p90_hours", r"UNSTABLE .*"),
    ],
)
def test_no_steady_state_as_a_text(reader, metric, said):
    for parameter in ("unstable=text", "u=text"):
        response = reader.get(f"{URL}/{metric}.txt?flow.per_day=40&{parameter}")
        assert re.fullmatch(said, response.text)
    assert reader.get(f"{URL}/{metric}.txt?flow.per_day=40&u=inf").text == "inf"


def test_the_growth_in_the_text_is_that_of_the_stage(reader):
    report = reader.get(f"{URL}?flow.per_day=40&fields=utilization").json()["results"][0]
    growing = [station for station in report["stations"] if station["growth_per_day"] > 0]
    most = max(growing, key=lambda station: station["utilization"])
    text = reader.get(f"{URL}/wait_mean_hours?flow.per_day=40&u=text").text
    assert text.startswith(f"UNSTABLE {most['stage']} grows by ")
    assert float(text.split()[4]) == pytest.approx(most["growth_per_day"], rel=5e-3)


def test_a_stable_cell_is_a_number_whatever_is_asked_for_the_others(reader):
    plain = reader.get(f"{URL}/wait_mean_hours.txt").text
    for form in ("inf", "text", ""):
        assert reader.get(f"{URL}/wait_mean_hours.txt?unstable={form}").text == plain
    assert reader.get(f"{URL}/wait_mean_hours.txt?unstable=never").status_code == 422
    assert reader.get(f"{URL}/wait_mean_hours.json?unstable=text").status_code == 422


def test_a_decimal_comma_in_the_answer(reader):
    plain = reader.get(f"{URL}/wait_mean_hours.txt").text
    assert reader.get(f"{URL}/wait_mean_hours.txt?d=comma").text == plain.replace(".", ",")
    assert reader.get(f"{URL}/stages.gate.arrivals_per_day?trucks.per_day=1,125&d=comma").text == "1,1250"


@pytest.mark.parametrize("layout", ["shape=long", "header=off", "dl=1", "fields=verdict"])
def test_a_bare_value_has_no_layout(reader, layout):
    assert reader.get(f"{URL}/wait_mean_hours.txt?{layout}").status_code == 422
    assert reader.get(f"{URL}/wait_mean_hours.csv?{layout}").status_code == 200


def test_a_stage_is_simulated_where_that_is_asked_for(reader):
    cell = reader.get(f"{URL}/stages.front.wait_mean_hours.json?method=simulate").json()
    assert cell["verdict"]["status"] == "simulated"
    assert reader.get(f"{URL}/stages.front.utilization.json?method=simulate").json()["verdict"]["status"] == "exact"


@pytest.mark.parametrize("metric", ["wait_mean_hours", "utilisation"])
def test_head_has_the_status_of_get(reader, metric):
    for query in ("", "front.cranes=0", "e=text&front.cranes=0"):
        head, get = (reader.request(method, f"{URL}/{metric}.txt?{query}") for method in ("HEAD", "GET"))
        assert head.status_code == get.status_code
        assert head.headers["content-length"] == get.headers["content-length"]
