import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import departure_scv, merged_scv, split_scv

SCV = st.floats(0.0, 10.0)


@given(SCV, SCV, st.integers(1, 50))
def test_departures_between_idle_and_busy(arrival, service, servers):
    assert float(departure_scv(arrival, service, 0.0, servers)) == pytest.approx(arrival)
    assert float(departure_scv(arrival, service, 1.0, 1)) == pytest.approx(max(service, 0.2))
    assert float(departure_scv(1.0, 1.0, 0.7, servers)) == 1.0


@given(SCV, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_splitting_twice_is_splitting_once(scv, one, other):
    assert float(split_scv(split_scv(scv, one), other)) == pytest.approx(float(split_scv(scv, one * other)), abs=1e-12)


def test_split_of_a_constant_stream_is_geometric():
    """Every item kept with probability p: intervals are geometric with scv 1 - p."""
    assert split_scv(0.0, [0.1, 0.5, 1.0]) == pytest.approx([0.9, 0.5, 0.0])


@given(st.lists(st.tuples(st.floats(0.01, 10.0), SCV), min_size=1, max_size=6), st.floats(0.0, 1.0))
def test_merging(streams, utilization):
    rates, scvs = map(list, zip(*streams, strict=True))
    merged = float(merged_scv(rates, scvs, utilization))
    asymptotic = np.average(scvs, weights=rates)
    assert min(1.0, asymptotic) - 1e-9 <= merged <= max(1.0, asymptotic) + 1e-9
    assert float(merged_scv(rates, scvs)) == pytest.approx(asymptotic)
    assert float(merged_scv(rates[:1], scvs[:1], utilization)) == pytest.approx(scvs[0])


def test_many_streams_are_poisson_to_an_idle_stage():
    assert float(merged_scv(np.ones(10_000), np.zeros(10_000), 0.0)) == pytest.approx(1.0, abs=1e-3)
    assert merged_scv([[0.0, 0.0], [1.0, 0.0]], [0.5, 0.5], [0.5, 0.5]).tolist() == [1.0, 0.5]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: departure_scv(1, 1, 1.1, 1), "utilization"),
        (lambda: split_scv(1, 1.1), "share"),
        (lambda: merged_scv(1.0, 1.0), "rates_per_hour"),
        (lambda: merged_scv([1.0, -1.0], 1.0), "rates_per_hour"),
    ],
)
def test_out_of_range(call, name):
    with pytest.raises(ArgumentError, match=name):
        call()
