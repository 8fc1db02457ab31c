"""How busy berths may be: the inverse of exact waits, against reference values and the waits themselves."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.capacity import fewest_berths_for_wait_ratio, largest_utilization_for_wait_ratio
from hubcalc.errors import ArgumentError
from hubcalc.queueing import berth_wait_table, phphc_wait_mean_hours

CASES = json.loads((Path(__file__).parent / "golden_berth_waits.json").read_text(encoding="utf-8"))["cases"]
SCV = {"M": 1.0, "E2": 0.5}


def question(case):
    """Give berths, wait ratio, arrival scv and service scv of a case."""
    p = case["parameters"]
    if "ratio" in p:  # consultants' rules of thumb, E2/E2/n
        return p["n"], p["ratio"], 0.5, 0.5
    return p["c"], p["target"], SCV[p["interarrival"]], SCV[p["service"]]


def test_golden_utilizations(agrees):
    assert len(CASES) == 68
    found = largest_utilization_for_wait_ratio(*np.array([question(case) for case in CASES]).T)
    for case, utilization in zip(CASES, found, strict=True):
        agrees({"model": "berths, inverse", **case, "tolerance": {}}, float(utilization), 1e-9)


def test_rules_of_thumb_are_near_the_exact_values():
    rules = [case for case in CASES if "published" in case]
    assert len(rules) == 4
    for case in rules:
        assert case["value"] == pytest.approx(case["published"], abs=0.03)


def test_t4_waits_at_berths():
    exact = [[0.3904, 0.1181, 0.0511, 0.0257, 0.0141], [4.3590, 2.0478, 1.2994, 0.9340, 0.7193]]
    assert berth_wait_table(0.5, range(1, 6), [0.5, 0.9]).round(4).tolist() == exact
    assert berth_wait_table(1.0, 1, 0.85)[0, 0] == pytest.approx(4.25)


@pytest.mark.parametrize(
    ("arrival_scv", "ratio", "percent"),
    [
        (0.5, 0.1, [26.1, 47.5, 58.6, 65.4, 70.1, 73.6]),
        (1.0, 0.1, [11.8, 33.8, 46.8, 55.2, 61.0, 65.4]),
        (0.5, 0.3, [44.7, 64.9, 73.8, 78.9, 82.2, 84.6]),
    ],
)
def test_t5_largest_utilization(arrival_scv, ratio, percent):
    found = largest_utilization_for_wait_ratio([1, 2, 3, 4, 5, 6], ratio, arrival_scv)
    assert 100 * found == pytest.approx(percent, abs=0.051)


def test_one_berth_by_hand():
    # M/E2/1: wait ratio 0.75 u / (1 - u)
    ratio = np.array([1e-6, 0.1, 1.0, 50.0])
    assert largest_utilization_for_wait_ratio(1, ratio, 1.0) == pytest.approx(ratio / (0.75 + ratio), rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6), st.floats(0.01, 5), st.sampled_from([0.25, 0.5, 1.0, 2.0]), st.sampled_from([0.5, 1.0]))
def test_the_wait_at_the_answer_is_the_wait_asked_for(berths, ratio, arrival_scv, service_scv):
    use = largest_utilization_for_wait_ratio(berths, ratio, arrival_scv, service_scv)
    assert phphc_wait_mean_hours(use * berths, arrival_scv, 1.0, service_scv, berths) == pytest.approx(ratio, rel=1e-8)


def test_more_berths_and_longer_waits_allow_more():
    found = largest_utilization_for_wait_ratio(np.arange(1, 9), [[0.05], [0.1], [0.3], [1.0]], 0.5)
    assert np.all(np.diff(found, axis=0) > 0)
    assert np.all(np.diff(found, axis=1) > 0)
    assert np.all((found > 0) & (found < 1))


@settings(max_examples=25, deadline=None)
@given(st.floats(0.05, 4.0), st.floats(0.02, 3), st.sampled_from([0.5, 1.0]))
def test_one_berth_fewer_is_not_enough(load, ratio, arrival_scv):
    berths = int(fewest_berths_for_wait_ratio(load / 20, 20, ratio, arrival_scv))
    assert phphc_wait_mean_hours(load, arrival_scv, 1.0, 0.5, berths) <= ratio
    if berths > 1:
        assert phphc_wait_mean_hours(load, arrival_scv, 1.0, 0.5, berths - 1) > ratio


def test_no_calls_need_one_berth():
    assert fewest_berths_for_wait_ratio([0.0, 0.1], 20, 0.1, 0.5).tolist() == [1, 4]


def test_no_wait_at_all_cannot_be_asked_for():
    with pytest.raises(ArgumentError, match="wait_ratio"):
        largest_utilization_for_wait_ratio(2, 0.0, 0.5)
    with pytest.raises(ArgumentError, match="arrival_scv"):
        largest_utilization_for_wait_ratio(2, 0.1, 0.001)
