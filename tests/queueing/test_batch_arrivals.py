from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    BatchLaw,
    mmc_wait_mean_hours,
    mxdc_wait_mean_hours,
    mxg1_wait_mean_hours,
    mxgc_batch_span_mean_hours,
    mxgc_first_item_wait_mean_hours,
    mxgc_wait_mean_hours,
    mxmc_wait_mean_hours,
)

MEANS, SCVS = st.floats(1.01, 60.0), st.floats(0.0, 3.0)
UTILIZATION = st.floats(0.01, 0.99)


def moments(sizes):
    """Return mean and scv of the sizes that a golden case states as a pmf, a number, or by name."""
    if isinstance(sizes, dict):
        pmf = {int(size): share for size, share in sizes.items()}
    elif isinstance(sizes, int):
        pmf = {sizes: 1.0}
    elif sizes.startswith("fixed"):
        pmf = {int(sizes[5:]): 1.0}
    else:
        low, high = map(int, sizes.removeprefix("unif").split("-"))
        pmf = dict.fromkeys(range(low, high + 1), 1.0 / (high - low + 1))
    mean = sum(size * share for size, share in pmf.items())
    variance = sum((size - mean) ** 2 * share for size, share in pmf.items())
    return mean, variance / mean**2


def test_golden_exponential_service(golden, agrees):
    """Sizes of 40 and more depend on the law through two moments only, as long as it leaves nothing below c."""
    for case in golden("batches", "M^[X]/M/c", "mean_number_in_system"):
        parameters = case["parameters"]
        if "batch_size" not in parameters:
            continue  # the sizes 1 to 4 at seven servers: the wait depends on more than two moments
        mean, scv = moments(parameters["batch_size"])
        rate, service = parameters["train_arrival_rate"], 1.0 / parameters["service_rate"]
        wait = float(mxmc_wait_mean_hours(rate, mean, scv, service, parameters["c"]))
        agrees(case, rate * mean * (wait + service), 1e-10)


def test_golden_constant_service(golden, agrees):
    for case in golden("batches", "M^[b]/D/c", "mean_wait"):
        parameters = case["parameters"]
        arguments = (parameters["train_arrival_rate"], parameters["batch_size"], 0, parameters["service_time"] / 60)
        agrees(case, float(mxdc_wait_mean_hours(*arguments, parameters["c"])), 1e-10)


def test_golden_one_server(golden, agrees):
    for case in golden("batches", "M^[X]/G/1", "mean"):
        parameters = case["parameters"]
        arguments = (parameters["train_arrival_rate"], *moments(parameters["batch_size"]))
        service, scv = parameters["mean_service"] / 60, parameters["service_scv"]
        if case["quantity"].startswith("mean_wait"):
            value = float(mxg1_wait_mean_hours(*arguments, service, scv))
        else:
            first = mxgc_first_item_wait_mean_hours(*arguments, service, scv, 1)
            value = float(first + mxgc_batch_span_mean_hours(*arguments, service, scv, 1))
        agrees(case, value, 1e-10)


def spitzer(batches_per_service, law, servers, points=1 << 14):
    """Return E[Q] of M^X/D/c as sum over n of E[(S_n - n c)^+]/n, with the laws of S_n by fast Fourier transform."""
    z = np.exp(-2j * np.pi * np.arange(points) / points)
    arrivals = batches_per_service * (law.pgf(z) - 1.0)
    level = np.arange(points)
    total = 0.0
    for n in range(1, 4000):
        pmf = np.fft.ifft(np.exp(n * arrivals)).real
        term = np.maximum(level - n * servers, 0) @ pmf / n
        total += term
        if term < 1e-13 * total:
            return total
    raise AssertionError("no convergence")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mean", "scv", "servers", "utilization"),
    [
        (50, 0, 3, 0.472),
        (50, 0, 8, 0.6),
        (4.5, 0.8, 5, 0.5),
        (7.3, 0.05, 2, 0.6),
        (2.0, 1.5, 12, 0.55),
        (12, 0, 8, 0.5),
    ],
)
def test_constant_service_by_spitzers_identity(mean, scv, servers, utilization):
    law = BatchLaw.fitted(mean, scv)
    rate = utilization * servers / mean
    queue = spitzer(rate, law, servers)
    assert float(mxdc_wait_mean_hours(rate, mean, scv, 1.0, servers)) == pytest.approx(queue / (rate * mean), rel=1e-9)


