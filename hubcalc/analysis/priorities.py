"""Flows of different priority in one line: how much longer or shorter the first of them waits than in order of arrival.

Nobody is interrupted. By Cobham's formula a class waits R / ((1 - sigma_before) (1 - sigma)), and all together, in
order, R / (1 - rho), with the same R: so the ratio holds with whatever formula gives the wait in order. Exact for
Poisson arrivals at one server, and at several with exponential service of one law.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from hubcalc.analysis.methods import Column, Estimate, Flags
from hubcalc.analysis.streams import column

Part = tuple[Column, tuple[Column, Column, Column]]
"""Rate per server, and first to third moment of the work of one arrival."""


@dataclass(frozen=True, slots=True)
class Rank:
    """Ratios of the first flow's wait, mean and second moment, to those in order of arrival."""

    mean_ratio: Column
    second_ratio: Column
    differs: Flags
    """Where priorities differ at all."""

    def applied(self, in_order: Estimate, exact: Flags) -> Estimate:
        """Give the wait of the first flow; the error is not known where the ratio is not exact."""
        finite = np.isfinite(in_order.hours)
        hours = np.where(finite, np.where(finite, in_order.hours, 0.0) * self.mean_ratio, np.inf)
        second = in_order.second_moment_hours2
        second = None if second is None else second * self.second_ratio
        return Estimate(
            hours,
            lambda: np.where(self.differs & ~exact, np.nan, in_order.error),
            lambda: np.broadcast_to(in_order.method, np.shape(hours)),
            second,
        )

    def variance(self, mean_in_order: Column, variance_in_order: Column) -> Column:
        """Give the variance of the first flow's wait."""
        finite = np.isfinite(mean_in_order) & np.isfinite(variance_in_order)
        mean, variance = np.where(finite, mean_in_order, 0.0), np.where(finite, variance_in_order, 0.0)
        second = (variance + mean**2) * self.second_ratio
        return np.where(finite, np.maximum(second - (mean * self.mean_ratio) ** 2, 0.0), np.inf)


def of_one_rank(priorities: Sequence[Any]) -> bool:
    """Say whether all flows have the same priority."""
    own = priorities[0]
    return all(priority is own or bool(np.all(priority == own)) for priority in priorities)


def rank_of_first(priorities: Sequence[object], parts: Sequence[Part]) -> Rank:
    """Compare the first flow with all in order.

    The second moment is that of M/G/1 with classes [1]_, of which M/M/c has the same ratios.

    .. [1] H. Takagi (1991), Queueing Analysis, volume 1: Vacation and Priority Systems, North-Holland, chapter 3.
    """
    levels = [column(priority) for priority in priorities]
    own = levels[0]
    every = list(zip(levels, parts, strict=True))
    weights = {
        "before": [(level < own).astype(float) for level, _ in every],
        "down_to": [(level <= own).astype(float) for level, _ in every],
        "all": [np.ones_like(level) for level, _ in every],
    }

    def load(which: str, moment: int) -> Column:
        pairs = zip(weights[which], parts, strict=True)
        return column(sum(weight * rate * moments[moment] for weight, (rate, moments) in pairs))

    before, down_to, whole = (load(which, 0) for which in ("before", "down_to", "all"))
    stable = whole < 1
    spare_before, spare = np.where(stable, 1 - before, 1.0), np.where(stable, 1 - down_to, 1.0)
    left = np.where(stable, 1 - whole, 1.0)
    square, cube = load("all", 1), load("all", 2)
    second = cube / (3 * spare_before**2 * spare) + square / 2 * (
        load("down_to", 1) / (spare_before**2 * spare**2) + load("before", 1) / (spare_before**3 * spare)
    )
    in_order = cube / (3 * left) + square**2 / (2 * left**2)
    return Rank(
        np.where(stable, left / (spare_before * spare), 1.0),
        np.where(stable & (in_order > 0), second / np.where(in_order > 0, in_order, 1.0), 1.0),
        np.asarray(reduce(np.logical_or, (level != own for level in levels[1:]))),
    )
