import re
from collections import defaultdict
from importlib.util import module_from_spec, spec_from_file_location
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.queueing import (
    PhaseType,
    fit_two_moments,
    mg1_wait_mean_hours,
    mg1_wait_second_moment_hours2,
    mmc_wait_mean_hours,
    mmc_wait_probability,
    mmc_wait_quantile_hours,
    mmc_wait_second_moment_hours2,
    mmc_wait_tail,
    solve_ph_ph_c,
)

SCVS = st.sampled_from([0.25, 0.4, 0.5, 0.8, 1.0, 2.0, 5.0])


def chain(*arguments, **options):
    spec = spec_from_file_location("phase_chains", Path(__file__).parent / "phase_chains.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Chain(*arguments, **options)


def law(name, mean):
    """Make the law of a golden case's model."""
    if name.startswith("H2"):
        return PhaseType.hyperexponential(mean, float(re.search(r"scv=([\d.]+)", name)[1]))
    return PhaseType.erlang(int(name[1:] or 1), mean)


@pytest.mark.slow
def test_golden_values(golden, agrees):
    """All 1220 cases, those of one shape at once: mean waits and probabilities of a wait within 1e-12."""
    groups = defaultdict(list)
    for case in golden("phase_type", "", "mean_wait"):
        groups[case["model"], case["parameters"]["c"]].append(case)
    probability = {case["id"]: case for case in golden("phase_type_wait_probability", "", "P(wait>0)")}
    seen = 0
    for (model, servers), cases in groups.items():
        interval, service, _ = model.split("/")
        means = np.array([1.0 / case["parameters"]["arrival_rate"] for case in cases])
        queue = solve_ph_ph_c(law(interval, means), law(service, 1.0), servers, most_states=700)
        for case, wait, waits in zip(cases, queue.wait_mean_hours, queue.wait_probability, strict=True):
            exactly = {**case, "tolerance": {}}
            agrees(exactly, float(wait), 1e-12)
            agrees({**probability[case["id"].removesuffix("Wq") + "PW"], "tolerance": {}}, float(waits), 1e-12)
        seen += 2 * len(cases)
    assert seen == 1220


def test_golden_de_smit(golden, agrees):
    """Fifteen servers, hyperexponential service that is not balanced (de Smit 1983)."""
    p = (24.0 + 468.0**0.5) / 54.0
    service = PhaseType([p, 1.0 - p], [[-3.0 * p, 0.0], [0.0, -1.5 * (1.0 - p)]])
    intervals = {"E2": fit_two_moments(1 / 13.5, 0.5), "M": PhaseType.exponential(1 / 13.5)}
    intervals["H2"] = PhaseType([0.90824829, 0.09175171], [[-24.52270384, 0.0], [0.0, -2.477296157]])  # as printed
    queues = {name: solve_ph_ph_c(interval, service, 15) for name, interval in intervals.items()}
    for case in golden("phase_type_published", "", ""):
        queue = queues[case["model"].split("/")[0]]
        value = {
            "mean_wait_Wq": lambda queue=queue: queue.wait_mean_hours,
            "P(wait=0)": lambda queue=queue: 1.0 - queue.wait_probability,
            "mean_number_in_system L": lambda queue=queue: queue.number_mean,
            "P(wait>t)": lambda queue=queue, case=case: queue.wait_tail(case["parameters"]["t"]),
        }[case["quantity"]]()
        agrees(case, float(value), 1e-9)


def test_e2_e2_4_at_a_half():
    queue = solve_ph_ph_c(PhaseType.erlang(2, 0.5), PhaseType.erlang(2, 1.0), 4)
    assert round(float(queue.wait_mean_hours), 4) == 0.0257


@given(st.floats(1e-6, 0.999), st.integers(1, 40))
def test_exponential_laws_are_mmc(utilization, servers):
    rate = utilization * servers / 2.0
    queue = solve_ph_ph_c(PhaseType.exponential(1 / rate), PhaseType.exponential(2.0), servers)
    arguments = (rate, 2.0, servers)
    assert float(queue.wait_mean_hours) == pytest.approx(float(mmc_wait_mean_hours(*arguments)), rel=1e-10)
    assert float(queue.wait_probability) == pytest.approx(float(mmc_wait_probability(*arguments)), rel=1e-10)
    second = float(mmc_wait_second_moment_hours2(*arguments))
    assert float(queue.wait_second_moment_hours2) == pytest.approx(second, rel=1e-10)
    for probability in (0.5, 0.9, 0.95, 0.99, 0.99999):
        expected = float(mmc_wait_quantile_hours(*arguments, probability))
        assert float(queue.wait_quantile_hours(probability)) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert float(queue.wait_tail(3.0)) == pytest.approx(float(mmc_wait_tail(*arguments, 3.0)), rel=1e-9, abs=1e-300)
    assert float(queue.departure_scv()) == pytest.approx(1.0, abs=1e-9)  # Burke


@given(st.floats(1e-6, 0.999), st.sampled_from([0.1, 0.25, 0.6, 1.0, 3.0, 20.0]))
def test_one_server_with_poisson_arrivals_is_pollaczek_khinchine(utilization, scv):
    service = fit_two_moments(1.0, scv)
    queue = solve_ph_ph_c(PhaseType.exponential(1 / utilization), service, 1)
    mean = float(mg1_wait_mean_hours(utilization, 1.0, scv))
    assert float(queue.wait_mean_hours) == pytest.approx(mean, rel=1e-10)
    second = float(mg1_wait_second_moment_hours2(utilization, 1.0, scv, float(service.raw_moment(3))))
    assert float(queue.wait_second_moment_hours2) == pytest.approx(second, rel=1e-10)
    assert float(queue.wait_probability) == pytest.approx(utilization, rel=1e-11)


@pytest.mark.parametrize(("phases", "utilization"), [(2, 0.3), (3, 0.7), (5, 0.95)])
def test_one_exponential_server_has_geometric_queue(phases, utilization):
    """E_k/M/1: P(W > t) = s exp(-(1 - s) t) with s the root of s = (k rho / (k rho + 1 - s))**k."""
    root = 0.5
    for _ in range(20000):
        root = (phases * utilization / (phases * utilization + 1.0 - root)) ** phases
    queue = solve_ph_ph_c(PhaseType.erlang(phases, 1 / utilization), PhaseType.exponential(1.0), 1)
    assert float(queue.wait_probability) == pytest.approx(root, rel=1e-11)
    assert float(queue.wait_mean_hours) == pytest.approx(root / (1 - root), rel=1e-11)
    hours = np.array([0.1, 1.0, 5.0])
    assert queue.wait_tail(hours) == pytest.approx(root * np.exp(-(1 - root) * hours), rel=1e-11)


@pytest.mark.parametrize("servers", [1, 2, 3])
def test_against_a_truncated_chain_of_single_servers(servers):
    """Laws with loops and without, each server with a phase of its own, solved by sparse LU."""
    service = PhaseType([0.3, 0.7], [[-2.0, 0.8], [0.5, -1.2]])
    interval = PhaseType([0.6, 0.1, 0.3], [[-1.0, 0.4, 0.2], [0.0, -3.0, 1.0], [0.3, 0.0, -0.8]])
    interval = interval.scaled(service.mean_hours / interval.mean_hours / servers / 0.5)
    exact = chain(interval, service, servers, 45)
    queue = solve_ph_ph_c(interval, service, servers)
    waits = np.maximum(exact.number - servers, 0)
    assert float(queue.waiting_mean) == pytest.approx(exact.stationary @ waits, rel=1e-7)
    assert float(queue.wait_probability) == pytest.approx(exact.found()[exact.number >= servers].sum(), rel=1e-9)
    levels = [exact.stationary[exact.number == n].sum() for n in range(servers + 1)]
    assert queue.level_probabilities[:-1] == pytest.approx(np.array(levels), rel=1e-9)
    hours = np.array([0.0, 0.3, 1.0, 4.0])
    assert queue.wait_tail(hours) == pytest.approx(exact.wait_tail(hours), rel=1e-7)
    assert float(queue.departure_scv()) == pytest.approx(exact.departure_scv(), rel=1e-8)


@settings(max_examples=60)
@given(st.floats(0.01, 0.98), SCVS, SCVS, st.integers(1, 4))
def test_conservation(utilization, arrival_scv, service_scv, servers):
    interval = fit_two_moments(2.0 / (utilization * servers), arrival_scv)
    queue = solve_ph_ph_c(interval, fit_two_moments(2.0, service_scv), servers)
    levels = queue.level_probabilities
    assert levels.sum() == pytest.approx(1.0, rel=1e-12)
    assert levels @ [*range(servers + 1), servers] == pytest.approx(utilization * servers, rel=1e-10)
    little = float(queue.arrivals_per_hour * queue.wait_mean_hours)
    assert float(queue.waiting_mean) == pytest.approx(little, rel=1e-9)
    assert float(queue.wait_tail(0.0)) == pytest.approx(float(queue.wait_probability), rel=1e-12)
    quantiles = queue.wait_quantile_hours([0.5, 0.9, 0.95, 0.99])
    assert (np.diff(quantiles) >= 0.0).all()
    waits = quantiles > 0.0
    assert queue.wait_tail(quantiles)[waits] == pytest.approx(np.array([0.5, 0.1, 0.05, 0.01])[waits], rel=1e-9)


@settings(max_examples=40)
@given(SCVS, SCVS, st.integers(1, 4))
def test_waits_grow_with_the_load(arrival_scv, service_scv, servers):
    loads = np.array([1e-6, 1e-3, 0.1, 0.3, 0.6, 0.8, 0.9, 0.99, 1 - 1e-5, 1 - 1e-7, 1 - 1e-9])
    interval = fit_two_moments(1.0 / (loads * servers), arrival_scv)
    queue = solve_ph_ph_c(interval, fit_two_moments(1.0, service_scv), servers)
    assert (queue.wait_mean_hours > 0.0).all()
    assert (np.diff(queue.wait_mean_hours) > 0.0).all()
    assert (np.diff(queue.wait_quantile_hours(0.95)) >= 0.0).all()
    limit = (arrival_scv + service_scv) / 2.0 / servers  # Kingman's, of (1 - rho) E[W]
    assert queue.wait_mean_hours[-2] * 1e-7 == pytest.approx(limit, rel=1e-5)
    assert queue.wait_mean_hours[-1] * 1e-9 == pytest.approx(limit, rel=1e-4)


def backwards(law):
    """Number the phases from the last to the first: the law is the same, but solved by cyclic reduction."""
    return PhaseType(law.initial[..., ::-1], law.subgenerator[..., ::-1, ::-1])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("servers", "arrival_scv", "service_scv"),
    [*product([1, 3, 9], [0.25, 0.5, 4.0], [0.5, 0.7, 3.0, 16.0]), (30, 0.5, 0.5), (30, 1.0, 16.0)],
)
def test_modes_and_cyclic_reduction_agree(servers, arrival_scv, service_scv):
    loads = np.array([1e-2, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1 - 1e-6])
    interval, service = fit_two_moments(1.0 / (loads * servers), arrival_scv), fit_two_moments(1.0, service_scv)
    modes, reduced = (solve_ph_ph_c(interval, law, servers) for law in (service, backwards(service)))
    for name in ("wait_probability", "wait_mean_hours", "wait_second_moment_hours2", "waiting_mean"):
        one, other = getattr(modes, name), getattr(reduced, name)
        assert one[:-1] == pytest.approx(other[:-1], rel=1e-11, abs=1e-300), name
        assert one[-1] == pytest.approx(other[-1], rel=1e-8)
    assert modes.wait_tail(0.3) == pytest.approx(reduced.wait_tail(0.3), rel=1e-8, abs=1e-300)
    assert modes.level_probabilities == pytest.approx(reduced.level_probabilities, rel=1e-12)