def test_three_cranes():
    """Twelve trains a day of 50 boxes, three cranes of 3.4 minutes; then one crane three times as fast."""
    assert float(mxdc_wait_mean_hours(0.5, 50, 0, 3.4 / 60, 3)) * 60 == pytest.approx(52.0, abs=0.05)
    fast = float(mxdc_wait_mean_hours(0.5, 50, 0, 3.4 / 180, 1)) * 60
    # by hand: rho = 0.5 * 50 * 3.4/180 = 17/36; (rho + 49) s / (2 (1 - rho)) = 53.1175 minutes
    assert fast == pytest.approx((17 / 36 + 49) * (3.4 / 3) / (2 * 19 / 36), rel=1e-12)


@given(MEANS, SCVS, UTILIZATION, st.floats(0.0, 2.0))
def test_one_server_is_exact(mean, scv, utilization, service_scv):
    rate = utilization / mean
    exact = float(mxg1_wait_mean_hours(rate, mean, scv, 1.0, service_scv))
    assert float(mxgc_wait_mean_hours(rate, mean, scv, 1.0, service_scv, 1)) == pytest.approx(exact, rel=1e-9)
    mates = float(BatchLaw.fitted(mean, scv).second_factorial_moment) / (2.0 * mean)
    first = float(mxgc_first_item_wait_mean_hours(rate, mean, scv, 1.0, service_scv, 1))
    assert first == pytest.approx(exact - mates, rel=1e-7, abs=1e-11)
    assert float(mxgc_batch_span_mean_hours(rate, mean, scv, 1.0, service_scv, 1)) == pytest.approx(mean, rel=1e-9)


@given(UTILIZATION, st.integers(1, 60))
def test_batches_of_one(utilization, servers):
    rate = utilization * servers
    expected = float(mmc_wait_mean_hours(rate, 1.0, servers))
    assert float(mxmc_wait_mean_hours(rate, 1, 0, 1.0, servers)) == pytest.approx(expected, rel=1e-9, abs=1e-13)
    for scv in (0.0, 1.0):
        first = float(mxgc_first_item_wait_mean_hours(rate, 1, 0, 1.0, scv, servers))
        item = float(mxgc_wait_mean_hours(rate, 1, 0, 1.0, scv, servers))
        assert first == pytest.approx(item, rel=1e-9, abs=1e-11)
        assert float(mxgc_batch_span_mean_hours(rate, 1, 0, 1.0, scv, servers)) == pytest.approx(1.0, abs=1e-11)


@given(st.integers(1, 20), st.integers(1, 6), st.integers(2, 5), UTILIZATION)
def test_lockstep(batch, servers, group, utilization):
    """Constant service: fixed batches and servers may both be multiplied by a whole number."""
    rate = utilization * servers / batch
    for function in (mxgc_wait_mean_hours, mxgc_first_item_wait_mean_hours, mxgc_batch_span_mean_hours):
        small, large = function(rate, [batch, batch * group], 0, 1.0, 0.0, [servers, servers * group])
        assert large == pytest.approx(small, rel=1e-9, abs=1e-12)


@given(st.integers(2, 40), st.integers(2, 8), st.floats(0.01, 0.9))
def test_nearly_fixed_batches(batch, servers, utilization):
    """The division by the common factor leaves no step: a batch law just beside the fixed one has nearly its waits."""
    rate = utilization * servers / batch
    for function in (mxgc_wait_mean_hours, mxgc_first_item_wait_mean_hours, mxgc_batch_span_mean_hours):
        fixed, near = function(rate, batch, [0.0, 1e-7], 1.0, 0.0, servers)
        assert near == pytest.approx(fixed, rel=1e-3, abs=1e-3)


