"""Platform pool: a fleet as the servers of a queue, against exact formulas, Little's law and a simulation."""

import numpy as np
import pytest

from hubcalc import queueing
from hubcalc.analysis.stages.platform_pool import PLATFORM_POOL
from hubmodels import PlatformPool

MOMENT = {"law": "deterministic", "mean_minutes": 1e-9}


def hours(mean, scv):
    return {"mean_minutes": mean * 60, "scv": scv}


def pool(platforms=12, needed=1, loading=None, back=None, **fields):
    document = {
        "kind": "platform_pool",
        "platforms": platforms,
        "platforms_per_unit": needed,
        "loading_time": loading or hours(4, 0.3),
        "return_time": back or hours(96, 0.5),
    }
    return PlatformPool.model_validate({**document, **fields})


def perform(stage, *streams, numerical=True):
    return PLATFORM_POOL.perform(stage, list(streams), numerical)


def test_an_exponential_return_makes_it_m_m_c(stream):
    stage = pool(4, loading=MOMENT, back={"law": "exponential", "mean_minutes": 600})
    found = perform(stage, stream(0.3), numerical=False)
    assert found.wait.hours == pytest.approx(float(queueing.mmc_wait_mean_hours(0.3, 10, 4)), rel=1e-9)
    assert found.service == pytest.approx(0, abs=1e-9)


def test_one_group_is_one_server(stream):
    stage = pool(20, 20, loading=hours(3, 0.5), back=hours(5, 1.0), empty_return_share=0.4, empty_return_hours=2.0)
    found = perform(stage, stream(0.08))
    mean = 3 + 5 + 0.4 * 2
    variance = 9 * 0.5 + 25 + (0.4 * 2 * 4 - 0.8**2)
    assert found.wait.hours == pytest.approx(float(queueing.mg1_wait_mean_hours(0.08, mean, variance / mean**2)))
    assert found.wait.error == 0
    assert found.service == pytest.approx(3.0)
    assert found.service_variance == pytest.approx(4.5)
    # third central moments: gamma has 2 v^2 / m, and 0-or-exponential p 6 m^3 - 3 p m 2 p m^2 + 2 (p m)^3
    skewed = 2 * 4.5**2 / 3 + 2 * 25**2 / 5 + 0.4 * 48 - 3 * 0.8 * 3.2 + 2 * 0.8**3
    third = skewed + 3 * mean * variance + mean**3
    second = queueing.mg1_wait_second_moment_hours2(0.08, mean, variance / mean**2, third)
    assert found.wait_variance == pytest.approx(float(second - found.wait.hours**2), rel=1e-9)


def test_a_huge_fleet_makes_nobody_wait(stream):
    found = perform(pool(900), stream(0.5))
    assert found.wait.hours == pytest.approx(0, abs=1e-9)
    assert found.departure_scv == pytest.approx(1)
    assert found.departure_poisson
    regular = perform(pool(900), stream(0.5, 0.2))
    assert regular.departure_scv == pytest.approx(0.2, abs=1e-6)
    assert not regular.departure_poisson


@pytest.mark.parametrize("needed", [1, 5, 7])
def test_the_fleet_carries_its_groups_over_their_cycle(stream, needed):
    stage = pool(35, needed, empty_return_share=0.3, empty_return_hours=40)
    rate = 0.9 * (35 // needed) / (4 + 96 + 0.3 * 40)
    assert PLATFORM_POOL.loads(stage, stream(rate)) == {"platforms": pytest.approx(0.9)}
    details = {name: float(value) for name, (value, _) in perform(stage, stream(rate)).details.items()}
    assert details["most_units_per_day"] == pytest.approx(24 * rate / 0.9)
    assert details["cycle_days"] == pytest.approx(112 / 24)
    where = [details[f"platforms_{place}"] for place in ("away", "loading", "idle")]
    assert sum(where) == pytest.approx(35)
    assert where[0] + where[1] == pytest.approx(rate * needed * 112)
    assert details["turnover_days"] == pytest.approx(35 / (rate * needed) / 24)


def test_platforms_beyond_whole_groups_are_of_no_use(stream):
    one, other = perform(pool(15, 5), stream(0.02)), perform(pool(19, 5), stream(0.02))
    assert one.wait.hours == other.wait.hours
    assert other.details["platforms_idle"][0] == pytest.approx(one.details["platforms_idle"][0] + 4)


def test_only_those_that_need_platforms_load_it(stream, loaded):
    stage = pool(10, share=0.25)
    streams = [stream(0.1), stream(0.06, key="other")]
    assert loaded(PLATFORM_POOL, stage, streams) == {"platforms": pytest.approx(0.25 * 0.16 * 100 / 10)}
    assert perform(stage, *streams).visit_share == 0.25


def test_nothing_arrives_and_too_much_arrives(stream):
    idle = perform(pool(), stream(0.0))
    assert idle.wait.hours == pytest.approx(0, abs=1e-9)
    assert idle.details["platforms_idle"][0] == 12
    short = perform(pool(), stream(0.5))
    assert short.wait.hours == np.inf
    assert short.details["platforms_idle"][0] == pytest.approx(0, abs=1e-9)
    assert short.details["platforms_wanted"][0] == pytest.approx(50)
    assert short.details["wait_probability"][0] == 1


def test_columns_are_their_rows(stream, same):
    rates, scvs = np.array([0.0, 0.05, 0.1, 0.2]), np.array([1.0, 0.5, 2.0, 1.0])
    together = perform(pool(), stream(rates, scvs))
    for i in range(4):
        same(together, i, perform(pool(), stream(rates[i], scvs[i])))


def test_against_a_simulation(stream, serve, over_runs):
    """Six groups, nine tenths of the time away, and returns without load; the unit leaves once it is loaded."""
    rng = np.random.default_rng(9)
    shape, rate = (100, 3_000), 0.045
    arrivals = np.cumsum(rng.exponential(1 / rate, shape), axis=1)
    loading, back = rng.gamma(1 / 0.3, 4 * 0.3, shape), rng.gamma(2, 48, shape)
    empty = np.where(rng.random(shape) < 0.2, rng.exponential(50, shape), 0.0)
    held = (loading + back + empty)[:, :, None]
    first, _, _ = serve(arrivals, held, np.ones_like(held, bool), 6)
    mean, error = over_runs(first - arrivals)
    found = perform(pool(120, 20, empty_return_share=0.2, empty_return_hours=50), stream(rate))
    assert abs(found.wait.hours - mean) < 4 * error + 0.02 * mean
    leaving = np.sort(first + loading, axis=1)[:, 600:-600]
    gaps = np.diff(leaving, axis=1)
    assert found.departure_scv == pytest.approx(gaps.var() / gaps.mean() ** 2, abs=0.1)
