"""The rungs that are solved numerically, and the methods that a caller may choose."""

import numpy as np
import pytest

import hubcalc
from hubcalc import queueing
from hubcalc.analysis import phase_type_queues
from hubcalc.analysis.methods import ANALYSIS_METHODS
from hubcalc.analysis.queues import Service, unit_wait, wait_variance
from hubcalc.errors import ParameterError

WAITS = ("wait_mean_hours", "dwell_mean_hours", "dwell_p90_hours", "sustainable_capacity_per_day")


def columns(*values):
    return [np.atleast_1d(np.asarray(value, dtype=np.float64)) for value in values]


def station(hub, **options):
    (found,) = hubcalc.analyze(hub, **options).report.results[0].stations
    return found


def with_law(desk, law, **fields):
    stage = desk(60, 4)
    return {**stage, "service_time": {"law": law, "mean_minutes": 60.0, **fields}}


@pytest.mark.parametrize(("per_day", "wait"), [(48.0, 0.0257), (86.4, 0.934)])
def test_erlang_arrivals_and_service_have_the_exact_wait(per_day, wait, document, desk):
    # E2/E2/4; the tables that planners copy say 0.0532 at utilization 0.5
    found = station(document({"desk": with_law(desk, "erlang", k=2)}, per_day=per_day, scv=0.5))
    assert found.verdict.method.startswith("PH/PH/c")
    assert found.wait_mean_hours == pytest.approx(wait, abs=5e-4)


@pytest.mark.parametrize(
    ("law", "scv", "status"),
    [
        ({"law": "erlang", "k": 3}, 1.0, "exact"),
        ({"law": "gamma", "scv": 0.25}, 1.0, "exact"),  # Erlang of four phases
        ({"law": "hyperexponential", "scv": 3.0}, 1.0, "exact"),
        ({"law": "gamma", "scv": 0.3}, 1.0, "approximate"),
        ({"law": "lognormal", "scv": 0.5}, 1.0, "approximate"),
        ({"law": "two_moments", "scv": 0.5}, 1.0, "approximate"),
        ({"law": "erlang", "k": 3}, 0.9, "approximate"),  # the law of the intervals is not known
    ],
)
def test_only_laws_that_are_phase_type_are_exact(law, scv, status, document, desk):
    found = station(document({"desk": with_law(desk, **law)}, per_day=60.0, scv=scv))
    assert found.verdict.method.startswith("PH/PH/c")
    assert found.verdict.status == status
    assert (found.verdict.expected_error == 0) == (status == "exact")


def test_what_is_nearly_constant_lies_between_constant_and_erlang_service(document, desk):
    waits = [
        station(document({"desk": desk(60, 3, scv)}, per_day=56.0, scv=0.5)) for scv in (0, 0.02, 0.1, 0.19, 0.2, 0.25)
    ]
    methods = [found.verdict.method[:6] for found in waits]
    assert methods == ["GI/D/c", "GI/G/c", "GI/G/c", "GI/G/c", "PH/PH/", "PH/PH/"]
    assert np.all(np.diff([found.wait_mean_hours for found in waits]) > 0)


def test_second_moments_against_takacs():
    rate, hours, scv = columns([0.3, 0.6, 0.9], 1.0, 0.25)
    given = np.broadcast_arrays(rate, 1.0, hours, scv, 1.0)
    found = phase_type_queues.ph_ph_c(*given)
    third = (1 + scv) * (1 + 2 * scv)  # of an Erlang law, which is a gamma law
    assert found.first == pytest.approx(queueing.mg1_wait_mean_hours(rate, hours, scv), rel=1e-9)
    assert found.second == pytest.approx(queueing.mg1_wait_second_moment_hours2(rate, hours, scv, third), rel=1e-9)


def test_the_variance_of_a_wait_for_constant_service_has_its_own_second_moment():
    rate, hours, scv, servers = columns([1.0, 1.8], 1.0, 0.0, 2.0)
    service = Service.from_moments(hours, scv)
    wait = unit_wait(rate, np.ones(2), np.ones(2, bool), service, servers, numerical=True)
    variance = wait_variance(wait.hours, rate, service, servers, wait.second_moment_hours2)
    exact = queueing.mdc_wait_second_moment_hours2(rate, hours, servers) - wait.hours**2
    assert variance == pytest.approx(exact, rel=1e-12)
    # towards saturation any wait is exponential; M/D/c is still less variable than M/M/c of the same mean
    assert np.all(variance < wait_variance(wait.hours, rate, service, servers))


