"""Classes of which some go before others: mean and quantile of the wait of each, and the mean of all together."""

from collections.abc import Callable
from functools import partial

import numpy as np

from hubcalc import queueing
from hubcalc.cached import cached
from hubcalc.calculators.queue.case import Case, Column
from hubcalc.calculators.queue.method import (
    CLASS_QUANTILES,
    EXPONENTIAL,
    MEAN,
    ONE_SERVER,
    POISSON,
    WHOLE_SERVERS,
    Given,
    Method,
    Need,
)


class _Classes:
    """Shares of the classes along a last axis, and their waits, computed once."""

    def __init__(self, case: Case, *, one_server: bool) -> None:
        self._case = case
        self._one_server = one_server
        urgent = [case[name] for name in ("first_class_share", "second_class_share") if name in case.columns]
        self.shares = np.stack([*urgent, 1.0 - np.sum(urgent, axis=0)], axis=-1)

    @cached
    def waits(self) -> Column:
        """Mean wait by class."""
        case, rates = self._case, self._case.arrivals[:, None] * self.shares
        interrupting = case.question.priorities == "preemptive"
        if self._one_server:
            one = queueing.mg1_preemptive_wait_mean_hours if interrupting else queueing.mg1_priority_wait_mean_hours
            return one(rates, case.service[:, None], case.service_scv[:, None])
        many = queueing.mmc_preemptive_wait_mean_hours if interrupting else queueing.mmc_priority_wait_mean_hours
        return many(rates, case.service, case.servers)

    @cached
    def quantiles(self) -> Column:
        """Wait that 95 of 100 of a class do not exceed, by class, where no class interrupts another."""
        case, rates = self._case, self._case.arrivals[:, None] * self.shares
        if self._one_server:
            hours, scv = case.service[:, None], case.service_scv[:, None]
            return queueing.mg1_priority_wait_quantile_hours(rates, hours, scv, 0.95)
        return queueing.mmc_priority_wait_quantile_hours(rates, case.service, case.servers, 0.95)

    def mean(self) -> Column:
        """Mean wait of all."""
        endless = np.asarray(np.isinf(self.waits).any(axis=-1))
        return np.where(endless, np.inf, (self.shares * np.where(endless[:, None], 0.0, self.waits)).sum(axis=-1))


def _classes(case: Case, *, one_server: bool) -> Given:
    classes = _Classes(case, one_server=one_server)
    given: dict[str, Callable[[], Column]] = {
        MEAN: classes.mean,
    }
    for i, (mean, quantile) in enumerate(zip(CLASS_WAITS, CLASS_QUANTILES, strict=True)):
        place = -1 if i == _LAST else i
        given[mean] = lambda place=place: classes.waits[:, place]  # type: ignore[misc]  # bound early
        given[quantile] = lambda place=place: classes.quantiles[:, place]  # type: ignore[misc]  # bound early
    return given


def _law_error(case: Case, metric: str) -> Column:
    """Say what two moments determine: the means; the law of the wait is that of gamma service times."""
    gamma = case.service_law_known & (case.question.service != "H2")
    return np.where(gamma | (metric not in CLASS_QUANTILES), 0.0, np.nan)


CLASS_WAITS = ("first_class_wait_mean_hours", "second_class_wait_mean_hours", "last_class_wait_mean_hours")
_LAST = 2
_FEATURES = frozenset({"priorities"})
_UNINTERRUPTED = (Need("priorities that do not interrupt", lambda c: c.flags(c.question.priorities != "preemptive")),)


PRIORITY_METHODS = (
    Method(
        name="priority_one_server",
        title="M/G/1 with priorities (Cobham; Kleinrock)",
        features=_FEATURES,
        needs=(POISSON, ONE_SERVER),
        gives=(MEAN, *CLASS_WAITS, *CLASS_QUANTILES),
        evaluate=partial(_classes, one_server=True),
        reference="L. Kleinrock (1976), Queueing Systems, volume 2, Wiley, chapter 3",
        error=_law_error,
        caveat="of the service time two moments are known; the law of the wait is that of gamma service times",
        law_needs=_UNINTERRUPTED,
        milliseconds=30.0,
    ),
    Method(
        name="priority_many_servers",
        title="M/M/c with priorities (Cobham; Buzen and Bondi)",
        features=_FEATURES,
        needs=(POISSON, EXPONENTIAL, WHOLE_SERVERS),
        gives=(MEAN, *CLASS_WAITS, *CLASS_QUANTILES),
        evaluate=partial(_classes, one_server=False),
        reference="A. Cobham (1954), Priority assignment in waiting line problems, Operations Research 2, 70-76; "
        "J. P. Buzen, A. B. Bondi (1983), The response times of priority classes under preemptive resume in M/M/m "
        "queues, Operations Research 31(3), 456-465; O. Kella, U. Yechiali (1985), Waiting times in the "
        "non-preemptive priority M/M/c queue, Communications in Statistics. Stochastic Models 1(2), 257-262",
        law_needs=_UNINTERRUPTED,
        milliseconds=5.0,
    ),
)
