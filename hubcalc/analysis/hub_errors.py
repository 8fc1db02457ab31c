"""Errors to expect of whole hubs where the stages' own do not say it: measured by benchmarks/hub_error.py.

The figures are the relative errors not exceeded in 19 of 20 random hubs of two to five stages with one or two flows,
at utilizations up to 0.9 and around the clock; they are those of closed forms and approximations, and hold for the
numerically exact rungs too, which are nearer. Two-moment propagation makes relative errors of small waits large, so
the error of a wait is stated against the dwell that it is a part of.
"""

import numpy as np

from hubcalc.analysis.methods import Column, Flags

MOST_UTILIZATION = 0.9
MEAN_OVER_DWELL = 0.05
"""Error of the mean dwell, and of the mean wait, over the mean dwell."""
DWELL_P90 = 0.14


def mean_error_hours(dwell: Column, utilization: Column, open_share: Column) -> Column:
    """Give the error to expect of a mean wait or dwell [h]; NaN outside what was measured."""
    return np.where(
        _measured(utilization, open_share), MEAN_OVER_DWELL * np.where(np.isfinite(dwell), dwell, 0.0), np.nan
    )


def dwell_p90_error(utilization: Column, open_share: Column) -> Column:
    """Give the relative error to expect of the dwell P90; NaN outside what was measured."""
    return np.where(_measured(utilization, open_share), DWELL_P90, np.nan)


def _measured(utilization: Column, open_share: Column) -> Flags:
    measured: Flags = (utilization <= MOST_UTILIZATION) & (open_share == 1)
    return measured
