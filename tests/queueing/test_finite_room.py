import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    erlang_b,
    mmc_wait_mean_hours,
    mmc_wait_tail,
    mmck_blocking_probability,
    mmck_empty_probability,
    mmck_number_mean,
    mmck_throughput_per_hour,
    mmck_wait_mean_hours,
    mmck_wait_quantile_hours,
    mmck_wait_tail,
)

FORMULAS = {
    "blocking_probability": mmck_blocking_probability,
    "throughput": mmck_throughput_per_hour,
    "mean_wait_Wq": mmck_wait_mean_hours,
    "P(empty)": mmck_empty_probability,
    "mean_number_in_system": mmck_number_mean,
    "mean_sojourn_W": lambda rate, service, c, room: mmck_wait_mean_hours(rate, service, c, room) + service,
}
LOADS = st.floats(1e-6, 1e6)


def arguments(case):
    parameters = case["parameters"]
    return parameters["arrival_rate"], 1.0 / parameters["service_rate"], parameters["c"], parameters["K"]


@pytest.mark.parametrize("bank", ["finite_room", "finite_room_textbooks"])
def test_golden(golden, agrees, bank):
    for case in golden(bank, "M/M/c/K", ""):
        (formula,) = (f for quantity, f in FORMULAS.items() if case["quantity"].startswith(quantity))
        agrees(case, float(formula(*arguments(case))), 1e-10)


def exact(load, servers, room, time):
    """Return blocking, empty, mean number, mean wait and P(W > time) from the states, in 40 digits."""
    weights = [mp.mpf(1)]
    for n in range(1, room + 1):
        weights.append(weights[-1] * mp.mpf(load) / min(n, servers))
    states = [weight / mp.fsum(weights) for weight in weights]
    admitted = mp.fsum(states[:room])
    queue = mp.fsum((n - servers) * states[n] for n in range(servers, room + 1))
    term = at_most = mp.exp(-mp.mpf(time) * servers)
    tail = mp.mpf(0)
    for j in range(room - servers):
        tail += states[servers + j] * at_most
        term = term * mp.mpf(time) * servers / (j + 1)
        at_most += term
    number = mp.fsum(n * state for n, state in enumerate(states))
    return states[room], states[0], number, queue / (load * admitted), tail / admitted


@pytest.mark.parametrize(("servers", "room"), [(1, 1), (1, 30), (3, 10), (50, 150), (300, 330)])
@pytest.mark.parametrize("utilization", [1e-6, 0.5, 0.99, 1.0 - 1e-9, 1.0, 1.0 + 1e-6, 1.1, 10.0, 1e6])
def test_states_summed_in_many_digits(servers, room, utilization):
    load, time = utilization * servers, 0.7 * (room - servers) / servers
    with mp.workdps(40):
        expected = [float(value) for value in exact(load, servers, room, time)]
    given = (load, 1.0, servers, room)
    formulas = [mmck_blocking_probability, mmck_empty_probability, mmck_number_mean, mmck_wait_mean_hours]
    got = [float(formula(*given)) for formula in formulas] + [float(mmck_wait_tail(*given, time))]
    assert got == pytest.approx(expected, rel=1e-10, abs=1e-290)


@given(LOADS, st.integers(1, 1000), st.integers(0, 10_000))
def test_bounds_at_any_load(load, servers, places):
    room = servers + places
    blocking = float(mmck_blocking_probability(load, 1.0, servers, room))
    assert max(0.0, 1.0 - servers / load) * (1.0 - 1e-12) <= blocking <= 1.0
    assert 0.0 <= float(mmck_wait_mean_hours(load, 1.0, servers, room)) <= places / servers * (1.0 + 1e-12)
    assert 0.0 <= float(mmck_number_mean(load, 1.0, servers, room)) <= room * (1.0 + 1e-12)
    assert 0.0 <= float(mmck_empty_probability(load, 1.0, servers, room)) <= 1.0


