"""By how much the mean wait depends on more than two moments of the laws, measured.

Phase-type laws fitted to two moments were compared, in exact PH/PH/c queues of 1 to 8 servers, with laws that have the
third moment of a gamma or of a lognormal law: benchmarks/law_error.py. A test compares some cells.
"""

import numpy as np

from hubcalc.calculators.queue.case import Case, Column

LEAST_SCV = 0.25
GROUPS = (1.0, 2.0, 4.0)  # borders of an scv: below 1, at 1, up to 2, up to 4
MOST_SERVERS = 8
UTILIZATIONS = (0.4, 0.6, 0.8, 0.9)  # least of each band

PERCENT = (
    ((43, 19, 9, 5), (29, 13, 6, 3), (39, 24, 12, 6), (65, 45, 25, 12)),
    ((3, 2, 1, 1), (9, 6, 3, 2), (11, 10, 7, 4), (27, 26, 17, 9)),
    ((76, 30, 19, 11), (59, 26, 14, 8), (52, 27, 13, 7), (50, 33, 18, 9)),
    ((174, 60, 43, 24), (138, 54, 33, 18), (125, 51, 28, 14), (117, 51, 27, 13)),
)
"""Largest difference, in percent of the wait: by arrival scv, service scv and utilization."""


def law_error(case: Case) -> Column:
    """Give the largest difference measured in the region of each row; NaN where nothing was measured."""
    arrival, service, load = case.arrival_scv, case.service_scv, case.utilization
    band = np.searchsorted(UTILIZATIONS, load, side="right") - 1
    cells = np.array(PERCENT)[_group(arrival), _group(service), np.maximum(band, 0)] / 100.0
    # Poisson arrivals: the less service varies the less its law matters; at one server not at all
    covered = (arrival >= LEAST_SCV) & ((service >= LEAST_SCV) | case.poisson)
    covered &= (np.maximum(arrival, service) <= GROUPS[-1]) & (case.servers <= MOST_SERVERS) & (band >= 0)
    nothing = case.poisson & ((case.servers == 1.0) | (service == 0.0))
    return np.where(nothing, 0.0, np.where(covered, cells, np.nan))


def of_laws(case: Case) -> Column:
    """Give that error where a law is not known, and 0 where both are."""
    return np.where(case.laws_known, 0.0, law_error(case))


def _group(scv: Column) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    above = np.searchsorted(GROUPS, scv, side="left")  # 0 up to 1, 1 up to 2, 2 up to 4, 3 beyond
    return np.where(scv < 1.0, 0, np.minimum(above + 1, 3)).astype(np.intp)
