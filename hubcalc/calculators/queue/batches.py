"""Items that come in batches. The wait is that of an item, its batch mates ahead of it included."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from hubcalc import queueing
from hubcalc.calculators.queue.case import Case, Column
from hubcalc.calculators.queue.method import (
    CONSTANT,
    EXPONENTIAL,
    MEAN,
    ONE_SERVER,
    POISSON,
    TIMES,
    UNMEASURED,
    WHOLE_SERVERS,
    Error,
    Given,
    Method,
    Need,
    law_of_wait,
    phases,
    states,
    unless_known,
    up_to,
)
from hubcalc.calculators.queue.phase_type import Solutions
from hubcalc.queueing import MOST_STATES
from hubcalc.queueing.batch_waits import (
    mxdc_wait_quantile_hours,
    mxdc_wait_tail,
    mxmc_wait_quantile_hours,
    mxmc_wait_tail,
)
from hubcalc.queueing.validity import BatchMethod

MOST_SERVERS = 64
_FIRST, _SPAN = "batch_wait_mean_hours", "batch_span_mean_hours"
_ERRORS: dict[str, BatchMethod] = {MEAN: "item_wait", _FIRST: "first_item_wait", _SPAN: "batch_span"}


def _batch(case: Case) -> tuple[Column, Column, Column, Column]:
    return case.arrivals, case["batch_mean"], case["batch_scv"], case.service


def _mxg1(case: Case) -> Given:
    return {MEAN: partial(queueing.mxg1_wait_mean_hours, *_batch(case), case.service_scv), **_of_batch(case)}


def _mxmc(case: Case) -> Given:
    given = (*_batch(case), case.servers)
    return {
        MEAN: partial(queueing.mxmc_wait_mean_hours, *given),
        "wait_probability": partial(mxmc_wait_tail, *given, 0.0),
        **law_of_wait(case, partial(mxmc_wait_quantile_hours, *given), partial(mxmc_wait_tail, *given)),
        **_of_batch(case),
    }


def _mxdc(case: Case) -> Given:
    given = (*_batch(case), case.servers)
    return {
        MEAN: partial(queueing.mxdc_wait_mean_hours, *given),
        "wait_probability": partial(mxdc_wait_tail, *given, 0.0),
        **law_of_wait(case, partial(mxdc_wait_quantile_hours, *given), partial(mxdc_wait_tail, *given)),
        **_of_batch(case),
    }


def _mxgc(case: Case) -> Given:
    return {MEAN: partial(queueing.mxgc_wait_mean_hours, *_whole(case)), **_of_batch(case)}


def _of_batch(case: Case) -> Given:
    """Give the wait of the batch, until its first item starts, and from then to the end of its last one."""
    return {
        _FIRST: partial(queueing.mxgc_first_item_wait_mean_hours, *_whole(case)),
        _SPAN: partial(queueing.mxgc_batch_span_mean_hours, *_whole(case)),
    }


def _whole(case: Case) -> tuple[Column, ...]:
    return (*_batch(case), case.service_scv, case.servers)


def _gixgc(case: Case) -> Given:
    """Multiply the wait of the first item as that of a customer of GI/G/1 whose service is the batch's work."""
    work_scv = case["batch_scv"] + case.service_scv / case["batch_mean"]
    swell = (case.arrival_scv + work_scv) / (1.0 + work_scv)

    def first() -> Column:
        alone = queueing.mxgc_first_item_wait_mean_hours(*_whole(case))
        finite = np.isfinite(alone)
        return np.where(finite, np.where(finite, alone, 0.0) * swell, np.inf)

    def item() -> Column:
        alone = queueing.mxgc_first_item_wait_mean_hours(*_whole(case))
        joint = queueing.mxgc_wait_mean_hours(*_whole(case))
        finite = np.isfinite(alone) & np.isfinite(joint)
        low, high = np.where(finite, alone, 0.0), np.where(finite, joint, 0.0)
        return np.where(finite, low * swell + np.maximum(high - low, 0.0), np.inf)

    span = _of_batch(case)[_SPAN]
    return {MEAN: item, _FIRST: first, _SPAN: span}


def _pooled(case: Case) -> Given:
    rate, mean, scv, hours = _batch(case)
    swift = hours / case.servers
    return {
        MEAN: partial(queueing.mxg1_wait_mean_hours, rate, mean, scv, swift, case.service_scv),
        _FIRST: partial(queueing.mg1_wait_mean_hours, rate, mean * swift, scv + case.service_scv / mean),
    }


def _phxphc(case: Case) -> Given:
    def solver(arrival: queueing.PhaseType, service: queueing.PhaseType, whole: Sequence[int]) -> Any:
        servers, size = whole
        return queueing.solve_phx_ph_c(arrival, np.eye(size)[size - 1], service, servers)

    solved = Solutions(case, solver, "servers", "batch_mean")
    return {
        MEAN: partial(solved.column, lambda queue, _: queue.wait_mean_hours),
        "wait_probability": partial(solved.column, lambda queue, _: queue.wait_probability),
    }