@pytest.mark.parametrize("law", ["gamma", "lognormal"])
def test_stated_errors_hold_for_other_laws(law):
    """Between the points that were simulated, twice the error; laws with the third moment of this one are solved."""
    for a, s, c, rho in [(0.35, 0.35, 2, 0.6), (0.7, 1.5, 2, 0.8), (1.5, 0.4, 4, 0.75), (3.0, 0.8, 2, 0.9)]:
        skewness = [2 * scv**0.5 if law == "gamma" else (3 + scv) * scv**0.5 for scv in (a, s)]
        arrival = queueing.fit_three_moments(1 / (rho * c), a, skewness[0])
        service = queueing.fit_three_moments(1.0, s, skewness[1])
        truth = queueing.solve_ph_ph_c(arrival, service, c).wait_mean_hours
        given = columns(rho * c, a, 1.0, s, c)
        stated = phase_type_queues.law_error("ph_ph_c", *columns(a, s, c, rho))
        assert abs(phase_type_queues.ph_ph_c(*given).first / truth - 1) < 2 * stated


def test_beyond_what_was_measured_no_error_is_stated():
    outside = phase_type_queues.law_error("ph_ph_c", *columns([0.1, 0.5, 0.5], 0.5, [2, 2, 30], [0.8, 0.1, 0.8]))
    assert np.isnan(outside).all()


@pytest.mark.parametrize("utilization", [1 - 1e-12, 1.0, 1.5])
def test_at_saturation_and_beyond_the_closed_forms_answer(utilization, document, desk):
    found = station(document({"desk": desk(60, 2, 0.5)}, per_day=48 * utilization, scv=0.5))
    assert found.verdict.method.startswith("GI/G/c")


@pytest.mark.parametrize("method", [method for method in ANALYSIS_METHODS if method != "simulate"])
def test_one_scenario_and_a_long_list_have_the_same_numbers(method, document, desk):
    hub = document({"a": desk(60, 3, 0.5), "b": desk(50, 2, 0.1), "c": desk(40, 2, 0)}, scv=0.7)
    per_day = np.linspace(1, 40, 120)
    many = hubcalc.analyze(hub, {"flow.per_day": per_day}, metrics=WAITS[:3], method=method)
    for row in (0, 60, 119):
        one = hubcalc.analyze(hub, {"flow.per_day": per_day[row]}, metrics=WAITS[:3], method=method)
        for name in WAITS[:3]:
            assert many.column(name)[row] == pytest.approx(one.column(name)[0], rel=1e-12, nan_ok=True)


def test_more_than_a_hundred_scenarios_are_fast_and_say_so(document, desk):
    hub = document({"desk": desk(60, 3, 0.5)}, scv=0.7)
    few, many = (hubcalc.analyze(hub, {"flow.per_day": np.linspace(1, 60, n)}) for n in (100, 101))
    assert (few.method, many.method) == ("auto", "fast")
    first, last = (analysis.report.results[0] for analysis in (few, many))
    assert first.stations[0].verdict.method.startswith("PH/PH/c")
    assert last.stations[0].verdict.method.startswith("GI/G/c")
    for name in WAITS:
        assert "method=fast" in last.metrics[name].verdict.method
        assert "method=" not in first.metrics[name].verdict.method
    assert "method=" not in last.metrics["theoretical_capacity_per_day"].verdict.method


def test_exact_refuses_what_is_approximate(document, desk):
    result = hubcalc.analyze(document({"desk": desk(60, 2, 0.4)}), method="exact").report.results[0]
    for name in WAITS:
        metric = result.metrics[name]
        assert metric.value is None
        assert metric.verdict.status == "refused"
        assert "approximation" in metric.verdict.reason
    (desk_row,) = result.stations
    assert desk_row.verdict.status == "refused"
    assert desk_row.wait_mean_hours is None
    assert desk_row.dwell_mean_hours is None
    assert result.time_split.queue_hours is None
    assert result.time_split.service_hours == pytest.approx(1)
    assert result.metrics["utilization"].value == pytest.approx(0.25)
    assert result.metrics["theoretical_capacity_per_day"].verdict.status == "exact"


def test_exact_gives_what_is_exact(document, desk):
    hub = document({"desk": with_law(desk, "erlang", k=2)}, per_day=80.0)
    exact, auto = (hubcalc.analyze(hub, method=method).report.results[0] for method in ("exact", "auto"))
    for name in ("wait_mean_hours", "dwell_mean_hours", "sustainable_capacity_per_day"):
        assert exact.metrics[name] == auto.metrics[name]
        assert exact.metrics[name].verdict.status == "exact"
    assert exact.metrics["dwell_p90_hours"].verdict.status == "refused"  # its law is fitted
    assert exact.time_split == auto.time_split


def test_exact_leaves_an_unstable_hub_unstable(document, desk):
    result = hubcalc.analyze(document({"desk": desk(60, 2, 0.4)}, per_day=60.0), method="exact").report.results[0]
    assert result.metrics["wait_mean_hours"].verdict.status == "unstable"
    assert result.stations[0].verdict.status == "unstable"


def test_other_methods_are_refused():
    with pytest.raises(ParameterError, match="no such method"):
        hubcalc.analyze("khorgos-gateway", method="quick")
