"""The time that free servers need for a batch, against exact values and a simulation."""

import numpy as np
import pytest

from hubcalc.errors import ArgumentError
from hubcalc.queueing._gamma_extremes import _either, _residual, _scaled_largest, largest
from hubcalc.queueing.batch_spans import batch_span, batch_span_mean_hours, batch_span_variance_hours2


def harmonic(n, power=1):
    return sum(1 / j**power for j in range(1, n + 1))


def simulated(items, servers, scv, runs):
    """Draw spans of batches that find all servers free."""
    rng = np.random.default_rng(3)
    free = np.zeros((runs, servers))
    rows = np.arange(runs)
    for _ in range(items):
        server = free.argmin(axis=1)
        free[rows, server] += rng.gamma(1 / scv, scv, runs)
    return free.max(axis=1)


@pytest.mark.parametrize(("items", "servers"), [(1, 4), (4, 4), (7, 3), (50, 12)])
def test_exponential_service_ends_one_by_one(items, servers):
    last = min(items, servers)
    mean = (items - last) / servers + harmonic(last)
    variance = (items - last) / servers**2 + harmonic(last, 2)
    assert batch_span_mean_hours(items, 0, 0.5, 1, servers) == pytest.approx(0.5 * mean, rel=1e-9)
    assert batch_span_variance_hours2(items, 0, 0.5, 1, servers) == pytest.approx(0.25 * variance, rel=1e-9)


def test_constant_service_goes_in_rounds():
    assert batch_span_mean_hours([9, 8, 1], 0, 0.5, 0, 4).tolist() == pytest.approx([1.5, 1.0, 0.5])
    assert batch_span_variance_hours2([9, 8, 1], 0, 0.5, 0, 4).tolist() == [0, 0, 0]


def test_one_server_has_no_last_one_to_wait_for():
    for scv in (0.0, 0.3, 1.0, 4.0):
        assert batch_span_mean_hours(30, 0, 0.1, scv, 1) == pytest.approx(3.0, rel=1e-9)
        assert batch_span_variance_hours2(30, 0, 0.1, scv, 1) == pytest.approx(0.3 * scv, rel=1e-9)


def test_batches_that_vary():
    # at one server the work of X items has the variance E[X] v + m^2 Var[X]
    assert batch_span_variance_hours2(10, 0.2, 0.5, 0.3, 1) == pytest.approx(0.25 * (10 * 0.3 + 0.2 * 100))


@pytest.mark.parametrize("scv", [0.1, 0.5])
@pytest.mark.parametrize(("items", "servers"), [(2, 2), (8, 20)])
def test_the_largest_of_gamma_times(items, servers, scv):
    spans = simulated(items, items, scv, 200_000)
    error = spans.std() / np.sqrt(spans.size)
    assert abs(batch_span_mean_hours(items, 0, 1, scv, servers) - spans.mean()) < 4 * error
    spread = np.std((spans - spans.mean()) ** 2) / np.sqrt(spans.size)
    assert abs(batch_span_variance_hours2(items, 0, 1, scv, servers) - spans.var()) < 4 * spread


@pytest.mark.parametrize("scv", [0.05, 0.1, 0.3, 0.8])
@pytest.mark.parametrize(("items", "servers"), [(54, 20), (40, 12), (25, 4), (30, 2), (20, 12)])
def test_more_items_than_servers(items, servers, scv):
    mean = simulated(items, servers, scv, 4_000).mean()
    assert batch_span_mean_hours(items, 0, 1, scv, servers) == pytest.approx(mean, rel=0.04)


def test_the_mean_is_continuous_at_the_exact_laws():
    assert batch_span_mean_hours(40, 0, 1, 1 - 1e-9, 12) == pytest.approx(
        float(batch_span_mean_hours(40, 0, 1, 1, 12)), rel=1e-6
    )
    assert batch_span_mean_hours(12, 0, 1, 1e-9, 12) == pytest.approx(1, abs=1e-3)


def test_columns_are_their_rows():
    means, scvs, servers = np.array([1, 8, 54, 30.5, 30.5]), np.array([0.3, 0.3, 0, 1, 2]), np.array([3, 8, 20, 4, 4])
    for function in (batch_span_mean_hours, batch_span_variance_hours2):
        together = function(means, 0, 0.5, scvs, servers)
        alone = [float(function(*row)) for row in zip(means, [0] * 5, [0.5] * 5, scvs, servers, strict=True)]
        assert together.tolist() == pytest.approx(alone, rel=1e-12)


@pytest.mark.parametrize("scv", [0.0, 0.3, 1.0, 2.5])
def test_many_rows_of_one_law_are_the_same_rows_alone(scv):
    servers, hours = np.arange(100) % 6 + 1.0, np.linspace(0.5, 2.0, 100)
    together = batch_span(4.5, 0.3, hours, scv, servers)
    for row in range(0, 100, 7):
        alone = batch_span(4.5, 0.3, hours[row], scv, servers[row])
        assert float(alone.mean_hours) == together.mean_hours[row]
        assert float(alone.variance_hours2) == together.variance_hours2[row]
        assert float(alone.exponential) == together.exponential[row]


def test_bad_arguments_are_refused():
    with pytest.raises(ArgumentError, match="batch_mean"):
        batch_span_mean_hours(0.5, 0, 1, 1, 1)
    with pytest.raises(ArgumentError, match="service_scv"):
        batch_span_variance_hours2(5, 0, 1, -1, 1)


@pytest.mark.parametrize(("integral", "within", "most"), [(_scaled_largest, 2e-6, 999), (_residual, 1e-4, 64)])
def test_the_polynomial_is_as_good_as_the_integral(integral, within, most):
    rng = np.random.default_rng(4)
    number, scv = np.floor(2 + (most - 2) * rng.random(200) ** 3), rng.uniform(0.01, 1, 200) ** 2
    assert _either(integral, number, scv) == pytest.approx(integral(number, scv), rel=within, abs=within)


def test_beyond_the_polynomial_the_integral_goes_on():
    spans, _ = largest(np.array([999.0, 1_000.0, 1_001.0, 1_002.0]), np.full(4, 0.5))
    assert np.diff(spans) == pytest.approx(np.diff(spans).mean(), rel=0.02)
