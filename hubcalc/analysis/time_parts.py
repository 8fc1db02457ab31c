"""The parts of the time at a stage: waits, services and delays, each with its law.

Each part is nothing with some probability (nobody is ahead, the stage is open) and else a least time and an excess.
Exact are the waits of M/M/c and, where the service law is known, of M/G/1; other waits have the law of their mean,
variance and probability of waiting.
"""

from dataclasses import dataclass, replace

import numpy as np

from hubcalc import queueing
from hubcalc.analysis.memo import by_identity
from hubcalc.analysis.methods import Column, Estimate, Flags, Method
from hubcalc.analysis.moving import Moving
from hubcalc.analysis.queues import SLOWEST_PER_HOUR, Service, UnitQueue
from hubcalc.analysis.streams import Performance, column, total, weighted

_HALVINGS = 100
_NEGLIGIBLE = 1e-12
_ALMOST_ONE = 1 - 1e-9
_NO_WAIT_HOURS = 1e-30
_CERTAIN, _NOTHING = column(1.0), column(0.0)


@dataclass(frozen=True, slots=True)
class Part:
    """One summand of a time: with probability `chance` a least time and an excess, else nothing; hours, columns.

    The excess has a gamma or a lognormal law of its mean and variance, or a mixture of both whose third moment is that
    of the time; or it is uniform from 0 to twice its mean.
    """

    chance: Column
    least: Column
    mean: Column
    variance: Column
    lognormal: Column | float = 0.0
    """Share of the lognormal law in the mixture."""
    uniform: bool = False
    ladder: Flags | None = None
    """Where it is the wait of M/G/1, whose law follows from that of `service`."""
    service: Service | None = None

    @property
    def moments(self) -> tuple[Column, Column, Column]:
        """Mean and second and third moment about zero."""
        some = self.mean if (self.mean > 0).all() else np.where(self.mean > 0, self.mean, 1.0)
        square = self.variance / some
        third = _NOTHING if self.uniform else self.variance * square * (2 + self._further(square / some))
        mean = self.mean if self.least is _NOTHING else self.least + self.mean
        power = mean * mean
        second, third = self.variance + power, third + mean * (3 * self.variance + power)
        if self.chance is _CERTAIN:
            return mean, second, third
        return self.chance * mean, self.chance * second, self.chance * third

    def _further(self, scv: Column) -> Column | float:
        """Give what the lognormal law adds to the skewness over the coefficient of variation, which is 2 for gamma."""
        return self.lognormal * (1 + scv) if np.any(self.lognormal) else 0.0


def gamma_of(mean: Column, variance: Column) -> Part:
    """Give a time of gamma law; means whose squares underflow are nothing."""
    some = mean > _NO_WAIT_HOURS
    mean, variance = np.where(some, mean, 0.0), np.where(some, variance, 0.0)
    return Part(_CERTAIN, _NOTHING, mean, variance)


def wait_of(mean: Column, second: Column, chance: Column) -> Part:
    """Give a wait of which mean, second moment and the probability of waiting are known."""
    some = mean > _NO_WAIT_HOURS
    mean, second = np.where(some, mean, 0.0), np.where(some, second, 0.0)
    # given that one waits, the variance is positive only above this probability
    least = np.where(some, mean**2 / np.where(some, second, 1.0), 0.0)
    chance = np.where(some, np.clip(chance, np.minimum(1.001 * least, 1.0), 1.0), 1.0)
    given = mean / chance
    return Part(chance, _NOTHING, given, np.maximum(second / chance - given**2, 0.0))


def closed_of(mean: Column, variance: Column) -> Part:
    """Give the delay of those who come while a door is closed, uniform; it is nothing for the others."""
    second = variance + mean**2
    some = mean > _NO_WAIT_HOURS
    chance = np.where(some, 4 * mean**2 / np.where(some, 3 * second, 1.0), 1.0)
    part = Part(np.minimum(chance, 1.0), _NOTHING, mean / np.minimum(chance, 1.0), np.zeros_like(mean))
    return replace(part, variance=part.mean**2 / 3, uniform=True)


@by_identity
def service_of(service: Service) -> Part:
    """Give a service time by its three moments.

    Up to the skewness of a lognormal law, 3 cv + cv^3, it is a mixture of that and of the gamma law, of skewness 2 cv,
    which has the third moment; less skewed times are taken as gamma. Beyond, it is a lognormal time after a least one:
    then the excess has the cv y with y^3 + 3 y the skewness.
    """
    hours, variance, third = np.broadcast_arrays(
        service.hours, service.hours**2 * service.scv, service.third_moment_hours3
    )
    varies = variance > _NEGLIGIBLE * hours**2
    safe_variance = np.where(varies, variance, 1.0)
    deviation = np.sqrt(safe_variance)
    skewness = np.where(varies, (third - 3 * hours * variance - hours**3) / (deviation * safe_variance), 0.0)
    cv = deviation / np.where(hours > 0, hours, 1.0)
    steepest = 2 * np.sinh(np.arcsinh(np.maximum(skewness, 0.0) / 2) / 3)
    least = np.maximum(hours - deviation / np.maximum(steepest, cv), 0.0)
    least = np.where(varies, np.where(least > 1e-6 * hours, least, 0.0), hours)
    share = np.where(varies, np.clip((skewness - 2 * cv) / (cv * (1 + cv * cv)), 0.0, 1.0), 0.0)
    share = np.where(share > 1e-6, share, 0.0)
    return Part(_CERTAIN, least, hours - least, np.where(varies, variance, 0.0), share)


