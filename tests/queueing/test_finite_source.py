import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    finite_source_busy_probability,
    finite_source_down_mean,
    finite_source_none_down_probability,
    finite_source_throughput_per_hour,
    finite_source_wait_mean_hours,
    finite_source_wait_quantile_hours,
    finite_source_wait_tail,
    mmc_wait_mean_hours,
    mmc_wait_tail,
)

FORMULAS = {
    "mean_number_down": finite_source_down_mean,
    "mean_wait": finite_source_wait_mean_hours,
    "throughput": finite_source_throughput_per_hour,
    "P(all servers busy)": finite_source_busy_probability,
    "P(no source down)": finite_source_none_down_probability,
}
COUNTS, RATIOS = st.integers(1, 300), st.floats(1e-4, 1e3)


def test_golden(golden, agrees):
    for quantity, formula in FORMULAS.items():
        for case in golden("finite_source", "M/M/c//N", quantity):
            names = ("N", "mean_time_between_requests", "mean_service", "c")
            agrees(case, float(formula(*(case["parameters"][name] for name in names))), 1e-10)


def states(sources, servers, ratio):
    weights = [mp.mpf(1)]
    for n in range(1, sources + 1):
        weights.append(weights[-1] * (sources - n + 1) * mp.mpf(ratio) / min(n, servers))
    return [weight / mp.fsum(weights) for weight in weights]


@pytest.mark.parametrize(("sources", "servers"), [(1, 1), (2, 3), (5, 2), (200, 10), (250, 1), (250, 249)])
@pytest.mark.parametrize("ratio", [1e-8, 1e-3, 0.05, 1.0, 1e4])
def test_states_summed_in_many_digits(sources, servers, ratio):
    time = 0.5
    with mp.workdps(40):
        p = states(sources, servers, ratio)
        queue = mp.fsum((n - servers) * p[n] for n in range(servers, sources + 1))
        busy = mp.fsum(min(n, servers) * p[n] for n in range(sources + 1))
        term = at_most = mp.exp(-mp.mpf(time) * servers)
        tail, seen = mp.mpf(0), states(sources - 1, servers, ratio)
        for j in range(sources - servers):
            tail += seen[servers + j] * at_most
            term = term * servers * mp.mpf(time) / (j + 1)
            at_most += term
        expected = [float(value) for value in (queue + busy, queue / busy, busy, mp.fsum(p[servers:]), p[0], tail)]
    given_to = (sources, 1.0 / ratio, 1.0, servers)
    got = [float(formula(*given_to)) for formula in FORMULAS.values()] + [
        float(finite_source_wait_tail(*given_to, time))
    ]
    assert got == pytest.approx(expected, rel=1e-10, abs=1e-290)


@given(COUNTS, RATIOS, COUNTS)
def test_flow_and_little(sources, ratio, servers):
    given_to = (sources, 1.0, ratio, servers)
    flow = float(finite_source_throughput_per_hour(*given_to))
    down = float(finite_source_down_mean(*given_to))
    assert flow == pytest.approx(sources - down, rel=1e-8, abs=1e-9 * sources)
    wait = float(finite_source_wait_mean_hours(*given_to))
    assert down == pytest.approx(flow * (wait + ratio), rel=1e-10)
    assert wait >= 0.0
    assert servers < sources or wait == 0.0


@settings(max_examples=40)
@given(st.floats(0.1, 0.9), st.integers(1, 20), st.floats(0.0, 3.0))
def test_many_sources_are_mmc(utilization, servers, time):
    sources = 10**8
    given_to = (sources, sources / (utilization * servers), 1.0, servers)
    rate = utilization * servers
    expected = float(mmc_wait_mean_hours(rate, 1.0, servers))
    assert float(finite_source_wait_mean_hours(*given_to)) == pytest.approx(expected, rel=1e-4)
    tail = float(mmc_wait_tail(rate, 1.0, servers, time))
    assert float(finite_source_wait_tail(*given_to, time)) == pytest.approx(tail, rel=1e-4)


@settings(max_examples=40)
@given(COUNTS, RATIOS, st.integers(1, 20), st.floats(0.0, 0.999))
def test_quantile_inverts_tail(sources, ratio, servers, probability):
    given_to = (sources, 1.0, ratio, servers)
    time = float(finite_source_wait_quantile_hours(*given_to, probability))
    longer = float(finite_source_wait_tail(*given_to, time))
    assert longer <= (1.0 - probability) * (1.0 + 1e-9)
    assert time == 0.0 or longer == pytest.approx(1.0 - probability, rel=1e-8)


@given(COUNTS, RATIOS, COUNTS)
def test_more_servers_serve_more(sources, ratio, servers):
    less = float(finite_source_throughput_per_hour(sources, 1.0, ratio, servers))
    assert less <= float(finite_source_throughput_per_hour(sources, 1.0, ratio, servers + 1)) * (1.0 + 1e-11)


def test_columns():
    shape = finite_source_wait_quantile_hours([[5], [9]], 1.0, 1.0, 2, [0.5, 0.9, 0.99]).shape
    assert shape == (2, 3)
    assert np.isfinite(finite_source_wait_mean_hours(10_000, [1e-300, 1e300], 1.0, 7)).all()


@pytest.mark.parametrize(
    ("name", "given_to"),
    [
        ("sources", (0, 1, 1, 1)),
        ("running_hours", (2, 0, 1, 1)),
        ("service_hours", (2, 1, 0, 1)),
        ("servers", (2, 1, 1, 0)),
    ],
)
def test_arguments_are_named(name, given_to):
    with pytest.raises(ArgumentError, match=name):
        finite_source_down_mean(*given_to)
