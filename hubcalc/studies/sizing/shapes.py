"""Which way metrics go when choices rise: found by trying, and checked on pairs of mixes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from hubcalc.studies.base import STATUS, Columns
from hubcalc.studies.sizing.mixes import Floats, Lattice, Levels
from hubcalc.studies.sizing.requirements import loss_of
from hubcalc.studies.steps import tell
from hubmodels.studies.job import StudyStep

Key = tuple[str, int]
"""A metric that is better when it is smaller (1) or larger (-1)."""
Directions = NDArray[np.int8]
"""By choice: 1 where more is better, -1 where less is, 0 where it makes no difference, 2 where it goes both ways."""
Analyze = Callable[[Levels], Columns]

BOTH_WAYS = 2

_BASES = 48
_MOST_ON_LINE = 16
_PAIRS = 512
_NOISE = 1e-7
"""Relative change of a metric that is rounding, or what is left when repeated passes have settled."""


@dataclass(frozen=True)
class Shapes:
    """The directions of each metric, and how many pairs of mixes were compared."""

    directions: dict[Key, Directions]
    pairs: int


def find_shapes(lattice: Lattice, keys: Iterable[Key], analyze: Analyze, seed: int) -> Shapes:
    """Find out which way metrics go along each choice, and try whether they keep to it.

    Parameters
    ----------
    lattice : Lattice
        The mixes.
    keys : iterable
        The metrics.
    analyze : callable
        Gives the metrics of mixes.
    seed : int
        Of the mixes that are tried.

    Returns
    -------
    Shapes
        Their directions; a metric that breaks them in some pair of mixes goes both ways in all choices.
    """
    rng = np.random.default_rng(seed)
    sizes = np.array(lattice.sizes)
    bases = np.concatenate([rng.integers(0, sizes, (_BASES, len(sizes))), np.zeros_like(sizes)[None], sizes[None] - 1])
    trial = _Trial(lattice, list(dict.fromkeys(keys)), analyze)
    trial.along(bases)
    trial.along(trial.best)  # most mixes of a large lattice may have no steady state; near the best there is one
    found = dict(zip(trial.keys, trial.directions(), strict=True))
    pairs = trial.pairs
    for directions in {ways.tobytes(): ways for ways in found.values()}.values():
        lower, upper = (analyze(levels) for levels in _comparable(lattice, directions, rng))
        pairs += _PAIRS
        for key in [key for key, ways in found.items() if np.array_equal(ways, directions)]:
            if worse(_losses(key, lower), _losses(key, upper)).any():
                found[key] = np.full_like(directions, BOTH_WAYS)
    return Shapes(found, pairs)


class _Trial:
    """What was seen along the choices."""

    def __init__(self, lattice: Lattice, keys: list[Key], analyze: Analyze) -> None:
        self.lattice, self.keys, self.analyze, self.pairs = lattice, keys, analyze, 0
        self._rises, self._falls, self._seen = (np.zeros((len(keys), len(lattice.sizes)), bool) for _ in range(3))
        self._best: list[tuple[float, Levels]] = [(np.inf, np.zeros(len(lattice.sizes), np.intp)) for _ in keys]

    @property
    def best(self) -> Levels:
        """The best mix of each metric so far."""
        return np.unique(np.array([mix for _, mix in self._best]), axis=0)

    def along(self, bases: Levels) -> None:
        """Analyze lines along each choice through some mixes."""
        for choice, size in enumerate(self.lattice.sizes):
            tell(partial(StudyStep, what="check of which way metrics go", done=self.pairs, unit="pairs of mixes"))
            steps = np.unique(np.linspace(0, size - 1, min(size, _MOST_ON_LINE)).round().astype(np.intp))
            levels = np.repeat(bases[:, None, :], len(steps), axis=1).astype(np.intp)
            levels[:, :, choice] = steps
            mixes = levels.reshape(-1, levels.shape[-1])
            metrics = self.analyze(mixes)
            self.pairs += levels.shape[0] * (levels.shape[1] - 1)
            for i, key in enumerate(self.keys):
                losses = _losses(key, metrics)
                least = int(np.argmin(np.where(np.isnan(losses), np.inf, losses)))
                if losses[least] < self._best[i][0]:
                    self._best[i] = float(losses[least]), mixes[least]
                lines = losses.reshape(levels.shape[:2])
                before, after = lines[:, :-1], lines[:, 1:]
                self._rises[i, choice] |= worse(before, after).any()
                self._falls[i, choice] |= worse(after, before).any()
                self._seen[i, choice] |= size == 1 or (np.isfinite(before) & np.isfinite(after)).any()

    def directions(self) -> Directions:
        """Give the directions; a choice of which nothing was seen may go both ways."""
        known = (self._seen | self._rises | self._falls) & ~(self._rises & self._falls)
        return np.where(known, self._falls.astype(np.int8) - self._rises.astype(np.int8), BOTH_WAYS).astype(np.int8)


def worse(before: Floats, after: Floats) -> NDArray[np.bool_]:
    """Say where a loss has grown by more than noise; NaN, a mix that cannot be, is not compared."""
    known = ~(np.isnan(before) | np.isnan(after) | (np.isinf(before) & np.isinf(after)))
    limit = np.where(known & np.isfinite(before), before + _NOISE * np.abs(before), before)
    return known & (after > limit)


def _losses(key: Key, metrics: Columns) -> Floats:
    """Give losses, NaN for mixes that cannot be."""
    return np.where(metrics[STATUS] == "invalid", np.nan, loss_of(key, metrics))


def _comparable(lattice: Lattice, directions: Directions, rng: np.random.Generator) -> tuple[Levels, Levels]:
    """Draw pairs of mixes, the second one better in some choices and worse in none."""
    sizes = np.array(lattice.sizes)
    one, other = (rng.integers(0, sizes, (_PAIRS, len(sizes))) for _ in range(2))
    moved = (rng.random(one.shape) < rng.random((_PAIRS, 1))) & (directions != BOTH_WAYS)
    other = np.where(moved, other, one)
    low, high = np.minimum(one, other), np.maximum(one, other)
    turned = directions < 0
    return np.where(turned, high, low).astype(np.intp), np.where(turned, low, high).astype(np.intp)
