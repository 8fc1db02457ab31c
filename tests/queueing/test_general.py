import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import (
    expected_relative_error,
    ggc_wait_mean_hours,
    mdc_wait_mean_hours,
    mg1_wait_mean_hours,
    mgc_wait_mean_hours,
    mmc_wait_mean_hours,
)

GOLDEN = Path(__file__).parents[1] / "golden"
UTILIZATION = st.floats(0.01, 0.99)


def error_map_script():
    spec = spec_from_file_location("make_ggc_error_map", GOLDEN / "make_ggc_error_map.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stored_map():
    return json.loads((GOLDEN / "ggc_error_map.json").read_text(encoding="utf-8"))


def test_error_map_is_what_the_script_measures():
    for stored, measured in zip(stored_map(), error_map_script().error_map(), strict=True):
        assert stored.keys() == measured.keys()
        assert stored["largest"] == pytest.approx(measured["largest"], abs=1.1e-3)
        assert stored["typical"] == pytest.approx(measured["typical"], abs=1.1e-3)


def test_table_is_the_error_map():
    for region in stored_map():
        middle = [sum(region[axis]) / 2 for axis in ("arrival_scv", "service_scv")]
        expected = expected_relative_error(*middle, region["servers"][1], sum(region["utilization"]) / 2)
        assert float(expected.largest) == region["largest"]
        assert float(expected.typical) == region["typical"]
        assert not expected.out_of_range


def test_every_exact_value_lies_within_the_expected_error():
    *axes, error = error_map_script().columns()
    expected = expected_relative_error(*axes)
    inside = ~expected.out_of_range
    assert inside.sum() > 450
    assert (np.abs(error[inside]) <= expected.largest[inside] + 1e-8).all()


def test_hyperexponential_service_at_fifteen_servers_is_out_of_range():
    expected = expected_relative_error([1.0, 0.1, 1.0, 1.0], [3.0, 0.5, 1.0, 9.0], [15, 2, 15, 2], 0.9)
    assert expected.out_of_range.tolist() == [True, True, False, True]
    assert expected.largest.tolist() == [1.0, 1.0, 0.0, 1.0]


@given(UTILIZATION, st.integers(1, 20), st.floats(0.0, 3.0))
def test_poisson_arrivals(utilization, servers, scv):
    rate = utilization * servers
    line = [float(function(rate, 2.0 / 2.0, servers)) for function in (mdc_wait_mean_hours, mmc_wait_mean_hours)]
    value = float(mgc_wait_mean_hours(rate, 1.0, scv, servers))
    assert value == pytest.approx(line[0] + scv * (line[1] - line[0]), rel=1e-9, abs=1e-300)
    assert float(ggc_wait_mean_hours(rate, 1.0, 1.0, scv, servers)) == pytest.approx(value, rel=1e-12, abs=1e-300)
    if servers == 1:
        assert value == pytest.approx(float(mg1_wait_mean_hours(rate, 1.0, scv)), rel=1e-9)


@given(st.floats(0.3, 0.99), st.integers(1, 20), st.floats(0.0, 4.0), st.floats(0.0, 4.0))
def test_more_variable_arrivals_wait_longer(utilization, servers, arrival, service):
    low, high = ggc_wait_mean_hours(utilization * servers, [arrival, arrival + 0.5], 1.0, service, servers)
    assert 0.0 <= low <= high * (1 + 1e-9)


def test_heavy_traffic():
    """(1 - rho) E[W] tends to (ca2 + cs2) / (2 c), Kingman's limit."""
    wait = float(ggc_wait_mean_hours(4 * (1 - 1e-7), 0.5, 1.0, 2.0, 4))
    assert wait * 1e-7 == pytest.approx(2.5 / 8, rel=1e-3)


def test_limits():
    assert np.isposinf(ggc_wait_mean_hours([2.0, 3.0], 0.5, 1.0, 0.5, 2)).all()
    assert ggc_wait_mean_hours([0.0, 1e-12], [[0.0], [4.0]], 1.0, 0.0, 2) == pytest.approx(0.0, abs=1e-12)
    assert float(ggc_wait_mean_hours(1.0, 0.0, 1.0, 0.0, 2)) == 0.0


@pytest.mark.parametrize("name", ["arrivals_per_hour", "arrival_scv", "service_hours", "service_scv", "servers"])
def test_arguments_are_named(name):
    names = ("arrivals_per_hour", "arrival_scv", "service_hours", "service_scv", "servers")
    for value in (-1.0, np.nan, np.inf):
        with pytest.raises(ArgumentError, match=name):
            ggc_wait_mean_hours(**(dict.fromkeys(names, 1.0) | {name: value}))
