"""Clocks in machine code: when work is done, how much is done, and how long it stood still. No events are needed.

A clock is a row of `clocks`: positions in `table` of its period, starts, speeds, and of the work and the closed hours
that one period has brought before each start (and at its end). `ALWAYS_OPEN` is no row.
"""

import math

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper
from hubcalc.simulation._layout import CLOSED_BEFORE, PERIOD, SEGMENTS, SPEEDS, STARTS, WORK_BEFORE

IntArray = NDArray[np.int64]


@helper
def segment_at(table: FloatArray, first: int, count: int, value: float) -> int:
    """Find the last of `count` rising numbers that is not above a value."""
    low, high = 0, count
    while high - low > 1:
        middle = (low + high) // 2
        if table[first + middle] <= value:
            low = middle
        else:
            high = middle
    return low


@helper
def _brought(clocks: IntArray, table: FloatArray, clock: int, hours: float, column: int, closed: bool) -> float:
    """Give the work that a clock brings, or how long it stands still, from 0 to a time."""
    period = table[clocks[clock, PERIOD]]
    count = clocks[clock, SEGMENTS]
    before = clocks[clock, column]
    periods = math.floor(hours / period)
    phase = min(max(hours - periods * period, 0.0), period)
    i = segment_at(table, clocks[clock, STARTS], count, phase)
    speed = table[clocks[clock, SPEEDS] + i]
    if closed:
        speed = 1.0 if speed == 0.0 else 0.0
    since = phase - table[clocks[clock, STARTS] + i]
    return float(periods * table[before + count] + table[before + i] + since * speed)


@helper
def work_between(clocks: IntArray, table: FloatArray, clock: int, start: float, end: float) -> float:
    """Give the work that is done from start to end [h]."""
    if clock < 0:
        return end - start
    first = _brought(clocks, table, clock, start, WORK_BEFORE, False)
    return _brought(clocks, table, clock, end, WORK_BEFORE, False) - first


@helper
def closed_between(clocks: IntArray, table: FloatArray, clock: int, start: float, end: float) -> float:
    """Give how long a clock stands still from start to end [h]."""
    if clock < 0:
        return 0.0
    first = _brought(clocks, table, clock, start, CLOSED_BEFORE, True)
    return max(0.0, _brought(clocks, table, clock, end, CLOSED_BEFORE, True) - first)


@helper
def _advance(clocks: IntArray, table: FloatArray, clock: int, hours: float, work: float) -> float:
    """Give when work is done that is begun at a time, by a clock that does not always run evenly."""
    period = table[clocks[clock, PERIOD]]
    starts, speeds = clocks[clock, STARTS], clocks[clock, SPEEDS]
    before, count = clocks[clock, WORK_BEFORE], clocks[clock, SEGMENTS]
    periods = math.floor(hours / period)
    base = periods * period
    phase = min(max(hours - base, 0.0), period)
    i = segment_at(table, starts, count, phase)
    speed = table[speeds + i]
    end = table[starts + i + 1] if i + 1 < count else period
    if speed > 0.0 and phase + work / speed <= end:
        return float(hours + work / speed)
    each = table[before + count]
    target = table[before + i] + (phase - table[starts + i]) * speed + work
    more = max(math.ceil(target / each) - 1, 0)  # work that ends with a period ends in it, not in the next
    rest = target - more * each
    low, high = 0, count  # the first segment whose end brings the rest
    while high - low > 1:
        middle = (low + high) // 2
        if table[before + middle] < rest:
            low = middle
        else:
            high = middle
    speed = table[speeds + low]
    within = (rest - table[before + low]) / speed if speed > 0.0 else 0.0
    return float(base + more * period + table[starts + low] + within)


@helper(inline=True)
def advance(clocks: IntArray, table: FloatArray, clock: int, hours: float, work: float) -> float:
    """Give when work is done that is begun at a time [h]."""
    if clock < 0 or work <= 0.0:
        return hours + work
    return _advance(clocks, table, clock, hours, work)


@helper
def next_open(clocks: IntArray, table: FloatArray, clock: int, hours: float) -> float:
    """Give the first time from `hours` on at which a clock runs."""
    if clock < 0:
        return hours
    period = table[clocks[clock, PERIOD]]
    starts, speeds, count = clocks[clock, STARTS], clocks[clock, SPEEDS], clocks[clock, SEGMENTS]
    base = math.floor(hours / period) * period
    i = segment_at(table, starts, count, min(max(hours - base, 0.0), period))
    if table[speeds + i] > 0.0:
        return hours
    while table[speeds + i] == 0.0:
        i += 1
        if i == count:
            i = 0
            base += period
    return max(hours, float(base + table[starts + i]))
