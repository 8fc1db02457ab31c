"""The search for the load at which waits that add up meet a target, row by row, in machine code.

Every place is held as y, the logit of the load relative to that at saturation, and as that load, its share.
"""

import math

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel

NEXT, LOW, HIGH, LOW_KNOWN, HIGH_KNOWN, NEWEST, LAST, BEFORE, MET, RESULT, LENGTH, GAP, COUNT = range(13)
"""What is held of a row: where to look next; the bracket, and whether its ends have been looked at; the newest point of
the interpolation, and the logarithms of the totals there and at the one before; whether the row is done, and what was
found; how long the bracket was when it was last asked, and the size of the logarithm of the total then; how many points
there are."""
FIELDS = 13
KEPT = 4
"""Points that the interpolation takes."""
LEAST_LOAD = 1e-9
LEAST, MOST = math.log(LEAST_LOAD), -math.log(1e-12)
"""Of y: next to no load, and saturation."""
FIRST = math.log(0.85 / 0.15)
FEW_SERVERS = 8.0
"""Up to so many, the share of those who wait grows as a power of the load (Sakasegawa 1977)."""
_TOLERANCE, _ROUNDING, _NEAR = 1e-10, 1e-13, 1e-7
_STEPS, _FINEST, _COARSEST = 40, 1e-14, 1e-2


@helper
def growth_at_many(servers: float, load: float, spare: float) -> tuple[float, float]:
    """Return how the logarithm of the share that waits grows with the utilization: up to a constant, and its slope.

    Nearly as in Halfin and Whitt (1981), where a rational function stands for the normal law: what is missed is left to
    the interpolation.
    """
    if spare < 1e-3:
        square = spare * spare * (0.5 + spare * (1.0 / 3.0 + spare * (0.25 + spare * 0.2)))
    else:
        square = -spare - math.log(load)
    room = math.sqrt(2.0 * servers * square)
    bend = 0.2146 + 0.2854 * room / (6.0 + room)
    slope = 1.2533 + room * (2.0 * bend + 1.7124 * room / ((6.0 + room) * (6.0 + room)))
    per_load = -servers * spare / (load * room) if room > 0.0 else -math.sqrt(servers)
    return -room * (1.2533 + room * bend), -slope * per_load


@helper
def differences(i: int, count: int, shares: FloatArray, logs: FloatArray, table: FloatArray) -> None:
    """Set the divided differences of each part's logarithm in the share, newest point first, a part a line.

    The line before them holds one over the differences of the shares.
    """
    for order in range(1, count):
        for n in range(order, count):
            table[0, KEPT * order + n] = 1.0 / (shares[i, n] - shares[i, n - order])
    for j in range(logs.shape[1]):
        for n in range(KEPT):
            table[1 + j, n] = logs[i, j, n] if n < count else 0.0
        for order in range(1, count):
            for n in range(count - 1, order - 1, -1):
                table[1 + j, n] = (table[1 + j, n] - table[1 + j, n - 1]) * table[0, KEPT * order + n]
        for n in range(1, count):
            if not math.isfinite(table[1 + j, n]):
                for later in range(n, count):
                    table[1 + j, later] = 0.0
                break


@helper
def model(
    i: int, y: float, count: int, ratios: FloatArray, servers: FloatArray, shares: FloatArray, table: FloatArray
) -> tuple[float, float, float]:
    """Return the logarithm of the total at y by the interpolation, its slope, and how much the oldest point matters."""
    less = math.exp(-y)
    share = 1.0 / (1.0 + less)
    spare, log_share, per_share = less * share, math.log(share), 1.0 / share
    first, second, third = share - shares[i, 0], share - shares[i, 1], share - shares[i, 2]
    total, slope, added = 0.0, 0.0, 0.0
    for j in range(ratios.shape[1]):
        start = table[1 + j, 0]
        if start == -math.inf:
            continue
        ratio, power = ratios[i, j], servers[i, j]
        open_share = 1.0 / (1.0 - ratio + ratio * spare)
        if power < 0.0:
            grown, steep = growth_at_many(-power, share * ratio, 1.0 / open_share)
            steep *= ratio
        else:
            grown, steep = power * log_share, power * per_share
        upper = table[1 + j, 2] + third * table[1 + j, 3]
        inner = table[1 + j, 1] + second * upper
        wait = math.exp(start + first * inner + grown) * open_share
        bent = inner + first * (upper + second * table[1 + j, 3])
        total += wait
        slope += wait * (bent + steep + ratio * open_share)
        added += wait * abs(table[1 + j, count - 1])
    if not total > 0.0:
        return -math.inf, 0.0, 0.0
    last = first if count == 2 else first * second if count == 3 else first * second * third
    return math.log(total), slope / total * share * spare, added * abs(last) / total


@helper
def interpolated(
    i: int,
    count: int,
    state: FloatArray,
    ratios: FloatArray,
    servers: FloatArray,
    shares: FloatArray,
    table: FloatArray,
) -> tuple[float, float]:
    """Return where the interpolation meets the target, and how far the oldest point has moved that; or an end."""
    y, low, high, value = state[i, NEWEST], state[i, LOW], state[i, HIGH], 0.0
    for _ in range(_STEPS):
        value, slope, added = model(i, y, count, ratios, servers, shares, table)
        if value > 0.0:
            high = min(high, y)
        else:
            low = max(low, y)
        moved = added / slope if count > 1 and slope > 0.0 else 1.0
        new = y - value / slope if slope > 0.0 else math.nan
        # after a step s of Newton's about s^2 / 2 is missing: that need not be less than what the interpolation misses
        if (new - y) ** 2 <= max(_FINEST, min(_COARSEST, 0.1 * moved)):
            return new, moved
        if new >= high:
            new = 0.5 * (y + high)
        elif not new > low:
            new = 0.5 * (y + low)
        y = new
    return (low, math.inf) if value > 0.0 else (high, math.inf)


