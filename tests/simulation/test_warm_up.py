import numpy as np
import pytest

from hubcalc.errors import ArgumentError
from hubcalc.simulation.warm_up import find_warm_up, grows, memory_slots, mser, trend


def autoregressive(rng, coefficient, replications, slots):
    """Make stationary AR(1) series of variance 1."""
    noise = rng.normal(size=(replications, slots)) * np.sqrt(1.0 - coefficient**2)
    series = np.empty_like(noise)
    series[:, 0] = rng.normal(size=replications)
    for slot in range(1, slots):
        series[:, slot] = coefficient * series[:, slot - 1] + noise[:, slot]
    return series


def statistic(series, cut):
    """Compute the marginal standard error, squared, as White (1997) has it."""
    kept = series[cut:]
    return ((kept - kept.mean()) ** 2).sum() / kept.size**2


def test_the_cut_is_where_the_statistic_is_least():
    rng = np.random.default_rng(1)
    for _ in range(50):
        series = 1e6 + np.cumsum(rng.normal(size=int(rng.integers(4, 60))))
        cut, settled = mser(series)
        values = [statistic(series, place) for place in range(series.size // 2 + 1)]
        assert values[cut] == pytest.approx(min(values), rel=1e-6)
        assert settled == (cut < series.size // 2)


def test_of_a_constant_series_one_slot_is_cut():
    assert mser(np.full(20, 0.1)) == (0, True)
    found = find_warm_up(np.full((4, 20), 0.1))
    assert (found.slots, found.settled, found.growing, found.memory_slots) == (1, True, False, 0.5)


@pytest.mark.parametrize("replications", [1, 8])
def test_a_fading_beginning_is_cut(replications):
    """Five slots of a beginning that fades by half a slot: what is left of it after the cut is below the noise."""
    rng = np.random.default_rng(2)
    slots = np.arange(60)
    series = 100.0 - 100.0 * np.exp(-slots / 4.0) + rng.normal(size=(replications, 60))
    found = find_warm_up(series)
    assert found.settled
    assert not found.growing
    assert 10 <= found.slots <= 30
    assert abs(series[:, found.slots :].mean() - 100.0) < 0.6


def test_nothing_much_is_cut_of_stationary_series():
    rng = np.random.default_rng(3)
    found = [find_warm_up(10.0 + autoregressive(rng, 0.3, 8, 48)) for _ in range(200)]
    assert np.mean([each.settled and not each.growing for each in found]) > 0.96
    assert np.mean([each.slots for each in found]) < 12


def test_growth_is_seen_and_chance_is_not():
    rng = np.random.default_rng(4)
    walk = np.cumsum(rng.normal(0.2, 1.0, size=(16, 48)), axis=1) + 50.0
    assert find_warm_up(walk).growing
    false = sum(grows(10.0 + autoregressive(rng, 0.8, 16, 48)) for _ in range(1000))
    assert false <= 3  # far fewer than one in a thousand are expected


def test_a_slow_approach_is_not_settled():
    slots = np.arange(40)
    found = find_warm_up(np.tile(slots.astype(float), (4, 1)) + np.random.default_rng(5).normal(size=(4, 40)))
    assert found.growing
    assert not found.settled
    assert found.slots > 15
    assert mser(slots.astype(float)) == (20, False)


def test_the_stock_of_a_yard_must_settle_too():
    rng = np.random.default_rng(6)
    inside = 10.0 + 0.1 * rng.normal(size=(8, 40))
    stock = 100.0 * (1.0 - np.exp(-np.arange(40) / 4.0)) + rng.normal(size=(8, 40))
    assert find_warm_up(inside).slots < 8 < find_warm_up(inside, stock).slots


def test_memory_of_an_autoregressive_series():
    """It is 1/2 + sum of 0.8^k = 4.5 slots; of independent values 1/2."""
    rng = np.random.default_rng(7)
    found = [memory_slots(autoregressive(rng, 0.8, 16, 400)) for _ in range(40)]
    assert np.mean(found) == pytest.approx(4.5, rel=0.08)
    alone = [memory_slots(rng.normal(size=(16, 100))) for _ in range(40)]
    assert np.mean(alone) == pytest.approx(0.5, abs=0.02)


def test_trend_without_replications_and_without_units():
    assert trend(np.zeros((3, 8))) == (0.0, 0.0, 0.0)
    rise, score, before = trend(np.arange(8.0)[None])
    assert rise == before == pytest.approx(2.0 / 3.5)
    assert score == 0.0
    assert grows(np.arange(8.0)[None])
    assert not grows(np.arange(8.0, 0.0, -1.0)[None])
    assert trend(np.tile(np.arange(8.0), (4, 1)))[1] == np.inf


def test_too_few_slots():
    with pytest.raises(ArgumentError, match="slots"):
        find_warm_up(np.ones((2, 3)))
