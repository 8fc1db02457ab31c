"""Delays that are known at some flows, as a queueing analysis gives them: flat at first, then steep."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive, whole_between
from hubcalc.errors import ArgumentError, Problem


def spare_grid(points: int, last: float = 0.98) -> FloatArray:
    r"""Give utilizations from 0 to `last` at which a queue's delay is best tabulated.

    Parameters
    ----------
    points : int
        Number of utilizations, 2 or more. [1]
    last : float, optional
        The greatest, above 0 and below 1. [1]

    Returns
    -------
    ndarray, shape (points,)
        Utilizations whose spare capacities :math:`1 - \rho` fall by one factor from each to the next. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    Waits grow like :math:`1 / (1 - \rho)`, so that they grow by one factor from point to point, and the relative error
    in between is the same everywhere.

    Examples
    --------
    >>> spare_grid(3, 0.99).round(6).tolist()
    [0.0, 0.9, 0.99]
    """
    count = int(whole_between("points", points, 2, 10_000))
    greatest = float(positive("last", last))
    if greatest >= 1.0:
        raise ArgumentError.of(Problem("out of range", parameter="last", given=last, allowed="above 0, below 1"))
    return np.asarray(-np.expm1(np.log1p(-greatest) * np.arange(count) / (count - 1)))


class TabulatedDelays:
    r"""Mean delays between the points of a table, and beyond its end by the backlog of an overload.

    Parameters
    ----------
    flows_per_day : array_like, shape (points,) or (links, points)
        Flows of the table, from 0, rising; the last one stands for the capacity. [link units/day]
    delay_hours : array_like, shape (links, points)
        Mean delay at these flows, not falling. [h]
    horizon_hours : array_like
        How long an overload lasts, for each link or for all. [h]

    Raises
    ------
    ArgumentError
        If the table does not rise, or an argument is out of its range.

    Notes
    -----
    Inside the table: a quadratic spline with continuous slope and one further knot in each interval [1]_, its slopes
    at the points the harmonic means of those of the neighboring chords [2]_. It does not fall, and it is convex where
    the table is, since each slope then lies between those of the chords. Integral and slope are exact.

    Beyond the last flow :math:`v_n` there is no steady state, but there is a horizon H. A fluid's backlog grows at
    the rate :math:`v - v_n` all the time; who comes at time t waits :math:`(v - v_n) t / v_n` for it, which is on the
    average over those who are served within the horizon, the last of whom came at :math:`H v_n / v` [3]_,

    .. math:: t(v) = t(v_n) + \frac{H}{2} \frac{v - v_n}{v}

    It is continuous, rises up to :math:`H / 2`, and its total :math:`v\, t(v)` is a straight line. If the table ends
    below the capacity c, the delay of the overload is over-stated by at most :math:`H (1 - v_n / c) / 2`.

    Examples
    --------
    A queue M/M/1 with a service time of an hour, at most 24 a day, and an overload that lasts for ten days:

    >>> load = spare_grid(30, 0.98)
    >>> queue = TabulatedDelays(24 * load, [load / (1 - load)], 240.0)
    >>> queue.hours(np.array([12.0])).round(2).tolist(), queue.hours(np.array([48.0])).round(1).tolist()
    ([1.0], [110.2])

    References
    ----------
    .. [1] L. L. Schumaker (1983), "On shape preserving quadratic spline interpolation", SIAM Journal on Numerical
       Analysis 20(4), 854-864, doi:10.1137/0720057.
    .. [2] F. N. Fritsch, J. Butland (1984), "A method for constructing local monotone piecewise cubic interpolants",
       SIAM Journal on Scientific and Statistical Computing 5(2), 300-304, doi:10.1137/0905021.
    .. [3] G. F. Newell (1982), Applications of Queueing Theory, 2nd ed., Chapman and Hall, chapter 2,
       doi:10.1007/978-94-009-5970-5.
    """

    def __init__(self, flows_per_day: ArrayLike, delay_hours: ArrayLike, horizon_hours: ArrayLike) -> None:
        delays = np.atleast_2d(non_negative("delay_hours", delay_hours))
        grid = np.atleast_2d(non_negative("flows_per_day", flows_per_day))
        if grid.shape[-1] != delays.shape[-1] or grid.shape[0] not in (1, delays.shape[0]) or grid.shape[-1] < 2:
            message = f"shapes {grid.shape} of flows_per_day and {delays.shape} of delay_hours do not fit together"
            raise ArgumentError.of(Problem(message, allowed="(links, points), 2 points or more"))
        grid = np.broadcast_to(grid, delays.shape)
        _rising("flows_per_day", grid, strictly=True)
        _rising("delay_hours", delays, strictly=False)
        if np.any(grid[:, 0] > 0.0):
            first = float(grid[:, 0].max())
            raise ArgumentError.of(Problem("starts above 0", parameter="flows_per_day", given=first, allowed="from 0"))
        self._table = grid, delays
        self._horizon = np.broadcast_to(positive("horizon_hours", horizon_hours), delays.shape[:1])
        self._knots, self._slopes = _spline_slopes(grid, delays)
        steps = np.diff(self._knots)
        rises = (self._slopes[:, 1:] + self._slopes[:, :-1]) / 2.0 * steps
        self._values = delays[:, :1] + np.hstack([np.zeros_like(steps[:, :1]), np.cumsum(rises, axis=1)])
        bends = np.diff(self._slopes) * steps**2 / 6.0
        areas = self._values[:, :-1] * steps + self._slopes[:, :-1] * steps**2 / 2.0 + bends
        self._areas = np.hstack([np.zeros_like(steps[:, :1]), np.cumsum(areas, axis=1)])
        self._rows = np.arange(delays.shape[0])

    @property
    def links(self) -> int:
        """Number of links."""
        return self._rows.size

    def hours(self, flows: FloatArray) -> FloatArray:
        """Compute the mean delays [h]."""
        at, past, width, bend = self._places(flows)
        inside = self._values[self._rows, at] + past * (self._slopes[self._rows, at] + bend / 2.0 * past / width)
        last = self._knots[:, -1]
        beyond = self._horizon / 2.0 * np.maximum(flows - last, 0.0) / np.maximum(flows, last)
        return np.asarray(inside + beyond)

    def integral(self, flows: FloatArray) -> FloatArray:
        """Compute the integrals of the delays from flow 0 [h units/day]."""
        at, past, width, bend = self._places(flows)
        inside = self._areas[self._rows, at] + past * (
            self._values[self._rows, at] + past / 2.0 * (self._slopes[self._rows, at] + bend / 3.0 * past / width)
        )
        last = self._knots[:, -1]
        over, most = np.maximum(flows - last, 0.0), np.maximum(flows, last)
        beyond = (self._values[:, -1] + self._horizon / 2.0) * over - self._horizon / 2.0 * last * np.log(most / last)
        return np.asarray(inside + beyond)

    def slope(self, flows: FloatArray) -> FloatArray:
        """Compute the rises of the delays with the flow [h/(unit/day)]."""
        at, past, width, bend = self._places(flows)
        inside = self._slopes[self._rows, at] + bend * past / width
        last = self._knots[:, -1]
        beyond = self._horizon / 2.0 * last / np.maximum(flows, last) ** 2
        return np.asarray(np.where(flows > last, beyond, inside))

    def error_bounds_hours(self) -> FloatArray:
        """Bound the error in each interval of the table, if the true delay is convex, as waits in queues are.

        Returns
        -------
        ndarray, shape (links, points - 1)
            Largest distance from the delay [h].

        Notes
        -----
        A convex function that does not fall lies below its chord, and above the chords of the neighboring intervals,
        prolonged; so do the true delay and the interpolated one. The bound is the greatest height in between.
        """
        grid, delays = self._table
        step, chord = np.diff(grid), np.diff(delays) / np.diff(grid)
        before = np.hstack([np.zeros_like(chord[:, :1]), chord[:, :-1]])
        after = np.hstack([chord[:, 1:], np.full_like(chord[:, :1], np.inf)])
        low, high = np.maximum(chord - before, 0.0), np.maximum(after - chord, 0.0)
        with np.errstate(invalid="ignore"):  # inf / inf in the last interval: the triangle ends at its last point
            share = np.where(np.isinf(high), 1.0, high / np.where(low + high > 0.0, low + high, 1.0))
        return np.asarray(low * share * step)

    def _places(self, flows: FloatArray) -> tuple[np.ndarray, FloatArray, FloatArray, FloatArray]:
        """Find the knot below each flow, how far past it, how wide the interval, how much the slope rises in it."""
        inside = np.minimum(flows, self._knots[:, -1])
        at = np.minimum((self._knots[:, 1:] <= inside[:, None]).sum(axis=1), self._knots.shape[1] - 2)
        low, high = self._knots[self._rows, at], self._knots[self._rows, at + 1]
        bend = self._slopes[self._rows, at + 1] - self._slopes[self._rows, at]
        return at, inside - low, high - low, bend


def _spline_slopes(grid: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the knots of the spline, those of the table and one between any two, and the slopes there."""
    step = np.diff(grid)
    chord = np.diff(values) / step
    total = chord[:, :-1] + chord[:, 1:]
    slopes = np.zeros_like(values)
    slopes[:, 1:-1] = 2.0 * chord[:, :-1] * chord[:, 1:] / np.where(total > 0.0, total, 1.0)
    # at the ends the slope that makes the first and the last interval one parabola, if it does not fall there
    slopes[:, 0] = np.clip(2.0 * chord[:, 0] - slopes[:, 1], 0.0, None) if chord.shape[1] > 1 else chord[:, 0]
    slopes[:, -1] = np.clip(2.0 * chord[:, -1] - slopes[:, -2], 0.0, None) if chord.shape[1] > 1 else chord[:, 0]
    left, right = chord - slopes[:, :-1], slopes[:, 1:] - chord
    same_way = (left * right > 0.0) & (np.abs(left + right) > 1e-12 * chord)
    # where the slopes lie on both sides of the chord's, the knot is put where the slope is the chord's
    share = np.where(same_way, right / np.where(same_way, left + right, 1.0), 0.5)
    share = np.clip(share, 1e-6, 1.0 - 1e-6)
    middle = 2.0 * chord - (share * slopes[:, :-1] + (1.0 - share) * slopes[:, 1:])
    knots, bends = np.empty((values.shape[0], 2 * values.shape[1] - 1)), np.empty((values.shape[0], 0))
    bends = np.empty_like(knots)
    knots[:, ::2], bends[:, ::2] = grid, slopes
    knots[:, 1::2], bends[:, 1::2] = grid[:, :-1] + share * step, np.maximum(middle, 0.0)
    return knots, bends


def _rising(name: str, table: FloatArray, *, strictly: bool) -> None:
    """Refuse a table whose rows fall, or stay where they should rise."""
    steps = np.diff(table)
    wrong = np.argwhere(steps <= 0.0 if strictly else steps < 0.0)
    if wrong.size:
        link, point = (int(number) for number in wrong[0])
        given = table[link, point : point + 2].tolist()
        message = f"link {link}: {given[1]:g} follows {given[0]:g}"
        raise ArgumentError.of(Problem(message, parameter=name, given=given, allowed="rising rows"))