@helper
def note(
    i: int,
    value: float,
    state: FloatArray,
    parts: FloatArray,
    ratios: FloatArray,
    servers: FloatArray,
    shares: FloatArray,
    logs: FloatArray,
) -> None:
    """Keep what was found at the place that was looked at, and narrow the bracket."""
    y = state[i, NEXT]
    end = HIGH if value > 0.0 else LOW
    state[i, end], state[i, end + 2] = y, 1.0
    if not (math.isfinite(value) and LEAST < y < MOST):  # the ends are too far away to tell anything
        return
    less = math.exp(-y)
    share = 1.0 / (1.0 + less)
    spare, log_share = less * share, math.log(share)
    if state[i, COUNT] == 0.0:
        state[i, GAP] = abs(value)
    state[i, NEWEST], state[i, BEFORE], state[i, LAST] = y, state[i, LAST], value
    state[i, COUNT] = min(state[i, COUNT] + 1.0, KEPT)
    for n in range(KEPT - 1, 0, -1):
        shares[i, n] = shares[i, n - 1]
    shares[i, 0] = share
    for j in range(parts.shape[0]):
        for n in range(KEPT - 1, 0, -1):
            logs[i, j, n] = logs[i, j, n - 1]
        wait, ratio, power = parts[j, i], ratios[i, j], servers[i, j]
        if wait == 0.0:
            logs[i, j, 0] = -math.inf
            continue
        room, grown = 1.0 - ratio + ratio * spare, power * log_share
        if power < 0.0:
            grown, _ = growth_at_many(-power, share * ratio, room)
        logs[i, j, 0] = math.log(wait * room) - grown


@helper
def follow(
    i: int,
    halves: bool,
    state: FloatArray,
    ratios: FloatArray,
    servers: FloatArray,
    shares: FloatArray,
    logs: FloatArray,
    table: FloatArray,
) -> None:
    """Choose the next place to look at; where two interpolations agree, the last one is what is looked for."""
    low, high = state[i, LOW], state[i, HIGH]
    known = state[i, LOW_KNOWN] > 0.0 and state[i, HIGH_KNOWN] > 0.0
    count = int(state[i, COUNT])
    guess, moved = math.nan, math.inf
    if count > 0:
        differences(i, count, shares, logs, table)
        guess, moved = interpolated(i, count, state, ratios, servers, shares, table)
    inside = low < guess < high
    # where the wait has a kink, two interpolations may agree by chance as long as points are far from it
    near = abs(state[i, LAST] * state[i, BEFORE]) <= _NEAR
    if inside and near and count > 1 and moved <= _TOLERANCE:
        state[i, MET], state[i, RESULT] = 1.0, guess
        return
    other = 0.5 * (low + high)
    # an end that has not been looked at is, once a guess lies beyond it
    if guess >= high and state[i, HIGH_KNOWN] == 0.0:
        other = high
    elif guess <= low and state[i, LOW_KNOWN] == 0.0:
        other = low
    if halves and known:
        inside = inside and high - low <= 0.5 * state[i, LENGTH]
        state[i, LENGTH] = high - low
    elif halves:
        # a load that hardly changes the waits has its last point at an end that is not known yet
        inside = inside and abs(state[i, LAST]) <= 0.5 * state[i, GAP]
        other = low if state[i, HIGH_KNOWN] > 0.0 else high
        state[i, GAP] = abs(state[i, LAST])
    state[i, NEXT] = guess if inside else other
    if known and high - low <= _TOLERANCE:
        state[i, MET], state[i, RESULT] = 1.0, low


@kernel(
    "void(f8[:, ::1], f8[:, ::1], f8[:, ::1], f8[:, ::1], f8[:, ::1], f8[:, :, ::1], f8[:, ::1], b1)", allocates=False
)
def advance(
    state: FloatArray,
    parts: FloatArray,
    ratios: FloatArray,
    servers: FloatArray,
    shares: FloatArray,
    logs: FloatArray,
    table: FloatArray,
    halves: bool,
) -> None:
    """Take up what was found at the places that were looked at, and say where to look next.

    `parts` is relative to the target, by part and row. `ratios` is the load of each part at saturation of the first;
    `servers` the power with which its waits grow, or, less than 0, its many servers. `table` is room to work in. A
    bracket that has not become half as long is halved where `halves`.
    """
    for i in range(state.shape[0]):
        if state[i, MET] > 0.0:
            continue
        total, y = 0.0, state[i, NEXT]
        for j in range(parts.shape[0]):
            total += parts[j, i]
        value = math.log(total) if total > 0.0 else math.inf if math.isnan(total) else -math.inf
        if y <= state[i, LOW] and state[i, LOW_KNOWN] == 0.0 and value > 0.0:
            state[i, MET], state[i, RESULT] = 1.0, -math.inf
        elif y >= state[i, HIGH] and state[i, HIGH_KNOWN] == 0.0 and value <= 0.0:
            state[i, MET], state[i, RESULT] = 1.0, math.inf
        elif abs(value) <= _ROUNDING:
            state[i, MET], state[i, RESULT] = 1.0, y
        else:
            note(i, value, state, parts, ratios, servers, shares, logs)
            follow(i, halves, state, ratios, servers, shares, logs, table)
