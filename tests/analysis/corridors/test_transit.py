"""Door-to-door times against known laws: sums of exponential times, and mixtures of them by hand."""

import numpy as np
import pytest
from scipy.optimize import brentq

import hubcalc
from hubcalc.analysis import analyses
from hubcalc.errors import DocumentError, ParameterError

FAST, SLOW, RUN = 1.5, 0.25, 10.0
"""Rates of leaving the two queues M/M/1 [1/h], and the hours of the run."""


def below(hours, fast=FAST, slow=SLOW, run=RUN):
    """Distribution function of the hypoexponential law, shifted by the run."""
    past = max(hours - run, 0.0)
    return 1 - (slow * np.exp(-fast * past) - fast * np.exp(-slow * past)) / (slow - fast)


def quantile(probability, law=below):
    return brentq(lambda hours: law(hours) - probability, 0.0, 1e4)


@pytest.mark.parametrize("method", ["auto", "fast", "exact"])
def test_two_queues_and_a_run_add_up(chain, write, method):
    document, library = chain
    report = hubcalc.transit(document, method=method, documents=library)
    result = report.results[0]
    write.check_numbers(report)
    assert result.time.mean_hours == pytest.approx(1 / FAST + RUN + 1 / SLOW, rel=1e-9)
    assert result.time.verdict.status == "exact"
    for name, probability in (("p50_hours", 0.5), ("p90_hours", 0.9), ("p95_hours", 0.95)):
        assert getattr(result.time, name) == pytest.approx(quantile(probability), rel=3e-4)
    assert result.reliability.late_share == pytest.approx(1 - below(20.0), abs=3e-4)
    p95 = quantile(0.95)
    mean = 1 / FAST + RUN + 1 / SLOW
    assert result.reliability.buffer_index == pytest.approx((p95 - mean) / mean, rel=1e-3)
    assert result.reliability.planning_time_index == pytest.approx(p95 / (0.5 + RUN + 2.0), rel=1e-3)


def test_legs_add_up(chain):
    document, library = chain
    result = hubcalc.transit(document, documents=library).results[0]
    assert [leg.element for leg in result.legs] == ["nodes.a", "links.ab", "nodes.b"]
    assert sum(leg.mean_hours for leg in result.legs) == pytest.approx(result.time.mean_hours)
    assert [leg.service_hours for leg in result.legs] == pytest.approx([0.5, 10.0, 2.0])
    assert [leg.queue_hours for leg in result.legs] == pytest.approx([1 / 6, 0.0, 2.0])
    variances = np.array([1 / FAST**2, 0.0, 1 / SLOW**2])
    assert [leg.variance_share for leg in result.legs] == pytest.approx(variances / variances.sum(), rel=1e-3, abs=1e-6)
    assert (result.cost_usd, result.distance_km) == (100.0, 500.0)
    assert [leg.utilization for leg in result.legs] == pytest.approx([0.25, 0.0, 0.5])


def test_a_shock_makes_a_mixture(chain):
    """In one journey of five both hubs take three times as long, and five hours more each."""
    document, library = chain
    shock = {"probability": 0.2, "nodes": ["a", "b"], "factor": 3.0, "extra_hours": 5.0}
    result = hubcalc.transit({**document, "shocks": {"ice": shock}}, documents=library).results[0]
    calm = 1 / FAST + RUN + 1 / SLOW
    struck = 3 / FAST + RUN + 3 / SLOW + 10
    assert result.time.mean_hours == pytest.approx(0.8 * calm + 0.2 * struck, rel=1e-9)
    assert result.time_without_shocks.mean_hours == pytest.approx(calm, rel=1e-9)
    assert result.time_without_shocks.p90_hours == pytest.approx(quantile(0.9), rel=3e-4)

    def mixed(hours):
        return 0.8 * below(hours) + 0.2 * below(hours, FAST / 3, SLOW / 3, RUN + 10)

    for name, probability in (("p50_hours", 0.5), ("p90_hours", 0.9), ("p95_hours", 0.95)):
        assert getattr(result.time, name) == pytest.approx(quantile(probability, mixed), rel=1e-3)


def test_what_a_shock_does_not_hit_stays(chain):
    document, library = chain
    nothing = {"probability": 0.0, "nodes": ["a"], "factor": 3.0}
    result = hubcalc.transit({**document, "shocks": {"none": nothing}}, documents=library).results[0]
    assert result.time_without_shocks is None
    assert result.time.mean_hours == pytest.approx(1 / FAST + RUN + 1 / SLOW)


