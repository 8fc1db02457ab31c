import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    gimc_wait_mean_hours,
    mdc_wait_mean_hours,
    mg1_wait_mean_hours,
    mmc_wait_mean_hours,
    phphc_wait_mean_hours,
)
from hubcalc.queueing.gi_dc import gidc_wait_mean_hours
from hubcalc.queueing.two_moment_waits import (
    allen_cunneen_wait_mean_hours,
    kimura_wait_mean_hours,
    kingman_wait_bound_hours,
    kraemer_langenbach_belz_wait_mean_hours,
    marchal_wait_mean_hours,
)

UTILIZATION = st.floats(0.05, 0.99)
SCV = st.floats(0.0, 5.0)
SERVERS = st.integers(1, 20)
FOR_SERVERS = [
    kingman_wait_bound_hours,
    allen_cunneen_wait_mean_hours,
    kraemer_langenbach_belz_wait_mean_hours,
    kimura_wait_mean_hours,
]


def marchal(arrivals, arrival_scv, service_hours, service_scv, servers):
    assert np.all(np.asarray(servers) == 1)
    return marchal_wait_mean_hours(arrivals, arrival_scv, service_hours, service_scv)


@given(UTILIZATION, SCV)
def test_exact_for_one_server_and_poisson_arrivals(rho, scv):
    exact = float(mg1_wait_mean_hours(rho / 2.0, 2.0, scv))
    for function in (marchal, allen_cunneen_wait_mean_hours, kraemer_langenbach_belz_wait_mean_hours):
        assert float(function(rho / 2.0, 1.0, 2.0, scv, 1)) == pytest.approx(exact, rel=1e-9)


@given(UTILIZATION, SERVERS)
def test_exact_for_exponential_laws(rho, servers):
    exact = float(mmc_wait_mean_hours(rho * servers, 1.0, servers))
    for function in FOR_SERVERS[1:]:
        assert float(function(rho * servers, 1.0, 1.0, 1.0, servers)) == pytest.approx(exact, rel=1e-9)


@given(UTILIZATION, SERVERS)
def test_kimura_is_exact_at_its_corners(rho, servers):
    rate = rho * servers
    for scvs, exact in (
        ((1.0, 0.0), mdc_wait_mean_hours(rate, 1.0, servers)),
        ((0.0, 1.0), gimc_wait_mean_hours(rate, 0.0, 1.0, servers)),
        ((0.0, 0.0), 0.0),
    ):
        value = float(kimura_wait_mean_hours(rate, scvs[0], 1.0, scvs[1], servers))
        assert value == pytest.approx(float(exact), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("servers", [1, 2, 5])
@pytest.mark.parametrize("arrival", [0.25, 0.5, 1.0, 4.0])
def test_kingmans_bound_is_one(arrival, servers):
    """Above the exact waits of PH/PH/c and PH/D/c, and near them in heavy traffic where one server works."""
    rho = np.array([0.1, 0.5, 0.9, 0.99, 0.9999])
    for service in (0.5, 1.0, 4.0):
        bound = kingman_wait_bound_hours(rho * servers, arrival, 1.0, service, servers)
        exact = phphc_wait_mean_hours(rho * servers, arrival, 1.0, service, servers)
        assert (bound >= exact * (1.0 - 1e-9)).all()
        if servers == 1:
            assert bound[-1] == pytest.approx(exact[-1], rel=2e-3)
    bound = kingman_wait_bound_hours(rho * servers, arrival, 1.0, 0.0, servers)
    assert (bound >= gidc_wait_mean_hours(rho * servers, arrival, 1.0, servers)).all()


@pytest.mark.parametrize("function", [*FOR_SERVERS[1:], marchal])
@pytest.mark.parametrize("scvs", [(0.25, 0.5), (0.5, 0.25), (1.0, 0.5)])
def test_heavy_traffic(function, scvs):
    """(1 - rho) E[W] tends to (ca2 + cs2) / (2 c), Kingman's limit."""
    servers = 1 if function is marchal else 3
    wait = float(function(servers * (1.0 - 1e-7), scvs[0], 1.0, scvs[1], servers))
    assert wait * 1e-7 == pytest.approx(sum(scvs) / (2.0 * servers), rel=1e-3)


@pytest.mark.parametrize("function", [*FOR_SERVERS, marchal])
def test_limits(function):
    assert np.isposinf(function([1.0, 2.0], 0.5, 1.0, 0.5, 1)).all()
    few = function([0.0, 1e-9], [[0.0], [0.5]], 1.0, [[0.0], [0.5]], 1)
    if function is kingman_wait_bound_hours:
        assert np.isposinf(few[:, 0]).all()
    else:
        assert few == pytest.approx(0.0, abs=1e-8)
    assert np.isfinite(function(0.5, 0.0, 1.0, 0.0, 1))


@pytest.mark.parametrize("function", FOR_SERVERS)
@pytest.mark.parametrize("name", ["arrivals_per_hour", "arrival_scv", "service_hours", "service_scv", "servers"])
def test_arguments_are_named(function, name):
    names = ("arrivals_per_hour", "arrival_scv", "service_hours", "service_scv", "servers")
    for value in (-1.0, np.nan, np.inf):
        with pytest.raises(ArgumentError, match=name):
            function(**(dict.fromkeys(names, 1.0) | {name: value}))


@pytest.mark.parametrize(("arrival", "service", "name"), [(1.1, 1.0, "arrival_scv"), (0.5, 2.0, "service_scv")])
def test_kimura_ends_at_one(arrival, service, name):
    with pytest.raises(ArgumentError, match=name):
        kimura_wait_mean_hours(0.5, arrival, 1.0, service, 2)


@pytest.mark.parametrize("rho", [1e-6, 1e-8, 1e-12])
def test_where_hardly_anybody_waits(rho):
    """The wait of D/M/c is below the smallest number, and has no weight at an arrival scv of 1."""
    for scv, exact in ((1.0, mmc_wait_mean_hours), (0.0, mdc_wait_mean_hours)):
        found = float(kimura_wait_mean_hours(5 * rho, 1.0, 1.0, scv, 5))
        assert found == pytest.approx(float(exact(5 * rho, 1.0, 5)), rel=1e-9)
        assert found > 0.0
    assert float(kimura_wait_mean_hours(5 * rho, 0.0, 1.0, 1.0, 5)) == 0.0
