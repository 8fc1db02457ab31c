import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.queueing import (
    PhaseType,
    fit_two_moments,
    mdc_wait_mean_hours,
    mdc_wait_second_moment_hours2,
    phphc_wait_mean_hours,
    phphc_wait_probability,
    solve_ph_ph_c,
)
from hubcalc.queueing.constant_service_queues import ekdc_wait_mean_hours, solve_ph_d_c
from hubcalc.queueing.gi_dc import (
    gidc_wait_mean_hours,
    gidc_wait_probability,
    gidc_wait_quantile_hours,
    gidc_wait_tail,
)

UTILIZATION = st.floats(0.05, 0.99)
SCV = st.sampled_from([0.05, 0.2, 0.4, 0.5, 1.0, 1.5, 4.0, 30.0])


@pytest.mark.parametrize("phases", [1, 2, 4, 10])
@pytest.mark.parametrize("servers", [1, 3, 8])
def test_erlang_intervals_are_every_kth_of_poisson(phases, servers):
    """E_k/D/c against M/D/kc by Crommelin's roots and Spitzer's identity, also where hardly anybody waits."""
    rho = np.array([0.1, 0.3, 0.5, 0.8, 0.95, 0.999])
    queue = solve_ph_d_c(PhaseType.erlang(phases, 2.0 / (rho * servers)), 2.0, servers)
    args = (phases * rho * servers / 2.0, 2.0, phases * servers)
    assert queue.wait_mean_hours == pytest.approx(mdc_wait_mean_hours(*args), rel=1e-11)
    assert queue.wait_second_moment_hours2 == pytest.approx(mdc_wait_second_moment_hours2(*args), rel=1e-10)
    assert ekdc_wait_mean_hours(rho * servers / 2.0, phases, 2.0, servers) == pytest.approx(
        queue.wait_mean_hours, rel=1e-11
    )


def test_golden_values_of_poisson_arrivals(golden, agrees):
    for case in golden("constant_and_general", "M/D/c", "mean_wait"):
        if (servers := case["parameters"]["c"]) <= 60:
            rate = case["parameters"]["arrival_rate"]
            agrees(case, float(gidc_wait_mean_hours(rate, 1.0, 1.0, servers)), 1e-10)
    for case in golden("constant_service_delays", "M/D/c", "P(wait>0)"):
        if (servers := case["parameters"]["c"]) <= 60:
            rate = case["parameters"]["arrival_rate"]
            agrees(case, float(gidc_wait_probability(rate, 1.0, 1.0, servers)), 1e-11)


@pytest.mark.parametrize("rho", [0.3, 0.8, 0.95])
def test_tail_of_one_server_by_erlangs_formula(rho):
    """P(W <= x) = (1 - rho) sum over k <= x of (-rho (x - k))^k / k! exp(rho (x - k)), for M/D/1."""
    times = np.array([0.0, 0.2, 1.0, 1.7, 3.0, 5.5])
    sums = [
        sum((-rho * (x - k)) ** k / math.factorial(k) * math.exp(rho * (x - k)) for k in range(int(x) + 1))
        for x in times
    ]
    assert gidc_wait_tail(rho, 1.0, 1.0, 1, times) == pytest.approx(1.0 - (1.0 - rho) * np.array(sums), rel=1e-10)


@settings(max_examples=40)
@given(UTILIZATION, st.integers(1, 8), SCV)
def test_moments_are_integrals_of_the_tail(rho, servers, scv):
    queue = solve_ph_d_c(fit_two_moments(1.0 / (rho * servers), scv), 1.0, servers)
    probability, mean = float(queue.wait_probability), float(queue.wait_mean_hours)
    assert float(queue.wait_tail(0.0)) == pytest.approx(probability, rel=1e-9)
    roots, weights = np.polynomial.legendre.leggauss(20)
    most = min(int(40.0 * mean / probability) + 10, 60_000)
    times = np.arange(most)[:, None] + (1.0 + roots) / 2.0
    tail = queue.wait_tail(times)
    assert float((tail @ weights).sum() / 2.0) == pytest.approx(mean, rel=1e-8)
    assert float((2.0 * times * tail @ weights).sum() / 2.0) == pytest.approx(
        float(queue.wait_second_moment_hours2), rel=1e-7
    )
    shares = np.array([0.0, 0.5, 0.9, 0.99, 0.9999])
    hours = queue.wait_quantile_hours(shares)
    waits = hours > 0.0
    assert queue.wait_tail(hours)[waits] == pytest.approx(1.0 - shares[waits], rel=1e-7)
    assert (probability <= 1.0 - shares[~waits] + 1e-12).all()


@given(st.floats(0.1, 0.9), st.integers(1, 8), SCV)
def test_kingmans_bound(rho, servers, scv):
    """E[W] <= Var[U] / (2 (E[U] - s)), with U the sum of c intervals."""
    law = fit_two_moments(1.0 / (rho * servers), scv)
    queue = solve_ph_d_c(law, 1.0, servers)
    mean, second = float(queue.wait_mean_hours), float(queue.wait_second_moment_hours2)
    interval = float(law.mean_hours)
    assert 0.0 <= mean <= servers * scv * interval**2 / (2.0 * (servers * interval - 1.0)) * (1.0 + 1e-12)
    assert second >= mean**2


def test_many_phases_of_service_become_constant_at_one_server():
    """E_2/E_m/1 tends to E_2/D/1 as 1/m: extrapolated from m = 16 and 32."""
    for few, exact in (
        (phphc_wait_mean_hours, gidc_wait_mean_hours(0.8, 0.5, 1.0, 1)),
        (phphc_wait_probability, gidc_wait_probability(0.8, 0.5, 1.0, 1)),
    ):
        near, nearer = (float(few(0.8, 0.5, 1.0, 1.0 / phases, 1)) for phases in (16, 32))
        assert 2.0 * nearer - near == pytest.approx(float(exact), rel=1e-3)


