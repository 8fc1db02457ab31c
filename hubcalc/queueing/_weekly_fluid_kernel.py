"""Kernels of fluids that repeat week by week: rates and openings are constant between edges from 0 to 168 hours."""

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel

WEEK = 168.0


@helper
def _append(edges: FloatArray, rates: FloatArray, count: int, end: float, rate: float) -> int:
    """Write one more piece, or prolong the last one if the rate stays; return how many there are."""
    if count > 0 and rates[count - 1] == rate:
        edges[count] = end
        return count
    rates[count] = rate
    edges[count + 1] = end
    return count + 1


@helper
def _run(
    edges: FloatArray,
    rates: FloatArray,
    breaks: FloatArray,
    opened: FloatArray,
    capacity: float,
    backlog: float,
    out_edges: FloatArray,
    out_rates: FloatArray,
) -> tuple[float, int]:
    """Send a week of arrivals through; return the backlog at its end, and how many pieces the departures have."""
    time, count = 0.0, 0
    i, j = 0, 0
    out_edges[0] = 0.0
    while time < WEEK:
        while i + 2 < edges.size and edges[i + 1] <= time:
            i += 1
        while j + 2 < breaks.size and breaks[j + 1] <= time:
            j += 1
        end = min(edges[i + 1], breaks[j + 1])
        if end <= time:
            break
        arriving, leaving = rates[i], capacity * opened[j]
        net = arriving - leaving
        if backlog > 0.0 or net > 0.0:
            if net < 0.0 and backlog < -net * (end - time):
                time += backlog / -net
                backlog = 0.0
            else:
                backlog += net * (end - time)
                time = end
            count = _append(out_edges, out_rates, count, time, leaving)
        else:
            time = end
            count = _append(out_edges, out_rates, count, time, arriving)
    out_edges[count] = WEEK
    return backlog, count


@helper
def _delays(
    edges: FloatArray, rates: FloatArray, backlog: float, out_edges: FloatArray, out_rates: FloatArray, count: int
) -> tuple[float, float]:
    """Return the integrals of delay and squared delay over what arrives in a week, first come, first served.

    What arrives and what departs are straight lines between edges, so the delay is one in between.
    """
    piece, week, left_at, ahead = 0, 0.0, 0.0, backlog
    first = second = 0.0
    for i in range(rates.size):
        arrived_at, rate = edges[i], rates[i]
        quantity = rate * (edges[i + 1] - edges[i])
        while quantity > 1e-13:
            room = out_rates[piece] * (out_edges[piece + 1] + week - left_at)
            if ahead > 0.0 and room > 0.0:
                taken = min(room, ahead)
                ahead -= taken
                left_at += taken / out_rates[piece]
                room -= taken
            if room <= 1e-13:
                piece += 1
                if piece == count:
                    piece, week = 0, week + WEEK
                left_at = out_edges[piece] + week
                continue
            taken = min(room, quantity)
            begins = max(left_at - arrived_at, 0.0)
            left_at += taken / out_rates[piece]
            arrived_at += taken / rate
            ends = max(left_at - arrived_at, 0.0)
            quantity -= taken
            first += taken * (begins + ends) / 2.0
            second += taken * (begins * begins + begins * ends + ends * ends) / 3.0
    return first, second


@kernel(
    "void(f8[:,::1], f8[:,::1], f8[:,::1], f8[:,::1], f8[::1], f8[:,::1], f8[:,::1], f8[:,::1], f8[::1])",
    allocates=False,
)
def weekly_fluid_lines(
    edges: FloatArray,
    rates: FloatArray,
    breaks: FloatArray,
    opened: FloatArray,
    capacity: FloatArray,
    out_edges: FloatArray,
    out_rates: FloatArray,
    moments: FloatArray,
    largest: FloatArray,
) -> None:
    """Write departures, integrals of delay and squared delay, and the backlog at the week's start, line by line.

    A stable backlog that starts the week empty is periodic after that week, so the second week is measured.
    """
    for row in range(capacity.size):
        arrivals, pace = edges[row], rates[row]
        backlog, _ = _run(arrivals, pace, breaks[row], opened[row], capacity[row], 0.0, out_edges[row], out_rates[row])
        _, count = _run(
            arrivals, pace, breaks[row], opened[row], capacity[row], backlog, out_edges[row], out_rates[row]
        )
        first, second = _delays(arrivals, pace, backlog, out_edges[row], out_rates[row], count)
        moments[row, 0], moments[row, 1] = first, second
        largest[row] = backlog
        for piece in range(count, out_rates.shape[1]):
            out_edges[row, piece + 1] = WEEK
            out_rates[row, piece] = 0.0


@kernel("void(f8[:,::1], f8[:,::1], f8[::1], f8[:,::1], f8[:,::1], f8[::1], f8[:,::1], f8[:,::1])", allocates=False)
def weighted_sum_lines(
    edges: FloatArray,
    rates: FloatArray,
    weight: FloatArray,
    other_edges: FloatArray,
    other_rates: FloatArray,
    other_weight: FloatArray,
    out_edges: FloatArray,
    out_rates: FloatArray,
) -> None:
    """Write the weighted sum of two patterns of rates, line by line."""
    for row in range(weight.size):
        i = j = count = 0
        time = 0.0
        out_edges[row, 0] = 0.0
        while time < WEEK:
            while i + 2 < edges.shape[1] and edges[row, i + 1] <= time:
                i += 1
            while j + 2 < other_edges.shape[1] and other_edges[row, j + 1] <= time:
                j += 1
            end = min(edges[row, i + 1], other_edges[row, j + 1])
            if end <= time:
                break
            rate = weight[row] * rates[row, i] + other_weight[row] * other_rates[row, j]
            count = _append(out_edges[row], out_rates[row], count, end, rate)
            time = end
        for piece in range(count, out_rates.shape[1]):
            out_edges[row, piece + 1] = WEEK
            out_rates[row, piece] = 0.0
        out_edges[row, count] = WEEK
