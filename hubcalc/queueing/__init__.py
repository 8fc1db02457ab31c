"""Queueing formulas: numbers and arrays in, numbers and arrays out, time in hours.

Everything broadcasts. What is out of range raises an ArgumentError; a mean wait without a steady state is inf.
"""

from hubcalc.queueing.batch_arrivals import (
    mxdc_wait_mean_hours,
    mxg1_wait_mean_hours,
    mxgc_wait_mean_hours,
    mxmc_wait_mean_hours,
)
from hubcalc.queueing.batch_positions import mxgc_batch_span_mean_hours, mxgc_first_item_wait_mean_hours
from hubcalc.queueing.batches import BatchLaw, least_batch_scv
from hubcalc.queueing.closures import backlog_after_hours, fluid_closure, open_share, time_to_clear_hours
from hubcalc.queueing.deterministic import mdc_wait_mean_hours, mdc_wait_second_moment_hours2
from hubcalc.queueing.erlang import erlang_b, erlang_c
from hubcalc.queueing.general import ggc_wait_mean_hours, mgc_wait_mean_hours
from hubcalc.queueing.ggc_errors import ExpectedError, expected_relative_error
from hubcalc.queueing.markovian import (
    mmc_wait_mean_hours,
    mmc_wait_probability,
    mmc_wait_quantile_hours,
    mmc_wait_second_moment_hours2,
    mmc_wait_tail,
)
from hubcalc.queueing.single_server import mg1_wait_mean_hours, mg1_wait_second_moment_hours2
from hubcalc.queueing.staffing import fewest_servers_for_wait, fewest_stable_servers
from hubcalc.queueing.validity import BATCH_VALIDITY, Validity, expected_batch_error
from hubcalc.queueing.variability import departure_scv, merged_scv, split_scv

__all__ = [
    "BATCH_VALIDITY",
    "BatchLaw",
    "ExpectedError",
    "Validity",
    "backlog_after_hours",
    "departure_scv",
    "erlang_b",
    "erlang_c",
    "expected_batch_error",
    "expected_relative_error",
    "fewest_servers_for_wait",
    "fewest_stable_servers",
    "fluid_closure",
    "ggc_wait_mean_hours",
    "least_batch_scv",
    "mdc_wait_mean_hours",
    "mdc_wait_second_moment_hours2",
    "merged_scv",
    "mg1_wait_mean_hours",
    "mg1_wait_second_moment_hours2",
    "mgc_wait_mean_hours",
    "mmc_wait_mean_hours",
    "mmc_wait_probability",
    "mmc_wait_quantile_hours",
    "mmc_wait_second_moment_hours2",
    "mmc_wait_tail",
    "mxdc_wait_mean_hours",
    "mxg1_wait_mean_hours",
    "mxgc_batch_span_mean_hours",
    "mxgc_first_item_wait_mean_hours",
    "mxgc_wait_mean_hours",
    "mxmc_wait_mean_hours",
    "open_share",
    "split_scv",
    "time_to_clear_hours",
]
