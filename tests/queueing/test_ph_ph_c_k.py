from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.queueing import PhaseType, erlang_b, fit_two_moments, solve_ph_ph_c, solve_ph_ph_c_k


def chain(*arguments, **options):
    spec = spec_from_file_location("phase_chains", Path(__file__).parent / "phase_chains.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Chain(*arguments, **options)


def test_golden_values(golden, agrees):
    for case in golden("phase_type_finite", "M/PH/c/K", ""):
        p = case["parameters"]
        name, _, scv = p["service"].partition(" balanced means scv=")
        service = PhaseType.hyperexponential(p["mean_service"], float(scv)) if scv else None
        service = service or PhaseType.erlang(int(name[1:]), p["mean_service"])
        queue = solve_ph_ph_c_k(PhaseType.exponential(1 / p["arrival_rate"]), service, p["c"], p["K"])
        blocking = case["quantity"] == "blocking_probability"
        value = queue.blocking_probability if blocking else queue.wait_mean_hours
        agrees({**case, "tolerance": {}}, float(value), 1e-12)


@given(st.integers(1, 60), st.floats(0.1, 5.0), st.sampled_from([0.25, 0.5, 1.0, 3.0]))
def test_without_a_waiting_room_poisson_losses_are_erlang_b(servers, utilization, scv):
    servers = min(servers, 6) if scv == 0.25 else servers
    load = utilization * servers
    queue = solve_ph_ph_c_k(PhaseType.exponential(1 / load), fit_two_moments(1.0, scv), servers, servers)
    assert float(queue.blocking_probability) == pytest.approx(float(erlang_b(servers, load)), rel=1e-9)
    assert float(queue.wait_mean_hours) == float(queue.wait_probability) == 0.0
    assert queue.wait_tail([0.0, 1.0]).tolist() == queue.wait_quantile_hours([0.5, 0.9]).tolist() == [0.0, 0.0]


def test_a_large_room_is_no_limit():
    interval, service = PhaseType.erlang(2, [1 / 1.2, 1 / 1.6]), PhaseType.hyperexponential(1.0, 2.0)
    finite, infinite = solve_ph_ph_c_k(interval, service, 2, 400), solve_ph_ph_c(interval, service, 2)
    assert finite.wait_mean_hours == pytest.approx(infinite.wait_mean_hours, rel=1e-11)
    assert finite.wait_probability == pytest.approx(infinite.wait_probability, rel=1e-12)
    assert (finite.blocking_probability < 1e-20).all()


@pytest.mark.parametrize("mean", [0.2, 0.6])
def test_against_a_chain_of_single_servers(mean):
    interval = PhaseType([0.6, 0.4], [[-2.0, 0.5], [0.1, -5.0]]).scaled(mean)
    service = PhaseType([0.3, 0.7], [[-2.0, 0.8], [0.5, -1.2]])
    exact, queue = chain(interval, service, 2, 9), solve_ph_ph_c_k(interval, service, 2, 9)
    levels = [exact.stationary[exact.number == n].sum() for n in range(10)]
    assert queue.level_probabilities == pytest.approx(np.array(levels), rel=1e-9)
    found, full = exact.found(), exact.number == 9
    assert float(queue.blocking_probability) == pytest.approx(found[full].sum(), rel=1e-9)
    waits = (exact.number >= 2) & ~full
    assert float(queue.wait_probability) == pytest.approx(found[waits].sum() / found[~full].sum(), rel=1e-9)


@given(st.floats(0.05, 30.0), st.sampled_from([0.5, 1.0, 2.0]), st.sampled_from([0.5, 1.0, 4.0]))
def test_conservation_at_any_load(utilization, arrival_scv, service_scv):
    queue = solve_ph_ph_c_k(fit_two_moments(0.5 / utilization, arrival_scv), fit_two_moments(1.0, service_scv), 2, 12)
    let_in = queue.arrivals_per_hour * (1.0 - queue.blocking_probability)
    assert queue.level_probabilities.sum() == pytest.approx(1.0, rel=1e-12)
    assert float(queue.utilization) == pytest.approx(float(let_in) / 2.0, rel=1e-9)
    assert float(queue.waiting_mean) == pytest.approx(float(let_in * queue.wait_mean_hours), rel=1e-9)
    assert float(queue.wait_tail(0.0)) == pytest.approx(float(queue.wait_probability), rel=1e-10)
    row, generator = queue._tail()
    mean = row @ np.linalg.solve(-generator, np.ones(row.size))
    assert float(queue.wait_mean_hours) == pytest.approx(mean, rel=1e-9)  # the law of the wait has the mean of Little's
    assert float(queue.wait_tail(queue.wait_quantile_hours(0.99))) <= 0.01 * (1 + 1e-9)


def test_far_beyond_saturation_nothing_overflows():
    queue = solve_ph_ph_c_k(PhaseType.exponential([0.01, 0.001]), PhaseType.erlang(2, 1.0), 2, 2000)
    assert queue.blocking_probability == pytest.approx([0.98, 0.998], rel=1e-9)
    assert queue.utilization == pytest.approx([1.0, 1.0])
    assert np.isfinite(queue.wait_mean_hours).all()


def test_what_is_out_of_range_is_named():
    interval, service = PhaseType.exponential(1.0), PhaseType.erlang(2, 1.0)
    with pytest.raises(ArgumentError, match=r"most_in_system: 2 is less .* >= 3"):
        solve_ph_ph_c_k(interval, service, 3, 2)
    with pytest.raises(ArgumentError, match="most_in_system"):
        solve_ph_ph_c_k(interval, service, 3, 4.5)
    with pytest.raises(RefusedError, match="states"):
        solve_ph_ph_c_k(interval, PhaseType.erlang(9, 1.0), 9, 10)
    with pytest.raises(RefusedError, match="phases of the wait"):
        solve_ph_ph_c_k(interval, service, 3, 200).wait_tail(1.0)
