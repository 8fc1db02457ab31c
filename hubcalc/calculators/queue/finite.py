"""Queues that cannot grow without end: finite room, finite source, lost patience. Exact at any load."""

from functools import partial

import numpy as np

from hubcalc import queueing
from hubcalc.calculators.queue.case import Case, Column
from hubcalc.calculators.queue.method import (
    EXPONENTIAL,
    LAW,
    MEAN,
    POISSON,
    ROOM_FOR_SERVERS,
    TIMES,
    WHOLE_SERVERS,
    Given,
    Method,
    Need,
    law_of_wait,
)


def _nobody_waits(case: Case) -> Given:
    return dict.fromkeys((MEAN, *LAW), lambda: np.zeros(case.size))


def _erlang_b(case: Case) -> Given:
    given = (case.arrivals, case.service, case.servers)
    return {
        **_nobody_waits(case),
        "blocking_probability": partial(queueing.mmcc_blocking_probability, *given),
        "throughput_per_hour": lambda: queueing.mmcc_carried_load(*given) / case.service,
    }


def _mmck(case: Case) -> Given:
    given = (case.arrivals, case.service, case.servers, case["room"])
    return {
        MEAN: partial(queueing.mmck_wait_mean_hours, *given),
        "wait_probability": partial(queueing.mmck_wait_tail, *given, 0.0),
        "blocking_probability": partial(queueing.mmck_blocking_probability, *given),
        "throughput_per_hour": partial(queueing.mmck_throughput_per_hour, *given),
        **law_of_wait(
            case, partial(queueing.mmck_wait_quantile_hours, *given), partial(queueing.mmck_wait_tail, *given)
        ),
    }


def _machine_repair(case: Case) -> Given:
    given = (case["sources"], 1.0 / case.arrivals, case.service, case.servers)
    return {
        MEAN: partial(queueing.finite_source_wait_mean_hours, *given),
        "wait_probability": partial(queueing.finite_source_wait_tail, *given, 0.0),
        "throughput_per_hour": partial(queueing.finite_source_throughput_per_hour, *given),
        **law_of_wait(
            case,
            partial(queueing.finite_source_wait_quantile_hours, *given),
            partial(queueing.finite_source_wait_tail, *given),
        ),
    }


def _engset(case: Case) -> Given:
    given = (case["sources"], 1.0 / case.arrivals, case.service, case.servers)

    def throughput() -> Column:
        # L busy: those that run come at the rate (N - L) / r, and of these the share 1 - B is served: L = s (N - L) x
        served = case.arrivals * (1.0 - queueing.engset_call_congestion(*given))
        return np.asarray(case["sources"] * served / (1.0 + served * case.service))

    return {
        **_nobody_waits(case),
        "blocking_probability": partial(queueing.engset_call_congestion, *given),
        "throughput_per_hour": throughput,
    }


def _erlang_a(case: Case) -> Given:
    given = (case.arrivals, case.service, case.servers, case["patience_hours"])
    return {
        MEAN: partial(queueing.mmcm_wait_mean_hours, *given),
        "wait_probability": partial(queueing.mmcm_wait_probability, *given),
        "served_wait_mean_hours": partial(queueing.mmcm_served_wait_mean_hours, *given),
        "abandonment_probability": partial(queueing.mmcm_abandonment_probability, *given),
        "throughput_per_hour": lambda: case.arrivals * (1.0 - queueing.mmcm_abandonment_probability(*given)),
        **law_of_wait(
            case, partial(queueing.mmcm_wait_quantile_hours, *given), partial(queueing.mmcm_wait_tail, *given)
        ),
    }


_ROOM, _SOURCES = frozenset({"room"}), frozenset({"sources"})
_NO_PLACE_TO_WAIT = Need(
    "room for as many as there are servers, and no more", lambda case: case["room"] == case.servers
)
_WAITS = (MEAN, "wait_probability", *TIMES)

FINITE_METHODS = (
    Method(
        name="erlang_b",
        title="M/G/c/c (Erlang B)",
        features=_ROOM,
        needs=(POISSON, WHOLE_SERVERS, _NO_PLACE_TO_WAIT),
        gives=(MEAN, *LAW, "blocking_probability", "throughput_per_hour"),
        evaluate=_erlang_b,
        reference="R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, chapter 3",
    ),
    Method(
        name="mm_c_k",
        title="M/M/c/K",
        features=_ROOM,
        needs=(POISSON, EXPONENTIAL, WHOLE_SERVERS, ROOM_FOR_SERVERS),
        gives=(*_WAITS, "blocking_probability", "throughput_per_hour"),
        evaluate=_mmck,
        reference="D. Gross, C. M. Harris (1998), Fundamentals of Queueing Theory, 3rd ed., Wiley, chapter 2",
    ),
    Method(
        name="machine_repair",
        title="M/M/c//N (machine repair)",
        features=_SOURCES,
        needs=(POISSON, EXPONENTIAL, WHOLE_SERVERS),
        gives=(*_WAITS, "throughput_per_hour"),
        evaluate=_machine_repair,
        reference="L. Kleinrock (1975), Queueing Systems, volume 1, Wiley, section 3.10",
    ),
    Method(
        name="engset",
        title="M/G/c/c//N (Engset)",
        features=_SOURCES | _ROOM,
        needs=(POISSON, WHOLE_SERVERS, _NO_PLACE_TO_WAIT),
        gives=(MEAN, *LAW, "blocking_probability", "throughput_per_hour"),
        evaluate=_engset,
        reference="R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, chapter 3",
    ),
    Method(
        name="erlang_a",
        title="M/M/c+M (Erlang A)",
        features=frozenset({"patience"}),
        needs=(POISSON, EXPONENTIAL, WHOLE_SERVERS),
        gives=(*_WAITS, "served_wait_mean_hours", "abandonment_probability", "throughput_per_hour"),
        evaluate=_erlang_a,
        reference="C. Palm (1957), Research on telephone traffic carried by full availability groups, Tele 1",
    ),
)
