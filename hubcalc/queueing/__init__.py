"""Queueing formulas: numbers and arrays in, numbers and arrays out, time in hours.

Everything broadcasts. What is out of range raises an ArgumentError; a mean wait without a steady state is inf.
"""

from hubcalc.queueing._closed_columns import ClosedNetwork
from hubcalc.queueing.approximate_closed_networks import approximate_closed_classes
from hubcalc.queueing.batch_arrivals import (
    mxdc_wait_mean_hours,
    mxg1_wait_mean_hours,
    mxgc_wait_mean_hours,
    mxmc_wait_mean_hours,
)
from hubcalc.queueing.batch_positions import mxgc_batch_span_mean_hours, mxgc_first_item_wait_mean_hours
from hubcalc.queueing.batch_service import BulkQueue, VesselFill, fill_vessel, solve_bulk_queue
from hubcalc.queueing.batches import BatchLaw, least_batch_scv
from hubcalc.queueing.berth_tables import berth_wait_table
from hubcalc.queueing.breakdowns import completion_mean_hours, completion_scv, mg1_breakdown_wait_mean_hours
from hubcalc.queueing.closed_networks import MOST_POPULATIONS, solve_closed_classes, solve_closed_network
from hubcalc.queueing.closures import backlog_after_hours, fluid_closure, open_share, time_to_clear_hours
from hubcalc.queueing.deterministic import mdc_wait_mean_hours, mdc_wait_second_moment_hours2
from hubcalc.queueing.erlang import erlang_b, erlang_c
from hubcalc.queueing.finite_room import (
    mmck_blocking_probability,
    mmck_empty_probability,
    mmck_number_mean,
    mmck_throughput_per_hour,
)
from hubcalc.queueing.finite_room_waits import mmck_wait_mean_hours, mmck_wait_quantile_hours, mmck_wait_tail
from hubcalc.queueing.finite_source import (
    finite_source_busy_probability,
    finite_source_down_mean,
    finite_source_none_down_probability,
    finite_source_throughput_per_hour,
)
from hubcalc.queueing.finite_source_waits import (
    finite_source_wait_mean_hours,
    finite_source_wait_quantile_hours,
    finite_source_wait_tail,
)
from hubcalc.queueing.fluid_profiles import FluidProfile, fluid_profile
from hubcalc.queueing.general import ggc_wait_mean_hours, mgc_wait_mean_hours
from hubcalc.queueing.ggc_errors import ExpectedError, expected_relative_error
from hubcalc.queueing.gi_mc import gimc_wait_mean_hours, gimc_wait_probability, gimc_wait_quantile_hours, gimc_wait_tail
from hubcalc.queueing.interrupted_service import (
    mg1_setup_wait_mean_hours,
    mg1_single_vacation_wait_mean_hours,
    mg1_threshold_wait_mean_hours,
    mg1_vacations_wait_mean_hours,
)
from hubcalc.queueing.jackson import JacksonNetwork, solve_jackson, traffic_per_hour
from hubcalc.queueing.largest_flows import (
    largest_flow_for_blocking,
    largest_flow_for_wait,
    largest_flow_for_wait_tail,
    longest_service_for_wait,
)
from hubcalc.queueing.loss_systems import (
    engset_call_congestion,
    engset_time_congestion,
    mmcc_blocking_probability,
    mmcc_carried_load,
)
from hubcalc.queueing.markovian import (
    mmc_wait_mean_hours,
    mmc_wait_probability,
    mmc_wait_quantile_hours,
    mmc_wait_second_moment_hours2,
    mmc_wait_tail,
)
from hubcalc.queueing.matching import MatchedStreams, match_two_streams, regrouping_wait_mean_hours
from hubcalc.queueing.open_networks import OpenNetwork, solve_open_network
from hubcalc.queueing.ph_ph_c import PhaseTypeQueue, solve_ph_ph_c
from hubcalc.queueing.ph_ph_c_k import FinitePhaseTypeQueue, solve_ph_ph_c_k
from hubcalc.queueing.ph_ph_c_moments import (
    phphc_wait_mean_hours,
    phphc_wait_probability,
    phphc_wait_quantile_hours,
)
from hubcalc.queueing.phase_states import MOST_STATES, phase_states
from hubcalc.queueing.phase_type import PhaseType
from hubcalc.queueing.phase_type_fits import fit_three_moments, fit_two_moments, two_moment_phases
from hubcalc.queueing.phx_ph_c import BatchPhaseTypeQueue, solve_phx_ph_c
from hubcalc.queueing.priorities import (
    mg1_preemptive_wait_mean_hours,
    mg1_priority_wait_mean_hours,
    mmc_preemptive_wait_mean_hours,
    mmc_priority_wait_mean_hours,
)
from hubcalc.queueing.reneging import (
    mmcm_abandonment_probability,
    mmcm_number_mean,
    mmcm_served_wait_mean_hours,
    mmcm_wait_mean_hours,
    mmcm_wait_probability,
)
from hubcalc.queueing.reneging_waits import mmcm_wait_quantile_hours, mmcm_wait_tail
from hubcalc.queueing.single_server import mg1_wait_mean_hours, mg1_wait_second_moment_hours2
from hubcalc.queueing.sizing import (
    fewest_servers_for_blocking,
    fewest_servers_for_utilization,
    fewest_servers_for_wait_tail,
    least_room_for_blocking,
)
from hubcalc.queueing.staffing import fewest_servers_for_wait, fewest_stable_servers
from hubcalc.queueing.time_of_day import TimeOfDayQueue, solve_time_of_day
from hubcalc.queueing.unlimited_servers import mminf_number_mean, mminf_number_quantile, mminf_number_tail
from hubcalc.queueing.unreliable_servers import mmc_breakdown_number_mean, mmc_breakdown_sojourn_mean_hours
from hubcalc.queueing.validity import BATCH_VALIDITY, Validity, expected_batch_error
from hubcalc.queueing.variability import departure_scv, merged_scv, split_scv