def test_a_shock_that_always_strikes_is_no_mixture(chain):
    document, library = chain
    always = {"probability": 1.0, "links": ["ab"], "extra_hours": 7.0}
    result = hubcalc.transit({**document, "shocks": {"toll": always}}, documents=library).results[0]
    assert result.time.p90_hours == pytest.approx(quantile(0.9) + 7.0, rel=1e-3)


def test_an_unstable_hub_is_named(chain, write):
    document, library = chain
    report = hubcalc.transit(document, {"hubs.second.flows.main.per_day": [6, 13]}, documents=library)
    write.check_numbers(report)
    stable, unstable = report.results
    assert stable.time.mean_hours is not None
    assert (unstable.time.mean_hours, unstable.time.p95_hours) == (None, None)
    assert unstable.time.verdict.status == "unstable"
    assert "nodes.b: desk grows by 1 a day" in unstable.time.verdict.reason
    assert [advice.code for advice in unstable.warnings] == ["unstable"]
    assert unstable.reliability.buffer_index is None
    assert unstable.legs[2].verdict.status == "unstable"
    assert unstable.legs[0].mean_hours == pytest.approx(1 / FAST)


def test_what_is_not_exact_is_refused_by_exact(chain, write):
    document, _ = chain
    general = write.Library(
        write.hub("first", {"desk": write.desk(100, 3, "erlang")}, per_day=30.0, unit="truck", flow={"scv": 2.0})
        | {"stages": {"desk": write.desk(100, 3, "gamma") | {"service_time": _gamma(100, 0.3)}}},
        write.hub("second", {"desk": write.desk(120)}, per_day=6.0, unit="truck"),
        write.line("road", 500.0, unit="truck"),
    )
    result = hubcalc.transit(document, method="exact", documents=general).results[0]
    assert result.time.mean_hours is None
    assert result.time.verdict.status == "refused"
    assert "nodes.a" in result.time.verdict.reason
    assert "steady state" not in result.time.verdict.reason


def _gamma(minutes, scv):
    return {"law": "gamma", "mean_minutes": minutes, "scv": scv}


def test_simulation_agrees_with_the_law(chain, monkeypatch):
    monkeypatch.setattr(analyses, "MOST_SIMULATED", 1)
    document, library = chain
    result = hubcalc.transit(document, method="simulate", documents=library).results[0]
    assert result.time.verdict.status == "simulated"
    mean = 1 / FAST + RUN + 1 / SLOW
    # a half width is 1.96 standard errors; four of them
    assert abs(result.time.mean_hours - mean) < 4 / 1.96 * result.time.verdict.half_width
    assert result.time.p90_hours == pytest.approx(quantile(0.9), rel=0.05)


def test_a_hub_without_a_flow_of_its_own_warns(chain):
    document, library = chain
    result = hubcalc.transit(document, {"hubs.first.flows.main.per_day": 0}, documents=library).results[0]
    assert [advice.code for advice in result.warnings] == ["no_flow"]
    assert result.legs[0].mean_hours == pytest.approx(0.5, rel=1e-3)


def test_the_same_hub_twice_is_taken_as_two(chain, write):
    document, library = chain
    twice = write.corridor(
        {"a": {"hub": "first"}, "b": {"hub": "first"}}, {"ab": ("road", "a", "b", {})}, document["demands"]
    )
    result = hubcalc.transit(twice, documents=library).results[0]
    assert result.time.mean_hours == pytest.approx(2 / FAST + RUN)
    assert result.time.verdict.status == "approximate"
    assert "passages of first" in result.time.verdict.reason


def test_a_hub_may_not_be_missing(chain):
    document, library = chain
    wrong = {**document, "nodes": {"a": {"hub": "frist"}, "b": {"hub": "second"}}}
    with pytest.raises(DocumentError) as caught:
        hubcalc.transit(wrong, documents=library)
    problem = caught.value.problems[0]
    assert (problem.pointer, problem.given) == ("/nodes/a/hub", "frist")
    assert "first" in problem.hint


def test_bad_parameters_are_named(chain):
    document, library = chain
    with pytest.raises(ParameterError, match=r"demand: no such demand.*good.*goods"):
        hubcalc.transit(document, demand="good", documents=library)
    with pytest.raises(ParameterError, match="method"):
        hubcalc.transit(document, method="guess", documents=library)
