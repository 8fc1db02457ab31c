"""M/M/c+M in the two ratios that matter once all servers are busy: x = c mu/theta and y = lambda/theta.

The states from c on weigh p_{c+j} = p_c T_j, T_j = y^j / ((x+1) ... (x+j)). With H = 1 / (T_0 + T_1 + ...) and the
Erlang loss B of the same servers,

    p_c = 1 / (1/B + 1/H - 1),   P(N >= c) = p_c / H,
    1/H = x e^y y^-x gamma(x, y) = P(Gamma_x <= y) / P(Poisson(y) = x), continued to real x,

and of those who have to wait the share A abandons, where the flow across the states from c on gives

    y A = y - x (1 - H),   A = 1/(x+1-y + 2y/(x+2-y + 3y/(x+3-y + ...))).

The first is used where nothing cancels, the continued fraction, all terms of which are positive, where y is below x.

References
----------
.. [1] C. Palm (1957), "Research on telephone traffic carried by full availability groups", Tele 1.
.. [2] A. Mandelbaum, S. Zeltyn (2007), "Service engineering in action: the Palm/Erlang-A queue, with applications to
   call centers", in Advances in Services Innovations, Springer, 17-45.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.queueing._finite_room import not_lost
from hubcalc.queueing._load import bounded_load
from hubcalc.queueing._poisson import poisson_probability
from hubcalc.queueing.erlang import erlang_b

_DEPTH = 60  # of the continued fraction
_SPARE = 4.0  # of (x - y) / sqrt(y + 1), beyond which the fraction has converged at that depth
_SLIGHT = 0.02  # of y/x, below which it has converged anyway
_DROP = 42.0  # an integrand is followed until it is e^-42 of its peak
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(80)


def _hazards(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return H and A."""
    spare = x - y
    light = (spare > _SPARE * np.sqrt(y + 1.0)) | (y < _SLIGHT * x)
    fraction = np.zeros_like(x)
    s, z = np.where(light, spare, 1.0), np.where(light, y, 0.0)
    for n in range(_DEPTH, 0, -1):
        fraction = n * z / (s + n + fraction) if n > 1 else 1.0 / (s + 1.0 + fraction)
    with np.errstate(under="ignore", over="ignore", divide="ignore"):
        p, q = np.where(light, 1.0, x), np.where(light, 1.0, y)
        peak = poisson_probability(p, q) / special.gammainc(p, q)
    share = np.where(light, (spare + y * fraction) / x, np.minimum(peak, 1.0))
    return share, np.where(light, fraction, 1.0 - (1.0 - share) * x / np.maximum(y, np.finfo(np.float64).tiny))


@dataclass(frozen=True, slots=True)
class Reneging:
    """The stationary state of M/M/c+M: columns of one shape."""

    x: FloatArray
    y: FloatArray
    waits: FloatArray
    first_share: FloatArray
    leaves_if_waits: FloatArray
    stays_if_waits: FloatArray
    served: FloatArray

    @classmethod
    def solved(cls, load: FloatArray, servers: FloatArray, patience: FloatArray) -> Self:
        """Solve with the mean patience in service times."""
        x, y = servers * patience, load * patience
        share, leaves = _hazards(x, y)
        loss = erlang_b(servers, load)
        total = loss + share - loss * share
        leaves = np.clip(leaves, 0.0, 1.0)
        # 1 - A is x (1 - H) / y, without cancellation where nearly all leave
        stays = np.where(leaves > 0.5, (1.0 - share) * x / np.maximum(y, np.finfo(np.float64).tiny), 1.0 - leaves)
        served = (share * not_lost(servers, load, loss) + loss * stays) / total
        return cls(x, y, loss / total, share, leaves, stays, served)

    @property
    def leaves(self) -> FloatArray:
        """P(abandon)."""
        return self.waits * self.leaves_if_waits

    def queue_tail(self, time: FloatArray) -> FloatArray:
        """Return the probability of being in queue longer than t, time in mean patience."""
        with np.errstate(under="ignore"):
            return np.asarray(self.offered_tail(time) * np.exp(-time))

    def offered_tail(self, time: FloatArray) -> FloatArray:
        """Return the probability that the servers come free for an arrival only after t, time in mean patience."""
        left = self.y * np.exp(-time)
        with np.errstate(under="ignore", divide="ignore", invalid="ignore"):
            light = self.y < self.x
            exponent = np.where(light, -self.x * time - self.y * np.expm1(-time), 0.0)
            under = np.exp(exponent) * self.first_share / _hazards(self.x, left)[0]
            over = special.gammainc(self.x, left) / special.gammainc(self.x, np.maximum(self.y, 1e-300))
        return np.asarray(self.waits * np.clip(np.where(light, under, over), 0.0, 1.0))

    def served_wait(self) -> FloatArray:
        """Return the mean wait in mean patience of those who are served after a wait.

        The wait has the density exp(-(x+1) w + y (1 - e^-w)), up to a factor; its logarithm is concave.
        """
        slope = self.x + 1.0
        peak = np.log(np.maximum(self.y / slope, 1.0))
        pull = np.minimum(self.y, slope)
        low, high = (_where_dropped(side, peak, slope, pull) for side in (-1.0, 1.0))
        mass, moment = np.zeros_like(peak), np.zeros_like(peak)
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            beside = low + 0.5 * (1.0 + node) * (high - low)
            density = weight * np.exp(_log_density(beside, slope, pull))
            mass, moment = mass + density, moment + (peak + beside) * density
        return np.asarray(moment / mass)


def _log_density(beside: FloatArray, slope: FloatArray, pull: FloatArray) -> FloatArray:
    """Return the log density relative to its peak, at a distance beside it; `pull` is y e^-peak."""
    with np.errstate(over="ignore"):
        return np.asarray(-slope * beside - pull * np.expm1(-beside))


def _where_dropped(side: float, peak: FloatArray, slope: FloatArray, pull: FloatArray) -> FloatArray:
    """Return the distance on one side of the peak, not below zero wait, where the log density is `_DROP` lower."""
    room = np.where(side < 0.0, peak, np.inf)
    # the drop is at least linear and, near the peak, about quadratic: start below both and go on
    step = np.minimum(_DROP / np.maximum(slope - pull, 1e-300), np.sqrt(2.0 * _DROP / slope))
    for _ in range(200):
        short = (_log_density(side * np.minimum(step, room), slope, pull) > -_DROP) & (step < room)
        if not np.any(short):
            break
        step = np.where(short, 1.3 * step, step)
    return np.asarray(side * np.minimum(step, room))


@dataclass(frozen=True, slots=True)
class RenegingColumns:
    """Checked columns of one shape and their solution: load [erlang], servers, service and patience [h]."""

    load: FloatArray
    servers: FloatArray
    service: FloatArray
    patience: FloatArray
    state: Reneging


def checked(
    arrivals_per_hour: ArrayLike,
    service_hours: ArrayLike,
    servers: ArrayLike,
    patience_hours: ArrayLike,
    **others: FloatArray,
) -> RenegingColumns:
    """Return the solution for checked columns, in a shape that takes in that of `others`."""
    arrivals, service, count, patience, *_ = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        servers=whole_at_least_one("servers", servers),
        patience_hours=positive("patience_hours", patience_hours),
        **others,
    )
    load = bounded_load(arrivals, service)
    return RenegingColumns(load, count, service, patience, Reneging.solved(load, count, patience / service))
