"""The queue of M/D/c from polynomials, against Spitzer's sum of positive terms."""

import numpy as np
import pytest
from scipy.stats import poisson

from hubcalc.queueing._crommelin_kernel import QUEUE_TABLES, mean_queues, queue_cumulants
from hubcalc.queueing.deterministic import mdc_wait_mean_hours


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
    found = np.empty(loads.size)
    mean_queues(loads, np.full(loads.size, float(servers)), found, QUEUE_TABLES)
    return found


@pytest.mark.parametrize("servers", [2, 3, 7, 20, 150, 1024])
def test_where_few_wait(servers):
    decays = np.array([1.0, 1.9, 2.1, 3.9, 4.1, 10.0, 30.0, 35.9, 36.1])
    low, high = np.full(decays.size, 1e-9), np.full(decays.size, 1.0)
    for _ in range(100):  # the utilization at which c (rho - 1 - log rho) is so much
        middle = (low + high) / 2
        more = servers * (middle - 1 - np.log(middle)) > decays
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    exact = [spitzer(load, servers) for load in high * servers]
    assert queue(high * servers, servers) == pytest.approx(exact, rel=2e-12)


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
