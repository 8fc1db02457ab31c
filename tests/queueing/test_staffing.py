import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError
from hubcalc.queueing import fewest_servers_for_wait, fewest_stable_servers, mmc_wait_mean_hours


def test_golden(golden, agrees):
    for case in golden("markovian", "M/M/c", "min_servers"):
        if "target_mean_wait" in case["parameters"]:
            arrivals, service, limit = (
                case["parameters"][k] for k in ("arrival_rate", "service_rate", "target_mean_wait")
            )
            agrees(case, float(fewest_servers_for_wait(arrivals, 1 / service, limit)), 0.0)


@given(st.floats(0.0, 2000.0), st.floats(1e-6, 10.0))
def test_enough_and_not_one_more(load, limit):
    servers = int(fewest_servers_for_wait(load, 1.0, limit))
    assert float(mmc_wait_mean_hours(load, 1.0, servers)) <= limit
    assert servers == 1 or not float(mmc_wait_mean_hours(load, 1.0, servers - 1)) <= limit


@given(st.floats(0.0, 1e6))
def test_stable(load):
    servers = int(fewest_stable_servers(load, 1.0))
    assert load < servers
    assert servers == 1 or load >= servers - 1


def test_columns():
    answer = fewest_servers_for_wait([[1.0], [50.0]], 1.0, [0.01, 0.1, 1.0])
    assert answer.shape == (2, 3)
    assert answer.dtype == np.int64
    assert (np.diff(answer, axis=1) <= 0).all()


@pytest.mark.parametrize(
    ("arguments", "name"),
    [((1, 1, 0), "wait_limit_hours"), ((1e300, 1, 1), "arrivals_per_hour"), ((1, -1, 1), "service_hours")],
)
def test_out_of_range(arguments, name):
    with pytest.raises(ArgumentError, match=name):
        fewest_servers_for_wait(*arguments)
