"""The law of the dwell: exact laws, convolution against closed forms and simulation, and the fit of three moments."""

import math

import numpy as np
import pytest
from scipy import integrate, optimize, stats

import hubcalc
from hubcalc import queueing
from hubcalc.analysis.dwell_law import RouteLaw
from hubcalc.analysis.queues import Service
from hubcalc.analysis.time_parts import gamma_of, service_of

LEVELS = {"dwell_p50_hours": 0.5, "dwell_p90_hours": 0.9, "dwell_p95_hours": 0.95}
LATTICE = 2e-4


def quantiles(hub, method="auto"):
    found = hubcalc.analyze(hub, metrics=list(LEVELS), method=method).report.results[0].metrics
    return {name: (metric.value, metric.verdict.status) for name, metric in found.items()}


@pytest.mark.parametrize("method", ["auto", "fast", "exact"])
def test_one_exponential_server_has_an_exponential_dwell(method, document, desk):
    # M/M/1: the dwell is exponential with rate mu - lambda = 1/2
    found = quantiles(document({"desk": desk(60)}), method)
    for name, level in LEVELS.items():
        assert found[name] == (pytest.approx(-2 * math.log(1 - level), rel=1e-9), "exact")


@pytest.mark.parametrize("servers", [2, 3, 7])
def test_several_exponential_servers(servers, document, desk):
    # wait: 0, or exponential with rate c mu - lambda; service: exponential; the tail of their sum by quadrature
    per_hour, hours = 0.8 * servers, 1.0
    chance, spare = float(queueing.mmc_wait_probability(per_hour, hours, servers)), servers / hours - per_hour
    found = quantiles(document({"desk": desk(60 * hours, servers)}, per_day=24 * per_hour))
    for name, level in LEVELS.items():
        t = found[name][0]
        waited = integrate.quad(lambda w, t=t: spare * math.exp(-spare * w) * math.exp(-(t - w) / hours), 0, t)[0]
        tail = (1 - chance) * math.exp(-t / hours) + chance * (waited + math.exp(-spare * t))
        assert tail == pytest.approx(1 - level, abs=1e-8)
        assert found[name][1] == "exact"


def test_constant_service_at_one_server(document, desk):
    found = quantiles(document({"desk": desk(60, 1, 0)}, per_day=18))
    for name, level in LEVELS.items():
        exact = 1 + float(queueing.mdc_wait_quantile_hours(0.75, 1.0, 1, level))
        assert found[name] == (pytest.approx(exact, rel=LATTICE), "exact")


def test_a_chain_of_exponential_servers_has_a_gamma_dwell(document, desk):
    # dwells at M/M/1 in series are independent (Reich 1957): the sum of two exponential ones of mean 2
    found = quantiles(document({"a": desk(60), "b": desk(60)}))
    for name, level in LEVELS.items():
        assert found[name] == (pytest.approx(stats.gamma(2, scale=2).ppf(level), rel=LATTICE), "exact")


def test_waits_at_a_chain_of_several_servers_hang_together(document, desk):
    # only the first and the last of a chain may have several servers (Burke 1969)
    three = document({"a": desk(60), "b": desk(60, 2), "c": desk(60)})
    assert quantiles(three)["dwell_p90_hours"][1] == "approximate"
    ends = document({"a": desk(60, 2), "b": desk(60), "c": desk(60, 2)})
    assert quantiles(ends)["dwell_p90_hours"][1] == "exact"