__all__ = [
    "BATCH_VALIDITY",
    "MOST_POPULATIONS",
    "MOST_STATES",
    "BatchLaw",
    "BatchPhaseTypeQueue",
    "BulkQueue",
    "ClosedNetwork",
    "ExpectedError",
    "FinitePhaseTypeQueue",
    "FluidProfile",
    "JacksonNetwork",
    "MatchedStreams",
    "OpenNetwork",
    "PhaseType",
    "PhaseTypeQueue",
    "TimeOfDayQueue",
    "Validity",
    "VesselFill",
    "approximate_closed_classes",
    "backlog_after_hours",
    "berth_wait_table",
    "completion_mean_hours",
    "completion_scv",
    "departure_scv",
    "engset_call_congestion",
    "engset_time_congestion",
    "erlang_b",
    "erlang_c",
    "expected_batch_error",
    "expected_relative_error",
    "fewest_servers_for_blocking",
    "fewest_servers_for_utilization",
    "fewest_servers_for_wait",
    "fewest_servers_for_wait_tail",
    "fewest_stable_servers",
    "fill_vessel",
    "finite_source_busy_probability",
    "finite_source_down_mean",
    "finite_source_none_down_probability",
    "finite_source_throughput_per_hour",
    "finite_source_wait_mean_hours",
    "finite_source_wait_quantile_hours",
    "finite_source_wait_tail",
    "fit_three_moments",
    "fit_two_moments",
    "fluid_closure",
    "fluid_profile",
    "ggc_wait_mean_hours",
    "gimc_wait_mean_hours",
    "gimc_wait_probability",
    "gimc_wait_quantile_hours",
    "gimc_wait_tail",
    "largest_flow_for_blocking",
    "largest_flow_for_wait",
    "largest_flow_for_wait_tail",
    "least_batch_scv",
    "least_room_for_blocking",
    "longest_service_for_wait",
    "match_two_streams",
    "mdc_wait_mean_hours",
    "mdc_wait_second_moment_hours2",
    "merged_scv",
    "mg1_breakdown_wait_mean_hours",
    "mg1_preemptive_wait_mean_hours",
    "mg1_priority_wait_mean_hours",
    "mg1_setup_wait_mean_hours",
    "mg1_single_vacation_wait_mean_hours",
    "mg1_threshold_wait_mean_hours",
    "mg1_vacations_wait_mean_hours",
    "mg1_wait_mean_hours",
    "mg1_wait_second_moment_hours2",
    "mgc_wait_mean_hours",
    "mmc_breakdown_number_mean",
    "mmc_breakdown_sojourn_mean_hours",
    "mmc_preemptive_wait_mean_hours",
    "mmc_priority_wait_mean_hours",
    "mmc_wait_mean_hours",
    "mmc_wait_probability",
    "mmc_wait_quantile_hours",
    "mmc_wait_second_moment_hours2",
    "mmc_wait_tail",
    "mmcc_blocking_probability",
    "mmcc_carried_load",
    "mmck_blocking_probability",
    "mmck_empty_probability",
    "mmck_number_mean",
    "mmck_throughput_per_hour",
    "mmck_wait_mean_hours",
    "mmck_wait_quantile_hours",
    "mmck_wait_tail",
    "mmcm_abandonment_probability",
    "mmcm_number_mean",
    "mmcm_served_wait_mean_hours",
    "mmcm_wait_mean_hours",
    "mmcm_wait_probability",
    "mmcm_wait_quantile_hours",
    "mmcm_wait_tail",
    "mminf_number_mean",
    "mminf_number_quantile",
    "mminf_number_tail",
    "mxdc_wait_mean_hours",
    "mxg1_wait_mean_hours",
    "mxgc_batch_span_mean_hours",
    "mxgc_first_item_wait_mean_hours",
    "mxgc_wait_mean_hours",
    "mxmc_wait_mean_hours",
    "open_share",
    "phase_states",
    "phphc_wait_mean_hours",
    "phphc_wait_probability",
    "phphc_wait_quantile_hours",
    "regrouping_wait_mean_hours",
    "solve_bulk_queue",
    "solve_closed_classes",
    "solve_closed_network",
    "solve_jackson",
    "solve_open_network",
    "solve_ph_ph_c",
    "solve_ph_ph_c_k",
    "solve_phx_ph_c",
    "solve_time_of_day",
    "split_scv",
    "time_to_clear_hours",
    "traffic_per_hour",
    "two_moment_phases",
]
