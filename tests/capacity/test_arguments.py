"""Every function of capacity alike: wrong arguments are named, columns broadcast."""

import inspect

import numpy as np
import pytest

from hubcalc import capacity
from hubcalc.errors import ArgumentError

TYPICAL = {
    "additional_time_rate": (0.75,),
    "appointed_peak_hour_share": (0.125, 0.5, 20),
    "appointed_vehicles_per_hour": ([10, 60, 20], 0.5),
    "batch_wait_last_hours": (150, 900, 0.5),
    "batch_wait_mean_hours": (150, 900, 0.5),
    "berth_calls_per_year": (4, 0.65, 24, 20, 350),
    "berth_utilization": (1000, 20, 5, 20, 350),
    "bpr_time_ratio": (0.8, 0.15, 4.0),
    "call_hours": (2400, 1.5, 4, 25, 2),
    "capacity_consumption_share": (0.45, 0.75),
    "conical_time_ratio": (0.8, 4.0),
    "coupled_flow_mean": (1000, 4, 3, 0.9, 3, 0.8, 500, 1.75),
    "crane_capacity_per_hour": (3, 16, 0.9, 45, 1.2),
    "division_running_hours": (110, 8),
    "division_tons_per_day": (383, 17, 4),
    "division_trains_per_day": (14, 10, 110),
    "double_track_trains_per_day": (9, 120, 0.9),
    "drag_reduction_flow_ratio": (0.2, 1.75),
    "effective_cranes": (4, 0.9),
    "effective_passing_tracks": ([7, 15, 21], 5),
    "end_delivery_tons_per_day": ([3830, 3447],),
    "fewest_berths": (1000, 20, 0.65, 20, 350),
    "fewest_berths_for_wait_ratio": (0.1, 20, 0.1, 0.5, 0.5),
    "fewer_work_probability": (2, 4, 0.9),
    "fewest_booths_for_batch": (50, 0.03, 0.5, 0.25),
    "fewest_vehicles": (30, 0.15, 0.9),
    "fleet_trips_per_hour": (1200, 240, 0.9),
    "freight_pairs_per_day": (22, [1, 1], [1.2, 1.6]),
    "friction_factor": (1e5, 1e-4),
    "gate_lanes": (60, 3, 0.8),
    "graph_period_minutes": (22, 24, 2, 1, 1, 2, 4, 3),
    "ground_slots": (219_000, 2, 4, 0.75, 0.7, 1.25, 350),
    "hall_area_m2": (150, 0.93),
    "hall_persons": (900, 0.25),
    "joined_wait_hours": (0.5, 2, 0.5, 1, 2),
    "largest_utilization_for_wait_ratio": (4, 0.1, 0.5, 0.5),
    "line_occupancy_share": (45, 60),
    "moves_per_box": (0.5, 0.1),
    "needed_berths": (1000, 20, 0.65, 20, 350),
    "needed_drag_reduction_share": (1.1, 1.75),
    "needed_pairs_per_day": (13, 5, 0.87),
    "largest_batches_for_places": (3000, 50, 0.1, 48, 1, 0.95, 1.0),
    "occupancy_law_quantile": (0.5, 50, 0.1, 48, 1, 0.95, 1.0),
    "occupancy_moments": (0.5, 50, 2450, 48, 1),
    "occupancy_quantile": (1200, 30_000, 0.95),
    "peak_vehicles_per_hour": (184_500, 8592, 1.2, 0.25, 0.125),
    "pianc_quay_length_m": (4, 285, 400, 15, 1.1),
    "pipe_flow_m3_per_hour": (4e6, 0.5, 1e5, 5e-5, 1e-5, 850),
    "pipe_velocity_m_per_s": (1000, 0.5),
    "pressure_loss_pa": (1000, 0.5, 1e5, 5e-5, 1e-5, 850),
    "pumped_flow_mean": (1000, 4, 3, 0.9, 1.75),
    "quay_length_m": (8, 350, 0.1),
    "reynolds_number": (1000, 0.5, 1e-5),
    "road_engines": (7, 14, 3, 0.2),
    "rolling_stock": (55, 9, 0.1),
    "scott_trains_per_day": (12, 3, 0.75),
    "sea_fleet_calls_per_year": (2, 36, 20, 0.2, 350),
    "single_track_pairs_per_day": (55, 120, 0.9),
    "slots_on_area": (10_000, 0.8, 25),
    "tank_days": (1e6, 1e4, 0.9),
    "tank_volume_m3": (5000, 120_000, 12, 48, 0.9),
    "track_capacity_per_hour": (2, 1.5, 0.5),
    "unctad_utilization": (4,),
    "wait_after_service": (12, 4, 1, 20, 0.3),
    "yard_area_m2": (227_500, 5, 29, 9.6, 0.4, 350),
    "yard_teu_per_year": (800, 4, 350),
}
"""Sound arguments of every function, all of its parameters."""

ENDLESS = {("joined_wait_hours", "crane_wait_hours"), ("joined_wait_hours", "track_wait_hours")}
"""Parameters that are results of formulas, and may be inf."""


def parameters():
    for name, values in TYPICAL.items():
        names = inspect.signature(getattr(capacity, name)).parameters
        assert len(names) == len(values), name
        yield from ((name, parameter) for parameter in names if (name, parameter) not in ENDLESS)


def test_every_function_is_here():
    functions = {name for name in capacity.__all__ if inspect.isfunction(getattr(capacity, name))}
    assert set(TYPICAL) == functions


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -1.0, "many"], ids=str)
@pytest.mark.parametrize(("name", "parameter"), list(parameters()))
def test_a_wrong_argument_is_named(name, parameter, wrong):
    function = getattr(capacity, name)
    arguments = dict(zip(inspect.signature(function).parameters, TYPICAL[name], strict=True))
    with pytest.raises(ArgumentError, match=rf"^{parameter}\b"):
        function(**{**arguments, parameter: wrong})


@pytest.mark.parametrize("name", [n for n, v in TYPICAL.items() if not any(isinstance(x, list) for x in v)])
def test_columns_broadcast(name):
    function, values = getattr(capacity, name), TYPICAL[name]
    alone = np.asarray(function(*values))
    columns = [np.full((2, 1), x) if place == 0 else np.full(3, x) for place, x in enumerate(values)]
    shape = (2, 3) if len(values) > 1 else (2, 1)
    found = np.asarray(function(*columns))
    assert found.shape == alone.shape + shape
    assert found == pytest.approx(np.broadcast_to(alone.reshape((*alone.shape, 1, 1)), found.shape), rel=1e-12)
    assert np.all(np.isfinite(found))
