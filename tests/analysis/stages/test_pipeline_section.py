"""Pipeline sections: capacity with tanks and without, transit, shortages."""

import numpy as np
import pytest
from pydantic import TypeAdapter

from hubcalc.analysis.stages.pipeline_section import PIPELINE_SECTION
from hubcalc.analysis.streams import Stream, column
from hubcalc.capacity.pipeline_section import coupled_flow_mean
from hubmodels import Flow
from hubmodels.stages import Stage

ADAPTER = TypeAdapter(Stage)


def at_the_door(per_day, scv=1.0, *, key="flow", unit="train", contents=None, open_share=1.0):
    """Put a flow at the door of a stage."""
    brought = None if contents is None else {"unit": "container", **contents}
    flow = Flow.model_validate({"unit": unit, "per_day": 1.0, "contents": brought, "route": ["here"]})
    rate, spread = np.broadcast_arrays(column(per_day) / 24, column(scv))
    return Stream(key, flow, rate, spread, spread == 1, column(open_share), column(1.0), flow.contents)


def gamma(mean_hours, scv):
    """Write a service time."""
    if scv == 0:
        return {"law": "deterministic", "mean_minutes": 60 * mean_hours}
    return {"law": "gamma", "mean_minutes": 60 * mean_hours, "scv": scv}


def rows_equal_scalars(method, stage, many, alone):
    """Assert that each row of what a stage does to columns is what it does to one value."""
    columns = method.perform(stage, [many], True)
    for row, stream in enumerate(alone):
        one = method.perform(stage, [stream], True)
        for name in ("wait", "synchronization", "quota", "closure"):
            found = np.broadcast_to(getattr(columns, name).hours, many.per_hour.shape)[row]
            assert found == pytest.approx(float(getattr(one, name).hours), rel=1e-9), name
        for name in ("wait_variance", "service", "service_variance", "synchronization_variance", "departure_scv"):
            found = np.broadcast_to(getattr(columns, name), many.per_hour.shape)[row]
            assert found == pytest.approx(float(getattr(one, name)), rel=1e-9), name
        for name, (values, _) in columns.details.items():
            found = np.broadcast_to(values, many.per_hour.shape)[row]
            assert found == pytest.approx(float(one.details[name][0]), rel=1e-9), name


def line(**fields):
    plain = {
        "kind": "pipeline_section",
        "pumps": 3,
        "pumps_needed": 2,
        "line_tonnes_per_hour": 8000.0,
        "line_fill_tonnes": 40_000.0,
        "tank_tonnes": 960_000.0,
        "moorings": 3,
        "mooring_tonnes_per_hour": 4000.0,
    }
    return ADAPTER.validate_python({**plain, **fields})


def tonnes(per_day):
    return at_the_door(per_day, unit="tonne")


def test_all_in_order():
    stage, stream = line(), tonnes(96_000.0)
    loads = PIPELINE_SECTION.loads(stage, stream)
    assert float(loads["line"]) == pytest.approx(0.5)
    assert float(loads["moorings"]) == pytest.approx(4000 / 12_000)
    found = PIPELINE_SECTION.perform(stage, [stream], True)
    assert float(found.service) == pytest.approx(40_000 / 4000 + 960_000 / 2 / 4000)
    assert float(found.wait.hours) == 0.0
    details = {name: float(value) for name, (value, _) in found.details.items()}
    assert details["tank_days_without_moorings"] == pytest.approx(10.0)
    assert details["pumps_short_share"] == 0.0
    assert details["working_capacity_tonnes_per_day"] == pytest.approx(8000 * 24)


def test_without_tanks_both_must_work_at_once():
    failing = {"pump_availability": 0.9, "mooring_availability": 0.6}
    with_tanks, without = line(**failing), line(**failing, tank_tonnes=0.0)
    both = float(coupled_flow_mean(8000.0, 3, 2, 0.9, 3, 0.6, 4000.0))
    stream = tonnes(96_000.0)
    tight, loose = (
        max(float(load) for load in PIPELINE_SECTION.loads(stage, stream).values()) for stage in (without, with_tanks)
    )
    assert tight == pytest.approx(4000 / both)
    assert loose == pytest.approx(4000 / (3 * 0.6 * 4000))
    assert tight > loose


def test_shortages():
    stage = line(pump_availability=0.9, mooring_availability=0.8)
    found = PIPELINE_SECTION.perform(stage, [tonnes(150_000.0)], True)
    # 6,250 t/h need two moorings
    assert float(found.details["pumps_short_share"][0]) == pytest.approx(1 - (0.9**3 + 3 * 0.9**2 * 0.1))
    assert float(found.details["moorings_short_share"][0]) == pytest.approx(1 - (0.8**3 + 3 * 0.8**2 * 0.2))


def test_above_the_capacity_the_wait_is_endless():
    found = PIPELINE_SECTION.perform(line(), [tonnes([100_000.0, 200_000.0])], True)
    assert found.wait.hours.tolist() == [0.0, np.inf]
    assert np.isfinite(found.service).all()


def test_columns_equal_scalars():
    stage, rates = line(pump_availability=0.9), [0.0, 50_000.0, 150_000.0]
    rows_equal_scalars(PIPELINE_SECTION, stage, tonnes(rates), [tonnes(rate) for rate in rates])