@given(LOADS, LOADS, st.integers(1, 200), st.integers(0, 2000))
def test_monotone(one, other, servers, places):
    low, high = sorted((one, other))
    room = servers + places
    for formula in (mmck_blocking_probability, mmck_throughput_per_hour, mmck_number_mean, mmck_wait_mean_hours):
        assert float(formula(low, 1.0, servers, room)) <= float(formula(high, 1.0, servers, room)) * (1 + 1e-11)
    more = float(mmck_blocking_probability(high, 1.0, servers, room + 1))
    assert more <= float(mmck_blocking_probability(high, 1.0, servers, room)) * (1.0 + 1e-11)


@given(st.floats(0.01, 0.95), st.integers(1, 50), st.floats(0.0, 5.0))
def test_much_room_is_mmc(utilization, servers, time):
    given_to = (utilization * servers, 1.0, servers)
    wait = float(mmck_wait_mean_hours(*given_to, 10_000))
    assert wait == pytest.approx(float(mmc_wait_mean_hours(*given_to)), rel=1e-10)
    tail = float(mmck_wait_tail(*given_to, 10_000, time))
    assert tail == pytest.approx(float(mmc_wait_tail(*given_to, time)), rel=1e-9)


@given(LOADS, st.integers(1, 1000))
def test_no_room_is_erlang_b(load, servers):
    given_to = (load, 1.0, servers, servers)
    assert float(mmck_blocking_probability(*given_to)) == pytest.approx(float(erlang_b(servers, load)), rel=1e-14)
    assert float(mmck_wait_mean_hours(*given_to)) == float(mmck_wait_tail(*given_to, 0.0)) == 0.0


@given(LOADS, st.integers(1, 100), st.integers(0, 500), st.floats(0.1, 10.0))
def test_little(load, servers, places, service):
    given_to = (load / service, service, servers, servers + places)
    sojourn = float(mmck_wait_mean_hours(*given_to)) + service
    number = float(mmck_throughput_per_hour(*given_to)) * sojourn
    assert float(mmck_number_mean(*given_to)) == pytest.approx(number, rel=1e-11)


@settings(max_examples=40)
@given(st.floats(0.1, 3.0), st.integers(1, 50), st.integers(1, 300), st.floats(0.0, 0.999))
def test_quantile_inverts_tail(utilization, servers, places, probability):
    given_to = (utilization * servers, 0.5, servers, servers + places)
    time = float(mmck_wait_quantile_hours(*given_to, probability))
    longer = float(mmck_wait_tail(*given_to, time))
    assert longer <= (1.0 - probability) * (1.0 + 1e-9)
    assert time == 0.0 or longer == pytest.approx(1.0 - probability, rel=1e-8)


@given(st.floats(0.9999, 1.0001), st.integers(1, 30), st.integers(1, 200))
def test_tail_falls(utilization, servers, places):
    times = np.linspace(0.0, 3.0 * places / servers, 40)
    tail = mmck_wait_tail(utilization * servers, 1.0, servers, servers + places, times)
    assert (np.diff(tail) <= 1e-13).all()
    assert ((tail >= 0.0) & (tail <= 1.0)).all()


def test_columns_broadcast_and_nobody_comes():
    assert mmck_wait_quantile_hours([[1.0], [2.0]], 1.0, 2, 9, [0.5, 0.9, 0.99]).shape == (2, 3)
    assert mmck_wait_tail(1.0, 1.0, 2, 9, [0.0, 1.0]).shape == (2,)
    nobody = (0.0, 1.0, 2, 5)
    assert float(mmck_empty_probability(*nobody)) == 1.0
    for formula in (mmck_blocking_probability, mmck_throughput_per_hour, mmck_number_mean, mmck_wait_mean_hours):
        assert float(formula(*nobody)) == 0.0


@pytest.mark.parametrize(
    ("name", "given_to"),
    [
        ("arrivals_per_hour", (-1.0, 1.0, 2, 5, 1.0)),
        ("arrivals_per_hour", (1e300, 1.0, 2, 5, 1.0)),
        ("service_hours", (1.0, np.nan, 2, 5, 1.0)),
        ("servers", (1.0, 1.0, 1.5, 5, 1.0)),
        ("room", (1.0, 1.0, 2, 1, 1.0)),
        ("hours", (1.0, 1.0, 2, 5, -1.0)),
    ],
)
def test_arguments_are_named(name, given_to):
    with pytest.raises(ArgumentError, match=name):
        mmck_wait_tail(*given_to)
