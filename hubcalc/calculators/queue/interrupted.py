"""Servers that go away, need a set-up, start only for several, or break down."""

from functools import partial

import numpy as np

from hubcalc import queueing
from hubcalc.calculators.queue.case import Case, Column
from hubcalc.calculators.queue.method import (
    EXPONENTIAL,
    MEAN,
    ONE_SERVER,
    POISSON,
    WHOLE_SERVERS,
    Given,
    Method,
    Need,
    up_to,
)

MOST_FAILING = 64


def _vacations(case: Case) -> Given:
    single = case.question.vacations == "single"
    formula = queueing.mg1_single_vacation_wait_mean_hours if single else queueing.mg1_vacations_wait_mean_hours
    return {MEAN: partial(formula, *_served(case), case["vacation_hours"], case["vacation_scv"])}


def _setup(case: Case) -> Given:
    return {MEAN: partial(queueing.mg1_setup_wait_mean_hours, *_served(case), case["setup_hours"], case["setup_scv"])}


def _threshold(case: Case) -> Given:
    return {MEAN: partial(queueing.mg1_threshold_wait_mean_hours, *_served(case), case["threshold"])}


def _served(case: Case) -> tuple[Column, Column, Column]:
    return case.arrivals, case.service, case.service_scv


def _breakdowns(case: Case) -> Given:
    failures = 1.0 / case["hours_between_failures"]
    wait = partial(
        queueing.mg1_breakdown_wait_mean_hours,
        *_served(case),
        failures,
        case["repair_hours"],
        case["repair_scv"],
        case.question.failing,
    )
    return {MEAN: wait, "sojourn_mean_hours": lambda: wait() + case.held_hours}


def _many_breakdowns(case: Case) -> Given:
    return {
        "sojourn_mean_hours": partial(
            queueing.mmc_breakdown_sojourn_mean_hours,
            case.arrivals,
            case.service,
            case.servers,
            1.0 / case["hours_between_failures"],
            case["repair_hours"],
            case.servers,
            case.question.failing,
        )
    }


def _when_known(case: Case, _: str) -> Column:
    """Say that one vacation a time needs the law of the vacation, which is taken as gamma."""
    if case.question.vacations == "multiple":
        return np.zeros(case.size)
    return np.where(case["vacation_scv"] == 0.0, 0.0, np.nan)


_DOSHI = "B. T. Doshi (1986), Queueing systems with vacations - a survey, Queueing Systems 1, 29-66"

INTERRUPTED_METHODS = (
    Method(
        name="vacations_one_server",
        title="M/G/1 with vacations (decomposition)",
        features=frozenset({"vacations"}),
        needs=(POISSON, ONE_SERVER),
        gives=(MEAN,),
        evaluate=_vacations,
        reference=_DOSHI,
        error=_when_known,
        caveat="exact for gamma vacations; of the vacation two moments are known",
    ),
    Method(
        name="setup_one_server",
        title="M/G/1 with set-up (Welch)",
        features=frozenset({"setup"}),
        needs=(POISSON, ONE_SERVER),
        gives=(MEAN,),
        evaluate=_setup,
        reference="P. D. Welch (1964), On a generalized M/G/1 queuing process in which the first customer of each busy "
        "period receives exceptional service, Operations Research 12, 736-752",
    ),
    Method(
        name="threshold_one_server",
        title="M/G/1 with a threshold (N-policy)",
        features=frozenset({"threshold"}),
        needs=(POISSON, ONE_SERVER),
        gives=(MEAN,),
        evaluate=_threshold,
        reference="M. Yadin, P. Naor (1963), Queueing systems with a removable service station, Operational Research "
        "Quarterly 14, 393-405",
    ),
    Method(
        name="breakdowns_one_server",
        title="M/G/1 with breakdowns (completion times)",
        features=frozenset({"breakdowns"}),
        needs=(POISSON, ONE_SERVER),
        gives=(MEAN, "sojourn_mean_hours"),
        evaluate=_breakdowns,
        reference="D. P. Gaver (1962), A waiting line with interrupted service, including priorities, Journal of the "
        "Royal Statistical Society B 24, 73-90",
    ),
    Method(
        name="breakdowns_many_servers",
        title="M/M/c with breakdowns (cyclic reduction)",
        features=frozenset({"breakdowns"}),
        needs=(
            POISSON,
            EXPONENTIAL,
            WHOLE_SERVERS,
            up_to(MOST_FAILING),
            Need("exponential repairs (repair_scv 1)", lambda case: case["repair_scv"] == 1.0),
        ),
        gives=("sojourn_mean_hours",),
        evaluate=_many_breakdowns,
        reference="I. L. Mitrani, B. Avi-Itzhak (1968), A many-server queue with service interruptions, Operations "
        "Research 16, 628-638",
        milliseconds=30.0,
        numerical=True,
        only=True,
    ),
)
