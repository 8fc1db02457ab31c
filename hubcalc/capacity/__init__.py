"""Formulas of capacity: numbers and arrays in, numbers and arrays out.

Everything broadcasts. What is out of range raises an ArgumentError.
"""

from hubcalc.capacity.access_window import (
    wait_after_service,
)
from hubcalc.capacity.berth import (
    UNCTAD_UTILIZATION,
    berth_calls_per_year,
    berth_utilization,
    fewest_berths,
    needed_berths,
    unctad_utilization,
)
from hubcalc.capacity.berth_waits import (
    fewest_berths_for_wait_ratio,
    largest_utilization_for_wait_ratio,
)
from hubcalc.capacity.fleet import (
    division_running_hours,
    fewest_vehicles,
    fleet_trips_per_hour,
    road_engines,
    rolling_stock,
    sea_fleet_calls_per_year,
)
from hubcalc.capacity.gate import (
    appointed_peak_hour_share,
    appointed_vehicles_per_hour,
    gate_lanes,
    peak_vehicles_per_hour,
)
from hubcalc.capacity.line_occupancy import (
    UIC_LARGEST_OCCUPANCY,
    additional_time_rate,
    capacity_consumption_share,
    line_occupancy_share,
)
from hubcalc.capacity.passenger_hall import (
    FRUIN_QUEUE_AREA_M2,
    batch_wait_last_hours,
    batch_wait_mean_hours,
    fewest_booths_for_batch,
    hall_area_m2,
    hall_persons,
)
from hubcalc.capacity.pipeline import (
    LARGEST_LAMINAR_REYNOLDS,
    MOST_RELATIVE_ROUGHNESS,
    friction_factor,
    pipe_flow_m3_per_hour,
    pipe_velocity_m_per_s,
    pressure_loss_pa,
    reynolds_number,
)
from hubcalc.capacity.pipeline_section import (
    coupled_flow_mean,
    fewer_work_probability,
    pumped_flow_mean,
)
from hubcalc.capacity.pipeline_storage import (
    BLASIUS_EXPONENT,
    drag_reduction_flow_ratio,
    needed_drag_reduction_share,
    tank_days,
    tank_volume_m3,
)
from hubcalc.capacity.quay import (
    pianc_quay_length_m,
    quay_length_m,
)
from hubcalc.capacity.quay_cranes import (
    call_hours,
    effective_cranes,
)
from hubcalc.capacity.railway_division import (
    division_tons_per_day,
    division_trains_per_day,
    effective_passing_tracks,
    end_delivery_tons_per_day,
)
from hubcalc.capacity.railway_line import (
    double_track_trains_per_day,
    graph_period_minutes,
    scott_trains_per_day,
    single_track_pairs_per_day,
)
from hubcalc.capacity.railway_traffic import (
    freight_pairs_per_day,
    needed_pairs_per_day,
)
from hubcalc.capacity.road_section import bpr_time_ratio, conical_time_ratio
from hubcalc.capacity.transshipment_front import (
    crane_capacity_per_hour,
    joined_wait_hours,
    moves_per_box,
    track_capacity_per_hour,
)
from hubcalc.capacity.yard import (
    largest_batches_for_places,
    occupancy_law_quantile,
    occupancy_moments,
    occupancy_quantile,
)
from hubcalc.capacity.yard_slots import (
    ground_slots,
    slots_on_area,
    yard_area_m2,
    yard_teu_per_year,
)

__all__ = [
    "BLASIUS_EXPONENT",
    "FRUIN_QUEUE_AREA_M2",
    "LARGEST_LAMINAR_REYNOLDS",
    "MOST_RELATIVE_ROUGHNESS",
    "UIC_LARGEST_OCCUPANCY",
    "UNCTAD_UTILIZATION",
    "additional_time_rate",
    "appointed_peak_hour_share",
    "appointed_vehicles_per_hour",
    "batch_wait_last_hours",
    "batch_wait_mean_hours",
    "berth_calls_per_year",
    "berth_utilization",
    "bpr_time_ratio",
    "call_hours",
    "capacity_consumption_share",
    "conical_time_ratio",
    "coupled_flow_mean",
    "crane_capacity_per_hour",
    "division_running_hours",
    "division_tons_per_day",
    "division_trains_per_day",
    "double_track_trains_per_day",
    "drag_reduction_flow_ratio",
    "effective_cranes",
    "effective_passing_tracks",
    "end_delivery_tons_per_day",
    "fewer_work_probability",
    "fewest_berths",
    "fewest_berths_for_wait_ratio",
    "fewest_booths_for_batch",
    "fewest_vehicles",
    "fleet_trips_per_hour",
    "freight_pairs_per_day",
    "friction_factor",
    "gate_lanes",
    "graph_period_minutes",
    "ground_slots",
    "hall_area_m2",
    "hall_persons",
    "joined_wait_hours",
    "largest_batches_for_places",
    "largest_utilization_for_wait_ratio",
    "line_occupancy_share",
    "moves_per_box",
    "needed_berths",
    "needed_drag_reduction_share",
    "needed_pairs_per_day",
    "occupancy_law_quantile",
    "occupancy_moments",
    "occupancy_quantile",
    "peak_vehicles_per_hour",
    "pianc_quay_length_m",
    "pipe_flow_m3_per_hour",
    "pipe_velocity_m_per_s",
    "pressure_loss_pa",
    "pumped_flow_mean",
    "quay_length_m",
    "reynolds_number",
    "road_engines",
    "rolling_stock",
    "scott_trains_per_day",
    "sea_fleet_calls_per_year",
    "single_track_pairs_per_day",
    "slots_on_area",
    "tank_days",
    "tank_volume_m3",
    "track_capacity_per_hour",
    "unctad_utilization",
    "wait_after_service",
    "yard_area_m2",
    "yard_teu_per_year",
]