def test_many_phases_of_service_become_constant_at_two_servers():
    """E_2/E_m/2 tends to E_2/D/2 slower than 1/m: Aitken's extrapolation from m = 6, 12 and 24."""
    interval = PhaseType.erlang(2, 1.0 / 1.6)
    far, near, nearer = (
        float(solve_ph_ph_c(interval, PhaseType.erlang(phases, 1.0), 2, most_states=600).wait_mean_hours)
        for phases in (6, 12, 24)
    )
    limit = nearer + (near - nearer) ** 2 / (2.0 * near - far - nearer)
    exact = float(gidc_wait_mean_hours(1.6, 0.5, 1.0, 2))
    assert exact < nearer < near < far
    assert limit == pytest.approx(exact, rel=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(("scv", "servers", "rho"), [(0.4, 3, 0.8), (4.0, 4, 0.7), (0.25, 1, 0.9)])
def test_simulation(scv, servers, rho):
    """Lindley's recursion over the intervals of c arrivals, in 400 independent runs."""
    rng = np.random.default_rng(11)
    law = fit_two_moments(1.0 / (rho * servers), scv)
    wait, sums = np.zeros(400), np.zeros((2, 400))
    for turn in range(2000):
        gaps = sum(law_values(rng, law, 400) for _ in range(servers))
        wait = np.maximum(wait + 1.0 - gaps, 0.0)
        if turn >= 500:
            sums += np.stack([wait, wait > 0.0]) / 1500.0
    error = sums.std(axis=1, ddof=1) / 20.0
    exact = (float(gidc_wait_mean_hours(rho * servers, scv, 1.0, servers)),)
    exact += (float(gidc_wait_probability(rho * servers, scv, 1.0, servers)),)
    assert (np.abs(sums.mean(axis=1) - exact) < 4.0 * error).all()


def law_values(rng, law, count):
    """Draw phases in a row, or one of two."""
    held = -1.0 / np.diagonal(law.subgenerator)
    start = rng.choice(law.phases, size=count, p=law.initial)
    if law.subgenerator[0, -1] == 0.0 and law.phases == 2 and law.subgenerator[0, 0] != law.subgenerator[1, 1]:
        return rng.standard_exponential(count) * held[start]
    visited = np.arange(law.phases) >= start[:, None]
    return (rng.standard_exponential((count, law.phases)) * held * visited).sum(axis=1)


def test_limits():
    scv = [0.0, 0.0, 0.5, 0.5, 0.5]
    rate = [0.0, 1.9, 0.0, 2.0, 3.0]
    unstable = np.array([False, False, False, True, True])
    assert gidc_wait_mean_hours(rate, scv, 1.0, 2).tolist() == np.where(unstable, np.inf, 0.0).tolist()
    assert gidc_wait_probability(rate, scv, 1.0, 2).tolist() == unstable.tolist()
    assert gidc_wait_tail(rate, scv, 1.0, 2, 7.0).tolist() == unstable.tolist()
    assert gidc_wait_quantile_hours(rate, scv, 1.0, 2, 0.9).tolist() == np.where(unstable, np.inf, 0.0).tolist()
    assert float(gidc_wait_mean_hours(2.0, 0.0, 1.0, 2)) == np.inf
    assert gidc_wait_mean_hours(np.zeros((0, 3)), 0.5, 1.0, 2).shape == (0, 3)


def test_heavy_traffic():
    """(1 - rho) E[W] tends to ca2 / (2 c)."""
    rho = 1.0 - 1e-8
    assert float(gidc_wait_mean_hours(3 * rho, 0.4, 1.0, 3)) * 1e-8 == pytest.approx(0.4 / 6, rel=1e-5)


def test_columns_are_solved_as_each_alone():
    rate, scv, servers = np.array([0.5, 1.5, 2.5]), np.array([[0.3], [2.0]]), np.array([1, 2, 3])
    together = gidc_wait_mean_hours(rate, scv, 1.0, servers)
    alone = [[float(gidc_wait_mean_hours(r, s[0], 1.0, c)) for r, c in zip(rate, servers, strict=True)] for s in scv]
    assert together == pytest.approx(np.array(alone), rel=1e-13)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: gidc_wait_mean_hours(-1.0, 1.0, 1.0, 1), "arrivals_per_hour"),
        (lambda: gidc_wait_mean_hours(1.0, 0.001, 1.0, 1), "arrival_scv"),
        (lambda: gidc_wait_mean_hours(1.0, 1e7, 1.0, 1), "arrival_scv"),
        (lambda: gidc_wait_probability(1.0, 1.0, 0.0, 1), "service_hours"),
        (lambda: gidc_wait_probability(1.0, 1.0, 1.0, 1.5), "servers"),
        (lambda: gidc_wait_tail(1.0, 1.0, 1.0, 1, -1.0), "hours"),
        (lambda: gidc_wait_quantile_hours(1.0, 1.0, 1.0, 1, 1.0), "probability"),
        (lambda: ekdc_wait_mean_hours(1.0, 0.5, 1.0, 1), "phases"),
        (lambda: solve_ph_d_c(PhaseType.exponential([1.0, 2.0]), [0.1, 0.2, 0.3], 1), "shapes"),
    ],
)
def test_out_of_range(call, name):
    with pytest.raises(ArgumentError, match=name):
        call()


def test_too_many_phases_are_refused():
    with pytest.raises(RefusedError, match="phases"):
        gidc_wait_mean_hours(50.0, 0.01, 1.0, 60)
