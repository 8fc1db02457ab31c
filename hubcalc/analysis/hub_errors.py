"""Errors to expect of whole hubs where the stages' own do not say it: measured by benchmarks/promise.py.

The figures are the relative errors not exceeded in 19 of 20 random hubs of two to five stages with one or two flows,
at utilizations up to 0.9 and around the clock; they are those of closed forms and approximations, and hold for the
numerically exact rungs too, which are nearer. Two-moment propagation makes relative errors of small waits large, so
the error of a wait is stated against the dwell that it is a part of.
"""

import numpy as np

from hubcalc.analysis.methods import AnalysisMethod, Column, Flags

MOST_UTILIZATION = 0.9
MEAN_OVER_DWELL = 0.05
"""Error of the mean dwell, and of the mean wait, over the mean dwell."""
CONVOLVED_QUANTILES = {0.5: 0.06, 0.9: 0.07, 0.95: 0.07}
FITTED_QUANTILES = {0.5: 0.25, 0.9: 0.12, 0.95: 0.1}
"""Errors of the quantiles of the dwell, by probability: of laws that are convolved, and fitted to three moments."""


def mean_error_hours(dwell: Column, measured: Flags) -> Column:
    """Give the error to expect of a mean wait or dwell [h]; NaN outside what was measured."""
    return np.where(measured, MEAN_OVER_DWELL * np.where(np.isfinite(dwell), dwell, 0.0), np.nan)


def dwell_quantile_error(probability: float, method: AnalysisMethod, measured: Flags) -> Column:
    """Give the relative error to expect of a quantile of the dwell; NaN outside what was measured."""
    errors = FITTED_QUANTILES if method == "fast" else CONVOLVED_QUANTILES
    return np.where(measured, errors[probability], np.nan)
