"""Two streams that are matched item by item, neither of which need be Poisson."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, positive, whole_between
from hubcalc.queueing.phase_type import PhaseType

_MOST_ROOM = 10_000
_LARGE = 1e100


@dataclass(frozen=True, slots=True, eq=False)
class MatchedRenewals:
    """Columns of matched streams, by side.

    Attributes
    ----------
    first_blocking : ndarray
        Share of the first stream that finds its room full and is turned away. [1]
    second_blocking : ndarray
        Share of the second stream that finds its room full and is turned away. [1]
    first_wait_mean_hours : ndarray
        Mean wait of those of the first stream that are admitted. [h]
    second_wait_mean_hours : ndarray
        Mean wait of those of the second stream that are admitted. [h]
    first_waits : ndarray
        Share of the admitted of the first stream that have to wait. [1]
    second_waits : ndarray
        Share of the admitted of the second stream that have to wait. [1]
    first_awaited_scv : ndarray
        Squared coefficient of variation of the number of the second stream that an admitted of the first waits for. [1]
    second_awaited_scv : ndarray
        The same of the other side. [1]
    """

    first_blocking: FloatArray
    second_blocking: FloatArray
    first_wait_mean_hours: FloatArray
    second_wait_mean_hours: FloatArray
    first_waits: FloatArray
    second_waits: FloatArray
    first_awaited_scv: FloatArray
    second_awaited_scv: FloatArray


def match_two_renewals(first: PhaseType, second: PhaseType, first_room: int, second_room: int) -> MatchedRenewals:
    r"""Match two renewal streams item by item, at once, with room for some of either to wait for the other.

    Parameters
    ----------
    first : PhaseType
        Intervals between arrivals of the first stream, one law or a column of them. [h]
    second : PhaseType
        Intervals of the second stream, as many laws. [h]
    first_room : int
        Most of the first stream that wait; who finds it full is turned away. [1]
    second_room : int
        Most of the second stream that wait. [1]

    Returns
    -------
    MatchedRenewals
        Blocking, waits and shares of those who wait.

    Raises
    ------
    ArgumentError
        If a room is out of its range.

    Notes
    -----
    The first stream waiting less the second is the level of a finite chain, the phases of which are those of both
    intervals [1]_; its balance is solved level by level. Waits follow by Little's law. With Poisson streams it is
    `match_two_streams`.

    Examples
    --------
    Four tracks of one gauge, three of the other; of Poisson trains 12.5 % are turned away, of Erlang-4 trains

    >>> from hubcalc.queueing import fit_two_moments
    >>> trains = fit_two_moments(1.0, 0.25)
    >>> round(float(match_two_renewals(trains, trains, 4, 3).first_blocking), 3)
    0.036

    References
    ----------
    .. [1] M. F. Neuts (1981), Matrix-Geometric Solutions in Stochastic Models, Johns Hopkins University Press.
    """
    own = int(whole_between("first_room", first_room, 0, _MOST_ROOM))
    other = int(whole_between("second_room", second_room, 0, _MOST_ROOM))
    shape = first.initial.shape[:-1]
    a, c, t = _parts(first)
    b, d, u = _parts(second)
    here, there = np.eye(a.shape[1])[None], np.eye(b.shape[1])[None]
    up, down = _kron(t[:, :, None] * a[:, None], there), _kron(here, u[:, :, None] * b[:, None])
    levels = _balance(_kron(c, there) + _kron(here, d), up, down, own + other)
    ups, downs = (np.einsum("krp,rpq->kr", levels, moves) for moves in (up, down))
    state, mass = np.arange(-other, own + 1.0)[:, None], levels.sum(axis=2)
    admitted, taken = ups[:-1].sum(axis=0), downs[1:].sum(axis=0)
    found = (
        ups[-1] / ups.sum(axis=0),
        downs[0] / downs.sum(axis=0),
        (mass * np.maximum(state, 0)).sum(axis=0) / admitted,
        (mass * np.maximum(-state, 0)).sum(axis=0) / taken,
        ups[other:-1].sum(axis=0) / admitted,
        downs[1 : other + 1].sum(axis=0) / taken,
        _awaited_scv(ups[:-1], state[:-1] + 1, admitted),
        _awaited_scv(downs[1:], 1 - state[1:], taken),
    )
    return MatchedRenewals(*(column.reshape(shape) for column in found))


def _awaited_scv(weights: FloatArray, number: FloatArray, total: FloatArray) -> FloatArray:
    """Return the scv of the number awaited, 0 where it is negative: someone waits already."""
    awaited = np.maximum(number, 0)
    mean, square = ((weights * awaited**power).sum(axis=0) / total for power in (1, 2))
    some = mean > 0.0
    return np.where(some, square / np.where(some, mean, 1.0) ** 2 - 1.0, 0.0)


def _parts(law: PhaseType) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return stacks of initial vectors, subgenerators and exit rates."""
    phases = law.initial.shape[-1]
    generator = law.subgenerator.reshape(-1, phases, phases)
    return law.initial.reshape(-1, phases), generator, -generator.sum(axis=2)


