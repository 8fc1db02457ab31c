import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import fewest_stable_servers
from hubcalc.queueing.overload import effective_servers, solve_overload
from hubcalc.queueing.time_of_day import solve_time_of_day


def test_far_into_overload_it_is_the_fluid():
    """Mean and deviation of the free random walk: every server works all the time."""
    gate = solve_overload([60.0, 90.0], 0.05, 2, 24.0, arrival_scv=0.5, service_scv=2.0, initial_backlog=1000.0)
    assert gate.fluid_backlog.tolist() == pytest.approx([1480.0, 2200.0])
    assert gate.backlog_mean == pytest.approx(gate.fluid_backlog, rel=1e-9)
    assert gate.backlog_deviation == pytest.approx(np.sqrt((np.array([30.0, 45.0]) + 80.0) * 24.0), rel=1e-9)
    assert gate.growth_per_hour.tolist() == pytest.approx([20.0, 50.0])
    assert gate.last_wait_hours == pytest.approx(gate.backlog_mean / 40.0)
    assert gate.clear_hours == pytest.approx(gate.backlog_mean / 40.0)
    assert gate.fewest_stable_servers.tolist() == [4, 5]


@pytest.mark.parametrize(
    ("arrivals", "servers", "rel"), [(60.0, 5, 0.01), (50.0, 5, 0.06), (49.0, 5, 0.08), (30.0, 2, 0.01)]
)
def test_against_the_exact_chain(arrivals, servers, rel):
    """Mean of M/M/c after 100 hours from empty; near saturation servers still rest at times."""
    chain = solve_time_of_day([arrivals], 0.1, servers, 100.0)
    diffusion = solve_overload(arrivals, 0.1, servers, 100.0)
    assert float(diffusion.backlog_mean) == pytest.approx(chain.waiting_mean[-1], rel=rel)


def test_without_drift():
    """The modulus of a Brownian motion: sqrt(2 / pi), and 1 - 2 / pi for the variance."""
    gate = solve_overload(20.0, 0.1, 2, 50.0)
    spread = np.sqrt(40.0 * 50.0)
    assert float(gate.backlog_mean) == pytest.approx(spread * np.sqrt(2 / np.pi), rel=1e-9)
    assert float(gate.backlog_deviation) == pytest.approx(spread * np.sqrt(1 - 2 / np.pi), rel=1e-9)
    assert bool(gate.is_overloaded)
    assert float(gate.growth_per_hour) == 0.0
    near = solve_overload(20.0 * (1 + np.array([-1e-4, 1e-4])), 0.1, 2, 50.0)
    assert near.backlog_mean == pytest.approx(float(gate.backlog_mean), rel=1e-2)


def test_long_after_it_is_the_steady_state():
    """The exponential law of mean variance / (2 drift)."""
    gate = solve_overload(36.0, 0.1, 4, 10_000.0)
    steady = (36.0 + 40.0) / (2 * 4.0)
    assert float(gate.backlog_mean) == pytest.approx(steady, rel=1e-6)
    assert float(gate.backlog_deviation) == pytest.approx(steady, rel=1e-3)


def test_simulated_brownian_motion():
    """A walk of small steps that is reflected; its grid makes it a little larger than the motion."""
    rng, steps = np.random.default_rng(5), 4000
    walk = np.zeros(4000)
    start, drift = 3.0, -0.5  # in an hour of variance 1: 0.25 arrivals, 0.75 ends
    walk += start
    for _ in range(steps):
        walk = np.abs(walk + rng.normal(drift * 4.0 / steps, np.sqrt(4.0 / steps), walk.size))
    gate = solve_overload(0.25, 1 / 0.75, 1, 4.0, initial_backlog=start)
    error = walk.std() / np.sqrt(walk.size)
    assert abs(float(gate.backlog_mean) - walk.mean()) < 4.0 * error + 0.01
    assert abs(float(gate.backlog_deviation) - walk.std()) < 5.0 * error


@given(st.floats(0.0, 200.0), st.floats(0.01, 2.0), st.floats(0.0, 30.0), st.floats(0.0, 500.0), st.floats(0.0, 1000.0))
def test_never_less_than_the_fluid(arrivals, service, servers, hours, backlog):
    gate = solve_overload(arrivals, service, servers, hours, initial_backlog=backlog)
    assert float(gate.backlog_mean) >= float(gate.fluid_backlog) * (1.0 - 1e-9) - 1e-6
    assert float(gate.backlog_deviation) >= 0.0
    for each in (gate.backlog_mean, gate.backlog_deviation, gate.last_wait_hours, gate.clear_hours, gate.utilization):
        assert not np.isnan(each).any()
    assert bool(gate.is_overloaded) == (float(gate.utilization) >= 1.0)
    assert int(gate.fewest_stable_servers) == int(fewest_stable_servers(arrivals, service))


def test_servers_in_part():
    assert effective_servers([3, 4], 0.9, 0.5).tolist() == pytest.approx([1.35, 1.8])
    part = solve_overload(20.0, 0.1, 3, 24.0, availability=0.9, open_share=0.5)
    whole = solve_overload(20.0, 0.1, 1.35, 24.0)
    assert float(part.utilization) == pytest.approx(2.0 / 1.35)
    assert float(part.backlog_mean) == pytest.approx(float(whole.backlog_mean))
    assert float(part.largest_flow_per_hour) == pytest.approx(13.5)
    assert int(part.fewest_stable_servers) == 5  # 5 x 0.45 = 2.25 is more than the load of 2


def test_limits():
    closed = solve_overload(10.0, 0.1, 0, 3.0)
    assert np.isposinf(closed.utilization)
    assert np.isposinf(closed.last_wait_hours)
    assert np.isposinf(closed.clear_hours)
    assert float(closed.backlog_mean) == pytest.approx(30.0, rel=1e-6)
    nothing = solve_overload(0.0, 0.1, 2, 5.0, service_scv=0.0)
    assert float(nothing.backlog_mean) == float(nothing.backlog_deviation) == float(nothing.last_wait_hours) == 0.0
    later = solve_overload(60.0, 0.05, 2, 24.0, later_arrivals_per_hour=[0.0, 30.0, 40.0])
    assert later.clear_hours[1] == pytest.approx(4.0 * later.clear_hours[0])
    assert np.isposinf(later.clear_hours[2])


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"arrivals_per_hour": -1.0}, "arrivals_per_hour"),
        ({"service_hours": 0.0}, "service_hours"),
        ({"servers": -1.0}, "servers"),
        ({"availability": 0.0}, "availability"),
        ({"open_share": 1.5}, "open_share"),
        ({"horizon_hours": np.nan}, "horizon_hours"),
        ({"initial_backlog": -1.0}, "initial_backlog"),
    ],
)
def test_errors_name_the_argument(change, name):
    sound = {"arrivals_per_hour": 1.0, "service_hours": 0.5, "servers": 1, "horizon_hours": 5.0}
    with pytest.raises(ArgumentError, match=name):
        solve_overload(**{**sound, **change})
