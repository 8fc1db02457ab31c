"""A deterministic fluid queue over a profile of arrivals and capacity: backlog, delay and the hour it clears."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._network import station_columns


@dataclass(frozen=True, slots=True, eq=False)
class FluidProfile:
    """Columns of fluid queues over a profile.

    Attributes
    ----------
    hours : ndarray
        Ends of the intervals, from 0. [h]
    backlog : ndarray
        Backlog at these times, along the last axis. [items]
    largest_backlog : ndarray
        Largest backlog; it occurs at the end of an interval. [items]
    delay_item_hours : ndarray
        Delay of all items together until the end of the profile: the area under the backlog. [items*h]
    delay_mean_hours : ndarray
        The same per item, of those at the start and those that come in the profile; 0 where there are none. [h]
    clear_hours : ndarray
        Time from which on the backlog is 0 to the end of the profile; inf where some is left then. [h]
    """

    hours: FloatArray
    backlog: FloatArray
    largest_backlog: FloatArray
    delay_item_hours: FloatArray
    delay_mean_hours: FloatArray
    clear_hours: FloatArray


def fluid_profile(
    arrivals_per_hour: ArrayLike,
    capacity_per_hour: ArrayLike,
    interval_hours: ArrayLike = 1.0,
    initial_backlog: ArrayLike = 0.0,
) -> FluidProfile:
    """Compute the backlog of a fluid that arrives and is served at rates constant in each interval of a profile.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Arrival rate in each interval, intervals along the last axis. [1/h]
    capacity_per_hour : array_like
        Rate of service in each interval while there is a backlog; 0 while closed. [1/h]
    interval_hours : array_like, optional
        Length of the intervals, one for all or one each. [h]
    initial_backlog : array_like, optional
        Backlog at the start, by column. [items]

    Returns
    -------
    FluidProfile
        Backlog at the ends of intervals, and delay, largest backlog and time of clearing over the whole profile.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    Exact for the fluid. It leaves out what randomness adds, which is most of the delay where arrivals stay below the
    capacity; `solve_time_of_day` has it.

    Examples
    --------
    Trucks at a gate of 60 an hour in a morning of six hours:

    >>> gate = fluid_profile([50.0, 90.0, 80.0, 50.0, 30.0, 30.0], 60.0)
    >>> gate.backlog
    array([ 0.,  0., 30., 50., 40., 10.,  0.])
    >>> round(float(gate.clear_hours), 4), round(float(gate.delay_mean_hours), 4)
    (5.3333, 0.3838)

    References
    ----------
    .. [1] G. F. Newell (1982), Applications of Queueing Theory, 2nd ed., Chapman and Hall, chapter 2,
       doi:10.1007/978-94-009-5970-5.
    """
    length = positive("interval_hours", interval_hours)
    arrivals, capacity, hours, initial = station_columns(
        arrivals_per_hour=non_negative("arrivals_per_hour", arrivals_per_hour),
        capacity_per_hour=non_negative("capacity_per_hour", capacity_per_hour),
        interval_hours=length,
        initial_backlog=non_negative("initial_backlog", initial_backlog)[..., None],
    )
    if length.ndim > 1 or length.size not in (1, arrivals.shape[-1]):
        message = f"has the shape {length.shape}"
        raise ArgumentError.of(Problem(message, parameter="interval_hours", allowed="one number, or one an interval"))
    backlog, area = initial[..., 0], np.zeros(arrivals.shape[:-1])
    ends, cleared, clock = [backlog], np.zeros_like(area), 0.0
    for k in range(arrivals.shape[-1]):
        net, step = arrivals[..., k] - capacity[..., k], float(hours[(0,) * (hours.ndim - 1) + (k,)])
        falling = np.where(net < 0.0, -net, 1.0)
        lasting = np.where((net < 0.0) & (backlog < falling * step), backlog / falling, step)
        after = np.where(lasting < step, 0.0, np.maximum(backlog + net * step, 0.0))
        area = area + (backlog + after) / 2.0 * lasting
        cleared = np.where(after > 0.0, np.inf, np.where(backlog > 0.0, clock + lasting, cleared))
        backlog, clock = after, clock + step
        ends.append(after)
    profile = np.stack(ends, axis=-1)
    items = initial[..., 0] + (arrivals * hours).sum(axis=-1)
    return FluidProfile(
        hours=np.concatenate([[0.0], np.cumsum(np.broadcast_to(length, arrivals.shape[-1:]))]),
        backlog=profile,
        largest_backlog=profile.max(axis=-1),
        delay_item_hours=np.asarray(area),
        delay_mean_hours=np.where(items > 0.0, area / np.where(items > 0.0, items, 1.0), 0.0),
        clear_hours=np.asarray(cleared),
    )
