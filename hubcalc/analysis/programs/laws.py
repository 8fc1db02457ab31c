"""Laws of the document as laws of the simulator [h]."""

from collections.abc import Callable
from typing import Any

from hubcalc.simulation.laws import Law
from hubcalc.units import minutes_to_hours
from hubmodels import ServiceTime
from hubmodels import durations as document


def two_moments(mean_hours: float, scv: float, least_hours: float = 0.0) -> Law:
    """Give the gamma law of a mean and scv above a least time; exponential for scv 1, constant for scv 0.

    >>> two_moments(2.0, 1.0) == Law.exponential(2.0), two_moments(2.0, 0.0, 1.0) == Law.constant(3.0)
    (True, True)
    """
    law = Law.exponential(mean_hours) if scv == 1 and mean_hours > 0 else Law.two_moments(mean_hours, scv)
    return later(law, least_hours)


def later(law: Law, hours: float) -> Law:
    """Give the law of a time that is always so much longer.

    >>> later(Law.exponential(2.0), 3.0).shift_hours
    3.0
    """
    return Law(law.kind, law.parameters, law.shift_hours + hours)


def time_on_the_way(least_hours: float, excess_hours: float, excess_scv: float) -> Law:
    """Give the law of a lognormal time above a least one.

    >>> time_on_the_way(3.0, 0.0, 1.0) == Law.constant(3.0), time_on_the_way(3.0, 2.0, 0.5).kind.name
    (True, 'LOGNORMAL')
    """
    if excess_hours == 0 or excess_scv == 0:
        return Law.constant(least_hours + excess_hours)
    return Law.lognormal(excess_hours, excess_scv, least_hours)


def law_of(service_time: ServiceTime) -> Law:
    """Give the law of a document's service time; of two moments, the gamma law, as the document says.

    Parameters
    ----------
    service_time : ServiceTime
        As the document has it, with times in minutes.

    Returns
    -------
    Law
        The same law in hours.

    Examples
    --------
    >>> law_of(document.Exponential(law="exponential", mean_minutes=90.0))
    Law(kind=<LawKind.EXPONENTIAL: 1>, parameters=(1.5,), shift_hours=0.0)
    """
    return _LAWS[type(service_time)](service_time)


def _shifted_lognormal(time: document.ShiftedLognormal) -> Law:
    return Law.lognormal(_hours(time.excess_mean_minutes), time.excess_scv, _hours(time.shift_minutes))


def _hyperexponential(time: document.Hyperexponential) -> Law:
    hours = _hours(time.mean_minutes)
    return Law.hyperexponential(hours, time.scv) if time.scv > 1 else Law.exponential(hours)


def _triangular(time: document.Triangular) -> Law:
    low, mode, high = (_hours(minutes) for minutes in (time.low_minutes, time.mode_minutes, time.high_minutes))
    return Law.triangular(low, mode, high) if high > low else Law.constant(low)


def _empirical(time: document.Empirical) -> Law:
    probabilities = tuple(point.probability for point in time.quantiles)
    return Law.quantiles(probabilities, tuple(_hours(point.minutes) for point in time.quantiles))


def _hours(minutes: float) -> float:
    return minutes_to_hours(float(minutes))


_LAWS: dict[type, Callable[[Any], Law]] = {
    document.TwoMoments: lambda time: two_moments(_hours(time.mean_minutes), time.scv),
    document.Deterministic: lambda time: Law.constant(_hours(time.mean_minutes)),
    document.Exponential: lambda time: Law.exponential(_hours(time.mean_minutes)),
    document.Erlang: lambda time: two_moments(_hours(time.mean_minutes), 1 / time.k),
    document.Gamma: lambda time: two_moments(_hours(time.mean_minutes), time.scv),
    document.Lognormal: lambda time: Law.lognormal(_hours(time.mean_minutes), time.scv),
    document.ShiftedLognormal: _shifted_lognormal,
    document.Hyperexponential: _hyperexponential,
    document.Triangular: _triangular,
    document.Empirical: _empirical,
}
