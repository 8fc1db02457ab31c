"""Kernel of fluid queues that closures stop: waits of all arrivals, exactly, as straight pieces."""

import numpy as np

from hubcalc.compiled import helper, kernel
from hubcalc.network._adjacency import Integers
from hubcalc.network.graph import Floats


@helper
def _advance(time: float, end: float, backlog: float, rate: float, capacity: float) -> tuple[float, float]:
    """Return when the backlog's straight line ends, at `end` or when it is gone before, and the backlog then."""
    net = rate - capacity
    if capacity > 0.0 and net < 0.0 and 0.0 < backlog <= -net * (end - time):
        return min(end, time + backlog / -net), 0.0
    return end, max(backlog + net * (end - time), 0.0)


@helper
def _write(
    starts: Floats,
    before: Floats,
    time: float,
    span: float,
    low: float,
    high: float,
    waiting: bool,
    ahead: int,
    count: int,
    pieces: Floats,
) -> tuple[int, int]:
    """Write the waits of one straight line of z, split where closures begin; return the next piece and closure."""
    z, at = low, time
    while True:
        while waiting and ahead < starts.size and starts[ahead] - before[ahead] <= z:
            ahead += 1
        split = high
        if ahead < starts.size:
            split = min(high, starts[ahead] - before[ahead])
        to = time + span if split >= high else time + span * (split - low) / (high - low)
        pieces[count, 0], pieces[count, 1] = at, to - at
        pieces[count, 3] = max(z + before[ahead] - at, 0.0)
        pieces[count, 4] = max(split + before[ahead] - to, 0.0)
        count += 1
        if split >= high:
            return count, ahead
        z, at = split, to


@kernel("i8(f8[::1], f8[::1], f8[::1], f8[::1], f8, f8[:,::1], i8[::1], f8[::1])")
def wait_pieces(
    starts: Floats,
    ends: Floats,
    edges: Floats,
    rates: Floats,
    capacity: float,
    pieces: Floats,
    months: Integers,
    totals: Floats,
) -> int:
    """Send the arrivals of one calendar through; return how many pieces there are.

    Arrivals come at `rates[i]` between `edges[i]` and `edges[i + 1]`; closures are sorted and apart. A piece is the
    time at which it begins, its length, its rate, and the waits of who comes at its beginning and its end; `months`
    gets the position of its rate. `totals` gets the largest backlog, the one at the end, and the backlog's integral.
    Who comes at t leaves when the open time since the beginning is z(t), that up to t plus the backlog's work: z is a
    straight line, and the closures before it are a step function of z.
    """
    count, closures = 0, starts.size
    # closed time before each closure, and open time at which it begins
    before = np.zeros(closures + 1)
    for c in range(closures):
        before[c + 1] = before[c] + ends[c] - starts[c]
    time, backlog, month = edges[0], 0.0, 0
    here, ahead = 0, 0  # next closure to end at the port, and next one for who arrives now
    totals[:] = 0.0
    while month < rates.size:
        if time >= edges[month + 1]:
            month += 1
            continue
        while here < closures and ends[here] <= time:
            here += 1
        rate, end = rates[month], edges[month + 1]
        closed = here < closures and starts[here] <= time
        if closed:
            end = min(end, ends[here])
            passed = before[here] + time - starts[here]
        else:
            if here < closures:
                end = min(end, starts[here])
            passed = before[here]
        end, after = _advance(time, end, backlog, rate, 0.0 if closed else capacity)
        span = end - time
        totals[0] = max(totals[0], after)
        totals[2] += (backlog + after) / 2.0 * span
        # z at both ends of the piece
        low = time - passed + backlog / capacity
        high = end - passed - (span if closed else 0.0) + after / capacity
        if rate > 0.0 and span > 0.0:
            waiting = closed or backlog > 0.0 or after > 0.0
            first = count
            count, ahead = _write(starts, before, time, span, low, high, waiting, ahead, count, pieces)
            pieces[first:count, 2] = rate
            months[first:count] = month
        time, backlog = end, after
        if backlog == 0.0 and not closed:
            while ahead < closures and ends[ahead] <= time:
                ahead += 1
    totals[1] = backlog
    return count
