"""Runs: each unit takes a time of its own, whatever arrives."""

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import integrate, stats

from hubcalc.analysis.moving import time_on_the_way
from hubcalc.analysis.stages.run import RUN
from hubcalc.analysis.streams import column
from hubmodels.paths import replace_leaves
from hubmodels.stages import Stage

ADAPTER = TypeAdapter(Stage)


def way(**fields):
    plain = {"kind": "run", "length_km": 1_000.0, "speed_km_per_hour": 50.0, "stops_hours": 3.0}
    return ADAPTER.validate_python({**plain, "excess_mean_hours": 10.0, "excess_scv": 0.8, **fields})


def test_times_by_hand(stream):
    found = RUN.perform(way(), [stream(2.0)], True)
    assert float(found.service) == pytest.approx(20 + 3 + 10)
    assert float(found.service_variance) == pytest.approx(0.8 * 10**2)
    assert (float(found.wait.hours), float(found.wait.error)) == (0.0, 0.0)
    assert {name: float(value) for name, (value, _) in found.details.items()} == pytest.approx(
        {"running_hours": 20.0, "stops_hours": 3.0, "excess_mean_hours": 10.0, "units_under_way": 66.0}
    )


@pytest.mark.parametrize("scv", [0.0, 0.25, 1.0, 2.25])
def test_three_moments_of_the_law(scv):
    """Against the density of the lognormal law of that mean and scv, integrated."""
    width = np.sqrt(np.log1p(scv))
    law = stats.lognorm(max(width, 1e-9), scale=6.0 / np.sqrt(1 + scv))
    moments = [5.0 + 6.0, (5.0 + 6.0) ** 2, (5.0 + 6.0) ** 3]
    if scv > 0:
        score = stats.norm
        moments = [
            integrate.quad(
                lambda z, n=n: (5.0 + law.kwds["scale"] * np.exp(width * z)) ** n * score.pdf(z), -12, 20, limit=200
            )[0]
            for n in (1, 2, 3)
        ]
    found = time_on_the_way(column(5.0), 6.0, scv)
    assert float(found.hours) == pytest.approx(moments[0], rel=1e-8)
    assert float(found.hours**2 * (1 + found.scv)) == pytest.approx(moments[1], rel=1e-8)
    assert float(found.third_moment_hours3) == pytest.approx(moments[2], rel=1e-7)


def test_it_loads_nothing(stream, loaded):
    assert {name: float(load) for name, load in loaded(RUN, way(), [stream(50.0)]).items()} == {"nothing": 0.0}
    assert not RUN.holds_back


def test_a_poisson_stream_stays_one(stream):
    found = RUN.perform(way(), [stream(2.0)], True)
    assert bool(found.departure_poisson)
    assert float(found.departure_scv) == 1.0


@pytest.mark.parametrize("deviation", [0.1, 0.25])
def test_gaps_of_units_that_keep_their_order(stream, deviation):
    """Trains come every hour; while they do not overtake, gaps are one hour with the two excesses apart."""
    rng = np.random.default_rng(3)
    scv = 0.04
    mean = deviation / scv**0.5
    width = np.sqrt(np.log1p(scv))
    excess = rng.lognormal(np.log(mean) - width**2 / 2, width, (40, 5_000))
    gaps = np.diff(np.sort(np.arange(5_000) + excess, axis=1)[:, 50:-50], axis=1)
    scvs = gaps.var(axis=1) / gaps.mean(axis=1) ** 2
    found = float(RUN.perform(way(excess_mean_hours=mean, excess_scv=scv), [stream(1.0, 0.0)], True).departure_scv)
    assert found == pytest.approx(2 * deviation**2, rel=1e-9)
    # at a quarter of an hour some overtake already, which the formula does not know
    assert abs(scvs.mean() - found) < 4 * scvs.std(ddof=1) / 40**0.5 + 0.03 * found


def test_gaps_of_units_in_any_order_are_as_of_a_poisson_stream(stream):
    rng = np.random.default_rng(4)
    times = np.sort(np.arange(20_000) + rng.lognormal(4.0, 1.0, (20, 20_000)), axis=1)[:, 3_000:-3_000]
    gaps = np.diff(times, axis=1)
    scvs = gaps.var(axis=1) / gaps.mean(axis=1) ** 2
    far = way(excess_mean_hours=float(np.exp(4.5)), excess_scv=float(np.expm1(1.0)))
    found = float(RUN.perform(far, [stream(1.0, 0.0)], True).departure_scv)
    assert found == 1.0
    assert scvs.mean() == pytest.approx(found, rel=0.05)


def test_lumps_are_kept(stream):
    assert float(RUN.perform(way(), [stream(1.0, 3.0)], True).departure_scv) == 3.0
    assert float(RUN.perform(way(excess_mean_hours=0.0), [stream(1.0, 0.25)], True).departure_scv) == 0.25


def test_a_share_goes_this_way(stream):
    found = RUN.perform(way(share=0.25), [stream(2.0)], True)
    assert float(found.visit_share) == 0.25
    assert float(found.details["units_under_way"][0]) == pytest.approx(0.25 * 66)


def test_columns_equal_scalars(stream, same):
    lengths, spreads = np.array([100.0, 500.0, 3_000.0]), np.array([0.0, 0.5, 2.0])
    rates, scvs = np.array([0.1, 1.0, 4.0]), np.array([0.0, 1.0, 2.0])
    stage = replace_leaves(way(), {"length_km": lengths, "excess_scv": spreads})
    columns = RUN.perform(stage, [stream(rates, scvs)], True)
    for i in range(3):
        alone = way(length_km=float(lengths[i]), excess_scv=float(spreads[i]))
        same(columns, i, RUN.perform(alone, [stream(rates[i], scvs[i])], True))