@pytest.mark.parametrize(("law", "scv"), [("lognormal", 2.0), ("lognormal", 0.3), ("gamma", 0.4)])
def test_one_server_of_any_law_against_the_recursion(law, scv, document):
    rng, runs, length = np.random.default_rng(20), 200, 16_000
    width = math.log1p(scv)
    draw = {
        "lognormal": lambda: rng.lognormal(-width / 2, math.sqrt(width), (runs, length)),
        "gamma": lambda: rng.gamma(1 / scv, scv, (runs, length)),
    }[law]
    service = draw().astype(np.float32)
    walk = np.cumsum(service[:, :-1] - rng.exponential(1 / 0.6, (runs, length - 1)), axis=1)
    waits = walk - np.minimum(np.minimum.accumulate(walk, axis=1), 0)
    dwell = (waits + service[:, 1:])[:, length // 4 :]
    hub = document(
        {"desk": {"kind": "service", "servers": 1, "service_time": {"law": law, "mean_minutes": 60, "scv": scv}}},
        per_day=24 * 0.6,
    )
    found = quantiles(hub)
    for name, level in LEVELS.items():
        parts = [np.quantile(part, level) for part in np.array_split(dwell, 20)]
        error = np.std(parts, ddof=1) / math.sqrt(20)
        assert abs(found[name][0] - np.mean(parts)) < 4 * error + 3e-3 * np.mean(parts)


def exponential(hours):
    return gamma_of(np.array([hours]), np.array([hours**2]))


@pytest.mark.parametrize("convolved", [True, False])
def test_branches_of_a_route_are_not_added_up(convolved):
    # 30 % need a mean of 1 h, 70 % one of 4 h, exponential both: a mixture, whose quantile follows from its tail
    parts = {"door": [], "a": [exponential(1.0)], "b": [exponential(4.0)]}
    visits = dict.fromkeys(parts, np.ones(1))
    law = RouteLaw(1, parts, visits, {"door": {"a": 0.3, "b": 0.7}, "a": {}, "b": {}}, convolved)
    mean, variance, third = (float(np.ravel(m)[0]) for m in law.moments)
    assert mean == pytest.approx(0.3 * 1 + 0.7 * 4)
    assert variance == pytest.approx(2 * (0.3 + 0.7 * 16) - mean**2)
    assert third == pytest.approx(6 * (0.3 + 0.7 * 64) - 3 * mean * variance - mean**3)
    for level in LEVELS.values():
        exact = optimize.brentq(lambda t, p=level: 0.3 * math.exp(-t) + 0.7 * math.exp(-t / 4) - 1 + p, 0, 100)
        assert law.quantile(level)[0] == pytest.approx(exact, rel=LATTICE if convolved else 0.05)


def test_a_share_that_leaves_early_and_one_that_passes_by():
    # half visit the first stage, and a quarter goes on to the second: with 3/8 nothing at all, so the median is not 0
    parts = {"a": [exponential(1.0)], "b": [exponential(1.0)]}
    law = RouteLaw(1, parts, {"a": np.array([0.5]), "b": np.ones(1)}, {"a": {"b": 0.25}, "b": {}}, convolved=True)
    tail = lambda t: (0.5 * 0.75 + 0.5 * 0.25) * math.exp(-t) + 0.5 * 0.25 * (1 + t) * math.exp(-t)  # noqa: E731
    for level in (0.5, 0.9, 0.95):
        exact = optimize.brentq(lambda t, p=level: tail(t) - 1 + p, 0, 50)
        assert law.quantile(level)[0] == pytest.approx(exact, rel=1e-3)
    assert law.quantile(0.2)[0] == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize(
    "skewness_of_cv", [lambda v: 2 * v, lambda v: 2.5 * v, lambda v: 3 * v + v**3, lambda v: 5 * v]
)
@pytest.mark.parametrize("scv", [0.05, 0.5, 1.5])
def test_service_laws_have_the_three_moments(skewness_of_cv, scv):
    cv = math.sqrt(scv)
    skewness = skewness_of_cv(cv)
    if 3 * cv + cv**3 < skewness < 5 * cv - 1e-9:
        pytest.fail("5 cv is meant to be the most skewed")
    third = skewness * cv**3 + 3 * scv + 1
    part = service_of(Service(np.ones(1), np.array([scv]), np.array([third]), np.zeros(1, bool)))
    mean, second, cubed = (float(moment[0]) for moment in part.moments)
    assert mean == pytest.approx(1)
    assert second == pytest.approx(1 + scv)
    if skewness >= 2 * cv - 1e-12 and part.least[0] >= 0:
        assert cubed == pytest.approx(third, rel=1e-6)


def test_the_law_does_not_depend_on_the_number_of_scenarios():
    few = hubcalc.analyze("khorgos-gateway", {"flow.per_day": 9.0}, metrics=list(LEVELS), method="auto")
    many = hubcalc.analyze("khorgos-gateway", {"flow.per_day": [6.0, 9.0, 12.0]}, metrics=list(LEVELS), method="auto")
    for name in LEVELS:
        assert many.column(name)[1] == pytest.approx(few.column(name)[0], rel=1e-12)


def test_percentiles_are_in_order_and_grow_with_the_flow():
    for method in ("auto", "fast"):
        found = hubcalc.analyze("khorgos-gateway", {"flow.per_day": [2.0, 9.0, 15.0]}, method=method)
        half, most, nearly_all = (found.column(name) for name in LEVELS)
        assert np.all(half < most)
        assert np.all(most < nearly_all)
        assert np.all(np.diff(most) > 0)
