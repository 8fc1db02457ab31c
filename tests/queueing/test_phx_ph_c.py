import heapq
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.queueing import (
    BatchLaw,
    PhaseType,
    fit_two_moments,
    mxg1_wait_mean_hours,
    mxmc_wait_mean_hours,
    solve_ph_ph_c,
    solve_phx_ph_c,
)


def chain(*arguments, **options):
    spec = spec_from_file_location("phase_chains", Path(__file__).parent / "phase_chains.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Chain(*arguments, **options)


def sizes(parameters):
    """Return the probabilities of the sizes 1, 2, ... of a golden case."""
    law = parameters.get("batch_size", parameters.get("batch_pmf"))
    if isinstance(law, str):
        least, most = map(int, law.removeprefix("unif").split("-"))
        law = {str(size): 1.0 / (most - least + 1) for size in range(least, most + 1)}
    pmf = np.zeros(max(map(int, law)))
    for size, probability in law.items():
        pmf[int(size) - 1] = probability
    return pmf


@pytest.mark.slow
def test_golden_values(golden, agrees):
    count = 0
    for case in golden("batches", "M^[X]/M/c", ""):
        p, quantity = case["parameters"], case["quantity"]
        interval = PhaseType.exponential(1 / p.get("train_arrival_rate", p.get("batch_rate")))
        queue = solve_phx_ph_c(interval, sizes(p), PhaseType.exponential(1 / p["service_rate"]), p["c"])
        if quantity.startswith("mean_wait"):
            value = queue.wait_mean_hours
        elif quantity.startswith("mean_number"):
            value = queue.waiting_mean + ("system" in quantity) * queue.utilization * queue.servers
        else:
            value = queue.level_probabilities[slice(0, 1) if "empty" in quantity else slice(p["c"], None)].sum()
        agrees({**case, "tolerance": {}}, float(value), 1e-10)
        count += 1
    assert count == 72


@settings(max_examples=40)
@given(st.floats(0.05, 0.95), st.sampled_from([0.25, 0.5, 1.0, 3.0]), st.floats(1.5, 6.0))
def test_one_server_with_poisson_batches(utilization, scv, mean):
    """M^X/G/1; the batch law of least scv, which has two sizes."""
    law = BatchLaw.fitted(mean, 0.0)
    queue = solve_phx_ph_c(PhaseType.exponential(mean / utilization), law.pmf(8), fit_two_moments(1.0, scv), 1)
    exact = float(mxg1_wait_mean_hours(utilization / mean, mean, law.scv, 1.0, scv))
    assert float(queue.wait_mean_hours) == pytest.approx(exact, rel=1e-9)


def test_poisson_batches_at_exponential_servers():
    queue = solve_phx_ph_c(PhaseType.exponential(1.0), np.eye(6)[5], PhaseType.exponential(0.4), 4)
    assert float(queue.wait_mean_hours) == pytest.approx(float(mxmc_wait_mean_hours(1.0, 6, 0.0, 0.4, 4)), rel=1e-10)


def test_batches_of_one_are_single_arrivals():
    interval, service = PhaseType.erlang(2, [1.0, 2.0]), PhaseType.hyperexponential(1.5, 2.0)
    batches, single = solve_phx_ph_c(interval, [1.0, 0.0], service, 3), solve_ph_ph_c(interval, service, 3)
    assert batches.wait_mean_hours == pytest.approx(single.wait_mean_hours, rel=1e-12)
    assert batches.wait_probability == pytest.approx(single.wait_probability, rel=1e-12)
    assert batches.level_probabilities == pytest.approx(single.level_probabilities, rel=1e-12)


def test_against_a_truncated_chain_of_single_servers():
    interval = PhaseType([0.6, 0.4], [[-1.0, 0.5], [0.1, -2.0]]).scaled(4.0)
    service = PhaseType([0.3, 0.7], [[-2.0, 0.8], [0.5, -1.2]])
    batch = (0.2, 0.5, 0.3)
    exact, queue = chain(interval, service, 2, 60, batch), solve_phx_ph_c(interval, batch, service, 2)
    assert float(queue.utilization) < 0.6
    assert float(queue.waiting_mean) == pytest.approx(exact.stationary @ np.maximum(exact.number - 2, 0), rel=1e-7)
    levels = [exact.stationary[exact.number == n].sum() for n in range(3)]
    assert queue.level_probabilities[:-1] == pytest.approx(np.array(levels), rel=1e-8)
    found = np.array([exact.found()[exact.number == n].sum() for n in range(2)])
    ahead = np.cumsum(batch[::-1])[::-1] / 2.1  # an item has j of its batch before it with probability P(X > j) / E[X]
    served = found[0] * ahead[:2].sum() + found[1] * ahead[0]
    assert float(queue.wait_probability) == pytest.approx(1.0 - served, rel=1e-8)


@settings(max_examples=30)
@given(st.floats(0.02, 0.97), st.sampled_from([0.5, 1.0, 2.0]), st.sampled_from([0.5, 2.0]), st.integers(1, 3))
def test_more_load_waits_longer(utilization, arrival_scv, service_scv, servers):
    batch = [0.25, 0.25, 0.25, 0.25]
    intervals = fit_two_moments(2.5 / servers / (utilization * np.array([1.0, 1.02])), arrival_scv)
    queue = solve_phx_ph_c(intervals, batch, fit_two_moments(1.0, service_scv), servers)
    assert 0.0 < queue.wait_mean_hours[0] < queue.wait_mean_hours[1]
    assert queue.level_probabilities.sum(axis=1) == pytest.approx([1.0, 1.0], rel=1e-12)
    busy = queue.level_probabilities @ [*range(servers + 1), servers]
    assert busy == pytest.approx(queue.utilization * servers, rel=1e-9)


def test_without_a_steady_state():
    queue = solve_phx_ph_c(PhaseType.exponential([2.0, 0.9]), [0.0, 1.0], PhaseType.exponential(1.0), 2)
    assert np.isfinite(queue.wait_mean_hours).tolist() == [True, False]
    assert queue.wait_probability[1] == 1.0
    assert queue.level_probabilities[1].tolist() == [0.0, 0.0, 0.0, 1.0]


@pytest.mark.parametrize("batch", [[0.5, 0.4], [[0.5, 0.5]], [1.5, -0.5], 1.0])
def test_batch_laws_are_checked(batch):
    with pytest.raises(ArgumentError, match="batch_probabilities"):
        solve_phx_ph_c(PhaseType.exponential(1.0), batch, PhaseType.exponential(0.1), 2)


def test_large_blocks_are_refused():
    with pytest.raises(RefusedError, match="states"):
        solve_phx_ph_c(PhaseType.erlang(2, 1.0), np.eye(60)[59], PhaseType.erlang(3, 0.01), 3)


@settings(max_examples=25)
@given(
    st.floats(0.01, 0.98),
    st.sampled_from([0.5, 1.0, 3.0]),
    st.sampled_from([0.5, 1.0, 3.0]),
    st.integers(1, 4),
    st.sampled_from([(1.0,), (0.0, 1.0), (0.2, 0.5, 0.0, 0.3), (0.5, 0.0, 0.0, 0.0, 0.0, 0.5)]),
)
def test_the_law_of_the_wait_has_the_mean_of_littles_law(utilization, arrival_scv, service_scv, servers, batch):
    """The law comes from ages, the mean and P(wait > 0) from the levels."""
    mean = np.arange(1.0, len(batch) + 1.0) @ batch
    interval = fit_two_moments(mean / (utilization * servers), arrival_scv)
    queue = solve_phx_ph_c(interval, batch, fit_two_moments(1.0, service_scv), servers)
    assert float(queue.position_wait_mean_hours()) == pytest.approx(float(queue.wait_mean_hours), rel=1e-10)
    assert float(queue.wait_tail(0.0)) == pytest.approx(float(queue.wait_probability), rel=1e-10)
    at_least = np.cumsum(batch[::-1])[::-1]
    by_position = [float(queue.position_wait_mean_hours(place)) for place in range(1, len(batch) + 1)]
    assert at_least @ by_position / mean == pytest.approx(float(queue.wait_mean_hours), rel=1e-10)
    assert (np.diff(by_position) >= -1e-12).all()
    last = float(queue.position_wait_mean_hours(last_item=True))
    assert by_position[0] * (1 - 1e-12) <= last <= by_position[-1] * (1 + 1e-12)
    quantiles = queue.wait_quantile_hours([0.5, 0.9, 0.99])
    assert (np.diff(quantiles) >= 0.0).all()
    waits = quantiles > 0.0
    assert queue.wait_tail(quantiles)[waits] == pytest.approx(np.array([0.5, 0.1, 0.01])[waits], rel=1e-8)


def test_the_tail_of_batches_of_one_is_that_of_single_arrivals():
    interval, service = PhaseType.erlang(2, [1.0, 2.0]), PhaseType.hyperexponential(1.5, 2.0)
    batches, single = solve_phx_ph_c(interval, [1.0], service, 3), solve_ph_ph_c(interval, service, 3)
    for hours in (0.0, 0.5, 4.0):
        assert batches.wait_tail(hours) == pytest.approx(single.wait_tail(hours), rel=1e-11)
        assert batches.wait_tail(hours, 1) == pytest.approx(single.wait_tail(hours), rel=1e-11)
        assert batches.wait_tail(hours, last_item=True) == pytest.approx(single.wait_tail(hours), rel=1e-11)
    assert batches.wait_quantile_hours(0.95) == pytest.approx(single.wait_quantile_hours(0.95), rel=1e-10)


def test_an_item_of_one_server_waits_for_those_before_it():
    """One server: item k waits as long as the first, and for k - 1 services, if there is no choice of size."""
    queue = solve_phx_ph_c(PhaseType.erlang(2, [5.0, 9.0]), np.eye(4)[3], PhaseType.erlang(3, 1.0), 1)
    first = queue.position_wait_mean_hours(1)
    for place in (2, 3, 4):
        assert queue.position_wait_mean_hours(place) == pytest.approx(first + place - 1, rel=1e-11)
    assert queue.position_wait_mean_hours(last_item=True) == pytest.approx(first + 3, rel=1e-11)


def simulated_waits(interval, service, servers, batch, batches, rng):
    """Follow items one by one; return the wait of each, its position and whether it is the last of its batch."""
    free, now = [0.0] * servers, 0.0
    sizes = rng.choice(len(batch), size=batches, p=batch) + 1
    rows = []
    gaps = rng.gamma(interval.phases, float(interval.mean_hours) / interval.phases, batches)
    for gap, size in zip(gaps, sizes, strict=True):
        now += gap
        for place, time in enumerate(rng.gamma(service.phases, float(service.mean_hours) / service.phases, size), 1):
            begin = max(now, heapq.heappop(free))
            heapq.heappush(free, begin + time)
            rows.append((begin - now, place, place == size))
    return np.array(rows[len(rows) // 10 :])


@pytest.mark.slow
def test_against_simulation():
    """E2^[X]/E3/3: tails of all items, of positions and of last items within four standard errors of 20 runs."""
    interval, service, batch = PhaseType.erlang(2, 1.15), PhaseType.erlang(3, 1.0), (0.2, 0.5, 0.0, 0.3)
    queue = solve_phx_ph_c(interval, batch, service, 3)
    assert 0.6 < float(queue.utilization) < 0.8
    rng = np.random.default_rng(3)
    runs = [simulated_waits(interval, service, 3, batch, 2500, rng) for _ in range(20)]
    selections = {"all": {}, "first": {"position": 1}, "second": {"position": 2}, "last": {"last_item": True}}
    chosen = {
        "all": lambda run: run[:, 0],
        "first": lambda run: run[run[:, 1] == 1, 0],
        "second": lambda run: run[run[:, 1] == 2, 0],
        "last": lambda run: run[run[:, 2] == 1, 0],
    }
    for name, which in selections.items():
        for hours in (0.0, 0.5, 2.0):
            shares = np.array([(chosen[name](run) > hours).mean() for run in runs])
            error = shares.std(ddof=1) / np.sqrt(len(runs))
            assert abs(shares.mean() - float(queue.wait_tail(hours, **which))) < 4.0 * error, (name, hours)


def test_laws_without_a_steady_state_and_out_of_range():
    queue = solve_phx_ph_c(PhaseType.exponential([2.0, 0.9]), [0.0, 1.0], PhaseType.exponential(1.0), 2)
    assert queue.wait_tail(3.0)[1] == 1.0
    assert np.isposinf(queue.wait_quantile_hours(0.5)[1])
    assert np.isposinf(queue.position_wait_mean_hours(2)[1])
    assert np.isfinite(queue.wait_quantile_hours(0.5)[0])
    for position in (0, 3, 1.5):
        with pytest.raises(ArgumentError, match="position"):
            queue.wait_tail(1.0, position)
    with pytest.raises(ArgumentError, match="position"):
        queue.wait_tail(1.0, 1, last_item=True)