@given(MEANS, SCVS, st.integers(1, 12), UTILIZATION)
def test_order(mean, scv, servers, utilization):
    """More load means longer waits; a batch takes at least its work shared by all servers, at most all of it by one."""
    rates = np.array([0.5, 1.0]) * utilization * servers / mean
    for service_scv in (0.0, 1.0):
        waits = mxgc_wait_mean_hours(rates, mean, scv, 1.0, service_scv, servers)
        assert waits[0] <= waits[1] * (1 + 1e-9) + 1e-12
        first = mxgc_first_item_wait_mean_hours(rates, mean, scv, 1.0, service_scv, servers)
        assert (first <= waits + 1e-9 * (1 + waits)).all()
        span = mxgc_batch_span_mean_hours(rates, mean, scv, 1.0, service_scv, servers)
        assert (span >= max(mean / servers, 1.0) - 1e-9).all()
        assert (span <= mean * (1 + 1e-9)).all()


def test_extremes():
    heavy = mxdc_wait_mean_hours((1 - 1e-6) * 60 / 50, 50, 0.1, 1.0, 60)
    # heavy traffic: (1 - rho) E[W] -> E[X] (1 + scv) / (2 c)
    assert float(heavy) * 1e-6 == pytest.approx(50 * 1.1 / 120, rel=1e-3)
    light = mxdc_wait_mean_hours([0.0, 1e-12], 50, 0, 1.0, 3)
    # an empty system: 50 items go in 17 rounds of three
    rounds = sum(item // 3 for item in range(50)) / 50
    assert light == pytest.approx([rounds, rounds], rel=1e-9)
    assert np.isposinf(mxgc_wait_mean_hours([0.06, 1.0], 50, 0, 1.0, [[0.0], [0.5], [2.0]], 3)).all()
    assert np.isposinf(mxgc_batch_span_mean_hours(1.0, 50, 0, 1.0, 0.3, 3))


def test_interpolation_is_a_line():
    scvs = np.linspace(0.0, 2.0, 5)
    waits = mxgc_wait_mean_hours(0.05, 20, 0.3, 1.0, scvs, 2)
    steps = [after - before for before, after in pairwise(waits)]
    assert steps == pytest.approx([steps[0]] * 4, rel=1e-9)


@pytest.mark.parametrize("servers", [3, "one to eight"])
def test_many_points_at_once(servers):
    """A hundred thousand points, all finite."""
    rng = np.random.default_rng(5)
    count = 100_000
    columns = np.full(count, 3) if servers == 3 else rng.integers(1, 9, count)
    mean, scv = rng.uniform(1.5, 60.0, count), rng.choice([0.0, 0.01, 0.3, 2.0], count)
    rates = rng.uniform(0.01, 0.99, count) * columns / mean
    waits = mxdc_wait_mean_hours(rates, mean, scv, 1.0, columns)
    assert np.isfinite(waits).all()


@pytest.mark.parametrize(
    ("name", "value"),
    [("batches_per_hour", -1), ("batch_mean", 0.5), ("batch_scv", np.nan), ("service_hours", 0), ("servers", 1.5)],
)
def test_arguments_are_named(name, value):
    arguments = {"batches_per_hour": 0.1, "batch_mean": 5, "batch_scv": 0.1, "service_hours": 1.0, "servers": 2}
    for function in (mxdc_wait_mean_hours, mxmc_wait_mean_hours):
        with pytest.raises(ArgumentError, match=name):
            function(**(arguments | {name: value}))
    with pytest.raises(ArgumentError, match="service_scv"):
        mxgc_wait_mean_hours(**arguments, service_scv=-1)
