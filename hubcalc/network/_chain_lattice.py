"""The law of a sum of times, mixed over shocks that several of them share, on a lattice fine and long enough.

Each time is rounded to the lattice by the second differences of its limited mean: the mean is kept, the variance grows
by less than h^2 / 4 [1]. Sums are products of discrete Fourier transforms; shocks are a tree of branches, in which an
element is multiplied in as soon as all shocks that touch it are decided.

References
----------
1. Gerber, H. U. (1982). On the numerical evaluation of the distribution of aggregate claims and its stop-loss
   premiums. Insurance: Mathematics and Economics 1(1), 13-18. https://doi.org/10.1016/0167-6687(82)90016-6
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.cached import cached
from hubcalc.network._law_kinds import Floats
from hubcalc.network._time_law import TimeLaw

_FIRST_CELLS = 2**14
_SEARCH_CELLS = 2**10  # of the lattice on which its length is looked for
_MOST_CELLS = 2**18
_MOST_CELLS_OF_MANY_SHOCKS = 2**16  # the transforms of every combination of an element's shocks are kept
_MANY_SHOCKS = 4
_DEVIATIONS = 10.0  # beyond the mean, that the first lattice covers
_TAIL = 1e-6  # probability that may lie beyond the lattice, as long as it may grow

Transform = NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Branching:
    """What a shock does: its probability, and by element a factor of its time and a law that is added."""

    probability: float
    factors: dict[int, float]
    extra: dict[int, "Part"]

    def touches(self) -> set[int]:
        """Give the elements that it touches."""
        return set(self.factors) | set(self.extra)

    def within(self, elements: Sequence[int]) -> "Branching":
        """Give what it does to some elements."""
        return Branching(
            self.probability,
            {element: factor for element, factor in self.factors.items() if element in elements},
            {element: part for element, part in self.extra.items() if element in elements},
        )


@dataclass(frozen=True)
class Group:
    """Elements and the shocks that strike them, and no others: independent of the other groups."""

    elements: tuple[int, ...]
    laws: dict[int, TimeLaw]
    shocks: tuple[Branching, ...]

    @cached
    def moments(self) -> tuple[Floats, Floats, Floats]:
        """Probabilities of the combinations of shocks; means and variances by combination and element."""
        weights, means, variances = [], [], []
        for weight, struck in self.states():
            times = [[one.numbers for one in self.parts(element, struck)] for element in self.elements]
            weights.append(weight)
            means.append([sum(one[1] for one in parts) for parts in times])
            variances.append([sum(one[2] for one in parts) for parts in times])
        return np.array(weights), np.array(means), np.array(variances)

    @cached
    def least(self) -> tuple[float, float]:
        """Least time of all elements together, and its probability."""
        found = []
        for weight, struck in self.states():
            times = [one.numbers for element in self.elements for one in self.parts(element, struck)]
            found.append((sum(one[0] for one in times), weight * float(np.prod([one[3] for one in times]))))
        least = min(hours for hours, _ in found)
        return least, sum(share for hours, share in found if hours <= least * (1 + 1e-12))

    def states(self) -> Iterator[tuple[float, tuple[bool, ...]]]:
        """Give each combination of shocks that can be, with its probability."""
        for number in range(2 ** len(self.shocks)):
            struck = tuple(bool(number >> place & 1) for place in range(len(self.shocks)))
            chances = (s.probability if on else 1 - s.probability for s, on in zip(self.shocks, struck, strict=True))
            weight = float(np.prod(list(chances)))
            if weight > 0:
                yield weight, struck

    def parts(self, element: int, struck: Sequence[bool]) -> list["Part"]:
        """Give what the time at an element is the sum of, given which of the first shocks strike."""
        factor, added = 1.0, []
        for shock, on in zip(self.shocks, struck, strict=False):
            if on:
                factor *= shock.factors.get(element, 1.0)
                added += [shock.extra[element]] if element in shock.extra else []
        scaled = self._known.get((element, factor))
        if scaled is None:
            law = self.laws[element]
            scaled = self._known[element, factor] = Part(law if factor == 1.0 else law.scaled(factor))
        return [scaled, *added]

    @cached
    def _known(self) -> dict[tuple[int, float], "Part"]:
        """Keep the elements' times by element and factor."""
        return {}


@dataclass(frozen=True)
class Part:
    """A law of a time, of which the numbers are computed once."""

    law: TimeLaw

    @cached
    def numbers(self) -> tuple[float, float, float, float]:
        """Least time, mean, variance, and probability of the least time."""
        law = self.law
        return law.least_hours, law.mean_hours, law.variance_hours2, law.share_at(law.least_hours)


@dataclass(frozen=True, slots=True)
class Lattice:
    """Probabilities of the points least + k step; the last holds all that lies beyond, too."""

    least_hours: float
    step_hours: float
    shares: Floats
    beyond: float
    """Probability of more than the last point."""

    def curve(self) -> tuple[Floats, Floats]:
        """Give points of the distribution function: up to the middle between two points of the lattice it is exact."""
        edges = self.least_hours + self.step_hours * (np.arange(len(self.shares) + 1) - 0.5)
        return np.asarray(edges, np.float64), np.concatenate([[0.0], np.cumsum(self.shares)])


