"""The search for the load at which waits that add up meet a target, against roots found by bracketing."""

import numpy as np
import pytest
from scipy import optimize

from hubcalc import queueing
from hubcalc.queueing.load_searches import LoadSearch

SERVERS = np.array([1.0, 3.0, 40.0, 230.0])
RATIOS = np.array([0.7, 1.0, 0.93, 0.99])
"""Of the load of each line to its own saturation, at that of all."""


def waits(load, weights):
    """Give the waits of lines of M/M/c, each with a service time of its number of servers."""
    z = np.minimum(RATIOS[:, None] * np.atleast_1d(load), 1 - 1e-15)
    servers = SERVERS[:, None]
    return weights * queueing.mmc_wait_mean_hours(z, servers, servers)


def root(weights):
    """Find the load by Brent's method."""
    found = optimize.brentq(lambda x: waits(x, weights).sum() - 1, 1e-12, 1 - 1e-13, xtol=1e-15, rtol=1e-14)
    return float(found)


def searched(weights, start=None):
    """Give the loads found, and how often waits were asked for."""
    ones = np.ones((1, weights.shape[1]))
    search = LoadSearch(RATIOS[:, None] * ones, SERVERS[:, None] * ones)
    if start is not None:
        search.begin(start, waits(start, weights))
    asked = 0
    while not search.met.all():
        search.take(waits(search.load, weights))
        asked += 1
    return search.found, asked


def draws():
    """Draw weights of the waits over four powers of ten."""
    return 10.0 ** np.random.Generator(np.random.PCG64(5)).uniform(-3.0, 1.0, (4, 60))


def test_waits_of_lines_of_few_and_many_servers_add_up():
    weights = draws()
    found, asked = searched(weights)
    assert found == pytest.approx([root(line[:, None]) for line in weights.T], rel=1e-9)
    assert asked <= 8


def test_what_is_known_at_another_load_spares_steps():
    weights = draws()
    start = np.linspace(0.3, 0.9, weights.shape[1])
    found, asked = searched(weights, start)
    assert found == pytest.approx(searched(weights)[0], rel=1e-9)
    assert asked <= 7


def test_a_row_alone_gives_the_same_bits():
    weights = draws()
    together, _ = searched(weights)
    assert [searched(line[:, None])[0][0] for line in weights.T] == together.tolist()


def test_rows_that_are_taken_out_go_on_as_before():
    weights = draws()
    search = LoadSearch(RATIOS[:, None] * np.ones((1, 60)), SERVERS[:, None] * np.ones((1, 60)))
    search.take(waits(search.load, weights))
    rows = np.arange(3, 60, 7)
    part = search.taken(rows)
    while not part.met.all():
        part.take(waits(part.load, weights[:, rows]))
    assert part.found.tolist() == searched(weights)[0][rows].tolist()


def test_what_is_met_at_the_start_is_found_at_once():
    search = LoadSearch(np.ones((1, 3)), np.ones((1, 3)))
    search.begin(np.array([0.5, 1.0, 1.5]), np.array([[1.0, 0.0, np.inf]]))
    assert search.met.tolist() == [True, False, False]
    assert search.found[0] == 0.5
