"""What is required of metrics, written so that less is always better."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hubcalc.studies.sizing.mixes import Floats
from hubmodels.studies.sizing import SizingTarget

ROUNDING = 1e-9
"""Relative excess over a bound that is rounding."""
UNKNOWN_DOUBT = 0.25
"""Doubt of a time until it has been measured how far the methods differ."""
_FROM_RATES = frozenset(
    {
        *("theoretical_capacity_per_day", "practical_capacity_per_day", "capacity_teu_per_year", "headroom"),
        *("capacity_after_fix_per_day", "throughput_per_day", "utilization", "peak_utilization"),
    }
)
"""Metrics that all methods compute alike, since they follow from rates."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A bound on a metric."""

    metric: str
    sense: Literal[1, -1]
    """1: at most the bound; -1: at least."""
    bound: float
    doubt: float = 0.0
    """Relative excess over the bound, by method fast, up to which a better method is asked whether it is met."""

    @property
    def key(self) -> tuple[str, int]:
        """What is made small: a metric, or the negative of one."""
        return self.metric, self.sense

    @property
    def limit(self) -> float:
        """Largest loss that meets it."""
        return self.sense * self.bound + (self.doubt + ROUNDING) * abs(self.bound)

    def loss(self, metrics: Mapping[str, NDArray[Any]]) -> Floats:
        """Give what must not be above `limit`; inf where the metric has no value."""
        return loss_of(self.key, metrics)

    def miss(self, metrics: Mapping[str, NDArray[Any]]) -> Floats:
        """Give by how much the bound is missed, over its size; 0 where it is met, inf where there is no value."""
        excess = self.loss(metrics) - self.sense * self.bound
        scale = abs(self.bound) or 1.0
        return np.where(excess <= ROUNDING * abs(self.bound), 0.0, excess / scale)

    def strict(self) -> "Requirement":
        """Give the same without doubt."""
        return replace(self, doubt=0.0)

    def __str__(self) -> str:
        """Write it in words."""
        return f"{self.metric} {'at most' if self.sense > 0 else 'at least'} {self.bound:g}"


def loss_of(key: tuple[str, int], metrics: Mapping[str, NDArray[Any]]) -> Floats:
    """Give a metric as a loss: less is better, inf where it has no value."""
    name, sense = key
    values = np.asarray(metrics[name], dtype=np.float64)
    return np.where(np.isnan(values), np.inf, sense * values)


def requirements_of(targets: Mapping[str, SizingTarget], *, doubted: bool) -> list[Requirement]:
    """Read targets; `doubted` says that a better method has the last word.

    >>> [str(r) for r in requirements_of({"wait_mean_hours": SizingTarget(at_most=2)}, doubted=True)]
    ['wait_mean_hours at most 2']
    """
    found = []
    for metric, target in targets.items():
        doubt = UNKNOWN_DOUBT if doubted and metric.rpartition(".")[2] not in _FROM_RATES else 0.0
        if target.at_most is not None:
            found.append(Requirement(metric, 1, target.at_most, doubt))
        if target.at_least is not None:
            found.append(Requirement(metric, -1, target.at_least, doubt))
    return found


def meets(requirements: Sequence[Requirement], metrics: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Say which mixes meet all requirements, doubt included."""
    size = len(next(iter(metrics.values())))
    good = np.ones(size, bool)
    for requirement in requirements:
        good &= requirement.loss(metrics) <= requirement.limit
    return good


def worst_miss(requirements: Sequence[Requirement], metrics: Mapping[str, NDArray[Any]]) -> Floats:
    """Give the largest relative miss of each mix; 0 where it meets all."""
    return np.asarray(np.max([requirement.miss(metrics) for requirement in requirements], axis=0))