@pytest.mark.parametrize(("arrival_phases", "service_phases", "servers"), [(3, 3, 5), (2, 3, 8), (8, 4, 2), (4, 4, 3)])
def test_three_and_four_phases_agree_with_cyclic_reduction(arrival_phases, service_phases, servers):
    loads = np.array([1e-3, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
    interval = PhaseType.erlang(arrival_phases, 1.0 / (loads * servers))
    service = PhaseType.erlang(service_phases, 1.0)
    modes, reduced = (solve_ph_ph_c(interval, law, servers) for law in (service, backwards(service)))
    assert modes.wait_mean_hours == pytest.approx(reduced.wait_mean_hours, rel=1e-11)
    assert modes.wait_probability == pytest.approx(reduced.wait_probability, rel=1e-11)


def test_a_law_whose_first_phase_is_never_entered():
    interval = fit_two_moments([1.0, 1.0], [0.5, 1.0])  # two phases a side, the second law needs one only
    queue = solve_ph_ph_c(interval, fit_two_moments([1.8, 1.8], [0.5, 1.0]), 2)
    expected = float(mmc_wait_mean_hours(1.0, 1.8, 2))
    assert queue.wait_mean_hours[1] == pytest.approx(expected, rel=1e-11)


def test_thirty_servers_and_three_hundred():
    queue = solve_ph_ph_c(PhaseType.erlang(2, 1 / 27), PhaseType.erlang(2, 1.0), 30)
    assert float(queue.waiting_mean) == pytest.approx(27.0 * float(queue.wait_mean_hours), rel=1e-10)
    many = solve_ph_ph_c(PhaseType.exponential(1 / 280), PhaseType.exponential(1.0), 300)
    assert float(many.wait_mean_hours) == pytest.approx(float(mmc_wait_mean_hours(280, 1.0, 300)), rel=1e-10)


def test_without_a_steady_state():
    queue = solve_ph_ph_c(PhaseType.erlang(2, [0.4, 0.25, 0.2]), PhaseType.erlang(2, 1.0), 4)
    assert queue.is_stable.tolist() == [True, False, False]
    assert np.isposinf(queue.wait_mean_hours[1:]).all()
    assert np.isposinf(queue.wait_second_moment_hours2[1:]).all()
    assert np.isposinf(queue.number_mean[1:]).all()
    assert queue.wait_probability[1:].tolist() == [1.0, 1.0]
    assert queue.wait_tail(5.0)[1:].tolist() == [1.0, 1.0]
    assert np.isposinf(queue.wait_quantile_hours(0.5)[1:]).all()
    assert queue.wait_quantile_hours(0.0).tolist() == [0.0, 0.0, 0.0]
    assert queue.level_probabilities[2].tolist() == [0.0] * 5 + [1.0]
    always = solve_ph_ph_c(PhaseType.erlang(2, 0.25 * (1 + 1e-9)), PhaseType.erlang(2, 1.0), 4)
    assert queue.departure_scv()[2] == pytest.approx(float(always.departure_scv()), rel=1e-6)
    assert queue.departure_scv()[1] == queue.departure_scv()[2]


def test_columns_are_those_of_single_queues():
    means = np.linspace(0.3, 2.0, 7)[:, None]
    queue = solve_ph_ph_c(PhaseType.erlang(2, means), PhaseType.hyperexponential([0.5, 0.1], 2.0), 2)
    assert queue.wait_mean_hours.shape == queue.departure_scv().shape == (7, 2)
    single = solve_ph_ph_c(PhaseType.erlang(2, means[4, 0]), PhaseType.hyperexponential(0.1, 2.0), 2)
    assert queue.wait_mean_hours[4, 1] == pytest.approx(float(single.wait_mean_hours), rel=1e-13)
    assert queue.departure_scv()[4, 1] == pytest.approx(float(single.departure_scv()), rel=1e-12)
    assert queue.wait_tail(np.ones(2))[4, 1] == pytest.approx(float(single.wait_tail(1.0)), rel=1e-12)


def test_what_is_out_of_range_is_named():
    interval, service = PhaseType.erlang(2, [1.0, 2.0]), PhaseType.erlang(2, [1.0, 2.0, 3.0])
    with pytest.raises(ArgumentError, match="service"):
        solve_ph_ph_c(interval, service, 2)
    with pytest.raises(ArgumentError, match="servers"):
        solve_ph_ph_c(interval, PhaseType.erlang(2, 1.0), 1.5)
    with pytest.raises(RefusedError, match=r"servers: 2 phases .* 462 states"):
        solve_ph_ph_c(interval, PhaseType.erlang(3, 1.0), 20)
