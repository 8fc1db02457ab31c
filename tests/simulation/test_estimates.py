from importlib.util import module_from_spec, spec_from_file_location
from math import log
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from hubcalc.errors import ArgumentError
from hubcalc.simulation.estimates import batches_of, estimate, in_sections, joined, mean_speed, number_inside
from hubcalc.simulation.intervals import (
    bin_quantile,
    checked_level,
    positive_ratio,
    quantile_estimate,
    ratio_estimate,
    section_count,
    student_quantile,
)
from hubcalc.simulation.program import Category, Clock, Program, Storage
from hubcalc.simulation.recording import OCCUPANCY_BINS


def lindley():
    spec = spec_from_file_location("lindley", Path(__file__).parent / "lindley.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LINDLEY = lindley()


def covers(hits, level=0.95):
    """Tell whether a count of hits fits a level: two-sided binomial probability above 1 in 1000."""
    return stats.binomtest(int(np.sum(hits)), len(hits), level).pvalue > 1e-3


def replications(utilization, count, slots, slot_hours, seed, **options):
    model = LINDLEY.program(utilization)
    runs = [
        LINDLEY.simulate_once(
            model, slots=slots, slot_hours=slot_hours, seed=seed, replication=number, most_events=10**9, **options
        )
        for number in range(count)
    ]
    return model, [run.recording for run in runs]


def test_student_quantile():
    assert student_quantile(0.95, 11) == pytest.approx(2.228139, abs=1e-6)  # tables, 10 degrees of freedom
    assert student_quantile(0.95, 1) == np.inf
    with pytest.raises(ArgumentError, match="level"):
        checked_level(1.0)


def test_ratio_is_the_mean_where_denominators_are_equal():
    """Then the jackknife is the usual standard error."""
    values = np.array([3.0, 5.0, 4.0, 8.0, 1.0])
    found = positive_ratio(values, np.full(5, 2.0), 0.9)
    assert found.mean == pytest.approx(2.1)
    assert found.half_width == pytest.approx(stats.t.ppf(0.95, 4) * values.std(ddof=1) / 2.0 / np.sqrt(5))
    assert (found.low, found.high) == (found.mean - found.half_width, found.mean + found.half_width)


def test_ratio_without_observations():
    assert ratio_estimate(np.zeros(3), np.zeros(3), 0.95) is None
    assert ratio_estimate(np.array([2.0]), np.array([1.0]), 0.95).half_width == np.inf
    assert ratio_estimate(np.array([2.0, 0.0]), np.array([1.0, 0.0]), 0.95).half_width == np.inf


def test_coverage_of_a_ratio():
    """Numerator and denominator depend on each other: sums of a random number of exponential times, twelve sections."""
    rng = np.random.default_rng(1)
    hits = []
    for _ in range(2000):
        counts = rng.poisson(30.0, 12) + 1
        found = positive_ratio(rng.gamma(counts), counts.astype(float), 0.95)
        hits.append(found.low <= 1.0 <= found.high)
    assert covers(hits)


def test_quantile_of_bins():
    edges = np.array([0.0, 1.0, 2.0, 4.0])
    counts = np.array([1.0, 0.0, 3.0])
    assert bin_quantile(counts, edges, 0.25) == 1.0
    assert bin_quantile(counts, edges, 1.0) == 4.0
    assert bin_quantile(counts, edges, 0.625) == 3.0
    assert bin_quantile(counts, edges, 0.0) == 0.0
    assert bin_quantile(np.zeros(3), edges, 0.5) is None
    assert bin_quantile(counts, edges, 0.125, first_at_start=True) == 0.0
    assert bin_quantile(counts, edges, 0.625, first_at_start=True) == 3.0
    exact = quantile_estimate(
        np.array([[8.0, 1.0], [9.0, 1.0]]), np.array([0.0, 1e-4, 1.0]), 0.5, 0.95, first_at_start=True
    )
    assert (exact.mean, exact.half_width) == (0.0, 0.0)
    assert quantile_estimate(np.zeros((2, 3)), edges, 0.5, 0.95) is None
    assert quantile_estimate(counts[None], edges, 0.5, 0.95).half_width == np.inf


def test_coverage_of_quantiles():
    """Sections of 1,000 exponential times; the half bin that is added is an eighth of the interval."""
    rng = np.random.default_rng(2)
    edges = np.concatenate(([0.0], 1e-3 * 1.004 ** np.arange(3000)))
    for share in (0.5, 0.9):
        hits = []
        for _ in range(300):
            drawn = rng.exponential(size=(12, 1000))
            counts = np.stack([np.bincount(np.searchsorted(edges, row) - 1, minlength=3000) for row in drawn])
            found = quantile_estimate(counts.astype(float), edges, share, 0.95)
            hits.append(abs(found.mean + log(1.0 - share)) <= found.half_width)
        assert stats.binomtest(int(np.sum(hits)), 300, 0.95, alternative="less").pvalue > 1e-3
        assert np.mean(hits) < 0.995


@pytest.mark.slow
def test_mm1_intervals_cover():
    """M/M/1 at 0.7 from its steady state, twelve short replications: exact mean wait, dwell and 90 % quantile."""
    hits = {"dwell": [], "wait": [], "quantile": [], "rate": []}
    dwell = 1.0 / 0.3
    for seed in range(100):
        model, recordings = replications(0.7, 12, 4, 700.0, seed, stationary=True)
        found = estimate(in_sections(recordings, 0, 4, 700.0, 1), model, 0.95).flows[0]
        for name, each, truth in (
            ("dwell", found.dwell_hours, dwell),
            ("wait", found.times_hours[Category.QUEUE], 0.7 * dwell),
            ("quantile", found.dwell_quantiles_hours[0.9], -dwell * log(0.1)),
            ("rate", found.throughput_per_hour, 0.7),
        ):
            hits[name].append(each.low <= truth <= each.high)
    for name, each in hits.items():
        assert covers(each), (name, np.mean(each))


def test_mm1_by_batches_of_one_long_run():
    hits = []
    for seed in range(100):
        model, recordings = replications(0.5, 1, 40, 400.0, seed, stationary=True)
        inside = number_inside(recordings[0], 400.0)[None]
        sections = in_sections(recordings, 0, 40, 400.0, batches_of(inside))
        found = estimate(sections, model, 0.95)
        each = found.flows[0].dwell_hours
        assert each.observations == sections.hours.size <= 20
        hits.append(each.low <= 2.0 <= each.high)
    assert covers(hits)


def test_all_estimates_of_a_long_mm1_run():
    model, recordings = replications(0.8, 10, 12, 4000.0, 3)
    found = estimate(in_sections(recordings, 1, 12, 4000.0, 1), model, 0.999)
    flow, stage, servers = found.flows[0], found.stages[0], found.resources[0]
    expected = {
        "arrivals": (flow.arrivals_per_hour, 0.8),
        "throughput": (flow.throughput_per_hour, 0.8),
        "dwell": (flow.dwell_hours, 5.0),
        "median": (flow.dwell_quantiles_hours[0.5], 5.0 * log(2.0)),
        "wait": (stage.visits.times_hours[Category.QUEUE], 4.0),
        "service": (stage.visits.times_hours[Category.SERVICE], 1.0),
        "number": (stage.number, 4.0),
        "occupied": (servers.occupied, 0.8),
        "utilization": (servers.utilization, 0.8),
        "blocked": (servers.blocked_share, 0.8),
    }
    for name, (each, truth) in expected.items():
        assert each.low <= truth <= each.high, name
        assert each.half_width < 0.15 * truth, name
    assert abs(stage.little_gap.mean) < 0.002
    assert flow.dwell_deviation_hours == pytest.approx(5.0, rel=0.1)
    assert stage.visits.wait_deviation_hours == pytest.approx(np.sqrt(24.0), rel=0.1)  # W of M/M/1: E W^2 = 40, mean 4
    assert flow.turned_away_share.mean == 0.0
    assert stage.by_flow["units"].stay_hours == stage.visits.stay_hours
    assert stage.visits.item_wait_hours is None
    assert flow.times_hours[Category.QUOTA].mean == 0.0


def test_sections_keep_every_sum():
    _, recordings = replications(0.6, 3, 13, 50.0, 1)
    sections = in_sections(recordings, 2, 12, 50.0, 4)
    assert sections.hours.sum() == 3 * 10 * 50.0
    for column, *parts in zip(sections.sums, *recordings, strict=True):
        assert np.allclose(column.sum(axis=0), sum(part[2:12].sum(axis=0) for part in parts))
    twice = joined([sections, sections])
    assert twice.hours.size == 24
    assert twice.sums.left.shape[0] == 24


def test_a_storage():
    """Half of the time 10 of 20 things, half of it none."""
    model, recordings = replications(0.6, 2, 4, 10.0, 1)
    occupancy = np.zeros((4, 1, OCCUPANCY_BINS))
    occupancy[:, 0, 0] = occupancy[:, 0, 500] = 5.0
    recordings = [each._replace(occupancy=occupancy, stored=np.full((4, 1), 50.0)) for each in recordings]
    program = Program(model.stages, model.flows, model.steps, model.resources, (Storage("yard", 20.0),))
    yard = estimate(in_sections(recordings, 0, 4, 10.0, 1), program, 0.95).storages[0]
    assert yard.occupancy.mean == 5.0
    assert yard.full_share.mean == 0.0
    assert yard.occupancy_quantiles[0.95].mean == pytest.approx(10.0, abs=0.03)
    assert yard.occupancy_quantiles[0.5].mean == pytest.approx(0.0, abs=0.03)


def test_batches_are_merged_while_they_depend_on_each_other():
    rng = np.random.default_rng(5)
    independent = [section_count(rng.normal(size=(2, 40)), 2) for _ in range(100)]
    assert np.mean(np.array(independent) == 10) > 0.85
    assert section_count(np.arange(40.0)[None], 1) == 5
    assert section_count(rng.normal(size=(12, 40)), 12) == 1
    assert section_count(np.ones((2, 40)), 2) == 10


def test_mean_speed():
    assert mean_speed(Clock(10.0, (0.0, 4.0, 6.0), (1.0, 0.0, 2.0))) == pytest.approx(1.2)
