"""Where formulas are not enough `auto` simulates, and says so."""

import numpy as np
import pytest

import hubcalc
from hubcalc.analysis import simulated_rows
from hubcalc.errors import ParameterError

TIMES = ("wait_mean_hours", "dwell_mean_hours", "dwell_p50_hours", "dwell_p90_hours", "dwell_p95_hours")


@pytest.fixture(scope="module")
def busy(document, desk):
    """Return a hub of two stages whose times together no formula has exactly, the first at a utilization of 0.95."""
    return document({"desk": desk(60, 2, 0.5), "exit": desk(30, 2, 0.5)}, per_day=45.6)


def codes(result):
    return {advice.code for advice in result.warnings}


def only(hub, **options):
    (result,) = hubcalc.analyze(hub, **options).report.results
    return result


def test_what_is_doubted_is_simulated(busy):
    result = only(busy)
    for name in TIMES:
        verdict = result.metrics[name].verdict
        assert verdict.status == "simulated", name
        assert verdict.half_width > 0
        assert verdict.method.startswith("simulation: ")
    assert "simulated" in codes(result)
    assert "simulation_advised" not in codes(result)
    # what follows from rates alone needs none
    assert result.metrics["theoretical_capacity_per_day"].value == pytest.approx(48)
    assert result.metrics["utilization"].value == pytest.approx(0.95)
    assert result.metrics["utilization"].verdict.status == "exact"


def test_what_is_not_doubted_is_not_simulated(document, desk):
    result = only(document({"desk": desk(60, 2, 0.5)}, per_day=24.0))
    assert codes(result).isdisjoint({"simulated", "simulation_advised"})
    # gamma of scv 1/2 is Erlang of two phases, whose wait behind Poisson arrivals is solved exactly
    assert result.metrics["wait_mean_hours"].verdict.status == "exact"


def test_exact_formulas_stay_exact(document, desk):
    # M/M/1 at 0.95 with an hour of service: a mean wait of 19 hours, a dwell that is exponential with a mean of 20
    result = only(document({"desk": desk(60)}, per_day=22.8))
    exact = {"wait_mean_hours": 19.0, "dwell_mean_hours": 20.0, "dwell_p90_hours": 20 * np.log(10)}
    for name, value in exact.items():
        assert result.metrics[name].verdict.status == "exact"
        assert result.metrics[name].value == pytest.approx(value, rel=1e-9)


def test_a_simulation_of_exact_queues_agrees_with_them(document, desk):
    hub = document({"desk": desk(60, 3), "exit": desk(40, 2)}, per_day=50.4)
    simulated, exact = only(hub, method="simulate"), only(hub, method="exact")
    for name in ("wait_mean_hours", "dwell_mean_hours"):
        metric = simulated.metrics[name]
        assert metric.verdict.status == "simulated"
        assert abs(metric.value - exact.metrics[name].value) < 4 * metric.verdict.half_width


def test_up_to_ten_scenarios_are_simulated(document, desk):
    hub = document({"desk": desk(60, 2)})
    ten = hubcalc.analyze(hub, {"flow.per_day": np.linspace(4, 13, 10)}, method="simulate").report.results
    assert {result.metrics["wait_mean_hours"].verdict.status for result in ten} == {"simulated"}
    with pytest.raises(ParameterError, match="method: up to 10 scenarios of a call are simulated"):
        hubcalc.analyze(hub, {"flow.per_day": np.linspace(4, 14, 11)}, method="simulate")


@pytest.mark.parametrize(("rows", "method"), [(11, "auto"), (1, "fast"), (1, "exact")])
def test_others_are_advised_to_simulate(rows, method, busy):
    per_day = np.linspace(45, 46, rows)
    for result in hubcalc.analyze(busy, {"flow.per_day": per_day}, method=method).report.results:
        assert "simulation_advised" in codes(result)
        assert "simulated" not in codes(result)
        assert result.metrics["dwell_mean_hours"].verdict.status != "simulated"


def test_the_same_call_gives_the_same_report(busy):
    first = hubcalc.analyze(busy).report
    simulated_rows._remembered.cache_clear()
    assert hubcalc.analyze(busy).report == first


def test_names_change_no_number(busy):
    first = only(busy)
    simulated_rows._remembered.cache_clear()
    stages = {key: {**stage, "label": "Another label"} for key, stage in busy["stages"].items()}
    other = only({**busy, "id": "another-id", "name": "Another name", "stages": stages})
    assert other.metrics == first.metrics
    assert other.time_split == first.time_split


def test_simulated_times_add_up(busy):
    result = only({**busy, "opening": {"time_zone": "Asia/Almaty"}}, method="simulate")
    split = result.time_split
    parts = split.queue_hours + split.service_hours + split.synchronization_hours
    assert parts + split.closure_hours + split.quota_hours == pytest.approx(split.dwell_hours, rel=1e-9)
    assert split.dwell_hours == pytest.approx(result.metrics["dwell_mean_hours"].value, rel=1e-9)
    for station in result.stations:
        assert station.verdict.status == "simulated"
        parts = station.wait_mean_hours + station.service_mean_hours + station.synchronization_mean_hours
        parts += station.closure_mean_hours + station.quota_mean_hours
        assert parts == pytest.approx(station.dwell_mean_hours, rel=1e-9)


def test_what_has_no_steady_state_is_not_simulated(busy):
    (result,) = hubcalc.analyze(busy, {"flow.per_day": 60.0}).report.results
    assert result.metrics["wait_mean_hours"].verdict.status == "unstable"
    assert result.metrics["wait_mean_hours"].value is None
    assert "simulated" not in codes(result)
