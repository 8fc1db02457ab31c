"""method=simulate of the analysis over HTTP: what is simulated, how many at once, and that it repeats."""

import pytest

from hubcalc.analysis import simulated_rows

URL = "/v1/hubs/khorgos-gateway/analysis"
TIMES = ("wait_mean_hours", "dwell_mean_hours", "dwell_p90_hours")
ASKED = f"{URL}?method=simulate&fields={','.join(TIMES)}"


@pytest.fixture(scope="module")
def simulated(reader):
    response = reader.get(ASKED)
    assert response.status_code == 200, response.text
    return response


def test_times_are_simulated(simulated):
    (scenario,) = simulated.json()["results"]
    assert tuple(scenario["metrics"]) == TIMES
    for metric in scenario["metrics"].values():
        verdict = metric["verdict"]
        assert verdict["status"] == "simulated"
        assert "seed" in verdict["method"]
        assert 0 < verdict["half_width"] < metric["value"]
        assert verdict["expected_error"] == pytest.approx(verdict["half_width"] / metric["value"])


def test_the_same_question_has_the_same_bytes(reader, simulated):
    again = reader.get(ASKED)
    assert (again.content, again.headers["etag"]) == (simulated.content, simulated.headers["etag"])


def test_the_bytes_do_not_rest_on_what_is_remembered(reader, simulated):
    simulated_rows._remembered.cache_clear()
    assert reader.get(ASKED).content == simulated.content


@pytest.mark.slow
@pytest.mark.parametrize("method", ["simulate", "auto"])
def test_a_cell_is_the_value_of_the_report(reader, method):
    (scenario,) = reader.get(f"{URL}?method={method}&fields=dwell_mean_hours").json()["results"]
    cell = reader.get(f"{URL}/dwell_mean_hours.txt?method={method}")
    assert cell.headers["content-type"] == "text/plain; charset=utf-8"
    assert float(cell.text) == scenario["metrics"]["dwell_mean_hours"]["value"]


@pytest.mark.parametrize("suffix", ["", ".csv"])
def test_eleven_rows_are_too_many_and_the_way_out_is_named(reader, suffix):
    response = reader.get(f"{URL}{suffix}?method=simulate&flow.per_day=1..11")
    assert (response.status_code, response.json()["code"]) == (422, "invalid_parameter")
    (error,) = response.json()["errors"]
    assert error["parameter"] == "method"
    assert error["given"] == "11 scenarios"
    assert "POST /v1/simulations" in error["hint"]
    assert "up to 10 scenarios" in response.json()["detail"]


def test_a_post_simulates_as_a_get_does(reader, simulated):
    posted = reader.post(
        "/v1/analysis", json={"hub": "khorgos-gateway", "method": "simulate", "fields": list(TIMES)}
    ).json()
    assert posted["results"][0]["metrics"] == simulated.json()["results"][0]["metrics"]