def parts_of(performance: Performance, utilization: Column) -> list[Part]:
    """Give the parts of the time of those who visit a stage; what its calendar adds is not among them."""
    parts = [_wait_part(performance, utilization)]
    if isinstance(performance, UnitQueue | Moving):
        parts.append(service_of(performance.work))
    else:
        parts.append(gamma_of(*finite(performance.service, performance.service_variance)))
    extra: list[tuple[Estimate, Column]] = [
        (performance.synchronization, performance.synchronization_variance),
        (performance.quota, performance.quota_variance),
    ]
    parts += [gamma_of(*finite(estimate.hours, variance)) for estimate, variance in extra if np.any(estimate.hours > 0)]
    if np.any(performance.closure.hours > 0):
        parts.append(closed_of(*finite(performance.closure.hours, performance.closure_variance)))
    return parts


def _wait_part(performance: Performance, utilization: Column) -> Part:
    mean, variance = finite(performance.wait.hours, performance.wait_variance)
    second = variance + mean**2
    if not isinstance(performance, UnitQueue):
        return wait_of(mean, second, np.clip(utilization, 0.0, 1.0))
    visiting = [stream.thinned(performance.share) for stream in performance.streams]
    scv = weighted(visiting, [stream.scv for stream in visiting])
    work, servers = performance.work, performance.servers
    rate = np.clip(total(visiting), SLOWEST_PER_HOUR, _ALMOST_ONE * servers / work.hours)
    method = performance.wait.method
    chance = np.where(
        method == Method.M_M_C,
        queueing.mmc_wait_probability(rate, work.hours, servers),
        queueing.ggc_wait_probability(rate, scv, work.hours, work.scv, servers),
    )
    single = (method == Method.M_G_1) | ((method == Method.M_M_C) & (servers == 1))
    chance = np.where(single, rate * work.hours, chance)
    part = wait_of(mean, second, chance)
    return replace(part, ladder=single & (part.mean > 0), service=work)


def finite(hours: Column, variance: Column) -> tuple[Column, Column]:
    """Put zeros where there is no steady state; the dwell is endless there anyway."""
    mean, spread = np.broadcast_arrays(hours, variance)
    sound = np.isfinite(mean) & np.isfinite(spread)
    return np.where(sound, mean, 0.0), np.where(sound, spread, 0.0)


def mmc_dwell_quantile(queue: UnitQueue, probability: float) -> Column:
    r"""Give a quantile of wait and service together at M/M/c [h]; any number where there is no steady state.

    With :math:`a = c \mu - \lambda` and C the probability of waiting, the tail is
    :math:`e^{-\mu t} + C (\mu / (a - \mu)) (e^{-\mu t} - e^{-a t})`.
    """
    servers, hours = queue.servers, queue.work.hours
    rate = np.clip(
        total([s.thinned(queue.share) for s in queue.streams]), SLOWEST_PER_HOUR, _ALMOST_ONE * servers / hours
    )
    chance = queueing.mmc_wait_probability(rate, hours, servers)
    service, spare = 1 / hours, servers / hours - rate
    slower, gap = np.minimum(service, spare), np.abs(spare - service)
    low, high = np.zeros_like(spare * 1.0), 2 * np.log(2 / (1 - probability)) * (hours + 1 / spare)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        # (e^{-mu t} - e^{-a t}) / (a - mu), also where a and mu are nearly the same
        rest = np.exp(-slower * middle) * middle * _decayed(gap * middle)
        above = np.exp(-service * middle) + chance * service * rest > 1 - probability
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return column(high)


def _decayed(x: Column) -> Column:
    """Give (1 - exp(-x)) / x."""
    small = np.abs(x) < 1e-8
    safe = np.where(small, 1.0, x)
    return column(np.where(small, 1 - x / 2, -np.expm1(-safe) / safe))


def exact_law(performance: Performance) -> Flags:
    """Say where the law of wait and service is known exactly, if the arrivals are."""
    if not isinstance(performance, UnitQueue):
        return np.zeros(np.shape(performance.service), bool)
    work, method = performance.work, performance.wait.method
    known = (work.scv == 0) | (work.phase_type & (work.scv <= 1))
    found: Flags = (method == Method.M_M_C) | ((method == Method.M_G_1) & known)
    return found
