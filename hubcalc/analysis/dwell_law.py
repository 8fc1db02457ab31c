"""The law of the dwell along the main route: the parts of the time at its stages, convolved or fitted.

Parts are taken as independent. Convolution runs backwards over the route, a list or a graph: the transform of the time
from a stage on is that of the stage times the mean of those that may follow. Each law is rounded to a lattice, with
atoms where nobody waits, so that all transforms are finite sums.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.methods import Column, Flags
from hubcalc.analysis.queues import Service
from hubcalc.analysis.streams import column
from hubcalc.analysis.time_parts import Part, service_of
from hubcalc.cached import cached
from hubcalc.queueing.gamma_quantiles import gamma_quantile

CELLS = 1024
"""Cells of the lattice on which laws are convolved; quantiles are right to about 1e-4 of themselves."""
_DEVIATIONS = 14.0  # beyond the mean, that the lattice covers
_ROWS_AT_ONCE = 64

Transform = NDArray[np.complex128]
_Moments = tuple[Column, Column, Column]


@dataclass(frozen=True)
class RouteLaw:
    """The law of the time along a route: parts by stage, the share that visits each, and the shares that go on."""

    rows: int
    parts: Mapping[str, list[Part]]
    visits: Mapping[str, Column]
    transitions: Mapping[str, Mapping[str, Any]]
    """Stages in the order of the route."""
    convolved: bool

    @cached
    def moments(self) -> tuple[Column, Column, Column]:
        """Mean, variance and third central moment."""
        onward: dict[str, _Moments] = {}
        for stage in reversed(list(self.transitions)):
            here = _scaled(_sum([part.moments for part in self.parts[stage]]), self.visits[stage])
            following = [_scaled(onward[key], share) for key, share in self.transitions[stage].items()]
            if following:
                # of those that may follow one comes, so that moments add up by share
                later = (sum(column(moments[i]) for moments in following) for i in range(3))
                here = _sum([here, (column(next(later)), column(next(later)), column(next(later)))])
            onward[stage] = here
        first, second, third = onward[next(iter(self.transitions))]
        variance = np.maximum(second - first**2, 0.0)
        return first, variance, third - 3 * first * variance - first**3

    def quantile(self, probability: float) -> Column:
        """Give a quantile [h], in each row."""
        found = self._from_lattice(probability) if self.convolved else self.fitted(probability)
        return np.where(self._nothing >= probability, 0.0, found)

    @cached
    def _nothing(self) -> Column:
        """Probability that nothing along the route takes any time: units that pass all stages by."""
        onward: dict[str, Column] = {}
        for stage in reversed(list(self.transitions)):
            idle = np.ones(self.rows)
            for part in self.parts[stage]:
                idle = idle * np.where((part.least > 0) | (part.mean > 0), 1 - part.chance, 1.0)
            shares = self.transitions[stage]
            gone = 1 - sum((column(share) for share in shares.values()), np.zeros(1))
            after = sum((column(share) * onward[key] for key, share in shares.items()), gone)
            onward[stage] = (1 - self.visits[stage] * (1 - idle)) * after
        return onward[next(iter(self.transitions))]

    def fitted(self, probability: float) -> Column:
        """Give a quantile [h] without convolution, exact for one lognormal time after a least one.

        Take the law of `service_of` for the whole, the quantile of the mixture as a mean of the two quantiles.
        """
        whole_mean, least, whole, varies = self._whole
        excess, spread = np.where(varies, whole.mean, 1.0), np.where(varies, whole.variance, 1.0)
        quantile = excess * gamma_quantile(excess**2 / spread, probability)
        if np.any(whole.lognormal):
            from scipy import special

            width = np.sqrt(np.log1p(spread / excess**2))
            lognormal = excess * np.exp(width * special.ndtri(probability) - width**2 / 2)
            quantile = quantile + whole.lognormal * (lognormal - quantile)
        return column(np.where(varies, least + whole.least + quantile, whole_mean))

    @cached
    def _whole(self) -> tuple[Column, Column, Part, Flags]:
        """Mean of the whole time, its least value, the law of the rest, and where that varies."""
        whole_mean, variance, third, least = np.broadcast_arrays(*self.moments, self._least)
        mean = whole_mean - least
        some = mean > 0
        scv = np.where(some, variance, 0.0) / np.where(some, mean, 1.0) ** 2
        whole = service_of(Service(mean, scv, third + 3 * mean * variance + mean**3, mean < 0))
        return whole_mean, least, whole, np.asarray(whole.variance > 0)

    def _from_lattice(self, probability: float) -> Column:
        edges, mass = self.lattice
        below = np.cumsum(mass, axis=1)
        k = np.minimum((below < probability).sum(axis=1), CELLS - 1)
        rows = np.arange(mass.shape[0])
        inside, padded = mass[rows, k], np.pad(mass, ((0, 0), (1, 1)), mode="edge")
        wanted = np.maximum(probability - (below[rows, k] - inside), 0.0)
        # the density changes evenly inside a cell, as much as the cells beside it allow
        rise, fall = padded[rows, k + 2] - inside, inside - padded[rows, k]
        slope = np.where(rise * fall > 0, np.sign(rise) * np.minimum(np.abs(rise), np.abs(fall)), 0.0)
        at_start = np.maximum(inside - slope / 2, 1e-300)
        root = np.sqrt(np.maximum(at_start**2 + 2 * slope * wanted, 0.0))
        part = np.clip(2 * wanted / (at_start + root), 0.0, 1.0)
        least, step = edges
        return column(least + np.maximum(step * (k - 0.5 + part), 0.0))

    @cached
    def lattice(self) -> tuple[tuple[Column, Column], Column]:
        """Least times and lengths of cells, and the probabilities of the cells (row, cell)."""
        mean, variance, _ = (np.broadcast_to(value, self.rows) for value in self.moments)
        least = np.minimum(np.broadcast_to(self._least, self.rows), mean)
        length = mean - least + _DEVIATIONS * np.sqrt(variance)
        step = np.where(length > 0, length, 1.0) / CELLS
        mass = [self._cells(rows, step) for rows in _blocks(self.rows)]
        return (least, step), np.concatenate(mass)

    @cached
    def _least(self) -> Column:
        """What everybody needs at least: it is left out of the lattice, which is the finer for it."""
        if any(len(following) > 1 for following in self.transitions.values()):
            return np.zeros(self.rows)
        return column(sum(self._certain(stage, part) for stage in self._always for part in self.parts[stage]))

    @property
    def _always(self) -> list[str]:
        """List the stages that everybody reaches, up to the first that some leave at."""
        found = []
        for stage, following in self.transitions.items():
            found.append(stage)
            if not all(np.all(column(share) == 1) for share in following.values()):
                break
        return found

    def _certain(self, stage: str, part: Part) -> Column:
        return np.where((self.visits[stage] == 1) & (part.chance == 1), part.least, 0.0)

    def _cells(self, rows: slice, step: Column) -> Column:
        left_out = set() if not np.any(self._least) else set(self._always)
        h = step[rows, None]
        onward: dict[str, Transform] = {}
        for stage in reversed(list(self.transitions)):
            law: Transform = np.ones((1, CELLS + 1), np.complex128)
            for part in self.parts[stage]:
                law = law * self._transform(stage, part, rows, h, stage in left_out)
            visit = self._rows(self.visits[stage], rows)
            here = visit * law + 1 - visit
            shares = {key: self._rows(column(share), rows) for key, share in self.transitions[stage].items()}
            gone = 1 - sum(shares.values(), np.zeros((1, 1)))
            onward[stage] = here * sum((share * onward[key] for key, share in shares.items()), gone + 0j)
        mass = np.fft.irfft(onward[next(iter(self.transitions))], 2 * CELLS, axis=1)[:, :CELLS]
        mass = np.broadcast_to(np.maximum(mass, 0.0), (h.shape[0], CELLS))
        return np.asarray(mass / mass.sum(axis=1, keepdims=True))

    def _transform(self, stage: str, part: Part, rows: slice, h: Column, shortened: bool) -> Transform:
        taken = self._certain(stage, part) if shortened else np.zeros(self.rows)
        chance, least = self._rows(part.chance, rows), self._rows(part.least - taken, rows)
        law = _excess(self._excess_of(part, rows), h, uniform=part.uniform) * _shift(least / h)
        law = chance * law + 1 - chance
        if part.ladder is None or part.service is None or not np.any(part.ladder):
            return law
        ladder = self._rows(column(part.ladder), rows) > 0
        service = service_of(part.service)
        least = self._rows(service.least, rows)
        under_way = _equilibrium(least, self._excess_of(service, rows), h)
        busy = np.where(ladder, chance, 0.0)
        return np.where(ladder, (1 - busy) / (1 - busy * under_way), law)

    def _excess_of(self, part: Part, rows: slice) -> "_Excess":
        values = (part.mean, part.variance, column(part.lognormal))
        return _Excess(*(self._rows(value, rows) for value in values))

    def _rows(self, values: Column, rows: slice) -> Column:
        return np.broadcast_to(values, self.rows)[rows, None]


def _blocks(rows: int) -> list[slice]:
    return [slice(start, min(start + _ROWS_AT_ONCE, rows)) for start in range(0, rows, _ROWS_AT_ONCE)]


def _scaled(moments: _Moments, share: Any) -> _Moments:
    """Give the moments of a time that is met with some probability, else nothing."""
    met = column(share)
    if (met == 1).all():
        return moments
    return met * moments[0], met * moments[1], met * moments[2]


def _sum(moments: list[_Moments]) -> _Moments:
    """Add up independent times by their moments about zero."""
    first, second, third = moments[0] if moments else (column(0.0), column(0.0), column(0.0))
    for one, two, three in moments[1:]:
        third = third + 3 * (second * one + first * two) + three
        second = second + 2 * first * one + two
        first = first + one
    return first, second, third


def _edges(h: Column) -> Column:
    """Give the upper ends of the cells: cell k holds what is rounded to k."""
    return (np.arange(CELLS) + 0.5) * h


@dataclass(frozen=True, slots=True)
class _Excess:
    """A mixture of a gamma and a lognormal law; columns (row, 1)."""

    mean: Column
    variance: Column
    lognormal: Column

    def below(self, x: Column) -> Column:
        """Give the probability of at most x."""
        from scipy import special

        found = special.gammainc(self.mean**2 / self.variance, x * self.mean / self.variance)
        if np.any(self.lognormal > 0):
            width, logarithm = self._logarithms(x)
            found = found + self.lognormal * (special.ndtr(logarithm / width) - found)
        return column(found)

    def area(self, x: Column) -> Column:
        """Give the integral from 0 to x of the probability of more: E[min(X, x)]."""
        from scipy import special

        shape, scale = self.mean**2 / self.variance, self.variance / self.mean
        less = self.mean * special.gammainc(shape + 1, x / scale)
        if np.any(self.lognormal > 0):
            width, logarithm = self._logarithms(x)
            less = less + self.lognormal * (self.mean * special.ndtr(logarithm / width - width) - less)
        return column(less + x * (1 - self.below(x)))

    def _logarithms(self, x: Column) -> tuple[Column, Column]:
        """Give the deviation of the logarithm, and log(x) less the mean of the logarithm."""
        width = np.sqrt(np.log1p(self.variance / self.mean**2))
        return width, np.log(np.maximum(x, 1e-300) / self.mean) + width**2 / 2


def _excess(law: _Excess, h: Column, *, uniform: bool) -> Transform:
    """Give the transform of an excess, rounded to the lattice; where it hardly varies, of its mean."""
    varies = law.variance > 1e-6 * h**2
    mean, variance = np.where(varies, law.mean, 1.0), np.where(varies, law.variance, 1.0)
    x = _edges(h)
    below = np.minimum(x / (2 * mean), 1.0) if uniform else _Excess(mean, variance, law.lognormal).below(x)
    found: Transform = np.where(varies, _transformed(below), _shift(law.mean / h))
    return found


def _transformed(below: Column) -> Transform:
    """Transform the probabilities of the cells, given those of all up to each."""
    found: Transform = np.fft.rfft(np.diff(below, axis=1, prepend=0.0), 2 * CELLS, axis=1)
    return found


def _shift(cells: Column) -> Transform:
    """Give the transform of a constant: split between the two cells beside it, so that its mean is kept."""
    whole = np.floor(cells)
    angle = -1j * np.pi * np.arange(CELLS + 1) / CELLS
    found: Transform = np.exp(whole * angle) * (1 - (cells - whole) + (cells - whole) * np.exp(angle))
    return found


def _equilibrium(least: Column, law: _Excess, h: Column) -> Transform:
    r"""Give the transform of the rest of a service under way, of density P(S > x) / E[S].

    The wait of M/G/1 is a geometric sum of these (Pollaczek and Khinchine):
    :math:`(1 - \rho) / (1 - \rho \hat{S}_e)`.
    """
    x = _edges(h)
    varies = law.variance > 0
    safe = _Excess(np.where(varies, law.mean, 1.0), np.where(varies, law.variance, 1.0), law.lognormal)
    inside = np.where(varies, safe.area(np.maximum(x - least, 0.0)), 0.0)
    return _transformed((np.minimum(x, least) + inside) / (least + np.where(varies, law.mean, 0.0)))
