"""Classes of which some go before others: the mean wait of each, and of all together."""

from collections.abc import Callable
from functools import cached_property, partial

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
)


class _Classes:
    """Shares of the classes along a last axis, and their waits, computed once."""

    def __init__(self, case: Case, *, one_server: bool) -> None:
        self._case = case
        self._one_server = one_server
        urgent = [case[name] for name in ("first_class_share", "second_class_share") if name in case.columns]
        self.shares = np.stack([*urgent, 1.0 - np.sum(urgent, axis=0)], axis=-1)

    @cached_property
    def waits(self) -> Column:
        """Mean wait by class."""
        case, rates = self._case, self._case.arrivals[:, None] * self.shares
        interrupting = case.question.priorities == "preemptive"
        if self._one_server:
            one = queueing.mg1_preemptive_wait_mean_hours if interrupting else queueing.mg1_priority_wait_mean_hours
            return one(rates, case.service[:, None], case.service_scv[:, None])
        many = queueing.mmc_preemptive_wait_mean_hours if interrupting else queueing.mmc_priority_wait_mean_hours
        return many(rates, case.service, case.servers)

    def mean(self) -> Column:
        """Mean wait of all."""
        endless = np.asarray(np.isinf(self.waits).any(axis=-1))
        return np.where(endless, np.inf, (self.shares * np.where(endless[:, None], 0.0, self.waits)).sum(axis=-1))

    def second(self) -> Column:
        """Mean wait of the second class of three."""
        return self.waits[:, 1]


def _classes(case: Case, *, one_server: bool) -> Given:
    classes = _Classes(case, one_server=one_server)
    given: dict[str, Callable[[], Column]] = {
        MEAN: classes.mean,
        "first_class_wait_mean_hours": lambda: classes.waits[:, 0],
        "last_class_wait_mean_hours": lambda: classes.waits[:, -1],
    }
    if "second_class_share" in case.columns:
        given["second_class_wait_mean_hours"] = classes.second
    return given


CLASS_WAITS = ("first_class_wait_mean_hours", "second_class_wait_mean_hours", "last_class_wait_mean_hours")
_FEATURES = frozenset({"priorities"})


PRIORITY_METHODS = (
    Method(
        name="priority_one_server",
        title="M/G/1 with priorities (Cobham; Kleinrock)",
        features=_FEATURES,
        needs=(POISSON, ONE_SERVER),
        gives=(MEAN, *CLASS_WAITS),
        evaluate=partial(_classes, one_server=True),
        reference="L. Kleinrock (1976), Queueing Systems, volume 2, Wiley, chapter 3",
    ),
    Method(
        name="priority_many_servers",
        title="M/M/c with priorities (Cobham; Buzen and Bondi)",
        features=_FEATURES,
        needs=(POISSON, EXPONENTIAL, WHOLE_SERVERS),
        gives=(MEAN, *CLASS_WAITS),
        evaluate=partial(_classes, one_server=False),
        reference="A. Cobham (1954), Priority assignment in waiting line problems, Operations Research 2, 70-76; "
        "J. P. Buzen, A. B. Bondi (1983), The response times of priority classes under preemptive resume in M/M/m "
        "queues, Operations Research 31(3), 456-465",
    ),
)
