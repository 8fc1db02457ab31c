import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    engset_call_congestion,
    engset_time_congestion,
    erlang_b,
    mmcc_blocking_probability,
    mmcc_carried_load,
)


def test_golden_loss(golden, agrees):
    for case in golden("markovian", "M/M/c/c", "blocking_probability"):
        parameters = case["parameters"]
        agrees(case, float(mmcc_blocking_probability(parameters["offered_load"], 1.0, parameters["c"])), 1e-12)


def test_golden_engset(golden, agrees):
    formulas = {"time_congestion": engset_time_congestion, "call_congestion": engset_call_congestion}
    for quantity, formula in formulas.items():
        for case in golden("finite_source", "Engset", quantity):
            parameters = case["parameters"]
            running, service = 1.0 / parameters["idle_source_rate"], 1.0 / parameters["service_rate"]
            agrees(case, float(formula(parameters["N"], running, service, parameters["c"])), 1e-10)


@pytest.mark.parametrize(("sources", "servers"), [(1, 1), (2, 1), (20, 5), (1000, 3), (300, 270), (2000, 60)])
@pytest.mark.parametrize("ratio", [1e-9, 1e-3, 0.05, 1.0, 30.0, 1e6])
def test_engset_in_many_digits(sources, servers, ratio):
    with mp.workdps(40):
        terms = [mp.binomial(sources, k) * mp.mpf(ratio) ** k for k in range(servers + 1)]
        expected = float(terms[-1] / mp.fsum(terms))
    got = float(engset_time_congestion(sources, 1.0, ratio, servers))
    assert got == pytest.approx(expected, rel=1e-11, abs=1e-290)


@given(st.floats(1e-9, 1e9), st.integers(1, 2000))
def test_carried_is_offered_less_lost(load, servers):
    carried = float(mmcc_carried_load(load, 1.0, servers))
    assert carried <= min(load, servers) * (1.0 + 1e-12)
    assert carried == pytest.approx(load * (1.0 - float(erlang_b(servers, load))), rel=1e-6)


@given(st.floats(0.01, 200.0), st.integers(1, 100))
def test_many_sources_are_poisson(load, servers):
    sources = 10**9
    got = float(engset_call_congestion(sources, sources / load, 1.0, servers))
    assert got == pytest.approx(float(erlang_b(servers, load)), rel=1e-5, abs=1e-250)


@given(st.integers(1, 200), st.floats(1e-3, 1e3), st.integers(1, 200))
def test_calls_find_less_than_time_shows(sources, ratio, servers):
    call = float(engset_call_congestion(sources, 1.0, ratio, servers))
    time = float(engset_time_congestion(sources, 1.0, ratio, servers))
    assert 0.0 <= call <= time * (1.0 + 1e-12) <= 1.0 + 2e-12
    assert call == 0.0 or servers < sources


def test_columns():
    assert np.asarray(engset_time_congestion([[2], [3]], 1.0, 1.0, [1, 2, 4])).shape == (2, 3)


@pytest.mark.parametrize(
    ("name", "given_to"),
    [
        ("sources", (0, 1, 1, 1)),
        ("running_hours", (2, 0, 1, 1)),
        ("service_hours", (2, 1, -1, 1)),
        ("servers", (2, 1, 1, 0)),
    ],
)
def test_arguments_are_named(name, given_to):
    with pytest.raises(ArgumentError, match=name):
        engset_call_congestion(*given_to)
