"""A window that opens periodically, such as high tide, before a berth that is never empty."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive
from hubcalc.errors import ArgumentError, Problem

_CELLS = 128
_ROUNDS = 60
_LEAST_SCV = 1e-3  # a law with an atom would ring in the Fourier series


def wait_after_service(
    period_hours: ArrayLike,
    open_hours: ArrayLike,
    fixed_hours: ArrayLike,
    varied_hours: ArrayLike,
    varied_scv: ArrayLike,
) -> tuple[FloatArray, FloatArray]:
    r"""Give the wait for the window of a vessel whose berth has just been left by one that came through it too.

    Parameters
    ----------
    period_hours : array_like
        Time from one opening to the next. [h]
    open_hours : array_like
        How long the window stays open, at most the period. [h]
    fixed_hours : array_like
        Constant part of the time at the berth. [h]
    varied_hours : array_like
        Mean of the rest of it, of a gamma law. [h]
    varied_scv : array_like
        Squared coefficient of variation of that rest. [1]

    Returns
    -------
    tuple of ndarray
        Mean of the wait [h], and mean of its square [h2].

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the window is open longer than the period.

    Notes
    -----
    From vessel to vessel the phase of the start is a Markov chain on the circle: the time at the berth is added, and
    what falls into the closed part is carried to the next opening. The law of that time on the circle is known by its
    Fourier coefficients, the characteristic function at multiples of :math:`2 \pi / P`; the stationary law of the
    chain is iterated on 128 cells. Where the time at the berth varies by much more than a period, the wait becomes that
    at a random time, :math:`(P - O)^2 / (2 P)`.

    Examples
    --------
    A berth time of exactly a period starts each vessel as the window opens, without a wait:

    >>> mean, _ = wait_after_service(12.0, 4.0, 0.0, 12.0, 0.0)
    >>> bool(mean < 0.3)
    True
    """
    period, opened, fixed, mean, scv = broadcast(
        period_hours=positive("period_hours", period_hours),
        open_hours=positive("open_hours", open_hours),
        fixed_hours=non_negative("fixed_hours", fixed_hours),
        varied_hours=positive("varied_hours", varied_hours),
        varied_scv=non_negative("varied_scv", varied_scv),
    )
    if np.any(opened > period):
        message = "is longer than the period"
        raise ArgumentError.of(Problem(message, parameter="open_hours", allowed="at most period_hours"))
    spread = np.maximum(scv, _LEAST_SCV)[..., None]
    turns = 2.0 * np.pi * np.arange(_CELLS // 2 + 1) / period[..., None]
    law = np.exp(-1j * turns * fixed[..., None]) * (1.0 + 1j * turns * mean[..., None] * spread) ** (-1.0 / spread)
    phases = (np.arange(_CELLS) + 0.5) / _CELLS * period[..., None]
    inside = phases < opened[..., None]
    starts = inside / inside.sum(axis=-1, keepdims=True).clip(1)
    ready = starts
    for _ in range(_ROUNDS):
        ready = np.maximum(np.fft.irfft(np.fft.rfft(starts) * law, _CELLS), 0.0)
        ready = ready / ready.sum(axis=-1, keepdims=True)
        after = np.where(inside, ready, 0.0)
        after[..., 0] += np.where(inside, 0.0, ready).sum(axis=-1)
        starts = (starts + after) / 2.0  # halves: the chain may be periodic
    waits = np.where(inside, 0.0, period[..., None] - phases)
    return (ready * waits).sum(axis=-1), (ready * waits**2).sum(axis=-1)
