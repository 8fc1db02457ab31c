"""What follows from other metrics and from the inputs: Little's law, flows, growth, relaxation."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from hubcalc import queueing
from hubcalc.calculators.queue.case import Case, Column
from hubcalc.calculators.queue.outputs import UNITS
from hubcalc.readings import Reading

if TYPE_CHECKING:
    from hubcalc.calculators.queue.answers import Answers

Derivation = Callable[["Answers"], Reading]


def of(name: str, case: Case) -> Derivation | None:
    """Give the function that derives a metric; None for what only a method gives."""
    if name == "utilization" and not case.is_open:
        return _busy_share
    if name == "throughput_per_hour" and case.is_open:
        return _throughput
    return _DERIVATIONS.get(name)


def _plain(name: str, values: Column, method: str) -> Reading:
    return Reading(values=values, unit=UNITS[name], method=method)


def _utilization(answers: "Answers") -> Reading:
    return _plain("utilization", answers.case.utilization, "offered load over servers")


def _busy_share(answers: "Answers") -> Reading:
    case, flow = answers.case, answers.reading("throughput_per_hour")
    share = np.minimum(_numbers(flow) * case.service / case.servers, 1.0)
    return replace(flow, values=share, unit=UNITS["utilization"])


def _throughput(answers: "Answers") -> Reading:
    case = answers.case
    return _plain(
        "throughput_per_hour",
        np.minimum(case.items_per_hour, case.servers / case.held_hours),
        "arrivals, at most what the servers can do",
    )


def _queue_length(answers: "Answers") -> Reading:
    wait = answers.reading("wait_mean_hours")
    return _times(wait, _flow_into_queue(answers), "queue_length_mean")


def _number(answers: "Answers") -> Reading:
    return _times(answers.reading("sojourn_mean_hours"), _flow_into_queue(answers), "number_mean")


def _flow_into_queue(answers: "Answers") -> Column:
    """Give the items that come to wait: those who lose their patience too, but not those who find no room."""
    case = answers.case
    if case.is_open or "patience" in case.features:
        return case.items_per_hour
    return _numbers(answers.reading("throughput_per_hour"))


def _sojourn(answers: "Answers") -> Reading:
    case, wait = answers.case, answers.reading("wait_mean_hours")
    served: Column | float = 1.0
    if "patience" in case.features:
        served = 1.0 - _numbers(answers.reading("abandonment_probability"))
    return replace(wait, values=np.asarray(wait.values) + served * case.service, unit=UNITS["sojourn_mean_hours"])


def _growth(answers: "Answers") -> Reading:
    case = answers.case
    beyond = np.maximum(case.items_per_hour - case.servers / case.held_hours, 0.0)
    return _plain("growth_per_hour", beyond, "arrivals less what the servers can do")


def _backlog(answers: "Answers") -> Reading:
    values = _numbers(answers.reading("growth_per_hour")) * answers.case["horizon_hours"]
    return _plain("backlog_at_horizon", values, "growth over the horizon, from an empty queue")


def _fewest(answers: "Answers") -> Reading:
    case = answers.case
    fewest = queueing.fewest_stable_servers(case.items_per_hour, case.held_hours).astype(np.float64)
    return _plain("fewest_stable_servers", fewest, "offered load, rounded up")


def _relaxation(answers: "Answers") -> Reading:
    """Follow Odoni and Roth (1983) at c = 1; at several servers taken as one fast one, but no faster than one of them.

    tau = (ca2 + cs2) s / (2.8 c (1 - sqrt(rho))^2)
    """
    case = answers.case
    spare = np.maximum(1.0 - np.sqrt(np.minimum(case.utilization, 1.0)), 0.0) ** 2
    with np.errstate(divide="ignore"):
        slowing = np.maximum(1.0, 1.0 / (case.servers * spare))
    shares = (case.item_scv + case.service_scv) / 2.8
    hours = np.where(np.isinf(slowing), np.inf, shares * case.service * np.where(np.isinf(slowing), 1.0, slowing))
    caveat = "an empirical formula for one server, scaled to several"
    reading = _plain("relaxation_hours", hours, "relaxation time (Odoni and Roth 1983)")
    return replace(reading, error=np.nan, caveat=caveat)


def _times(reading: Reading, factor: Column, name: str) -> Reading:
    values = np.asarray(reading.values, np.float64)
    finite = np.isfinite(values)
    product = np.where(finite, np.where(finite, values, 0.0) * factor, values)
    return replace(reading, values=product, unit=UNITS[name])


def _numbers(reading: Reading) -> Column:
    """Give the numbers, NaN where there are none, so that what follows from them is refused too."""
    return np.where(reading.refused, np.nan, np.asarray(reading.values, np.float64))


_DERIVATIONS: dict[str, Derivation] = {
    "utilization": _utilization,
    "queue_length_mean": _queue_length,
    "number_mean": _number,
    "sojourn_mean_hours": _sojourn,
    "growth_per_hour": _growth,
    "backlog_at_horizon": _backlog,
    "fewest_stable_servers": _fewest,
    "relaxation_hours": _relaxation,
}
