"""The waits of M/D/c and M/M/c from polynomials, against Spitzer's sum of positive terms and Erlang's recursion."""

import mpmath
import numpy as np
import pytest
from scipy.stats import poisson

from hubcalc.queueing._crommelin_kernel import queue_cumulants
from hubcalc.queueing._wait_tables import WAIT_TABLES, make_tables, mean_queues
from hubcalc.queueing.deterministic import mdc_wait_mean_hours
from hubcalc.queueing.general import ggc_wait_mean_hours
from hubcalc.queueing.scaled_variances import scaled_wait_variance_hours2
from hubcalc.queueing.two_moment_tails import ggc_wait_probability


def spitzer(load, servers):
    """Sum E[(P - n c)^+] / n over n, P Poisson of mean n a."""
    total = 0.0
    for n in range(1, 400):
        above = np.arange(1, int(80 + 40 * np.sqrt(n * servers)))
        term = (above * poisson.pmf(n * servers + above, n * load)).sum() / n
        total += term
        if term < 1e-18 * total:
            break
    return total


def queue(loads, servers):
    loads = np.ascontiguousarray(loads, dtype=np.float64)
    found, counts = np.empty(loads.size), np.full(loads.size, float(servers))
    make_tables(counts, WAIT_TABLES)
    assert mean_queues(loads, counts, found, WAIT_TABLES)
    return found


def loads_at(decays, servers):
    """Loads at which c (rho - 1 - log rho) has these values."""
    low, high = np.full(decays.size, 1e-200), np.full(decays.size, 1.0)
    for _ in range(100):
        middle = np.sqrt(low) * np.sqrt(high)
        more = servers * (middle - 1 - np.log(middle)) > decays
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return high * servers


@pytest.mark.parametrize("servers", [2, 3, 7, 20, 150, 1024])
def test_where_few_wait(servers):
    loads = loads_at(np.array([0.9, 1.1, 1.9, 3.9, 4.1, 10.0, 11.9, 12.1, 30.0, 35.9, 36.1, 119.0, 121.0]), servers)
    exact = [spitzer(load, servers) for load in loads]
    assert queue(loads, servers) == pytest.approx(exact, rel=2e-12)


@pytest.mark.parametrize("servers", [1, 2, 3, 7, 19, 20, 150, 977, 1024, 1100])
def test_exponential_service(servers):
    """With J = 1 + (k/a) J from k = 1 to c, J = 1 at first, the wait is 1 / ((1 - rho) ((c - a) J + a))."""
    decays = np.array([1e-9, 0.1, 0.9, 1.1, 2.5, 3.9, 4.1, 11.9, 12.1, 35.9, 36.1, 60.0, 119.0, 121.0, 400.0])
    loads = loads_at(decays, servers)
    exact = []
    with mpmath.workdps(30):
        for load in map(mpmath.mpf, loads.tolist()):
            inverse = mpmath.mpf(1)
            for k in range(1, servers + 1):
                inverse = 1 + k / load * inverse
            exact.append(float(servers / (((servers - load) * inverse + load) * (servers - load))))
    assert ggc_wait_mean_hours(loads, 1.0, 1.0, 1.0, servers) == pytest.approx(exact, rel=4e-13)
    chances = ggc_wait_probability(loads, 1.0, 1.0, 0.5, servers)
    assert chances == pytest.approx(np.array(exact) * (servers - loads), rel=4e-13)


def test_a_row_has_the_same_bits_in_a_column():
    rng = np.random.default_rng(5)
    servers = rng.choice([1.0, 2.0, 3.0, 9.0, 40.0, 1030.0], 301)
    rates, hours = servers * rng.uniform(0.0, 1.2, 301), rng.uniform(0.5, 1.5, 301)
    arrival, service = rng.uniform(0.0, 2.0, 301), rng.uniform(0.0, 2.0, 301)
    for function in (ggc_wait_mean_hours, ggc_wait_probability):
        column = function(rates, arrival, hours, service, servers)
        rows = zip(rates, arrival, hours, service, servers, strict=True)
        assert column.tolist() == [float(function(*row)) for row in rows]
    given = (rng.uniform(0.0, 3.0, 301), rates, hours, service, hours**3 * (1 + service) * (1 + 2 * service), servers)
    column = scaled_wait_variance_hours2(*given)
    assert column.tolist() == [float(scaled_wait_variance_hours2(*row)) for row in zip(*given, strict=True)]


@pytest.mark.parametrize("servers", [2, 3, 5, 8, 33, 236, 1024])
def test_where_many_wait(servers):
    loads = servers - np.sqrt(servers) * np.geomspace(1e-6, 1.0, 400)
    first, second = np.empty(400), np.empty(400)
    queue_cumulants(loads, np.full(400, float(servers)), first, second)
    # the roots leave a difference of numbers of about c^2 / (2 (c - a))
    assert queue(loads, servers) == pytest.approx(first, rel=1e-12, abs=1e-14 * servers)


def test_one_server_and_no_load():
    assert float(mdc_wait_mean_hours(0.5, 1.0, 1)) == pytest.approx(0.5, rel=1e-15)
    assert queue(np.array([0.0, 0.5, 1.0, 2.0]), 1).tolist() == [0.0, 0.25, np.inf, np.inf]
