"""One server and Poisson arrivals: Pollaczek-Khinchine, exact from two moments of the service time."""

from functools import partial

import numpy as np

from hubcalc import queueing
from hubcalc.calculators.queue.case import Case, Column
from hubcalc.calculators.queue.method import MEAN, ONE_SERVER, POISSON, Given, Method, deviation


def third_moment(case: Case) -> Column:
    """Give the third moment of the service time: of the law, or of a gamma law where only two moments are known."""
    mean, scv = case.service, case.service_scv
    if case.question.service == "H2":  # balanced means
        return np.asarray(3.0 * mean**3 * scv * (1.0 + scv))
    return np.asarray(mean**3 * (1.0 + scv) * (1.0 + 2.0 * scv))


def _mg1(case: Case) -> Given:
    given = (case.arrivals, case.service, case.service_scv)

    def spread() -> Column:
        second = queueing.mg1_wait_second_moment_hours2(*given, third_moment(case))
        return deviation(queueing.mg1_wait_mean_hours(*given), second)

    return {
        MEAN: partial(queueing.mg1_wait_mean_hours, *given),
        "wait_probability": lambda: np.minimum(case.utilization, 1.0),
        "wait_sd_hours": spread,
    }


def _error(case: Case, metric: str) -> Column:
    """Say what two moments determine: the mean, and the share that waits."""
    return np.where(case.service_law_known | (metric != "wait_sd_hours"), 0.0, np.nan)


SINGLE_SERVER_METHODS = (
    Method(
        name="mg_1",
        title="M/G/1 (Pollaczek-Khinchine)",
        needs=(POISSON, ONE_SERVER),
        gives=(MEAN, "wait_probability", "wait_sd_hours"),
        evaluate=_mg1,
        reference="L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 5.6",
        error=_error,
        caveat="of the service time two moments are known; the third is that of a gamma law",
    ),
)
