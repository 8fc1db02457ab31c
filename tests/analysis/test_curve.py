"""The capacity curve against the formulas of one exponential server."""

import numpy as np
import pytest

from hubcalc.analysis.curve import LARGEST_LOAD, capacity_curve
from hubcalc.errors import OverrideError, ParameterError, RefusedError, UnknownPathError


def test_the_curve_of_one_exponential_server(document, desk):
    curve = capacity_curve(document({"desk": desk(60)}), points=7)
    assert curve.theoretical_capacity_per_day == pytest.approx(24)
    assert curve.practical_capacity_per_day == pytest.approx(0.8 * 24)
    assert curve.points[-1].flow_per_day == pytest.approx(LARGEST_LOAD * 24)
    for point in curve.points:
        load = point.flow_per_day / 24
        assert point.utilization == pytest.approx(load)
        assert point.wait_mean_hours == pytest.approx(load / (1 - load))
        assert point.wait_over_service == pytest.approx(load / (1 - load))
        assert point.dwell_p90_hours == pytest.approx(np.log(10) / (1 - load))
        assert point.verdict.status == "exact"


def test_flows_at_which_the_wait_comes_to_a_share_of_the_service(document, desk):
    # M/M/1: load / (1 - load) = r at load r / (1 + r)
    curve = capacity_curve(document({"desk": desk(60)}), points=2)
    for level in curve.levels:
        ratio = level.wait_over_service
        assert level.flow_per_day == pytest.approx(24 * ratio / (1 + ratio), rel=1e-6)
    assert [level.wait_over_service for level in curve.levels] == [0.1, 0.2, 0.3, 0.5]


def test_one_flow_grows_while_the_other_stays(document, desk):
    flows = {"main": {"unit": "train", "per_day": 6}, "side": {"unit": "train", "per_day": 3}}
    hub = document({"desk": desk(60)}, flows=flows)
    assert capacity_curve(hub, 2).theoretical_capacity_per_day == pytest.approx(16)
    alone = capacity_curve(hub, 2, scale="main")
    assert alone.theoretical_capacity_per_day == pytest.approx(21)
    assert alone.points[-1].utilization == pytest.approx((0.98 * 21 + 3) / 24)


def test_overrides_and_bad_input(document, desk):
    hub = document({"desk": desk(60)})
    assert capacity_curve(hub, 2, {"stages.desk.servers": 2}).theoretical_capacity_per_day == pytest.approx(48)
    with pytest.raises(ParameterError, match="points"):
        capacity_curve(hub, 1)
    with pytest.raises(ParameterError, match="scale"):
        capacity_curve(hub, scale="other")
    with pytest.raises(ParameterError, match="one value"):
        capacity_curve(hub, overrides={"stages.desk.servers": [1, 2]})
    with pytest.raises(UnknownPathError, match="lanes"):
        capacity_curve(hub, overrides={"stages.desk.lanes": 2})
    with pytest.raises(OverrideError, match="servers"):
        capacity_curve(hub, overrides={"stages.desk.servers": 0})
    with pytest.raises(RefusedError, match="per_day"):
        capacity_curve(hub, overrides={"flow.per_day": 0})