def groups_of(laws: Sequence[TimeLaw], shocks: Sequence[Branching], *, common: bool) -> list[Group]:
    """Part elements into groups that share shocks; where shocks are not common, each element is its own."""
    groups: list[set[int]] = [{element} for element in range(len(laws))]
    for shock in shocks if common else ():
        joined = [group for group in groups if group & shock.touches()]
        groups = [group for group in groups if not group & shock.touches()] + [set().union(*joined)]
    return [_group(tuple(sorted(elements)), laws, shocks) for elements in groups if elements]


def _group(elements: tuple[int, ...], laws: Sequence[TimeLaw], shocks: Sequence[Branching]) -> Group:
    """Give a group: its laws, and what each shock that touches it does to it."""
    own = [shock.within(elements) for shock in shocks if shock.touches() & set(elements)]
    return Group(elements, {element: laws[element] for element in elements}, tuple(own))


def lattice_of(groups: Sequence[Group], mean: float, deviation: float) -> Lattice:
    """Give the law of the sum on a lattice so long that next to nothing lies beyond it."""
    least = sum(group.least[0] for group in groups)
    many = max(len(group.shocks) for group in groups) > _MANY_SHOCKS
    most = (_MOST_CELLS_OF_MANY_SHOCKS if many else _MOST_CELLS) // _FIRST_CELLS
    length, times = max(mean - least, 0.0) + _DEVIATIONS * deviation, 1
    while times < most and _beyond(_mass(groups, length * times, _SEARCH_CELLS)) > _TAIL:
        times *= 2
    cells = _FIRST_CELLS * times
    mass = _mass(groups, length * times, cells)
    shares, beyond = mass[:cells].copy(), _beyond(mass)
    shares[-1] += beyond
    return Lattice(least, length / _FIRST_CELLS, shares, beyond)


def _mass(groups: Sequence[Group], length: float, cells: int) -> Floats:
    """Give the probabilities of twice as many points as the lattice has."""
    whole: Transform = np.ones(cells + 1, np.complex128)
    for group in groups:
        whole = whole * _Tree(group, length / cells, cells).transform()
    mass = np.maximum(np.fft.irfft(whole, 2 * cells), 0.0)
    return np.asarray(mass / np.sum(mass))


def _beyond(mass: Floats) -> float:
    """Give the probability of the second half of the points."""
    return float(np.sum(mass[len(mass) // 2 :]))


class _Tree:
    """Transforms of a group's elements on one lattice, and their product over the branches of its shocks."""

    def __init__(self, group: Group, step: float, cells: int) -> None:
        self.group, self.step, self.cells = group, step, cells
        self.known: dict[int, Transform] = {}  # by the identity of parts, which the group keeps
        last = {element: place for place, shock in enumerate(group.shocks) for element in shock.touches()}
        self.decided = [[element for element, at in last.items() if at == place] for place in range(len(group.shocks))]
        self.free = [element for element in group.elements if element not in last]

    @cached
    def angle(self) -> Transform:
        """Angles of the transform of one point; only what is shifted needs them."""
        return np.asarray(-1j * np.pi * np.arange(self.cells + 1) / self.cells, np.complex128)

    def transform(self) -> Transform:
        """Give the transform of the group's time beyond its least."""
        product, offset = self._times(self.free, ())
        return product * self._branch((), offset - self.group.least[0])

    def _branch(self, struck: tuple[bool, ...], offset: float) -> Transform:
        """Give the transform of what the shocks not yet decided touch, and of the least times so far."""
        place = len(struck)
        if place == len(self.group.shocks):
            return self._shift(offset)
        found: Transform = np.zeros(self.cells + 1, np.complex128)
        chance = self.group.shocks[place].probability
        for on, weight in ((False, 1 - chance), (True, chance)):
            if weight > 0:
                product, least = self._times(self.decided[place], (*struck, on))
                found += weight * product * self._branch((*struck, on), offset + least)
        return found

    def _times(self, elements: Sequence[int], struck: tuple[bool, ...]) -> tuple[Transform, float]:
        """Multiply the transforms of elements beyond their least times; give the sum of those, too."""
        product: Transform = np.ones(self.cells + 1, np.complex128)
        offset = 0.0
        for element in elements:
            for part in self.group.parts(element, struck):
                offset += part.numbers[0]
                if part.numbers[2] > 0:
                    product = product * self._excess(part)
        return product, offset

    def _excess(self, part: Part) -> Transform:
        """Give the transform of a time beyond its least, computed once."""
        known = self.known.get(id(part))
        if known is None:
            known = self.known[id(part)] = self._rounded(part.law)
        return known

    def _rounded(self, law: TimeLaw) -> Transform:
        """Give the transform of a time beyond its least, rounded so that the mean is kept."""
        limited = law.limited_mean_beyond(law.least_hours, self.step * np.arange(self.cells + 1.0)) / self.step
        rise = np.diff(limited)  # of E[min(X, x)]: the mean probability of more in each cell
        shares = -np.diff(rise, prepend=1.0, append=0.0)
        found: Transform = np.fft.rfft(shares, 2 * self.cells)
        return found

    def _shift(self, hours: float) -> Transform:
        """Give the transform of a constant, split between the two points beside it."""
        points = max(hours, 0.0) / self.step
        if points == 0:
            return np.ones(self.cells + 1, np.complex128)
        whole = np.floor(points)
        found: Transform = np.exp(whole * self.angle) * (1 + (points - whole) * (np.exp(self.angle) - 1))
        return found
