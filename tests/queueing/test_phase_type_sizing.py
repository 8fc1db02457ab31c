import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubcalc.errors import ArgumentError, RefusedError
from hubcalc.queueing import (
    fewest_servers_for_wait,
    fewest_servers_for_wait_tail,
    largest_flow_for_wait,
    largest_flow_for_wait_tail,
    phphc_wait_mean_hours,
    phphc_wait_probability,
    phphc_wait_quantile_hours,
)
from hubcalc.queueing.phase_type_sizing import (
    phphc_fewest_servers_for_wait,
    phphc_fewest_servers_for_wait_tail,
    phphc_largest_flow_for_wait,
    phphc_largest_flow_for_wait_tail,
)

GOLDEN = Path(__file__).parents[1] / "capacity" / "golden_berth_waits.json"
SCVS = st.sampled_from([0.25, 0.5, 1.0, 2.0])


def test_golden_inverse_cases():
    cases = [case for case in json.loads(GOLDEN.read_text("utf-8"))["cases"] if case["model"].endswith("/c inverse")]
    assert len(cases) == 64
    scv = {"M": 1.0, "E2": 0.5}
    given_ = [case["parameters"] for case in cases]
    arrival, service = (np.array([scv[p[side]] for p in given_]) for side in ("interarrival", "service"))
    servers, target = (np.array([p[name] for p in given_]) for name in ("c", "target"))
    flows = phphc_largest_flow_for_wait(arrival, 0.5, service, servers, target * 0.5)
    assert flows * 0.5 / servers == pytest.approx(np.array([case["value"] for case in cases]), rel=1e-9)


def test_exponential_laws_are_those_of_mmc():
    servers, waits = np.array([1.0, 3.0, 12.0])[:, None], np.array([0.01, 0.3, 5.0])
    exact = largest_flow_for_wait(0.5, servers, waits)
    assert phphc_largest_flow_for_wait(1.0, 0.5, 1.0, servers, waits) == pytest.approx(exact, rel=1e-9)
    tails = largest_flow_for_wait_tail(0.5, servers, waits, 0.1)
    assert phphc_largest_flow_for_wait_tail(1.0, 0.5, 1.0, servers, waits, 0.1) == pytest.approx(tails, rel=1e-9)
    flows = np.array([0.0, 0.5, 3.0, 17.0])[:, None]
    fewest = phphc_fewest_servers_for_wait(flows, 1.0, 0.5, 1.0, waits)
    assert fewest.tolist() == fewest_servers_for_wait(flows, 0.5, waits).tolist()
    few_tails = phphc_fewest_servers_for_wait_tail(flows, 1.0, 0.5, 1.0, waits, 0.02)
    assert few_tails.tolist() == fewest_servers_for_wait_tail(flows, 0.5, waits, 0.02).tolist()


@pytest.mark.slow
@settings(max_examples=30)
@given(SCVS, SCVS, st.integers(1, 4), st.floats(1e-3, 20.0), st.floats(0.005, 0.6))
def test_the_limit_is_met_at_the_answer(arrival_scv, service_scv, servers, wait, probability):
    flow = float(phphc_largest_flow_for_wait(arrival_scv, 2.0, service_scv, servers, wait))
    assert float(phphc_wait_mean_hours(flow, arrival_scv, 2.0, service_scv, servers)) == pytest.approx(wait, rel=1e-8)
    flow = float(phphc_largest_flow_for_wait_tail(arrival_scv, 2.0, service_scv, servers, 0.0, probability))
    chance = float(phphc_wait_probability(flow, arrival_scv, 2.0, service_scv, servers))
    assert chance == pytest.approx(probability, rel=1e-9)
    flow = float(phphc_largest_flow_for_wait_tail(arrival_scv, 2.0, service_scv, servers, wait, probability))
    quantile = float(phphc_wait_quantile_hours(flow, arrival_scv, 2.0, service_scv, servers, 1.0 - probability))
    assert quantile == pytest.approx(wait, rel=1e-6)


@settings(max_examples=30)
@given(st.floats(0.05, 6.0), SCVS, SCVS, st.floats(0.02, 3.0))
def test_one_server_less_is_not_enough(flow, arrival_scv, service_scv, wait):
    fewest = int(phphc_fewest_servers_for_wait(flow, arrival_scv, 0.5, service_scv, wait))
    few_tails = int(phphc_fewest_servers_for_wait_tail(flow, arrival_scv, 0.5, service_scv, wait, 0.05))
    assert float(phphc_wait_mean_hours(flow, arrival_scv, 0.5, service_scv, fewest)) <= wait
    assert float(phphc_wait_quantile_hours(flow, arrival_scv, 0.5, service_scv, few_tails, 0.95)) <= wait * (1 + 1e-9)
    if fewest > 1:
        assert float(phphc_wait_mean_hours(flow, arrival_scv, 0.5, service_scv, fewest - 1)) > wait
    if few_tails > 1:
        before = float(phphc_wait_quantile_hours(flow, arrival_scv, 0.5, service_scv, few_tails - 1, 0.95))
        assert before > wait * (1 - 1e-9)


def test_columns_broadcast_and_arguments_are_named():
    flows = phphc_largest_flow_for_wait([[0.5], [1.0]], 1.0, 0.5, [1, 2, 3], 0.4)
    assert flows.shape == (2, 3)
    assert (np.diff(flows, axis=1) > 0.0).all()
    assert (flows[0] > flows[1]).all()
    good = {"arrival_scv": 1.0, "service_hours": 1.0, "service_scv": 1.0}
    for name in good:
        for value in (-1.0, np.nan):
            with pytest.raises(ArgumentError, match=name):
                phphc_largest_flow_for_wait(**(good | {name: value}), servers=2, wait_limit_hours=1.0)
            with pytest.raises(ArgumentError, match=name):
                phphc_fewest_servers_for_wait_tail(1.0, **(good | {name: value}), hours=1.0, probability_limit=0.1)
    with pytest.raises(ArgumentError, match="wait_limit_hours"):
        phphc_fewest_servers_for_wait(1.0, **good, wait_limit_hours=0.0)
    with pytest.raises(ArgumentError, match="probability_limit"):
        phphc_largest_flow_for_wait_tail(**good, servers=2, hours=1.0, probability_limit=1.0)
    with pytest.raises(RefusedError, match="states"):
        phphc_fewest_servers_for_wait(9.0, 0.5, 1.0, 0.1, 0.1)