def _measured(exact_if_law_known: Callable[[Case], Column] | None) -> Error:
    """Make the error of an interpolation as measured; a mean that is exact for a known law, only for that."""

    def error(case: Case, metric: str) -> Column:
        if metric not in (_FIRST, _SPAN) and exact_if_law_known is not None:
            return exact_if_law_known(case)
        beside = np.where((case.service_scv == 1.0) & ~case.service_law_known, 2.0, case.service_scv)
        expected = queueing.expected_batch_error(_ERRORS[metric], beside, case.servers, case.utilization)
        return np.where(expected.out_of_range | ~case.batch_law_known, np.nan, expected.largest)

    return error


def _if_batch_known(case: Case) -> Column:
    return np.where(case.batch_law_known, 0.0, np.nan)


def _batch_states(case: Case) -> Column:
    return states(case, np.floor(case["batch_mean"]) - 1.0) * np.where(
        np.isfinite(phases(case.arrival_scv)), 1.0, np.inf
    )


_FEATURES = frozenset({"batches"})
_MEANS = (MEAN, _FIRST, _SPAN)
_FITTED = "exact for the law of the batch size that is fitted to its two moments"
_TIJMS = "H. C. Tijms (2003), A First Course in Stochastic Models, Wiley, sections 9.6-9.7, doi:10.1002/047001363X"

BATCH_METHODS = (
    Method(
        name="mx_g_1",
        title="M^X/G/1",
        features=_FEATURES,
        needs=(POISSON, ONE_SERVER),
        gives=_MEANS,
        evaluate=_mxg1,
        reference="P. J. Burke (1975), Delays in single-server queues with batch input, Operations Research 23(4), "
        "830-833, doi:10.1287/opre.23.4.830",
    ),
    Method(
        name="mx_m_c",
        title="M^X/M/c",
        features=_FEATURES,
        needs=(POISSON, EXPONENTIAL, WHOLE_SERVERS, up_to(MOST_SERVERS)),
        gives=(*_MEANS, "wait_probability", *TIMES),
        evaluate=_mxmc,
        reference=_TIJMS,
        error=_measured(_if_batch_known),
        caveat=_FITTED,
    ),
    Method(
        name="mx_d_c",
        title="M^X/D/c",
        features=_FEATURES,
        needs=(POISSON, CONSTANT, WHOLE_SERVERS, up_to(MOST_SERVERS)),
        gives=(*_MEANS, "wait_probability", *TIMES),
        evaluate=_mxdc,
        reference=_TIJMS,
        error=_measured(_if_batch_known),
        caveat=_FITTED,
    ),
    Method(
        name="phx_ph_c",
        title="PH^X/PH/c (matrix-geometric)",
        features=_FEATURES,
        needs=(
            WHOLE_SERVERS,
            Need("batches of one whole size", lambda case: case.batch_law_known),
            Need(
                f"laws and batches that make blocks of at most {MOST_STATES} states",
                lambda case: _batch_states(case) <= MOST_STATES,
            ),
        ),
        gives=(MEAN, "wait_probability"),
        evaluate=_phxphc,
        reference="G. Latouche, V. Ramaswami (1999), Introduction to Matrix Analytic Methods in Stochastic Modeling, "
        "SIAM, section 3.4",
        error=unless_known("laws_known"),
        caveat="exact for the laws fitted to two moments; by how much other laws differ has not been measured",
        milliseconds=lambda case, _: 1.0 + 2e-5 * _batch_states(case) ** 3,
        numerical=True,
    ),
    Method(
        name="mx_g_c",
        title="M^X/G/c (interpolation between M^X/D/c and M^X/M/c)",
        features=_FEATURES,
        needs=(POISSON, WHOLE_SERVERS, up_to(MOST_SERVERS)),
        gives=_MEANS,
        evaluate=_mxgc,
        reference=_TIJMS,
        error=_measured(None),
        caveat="an interpolation between constant and exponential service",
    ),
    Method(
        name="gix_g_c",
        title="GI^X/G/c (M^X/G/c corrected for arrival variability)",
        features=_FEATURES,
        needs=(WHOLE_SERVERS, up_to(MOST_SERVERS)),
        gives=_MEANS,
        evaluate=_gixgc,
        reference=_TIJMS,
        error=UNMEASURED,
        caveat="the wait of the first item as that of GI/G/1 whose service is the work of the batch",
    ),
    Method(
        name="pooled_servers",
        title="M^X/G/1 (many servers taken as one fast one)",
        features=_FEATURES,
        needs=(),
        gives=(MEAN, _FIRST),
        evaluate=_pooled,
        reference="P. J. Burke (1975), Delays in single-server queues with batch input, Operations Research 23(4), "
        "830-833, doi:10.1287/opre.23.4.830",
        error=UNMEASURED,
        caveat="as if batches were Poisson and all servers one that is as fast as they are together",
    ),
)
