"""The span of a batch that finds all servers free, put together row by row; a column of one element is for all rows."""

import math

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper, kernel


@helper(inline=True)
def _mean_span(
    mean: float, scv: float, count: float, constant: float, exponential: float, longest: float, residual: float
) -> float:
    """Return the mean span in service times, as `batch_span_mean_hours` says."""
    if scv == 0.0:
        return constant
    if count == 1.0:
        return mean
    if scv == 1.0:
        return exponential
    if scv > 1.0:
        return constant + math.sqrt(scv) * (exponential - constant)
    if mean <= count:
        return longest
    drifting = mean / count - 0.5 * (1.0 + scv) + residual
    rounds = math.exp(-2.0 * math.pi**2 * scv * mean / count)
    return max(rounds * constant + (1.0 - rounds) * drifting, longest)


@kernel(
    "void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])",
    allocates=False,
)
def mean_spans(
    means: FloatArray,
    scvs: FloatArray,
    servers: FloatArray,
    constant: FloatArray,
    exponential: FloatArray,
    longest: FloatArray,
    residual: FloatArray,
    spans: FloatArray,
) -> None:
    """Set the mean span from what it is for constant and for exponential service, and of which it consists."""
    each_m, each_s, each_c = int(means.size > 1), int(scvs.size > 1), int(servers.size > 1)
    each_l, each_r, each_f = int(longest.size > 1), int(residual.size > 1), int(constant.size > 1)
    for i in range(spans.size):
        mean, scv, count = means[i * each_m], scvs[i * each_s], servers[i * each_c]
        ends = (longest[i * each_l], residual[i * each_r])
        spans[i] = _mean_span(mean, scv, count, constant[i * each_f], exponential[i * each_f], ends[0], ends[1])


@kernel("void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1])", allocates=False)
def span_variances(
    means: FloatArray,
    spreads: FloatArray,
    scvs: FloatArray,
    servers: FloatArray,
    of_longest: FloatArray,
    variances: FloatArray,
) -> None:
    """Set the variance of the span in squared service times, given that of the longest of the last services."""
    each_m, each_b = int(means.size > 1), int(spreads.size > 1)
    each_s, each_c, each_l = int(scvs.size > 1), int(servers.size > 1), int(of_longest.size > 1)
    for i in range(variances.size):
        mean, spread, scv, count = means[i * each_m], spreads[i * each_b], scvs[i * each_s], servers[i * each_c]
        within = scv * max(mean - count, 0.0) / (count * count) + of_longest[i * each_l]
        slope = 1.0 / count if mean >= count else min(math.sqrt(scv), 1.0) / mean
        variances[i] = within + spread * (mean * slope) ** 2
