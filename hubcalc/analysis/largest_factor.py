"""The largest multiple of the flows that still meets a target, in each of many scenarios.

What is asked of a factor over what is wanted, its strain, grows with the factor and without bound towards saturation,
about as x / (1 - x) with x the share of the factor at saturation. So the logarithm of the strain is nearly straight in
y = log(x / (1 - x)), and y is looked for as a function of it: through the last points by inverse interpolation, inside
a bracket that each point narrows, and by halving that where interpolation leaves it or does not get on.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.methods import Column, Flags

Strain = Callable[[Column], Column]
"""What is asked of a factor, over what is wanted."""

_MOST_STEPS = 100
_KEPT = 4
"""Points that the interpolation takes."""
_HALVED_EVERY = 4
"""Steps after which a bracket is halved that interpolation has not made half as long, or closed by its unknown end."""
_TOLERANCE = 1e-10
_ROUNDING, _NEAR = 1e-13, 1e-8
_LEAST, _MOST = float(np.log(1e-9)), float(-np.log(1e-12))
"""Of y: next to no flow, and saturation."""
_FIRST = float(np.log(0.85 / 0.15))


def largest_factor(
    strain: Strain,
    upper: Column,
    strain_of: Callable[[NDArray[np.intp]], Strain] | None = None,
    known: Column | None = None,
    *,
    rises: bool = True,
) -> Column:
    """Find the largest factor below `upper` whose strain, such as wait over target, is at most 1, in each row.

    Rows need not wait for the slowest: `strain_of` gives the strain of those that are left. `known` is the strain at
    the factor 1, where the caller has it. Where units wait for others to come, the strain need not rise with the factor
    and `rises` is false: then 0 is given where next to no flow does not meet the target.
    """
    found = np.zeros(upper.size)
    search = _Search(upper, None if known is None else np.broadcast_to(known, upper.shape))
    if not rises:
        search.settle_at_least(strain)
    rows = np.arange(upper.size)
    for _ in range(_MOST_STEPS):
        if strain_of is not None and np.count_nonzero(search.met) >= search.met.size / 3:
            left = np.flatnonzero(~search.met)
            rows = rows[left]
            if rows.size == 0:
                break
            search, strain = search.taken(left), strain_of(rows)
        elif search.met.all():
            break
        search.step(strain)
        found[rows] = search.factor
    return found


class _Search:
    """Where the factor lies in some rows."""

    def __init__(self, upper: Column, known: Column | None) -> None:
        self.upper = upper
        rows = upper.size
        self.low, self.high = np.full(rows, _LEAST), np.full(rows, _MOST)
        self.low_known, self.high_known = np.zeros(rows, bool), np.zeros(rows, bool)
        self.points = np.full((_KEPT, rows), np.nan)
        self.values = np.full((_KEPT, rows), np.nan)
        self.met = np.zeros(rows, bool)
        self.result = np.full(rows, np.nan)
        self.length = np.full(rows, np.inf)
        self.steps = 0
        self.next = np.full(rows, _FIRST)
        if known is not None:
            self._start(known)

    def taken(self, rows: NDArray[np.intp]) -> "_Search":
        """Give the search in some of the rows."""
        part = object.__new__(_Search)
        for name, value in vars(self).items():
            setattr(part, name, value[..., rows] if isinstance(value, np.ndarray) else value)
        return part

    @property
    def factor(self) -> Column:
        """The best that is known of the factor."""
        y = np.where(self.met, self.result, self.low)
        share = np.where(y >= _MOST, 1.0, np.where(y < _LEAST, 0.0, _share(y)))
        return np.asarray(share * self.upper)

    def _start(self, known: Column) -> None:
        """Begin with what is known of the factor 1, where that is below saturation."""
        share = 1 / self.upper
        inside = (share > 1e-9) & (share < 1 - 1e-9) & np.isfinite(known) & (known > 0)
        safe = np.where(inside, share, 0.5)
        self._note(np.log(safe / (1 - safe)), np.where(inside, np.log(np.where(inside, known, 1.0)), np.nan), inside)
        self.next = self._following()

    def settle_at_least(self, strain: Strain) -> None:
        """Give up rows where next to no flow does not meet the target."""
        self.met = ~(strain(_share(np.full_like(self.next, _LEAST)) * self.upper) <= 1)
        self.result = np.where(self.met, -np.inf, self.result)

    def step(self, strain: Strain) -> None:
        """Try the next factor in each row."""
        y = self.next
        with np.errstate(divide="ignore"):
            value = np.log(strain(_share(y) * self.upper))
        value = np.where(np.isnan(value), np.inf, value)
        at_ends = (self.low >= y) & ~self.low_known, (self.high <= y) & ~self.high_known
        never, always = at_ends[0] & (value > 0), at_ends[1] & (value <= 0)
        settled = (never | always | (np.abs(value) <= _ROUNDING)) & ~self.met
        self.result = np.where(settled, np.where(never, -np.inf, np.where(always, np.inf, y)), self.result)
        self.met = self.met | settled
        self._note(y, value, ~self.met)
        self.steps += 1
        self.next = self._following()
        short = (self.high - self.low <= _TOLERANCE) & self.low_known & self.high_known & ~self.met
        self.result = np.where(short, self.low, self.result)
        self.met = self.met | short

    def _note(self, y: Column, value: Column, where: Flags) -> None:
        """Keep a point, and narrow the bracket."""
        beyond, within = where & (value > 0), where & (value <= 0)
        self.high, self.high_known = np.where(beyond, y, self.high), self.high_known | beyond
        self.low, self.low_known = np.where(within, y, self.low), self.low_known | within
        usable = where & np.isfinite(value)
        for line, new in ((self.points, y), (self.values, value)):
            line[1:] = np.where(usable, line[:-1], line[1:])
            line[0] = np.where(usable, new, line[0])

    def _following(self) -> Column:
        """Give the next place to look at; where two interpolations agree, the last one is what is looked for."""
        guess, before = _interpolated(self.points, self.values)
        known = self.low_known & self.high_known
        inside = (guess > self.low) & (guess < self.high)
        # where the wait has a kink, two interpolations may agree by chance as long as points are far from it
        near = np.abs(self.values[0] * self.values[1]) <= _NEAR
        agreed = inside & near & (np.abs(guess - before) <= _TOLERANCE) & ~self.met
        self.result = np.where(agreed, guess, self.result)
        self.met = self.met | agreed
        middle = (self.low + self.high) / 2
        # an end that has not been looked at is, once a guess lies beyond it
        end = np.where(guess >= self.high, self.high, np.where(guess <= self.low, self.low, middle))
        unknown = np.where(guess >= self.high, ~self.high_known, (guess <= self.low) & ~self.low_known)
        other = np.where(unknown, end, middle)
        if self.steps % _HALVED_EVERY == _HALVED_EVERY - 1:
            # a strain that hardly changes has its last point at an end that is not known yet
            slow = ~known | (self.high - self.low > self.length / 2)
            self.length = np.where(known, self.high - self.low, self.length)
            inside = inside & ~slow
            other = np.where(known, other, np.where(self.high_known, self.low, self.high))
        return np.where(inside, guess, other)


def _share(y: Column) -> Column:
    return 1 / (1 + np.exp(-y))


def _interpolated(points: Column, values: Column) -> tuple[Column, Column]:
    """Give y at the value 0 through as many points as there are, by Neville's rule, and through one less.

    Through one point alone y changes as much as the logarithm of the strain.
    """
    columns = list(points)
    best, before = points[0] - values[0], np.full(points[0].shape, np.nan)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        for order in range(1, len(columns)):
            columns = [
                (values[i] * columns[i + 1] - values[i + order] * columns[i]) / (values[i] - values[i + order])
                for i in range(len(columns) - 1)
            ]
            fine = np.isfinite(columns[0])
            best, before = np.where(fine, columns[0], best), np.where(fine, best, before)
    return best, before
