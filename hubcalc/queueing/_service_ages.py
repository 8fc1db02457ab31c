"""How far services have come, on average: what makes servers of general service faster or slower after an opening.

The busy servers are counted by phase, as expected numbers. Fresh services of little variability end later than those
long under way, and very variable ones earlier; c servers that never rest have ended c (scv - 1) / 2 services more, in
the long run, than their rate says.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.linalg import expm

from hubcalc.arguments import FloatArray
from hubcalc.queueing.phase_type_fits import MOST_SCV, fit_two_moments

_LEAST_SCV = 0.1  # ten phases; the ages of more regular services are those of this scv


@dataclass(frozen=True, slots=True)
class ServiceAges:
    """Expected busy servers by phase (column, phase) of a law of mean 1."""

    by_phase: FloatArray
    first: FloatArray
    between: FloatArray
    exits: FloatArray

    @classmethod
    def none(cls, scv: FloatArray) -> Self:
        """Start with no service under way."""
        law = fit_two_moments(1.0, np.clip(scv, _LEAST_SCV, MOST_SCV))
        return cls(np.zeros_like(law.initial), law.initial, law.subgenerator, law.exits_per_hour)

    def likely_rate(self, time: FloatArray) -> FloatArray:
        """Return about the mean rate, over these times, of ends of a busy server, in ends for a mean service time."""
        return np.asarray(1.0 - (self._rate_of(self.by_phase) - 1.0) * np.expm1(-time) / time)

    def _rate_of(self, by_phase: FloatArray) -> FloatArray:
        total = by_phase.sum(axis=1)
        some = total > 1e-12
        fresh: FloatArray = (self.first * self.exits).sum(axis=1)
        mean = (by_phase * self.exits).sum(axis=1) / np.where(some, total, 1.0)
        return np.where(some, mean, fresh)

    def opened(self, servers: FloatArray, busy: FloatArray) -> Self:
        """Return the ages with so many busy: further ones begin, the ages of fewer are those of all."""
        total = self.by_phase.sum(axis=1)
        more = np.maximum(busy - total, 0.0)
        fewer = (servers > 0.0) & (busy < total)  # with all servers closed, everything stands still
        share = np.where(fewer, busy / np.where(fewer, total, 1.0), 1.0)
        return replace(self, by_phase=self.by_phase * share[:, None] + more[:, None] * self.first)

    def growth(self, time: FloatArray) -> FloatArray:
        """Return, for times by column counted in mean services, what `moved` needs: exponentials and their integrals.

        They stand in the first rows of the exponential of a block matrix.
        """
        columns, size = self.first.shape
        block = np.zeros((columns, 3 * size, 3 * size))
        block[:, :size, :size] = self.between
        block[:, :size, size : 2 * size] = block[:, size : 2 * size, 2 * size :] = np.eye(size)
        return np.asarray(expm(block * time[:, None, None]))[:, :size]

    def moved(self, growth: FloatArray, time: FloatArray, starts: FloatArray) -> tuple[Self, FloatArray]:
        """Return the ages after these times, with so many starts in each, and the mean rate of ends on the way."""
        size = self.first.shape[1]
        begun = (starts / time)[:, None] * self.first
        here, fresh = (np.einsum("bi,bij->bj", row, growth) for row in (self.by_phase, begun))
        after = here[:, :size] + fresh[:, size : 2 * size]
        inside = here[:, size : 2 * size] + fresh[:, 2 * size :]
        return replace(self, by_phase=after), self._rate_of(inside)