def _kron(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the Kronecker products of two stacks of square matrices."""
    size = one.shape[1] * other.shape[1]
    return np.asarray((one[:, :, None, :, None] * other[:, None, :, None, :]).reshape(-1, size, size))


def _balance(local: FloatArray, up: FloatArray, down: FloatArray, room: int) -> FloatArray:
    """Return the law of levels and phases: each level is the one below times a ratio, found from the top."""
    ratios: list[FloatArray] = []
    inner = local + up  # at the top an arrival of the first stream changes its phase only
    for _ in range(room):
        ratios.insert(0, -up @ np.linalg.inv(inner))
        inner = local + ratios[0] @ down
    levels = [_stationary(inner + down)]
    for ratio in ratios:
        levels.append(np.einsum("rp,rpq->rq", levels[-1], ratio))
        if np.any(levels[-1] > _LARGE):
            scale = 1.0 / levels[-1].sum(axis=1, keepdims=True)
            levels = [level * scale for level in levels]
    law = np.asarray(levels)
    return np.asarray(law / law.sum(axis=(0, 2))[None, :, None])


def _stationary(generator: FloatArray) -> FloatArray:
    """Return the stationary laws of a stack of irreducible generators."""
    system = np.swapaxes(generator, 1, 2).copy()
    system[:, -1] = 1.0  # one balance equation follows from the others
    right = np.zeros((*system.shape[:2], 1))
    right[:, -1] = 1.0
    return np.asarray(np.linalg.solve(system, right)[:, :, 0])


def matched_wait_second_moment_hours2(
    first_per_hour: ArrayLike, second_per_hour: ArrayLike, first_room: ArrayLike, second_room: ArrayLike
) -> FloatArray:
    r"""Compute the second moment of the wait of the first of two Poisson streams that are matched.

    Parameters
    ----------
    first_per_hour : array_like
        Rate of the first stream. [1/h]
    second_per_hour : array_like
        Rate of the second stream. [1/h]
    first_room : array_like
        Most of the first stream that wait, a whole number. [1]
    second_room : array_like
        Most of the second stream that wait, a whole number. [1]

    Returns
    -------
    ndarray
        Mean of the squared wait of those that are admitted. [h2]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    Who finds d >= 0 of its own waiting waits for d + 1 of the others, Erlang with :math:`E[W^2] = (d+1)(d+2) / \mu^2`.

    Examples
    --------
    >>> float(matched_wait_second_moment_hours2(1.0, 1.0, 1, 0))
    2.0
    """
    mass, _, square = _admitted(first_per_hour, second_per_hour, first_room, second_room)
    rate = positive("second_per_hour", second_per_hour)
    return np.asarray(np.divide(square, mass, out=np.zeros_like(mass), where=mass > 0.0) / rate**2)


def matched_wait_probability(
    first_per_hour: ArrayLike, second_per_hour: ArrayLike, first_room: ArrayLike, second_room: ArrayLike
) -> FloatArray:
    r"""Compute the share of the admitted of the first of two matched Poisson streams that have to wait.

    Parameters
    ----------
    first_per_hour : array_like
        Rate of the first stream. [1/h]
    second_per_hour : array_like
        Rate of the second stream. [1/h]
    first_room : array_like
        Most of the first stream that wait, a whole number. [1]
    second_room : array_like
        Most of the second stream that wait, a whole number. [1]

    Returns
    -------
    ndarray
        Probability that none of the others is waiting; 0 where nobody is admitted to wait. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    Four tracks of one gauge, three of the other:

    >>> round(float(matched_wait_probability(1.0, 1.0, 4, 3)), 6)
    0.571429
    """
    mass, waiting, _ = _admitted(first_per_hour, second_per_hour, first_room, second_room)
    return np.asarray(np.divide(waiting, mass, out=np.zeros_like(mass), where=mass > 0.0))


def _admitted(
    first_per_hour: ArrayLike, second_per_hour: ArrayLike, first_room: ArrayLike, second_room: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Sum over the states that admit: their weights, those of states of waiting, and these times (d + 1)(d + 2)."""
    one, two, own, other = broadcast(
        first_per_hour=positive("first_per_hour", first_per_hour),
        second_per_hour=positive("second_per_hour", second_per_hour),
        first_room=whole_between("first_room", first_room, 0, _MOST_ROOM),
        second_room=whole_between("second_room", second_room, 0, _MOST_ROOM),
    )
    logs = np.log(one) - np.log(two)
    shift = np.maximum(logs * (own - 1.0), -logs * other)  # the largest weight is 1
    mass, waiting, square = np.zeros((3, *logs.shape))
    with np.errstate(under="ignore"):
        for d in range(-int(other.max(initial=0.0)), int(own.max(initial=0.0))):
            weight = np.where((d >= -other) & (d < own), np.exp(np.minimum(logs * d - shift, 0.0)), 0.0)
            mass += weight
            waiting += weight * (d >= 0)
            square += weight * ((d + 1.0) * (d + 2.0) if d >= 0 else 0.0)
    return mass, waiting, square
