"""GI/M/c in units of the mean service time: the root sigma and the probability of a wait.

phi is the Laplace transform of the time between arrivals. The number that an arrival finds is geometric from c - 1 on,
with the ratio sigma, the root of sigma = phi(c (1 - sigma)) in (0, 1). With u_j = (1 - phi(j)) / phi(j),

    1 / P(W > 0) = 1 + (1 - sigma) sum over j = 1 ... c of
                   C(c, j) u_1 ... u_j / (1 - phi(j)) * (c (1 - phi(j)) - j) / (c (1 - sigma) - j).               (1)

The last factor, 0/0 at j = c (1 - sigma), is 1 + c (phi(j0) - phi(j)) / (j0 - j) at j0 = c (1 - sigma), where the
difference of logarithms of phi is taken without cancellation.

References
----------
.. [1] L. Takács (1962), Introduction to the Theory of Queues, Oxford University Press, chapter 2.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, whole_at_least_one

_MOST_STEPS = 200
_TINY = 1e-300
_LEAST_LOAD = 1e-100
_LEAST_SCV = 1e-30  # below, the time between arrivals is constant


@dataclass(frozen=True, slots=True)
class ArrivalLaw:
    """Time between arrivals of a mean and scv: constant, gamma (Erlang) below scv 1, hyperexponential above."""

    mean: FloatArray
    scv: FloatArray

    def take(self, rows: NDArray[np.intp]) -> Self:
        """Return some of the columns."""
        return type(self)(self.mean[rows], self.scv[rows])

    def transform(self, s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return phi(s), 1 - phi(s) and -phi'(s), each to full relative accuracy."""
        log_phi, slope = self._smooth(s)
        with np.errstate(under="ignore"):
            phi, rest, steep = np.exp(log_phi), -np.expm1(log_phi), slope * np.exp(log_phi)
        bursty = self.scv > 1.0
        if np.any(bursty):
            share, fast, slow = self._branches()
            first, second = 1.0 + s * fast, 1.0 + s * slow
            phi = np.where(bursty, share / first + (1.0 - share) / second, phi)
            rest = np.where(bursty, s * (share * fast / first + (1.0 - share) * slow / second), rest)
            steep = np.where(bursty, share * fast / first**2 + (1.0 - share) * slow / second**2, steep)
        return phi, rest, steep

    def secant(self, s: FloatArray, gap: FloatArray) -> FloatArray:
        """Return (phi(s) - phi(s + gap)) / gap without cancellation."""
        log_phi, slope = self._smooth(s)
        shape, constant = 1.0 / np.where(self.scv > 0.0, self.scv, 1.0), self.scv == 0.0
        apart = np.where(gap == 0.0, 1.0, gap)
        with np.errstate(under="ignore"):
            smooth = -shape * np.log1p(apart * self.mean * self.scv / (1.0 + s * self.mean * self.scv))
            fall = np.exp(log_phi) * -np.expm1(np.where(constant, -apart * self.mean, smooth)) / apart
            fall = np.where(gap == 0.0, np.exp(log_phi) * slope, fall)
        bursty = self.scv > 1.0
        if np.any(bursty):
            share, fast, slow = self._branches()
            both = ((1.0 + s * branch) * (1.0 + (s + gap) * branch) for branch in (fast, slow))
            quick, late = both
            fall = np.where(bursty, share * fast / quick + (1.0 - share) * slow / late, fall)
        return np.asarray(fall)

    def _smooth(self, s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return log phi and minus its slope for the constant and the gamma law."""
        scale = self.mean * self.scv
        shape = 1.0 / np.where(self.scv > 0.0, self.scv, 1.0)
        log_phi = np.where(self.scv > 0.0, -shape * np.log1p(s * scale), -s * self.mean)
        return log_phi, self.mean / (1.0 + s * scale)

    def _branches(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the share and both means of the hyperexponential law with balanced means."""
        scv = np.maximum(self.scv, 1.0)
        root = np.sqrt((scv - 1.0) / (scv + 1.0))
        # 1 - root = 2 / ((scv + 1) (1 + root)): without cancellation
        rest = 1.0 / ((scv + 1.0) * (1.0 + root))
        return 1.0 - rest, self.mean / (2.0 * (1.0 - rest)), self.mean / (2.0 * rest)


def idle_root(law: ArrivalLaw, servers: FloatArray) -> FloatArray:
    """Return u = 1 - sigma, the root of u = 1 - phi(c u), for a utilization below 1.

    The difference of both sides is convex in u, so Newton's method from u = 1 falls steadily to the root.
    """
    u = np.ones_like(servers)
    rows = np.arange(u.size)
    for _ in range(_MOST_STEPS):
        here, c = law.take(rows), servers[rows]
        _, rest, steep = here.transform(c * u[rows])
        slope = 1.0 - c * steep
        better = np.where(slope > 0.0, u[rows] - (u[rows] - rest) / np.where(slope > 0.0, slope, 1.0), u[rows])
        better = np.where(better > 0.0, better, 0.5 * u[rows])
        done = u[rows] - better <= 2e-16 * u[rows]
        u[rows] = np.minimum(better, u[rows])
        rows = rows[~done]
        if rows.size == 0:
            break
    return u


def wait_probability(law: ArrivalLaw, servers: int, idle: FloatArray) -> FloatArray:
    """Return P(W > 0) by equation (1), for one number of servers."""
    total, product = np.zeros_like(idle), np.ones_like(idle)
    with np.errstate(over="ignore", under="ignore"):
        for j in range(1, servers + 1):
            s = np.full_like(idle, float(j))
            phi, rest, _ = law.transform(s)
            phi = np.maximum(phi, _TINY)
            product = product * ((servers - j + 1.0) / j * rest / phi)
            if j < servers:
                factor = np.maximum(1.0 - servers * law.secant(s, servers * idle - j), 0.0)
            else:
                factor = phi / np.maximum(law.transform(servers * idle)[0], _TINY)
            total += np.where(factor > 0.0, product / rest, 0.0) * factor
        return np.asarray(1.0 / (1.0 + idle * total))


def checked(
    arrivals_per_hour: ArrayLike, arrival_scv: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return P(W > 0) and the mean wait of those who wait in hours, for checked columns; 1 and inf where unstable."""
    arrivals, scv, service, count = broadcast(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        arrival_scv=non_negative("arrival_scv", arrival_scv),
        service_hours=positive("service_hours", service_hours),
        servers=whole_at_least_one("servers", servers),
    )
    with np.errstate(over="ignore", under="ignore"):
        load = np.maximum(arrivals * service, _LEAST_LOAD)
    scv = np.where(scv < _LEAST_SCV, 0.0, scv)
    wait, scale = np.ones(load.shape), np.full(load.shape, np.inf)
    for c in np.unique(count[load < count]):
        rows = (load < count) & (count == c)
        law = ArrivalLaw(1.0 / load[rows], scv[rows])
        idle = idle_root(law, count[rows])
        wait[rows] = wait_probability(law, int(c), idle)
        scale[rows] = service[rows] / (c * idle)
    return wait, scale
