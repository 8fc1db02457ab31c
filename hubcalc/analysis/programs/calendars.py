"""Hours of work as clocks of the simulator. Time 0 is Monday, 0:00 local time."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from hubcalc.errors import Problem, RefusedError
from hubcalc.simulation.program import ALWAYS, Clock
from hubcalc.units import DAYS_PER_WEEK, HOURS_PER_DAY, HOURS_PER_WEEK
from hubmodels import Opening, ServedStage, Window

_ROUNDING = 1e-9
Stretch = tuple[float, float]
"""From, and until [h]."""


def working_clock(shifts: Iterable[Stretch], days_per_week: int) -> Clock:
    """Give the clock of shifts on the working days of a week, which begins with Monday.

    A shift belongs to the day on which it starts, also where it runs over midnight: after a week of five days the
    night shift of Friday ends on Saturday, and none ends on Monday morning.

    Parameters
    ----------
    shifts : iterable of (float, float)
        Hour of the day at which each starts, and its length [h].
    days_per_week : int
        Working days, from Monday.

    Returns
    -------
    Clock
        With a period of a day, or of a week where some days are free.

    Examples
    --------
    >>> working_clock([(8.0, 12.0)], 7)
    Clock(period_hours=24.0, starts_hours=(0.0, 8.0, 20.0), speeds=(0.0, 1.0, 0.0))
    >>> working_clock([(0.0, 24.0)], 7) == ALWAYS
    True
    """
    whole_week = days_per_week == DAYS_PER_WEEK
    period = HOURS_PER_DAY if whole_week else HOURS_PER_WEEK
    days = range(1 if whole_week else days_per_week)
    shifts = list(shifts)
    starts = [(HOURS_PER_DAY * day + start, hours) for day in days for start, hours in shifts]
    return _clock(period, [piece for start, hours in starts for piece in _wrapped(start, start + hours, period)])


def opening_clock(opening: Opening) -> Clock:
    """Give the clock of a hub's opening."""
    return working_clock([(opening.opens_hour, opening.hours_per_day)], opening.days_per_week)


def stage_clock(stage: ServedStage, opening: Opening) -> Clock:
    """Give the clock of a stage: its own calendar's, or that of the hub."""
    if stage.calendar is None:
        return opening_clock(opening)
    shifts = [(shift.starts_hour, shift.hours) for _, shift in sorted(stage.calendar.shifts.items())]
    return working_clock(shifts, stage.calendar.days_per_week)


def arrival_clock(hourly_weights: Sequence[float] | None) -> Clock:
    """Give the clock by which units arrive: its mean speed is 1.

    >>> arrival_clock((1.0,) * 24) == ALWAYS
    True
    """
    if hourly_weights is None or min(hourly_weights) == max(hourly_weights):
        return ALWAYS
    mean = sum(hourly_weights) / len(hourly_weights)
    return _merged(HOURS_PER_DAY, [float(hour) for hour in range(24)], [weight / mean for weight in hourly_weights])


def window_clock(window: Window) -> Clock:
    """Give the clock of a door that opens periodically, first at time 0."""
    return _clock(window.period_hours, [(0.0, window.open_hours)])


def closed_from_midnight(hours: float) -> Clock:
    """Give the clock of a day that begins with so many closed hours.

    >>> closed_from_midnight(2.0)
    Clock(period_hours=24.0, starts_hours=(0.0, 2.0), speeds=(0.0, 1.0))
    """
    return _clock(HOURS_PER_DAY, [(hours, HOURS_PER_DAY)])


def both(one: Clock, other: Clock, where: str) -> Clock:
    """Give the clock that runs while two run; their periods are a day or a week.

    Parameters
    ----------
    one, other : Clock
        With the longer period a multiple of the other.
    where : str
        Path that an error names.

    Returns
    -------
    Clock
        Its speed is the product of theirs.

    Raises
    ------
    RefusedError
        If they never run together.
    """
    if ALWAYS in (one, other):
        return other if one == ALWAYS else one
    period = max(one.period_hours, other.period_hours)
    starts = sorted(
        {
            start + clock.period_hours * turn
            for clock in (one, other)
            for turn in range(round(period / clock.period_hours))
            for start in clock.starts_hours
        }
    )
    speeds = [_speed(one, start) * _speed(other, start) for start in starts]
    if not any(speeds):
        raise RefusedError.of(Problem("it never works: its hours and its window leave nothing", parameter=where))
    return _merged(period, starts, speeds)


def _speed(clock: Clock, hours: float) -> float:
    """Give the speed of a clock at a time."""
    phase = hours % clock.period_hours
    return [speed for start, speed in zip(clock.starts_hours, clock.speeds, strict=True) if start <= phase][-1]


def _wrapped(start: float, end: float, period: float) -> list[Stretch]:
    """Cut a stretch where the period ends, and put the rest at its beginning."""
    if end <= period + _ROUNDING:
        return [(start, min(end, period))]
    return [(start, period), (0.0, end - period)]


def _clock(period: float, stretches: Iterable[Stretch]) -> Clock:
    """Give the clock that runs in these stretches."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1] + _ROUNDING:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    edges = [(0.0, 0.0), *(edge for start, end in joined for edge in ((start, 1.0), (end, 0.0))), (period, 0.0)]
    kept = [(start, speed) for (start, speed), (end, _) in pairwise(edges) if end - start > _ROUNDING]
    return _merged(period, [start for start, _ in kept], [speed for _, speed in kept])


def _merged(period: float, starts: Sequence[float], speeds: Sequence[float]) -> Clock:
    """Give a clock without changes that change nothing."""
    kept = [i for i in range(len(starts)) if i == 0 or speeds[i] != speeds[i - 1]]
    if len(kept) == 1 and speeds[0] == 1:
        return ALWAYS
    return Clock(period, (0.0, *(starts[i] for i in kept[1:])), tuple(speeds[i] for i in kept))
