"""Elasticities: by how many percent a result changes for each percent that an input changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._differences import log_derivative
from hubcalc.queueing.erlang import erlang_b
from hubcalc.queueing.single_server import mg1_wait_mean_hours

Formula = Callable[..., FloatArray]
WHOLE_INPUTS = frozenset({"servers", "places", "tracks", "cranes", "lanes", "sources", "population", "threshold"})
"""Inputs of which one more is tried, instead of one percent more, besides those that must be whole."""

_HALVINGS = 1100  # from the largest number to the smallest


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """Columns of one input's effect on a result.

    Attributes
    ----------
    kind : {"elasticity", "one_more"}
        d ln result / d ln input, or the relative change of the result for one more of a whole input.
    change : ndarray
        The elasticity, or the relative change; 0 where the result is 0, inf where the result is infinite, except for
        one more that makes it finite: -1. [1]
    error : ndarray
        Estimated absolute error of `change` from the differences; 0 for one more and for closed formulas. [1]
    step : ndarray
        Largest step of the logarithm of the input, or 1 for one more; 0 where none was made. [1]
    """

    kind: Literal["elasticity", "one_more"]
    change: FloatArray
    error: FloatArray
    step: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Elasticities:
    """A result and its sensitivities.

    Attributes
    ----------
    result : ndarray
        What the formula gives for the inputs as they are, in its own unit.
    inputs : Mapping of str to Sensitivity
        Sensitivity to each numeric input, by name.
    """

    result: FloatArray
    inputs: Mapping[str, Sensitivity]


def elasticities(function: Formula, /, **inputs: ArrayLike) -> Elasticities:
    r"""Compute the elasticities of a formula to its inputs, by extrapolated central differences.

    Parameters
    ----------
    function : callable
        Takes the inputs by name, element by element, and gives an array: any formula of the package that broadcasts.
    **inputs : numbers or arrays
        Its arguments; those that are not numbers are passed on as they are. Those in `WHOLE_INPUTS`, and those that
        the formula takes as whole numbers only, are raised by one.

    Returns
    -------
    Elasticities
        The result, and for each numeric input columns of its broadcast shape.

    Raises
    ------
    ArgumentError
        If the formula does not take the inputs.

    Notes
    -----
    :math:`(\ln f(x e^h) - \ln f(x e^{-h})) / 2h` for h halved three times, extrapolated to h = 0 ([1]_). The first h
    is 0.05, or less where :math:`f(x e^{\pm 4h})` is not finite, so that no step comes near to where a queue has no
    steady state. Where the formula is smooth, and computed to 1e-13, the relative error is below 1e-8.

    Examples
    --------
    At utilization 0.8 one percent more flow makes the mean wait of M/G/1 five percent longer:

    >>> from hubcalc.queueing import mg1_wait_mean_hours
    >>> wait = elasticities(mg1_wait_mean_hours, arrivals_per_hour=0.8, service_hours=1.0, service_scv=0.5)
    >>> {name: round(float(each.change), 6) for name, each in wait.inputs.items()}
    {'arrivals_per_hour': 5.0, 'service_hours': 6.0, 'service_scv': 0.333333}

    References
    ----------
    .. [1] C. J. F. Ridders (1982), "Accurate computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software
       4(2), 75-76, doi:10.1016/S0141-1195(82)80057-0.
    """
    result = np.asarray(function(**inputs), dtype=np.float64)
    numbers = {name: value for name, value in inputs.items() if _is_number(value)}
    return Elasticities(result, {name: _sensitivity(function, inputs, name, result) for name in numbers})


def _is_number(value: ArrayLike) -> bool:
    kind = np.asarray(value).dtype.kind
    return kind in "iuf"


def _sensitivity(function: Formula, inputs: Mapping[str, ArrayLike], name: str, result: FloatArray) -> Sensitivity:
    shape = np.broadcast_shapes(result.shape, np.shape(inputs[name]))
    column = np.array(np.broadcast_to(np.asarray(inputs[name], dtype=np.float64), shape))
    now = np.broadcast_to(result, shape)

    def at(values: FloatArray) -> FloatArray:
        return np.asarray(function(**{**inputs, name: values}), dtype=np.float64)

    if name in WHOLE_INPUTS or _must_be_whole(at, column, name):
        return _one_more(now, at(column + 1.0))
    change, error, step = log_derivative(at, column, np.isfinite(now) & (now != 0.0) & (column != 0.0))
    return Sensitivity("elasticity", np.where(np.isfinite(now), change, np.inf), error, step)


def _must_be_whole(at: Callable[[FloatArray], FloatArray], column: FloatArray, name: str) -> bool:
    if not np.array_equal(column, np.floor(column)):
        return False
    try:
        at(column + 0.5)
    except ArgumentError as error:
        return any(each.parameter == name and "whole" in (each.allowed or "") for each in error.problems)
    return False


def _one_more(now: FloatArray, more: FloatArray) -> Sensitivity:
    """Return the relative change; -1 from infinity to a finite value."""
    finite = np.isfinite(now) & (now != 0.0)
    with np.errstate(invalid="ignore"):
        ratio = more / np.where(finite, now, 1.0) - 1.0
    infinite = np.where(np.isfinite(more), -1.0, np.inf)
    change = np.where(finite, ratio, np.where(np.isfinite(now), np.where(more == 0.0, 0.0, np.inf), infinite))
    return Sensitivity("one_more", change, np.zeros(change.shape), np.ones(change.shape))


def capacity_elasticities(
    function: Formula, limit: ArrayLike, /, flow: str = "arrivals_per_hour", **inputs: ArrayLike
) -> Elasticities:
    r"""Compute the largest flow with which a formula keeps to a limit, and its elasticities to all other inputs.

    Parameters
    ----------
    function : callable
        Rises with the flow; takes the inputs by name and gives an array, as for `elasticities`.
    limit : number or array
        Largest value of the formula that is allowed, above 0, in the formula's unit.
    flow : str, optional
        Name of the input that is the flow.
    **inputs : numbers or arrays
        The other inputs.

    Returns
    -------
    Elasticities
        The largest flow, and its sensitivity to each numeric input and to `limit`.

    Raises
    ------
    ArgumentError
        If the formula does not take the inputs, or keeps to the limit at any flow.

    Notes
    -----
    By the implicit function theorem the elasticity of the flow to an input x is
    :math:`-\epsilon_x / \epsilon_\lambda`, that to the limit :math:`1 / \epsilon_\lambda`, with the elasticities of the
    formula at the largest flow. For one more of a whole input the flow is searched again.

    Examples
    --------
    >>> from hubcalc.queueing import mmc_wait_mean_hours
    >>> gate = capacity_elasticities(mmc_wait_mean_hours, 0.05, service_hours=1 / 12, servers=5)
    >>> round(float(gate.result), 6), round(float(gate.inputs["servers"].change), 4)
    (48.557013, 0.2389)
    """
    goal = positive("limit", limit)
    largest = _largest_flow(function, goal, flow, inputs)
    local = elasticities(function, **{**inputs, flow: largest})
    slope = local.inputs[flow]
    found = {}
    for name, each in local.inputs.items():
        if name == flow:
            continue
        if each.kind == "one_more":
            more = {**inputs, name: np.asarray(inputs[name], dtype=np.float64) + 1.0}
            found[name] = _one_more(largest, _largest_flow(function, goal, flow, more))
        else:
            found[name] = _over(each.change, each, slope, -1.0)
    found["limit"] = _over(np.ones_like(slope.change), slope, slope, 1.0)
    return Elasticities(largest, found)


def _over(change: FloatArray, each: Sensitivity, slope: Sensitivity, sign: float) -> Sensitivity:
    error = (each.error + np.abs(change / slope.change) * slope.error) / np.abs(slope.change)
    return Sensitivity("elasticity", np.asarray(sign * change / slope.change), np.asarray(error), each.step)


def _largest_flow(function: Formula, goal: FloatArray, flow: str, inputs: Mapping[str, ArrayLike]) -> FloatArray:
    """Find by doubling and bisection the last flow that keeps to the goal."""

    def exceeds(rate: FloatArray) -> NDArray[np.bool_]:
        return np.asarray(np.asarray(function(**{**inputs, flow: rate})) > goal)

    rate = np.ones(np.broadcast_shapes(goal.shape, np.shape(function(**{**inputs, flow: np.ones(())}))))
    while not np.all(beyond := exceeds(rate)):
        rate = np.where(beyond, rate, 2.0 * rate)
        if np.any(rate > 1e300):
            message = "the formula keeps to the limit at any flow"
            raise ArgumentError.of(Problem(message, parameter="limit", allowed="a value that a large flow exceeds"))
    low, high = np.zeros_like(rate), rate
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2.0
        if np.all((middle <= low) | (middle >= high)):
            break
        beyond = exceeds(middle)
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return low


def mmc_wait_elasticities(arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike) -> Elasticities:
    r"""Compute the elasticities of the mean wait of M/M/c to flow and service time, in closed form.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate, above 0. [1/h]
    service_hours : array_like
        Mean of the exponential service time. [h]
    servers : array_like
        Number of parallel servers. [1]

    Returns
    -------
    Elasticities
        Mean wait [h], and the sensitivities to `arrivals_per_hour` and `service_hours`; inf where unstable.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    From :math:`dB/da = B (c/a - 1 + B)` of the Erlang B formula [1]_, with :math:`D = c - a (1 - B)`,

    .. math:: \frac{d \ln E[W]}{d \ln \lambda} = D + \frac{a (1 - B)}{D} - a B + \frac{a}{c - a}

    and one more for the service time, on which the wait depends as :math:`s\, w(\lambda s)`.

    Examples
    --------
    >>> wait = mmc_wait_elasticities(0.8, 1.0, 1)
    >>> round(float(wait.inputs["arrivals_per_hour"].change), 12)
    5.0

    References
    ----------
    .. [1] D. L. Jagerman (1974), "Some properties of the Erlang loss function", Bell System Technical Journal 53(3),
       525-551.
    """
    arrivals, service, count = broadcast(
        arrivals_per_hour=positive("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        servers=positive("servers", servers),
    )
    load = arrivals * service
    loss, stable = erlang_b(count, load), load < count
    spare = np.where(stable, count - load, 1.0)
    inner = spare + load * loss
    to_flow = np.where(stable, inner + load * (1.0 - loss) / inner - load * loss + load / spare, np.inf)
    wait = np.where(stable, count * loss / inner * service / spare, np.inf)
    return Elasticities(wait, {"arrivals_per_hour": _closed(to_flow), "service_hours": _closed(to_flow + 1.0)})


def mg1_wait_elasticities(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike
) -> Elasticities:
    r"""Compute the elasticities of the mean wait of M/G/1 to its inputs, in closed form.

    Parameters
    ----------
    arrivals_per_hour : array_like
        Poisson arrival rate, above 0. [1/h]
    service_hours : array_like
        Mean service time. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]

    Returns
    -------
    Elasticities
        Mean wait [h], and the sensitivities to all three inputs; inf where unstable.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Notes
    -----
    :math:`1 / (1 - \rho)` to the flow, one more to the service time, :math:`c_s^2 / (1 + c_s^2)` to the scv.

    Examples
    --------
    >>> wait = mg1_wait_elasticities(0.8, 1.0, 0.5)
    >>> round(float(wait.inputs["service_hours"].change), 12)
    6.0
    """
    arrivals, service, scv = broadcast(
        arrivals_per_hour=positive("arrivals_per_hour", arrivals_per_hour),
        service_hours=positive("service_hours", service_hours),
        service_scv=non_negative("service_scv", service_scv),
    )
    load = arrivals * service
    stable = load < 1.0
    to_flow = np.where(stable, 1.0 / np.where(stable, 1.0 - load, 1.0), np.inf)
    sides = {
        "arrivals_per_hour": _closed(to_flow),
        "service_hours": _closed(to_flow + 1.0),
        "service_scv": _closed(np.where(stable, scv / (1.0 + scv), np.inf)),
    }
    return Elasticities(mg1_wait_mean_hours(arrivals, service, scv), sides)


def _closed(change: FloatArray) -> Sensitivity:
    return Sensitivity("elasticity", change, np.zeros_like(change), np.zeros_like(change))
