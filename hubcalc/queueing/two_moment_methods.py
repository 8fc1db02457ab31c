"""The two-moment approximations of GI/G/c as data: what each gives, where it is defined, and by how much it misses."""

from dataclasses import dataclass
from typing import Literal, get_args

from numpy.typing import ArrayLike

from hubcalc.arguments import broadcast, non_negative, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing.measured_errors import MeasuredError, error_table

TwoMomentMethod = Literal[
    "kingman_bound",
    "marchal",
    "allen_cunneen",
    "kraemer_langenbach_belz",
    "kimura",
    "whitt",
    "whitt_wait_probability",
    "gamma_tail_p90",
    "gamma_tail_p95",
    "departure_scv",
]
TWO_MOMENT_METHOD_NAMES = frozenset(get_args(TwoMomentMethod))
Quantity = Literal["upper bound of the mean wait", "mean wait", "probability of a wait", "quantile of the wait", "scv"]
Range = tuple[float, float]

_ANY: Range = (0.0, float("inf"))
_ANY_SERVERS: Range = (1.0, float("inf"))


@dataclass(frozen=True, slots=True)
class TwoMomentFormula:
    """One approximation.

    Attributes
    ----------
    name : str
        Name in `expected_two_moment_error`.
    function : str
        Function of this package that computes it.
    quantity : str
        What it gives.
    reference : str
        Author and year; the function has the full reference.
    arrival_scv, service_scv, servers, utilization : tuple of float
        Range in which it is defined. [1]
    exact_for : tuple of str
        Queues for which it is exact.
    """

    name: TwoMomentMethod
    function: str
    quantity: Quantity
    reference: str
    arrival_scv: Range = _ANY
    service_scv: Range = _ANY
    servers: Range = _ANY_SERVERS
    utilization: Range = (0.0, 1.0)
    exact_for: tuple[str, ...] = ()


TWO_MOMENT_METHODS = (
    TwoMomentFormula(
        "kingman_bound", "kingman_wait_bound_hours", "upper bound of the mean wait", "Kingman 1962 and 1970"
    ),
    TwoMomentFormula(
        "marchal",
        "marchal_wait_mean_hours",
        "mean wait",
        "Marchal 1976",
        servers=(1.0, 1.0),
        exact_for=("M/G/1",),
    ),
    TwoMomentFormula(
        "allen_cunneen",
        "allen_cunneen_wait_mean_hours",
        "mean wait",
        "Allen and Cunneen, in Allen 1990",
        exact_for=("M/G/1", "M/M/c"),
    ),
    TwoMomentFormula(
        "kraemer_langenbach_belz",
        "kraemer_langenbach_belz_wait_mean_hours",
        "mean wait",
        "Kraemer and Langenbach-Belz 1976",
        exact_for=("M/G/1", "M/M/c"),
    ),
    TwoMomentFormula(
        "kimura",
        "kimura_wait_mean_hours",
        "mean wait",
        "Kimura 1986",
        arrival_scv=(0.0, 1.0),
        service_scv=(0.0, 1.0),
        exact_for=("D/M/c", "M/D/c", "M/M/c"),
    ),
    TwoMomentFormula(
        "whitt",
        "ggc_wait_mean_hours",
        "mean wait",
        "Whitt 1993, made exact for M/D/c",
        exact_for=("M/G/1", "M/D/c", "M/M/c"),
    ),
    TwoMomentFormula(
        "whitt_wait_probability",
        "ggc_wait_probability",
        "probability of a wait",
        "Whitt 1983 for one server, 1993 for more",
        exact_for=("M/G/1", "M/M/c"),
    ),
    TwoMomentFormula(
        "gamma_tail_p90", "ggc_wait_quantile_hours", "quantile of the wait", "Whitt 1983", exact_for=("M/M/c",)
    ),
    TwoMomentFormula(
        "gamma_tail_p95", "ggc_wait_quantile_hours", "quantile of the wait", "Whitt 1983", exact_for=("M/M/c",)
    ),
    TwoMomentFormula("departure_scv", "departure_scv", "scv", "Whitt 1983", exact_for=("M/M/c",)),
)


def expected_two_moment_error(
    method: TwoMomentMethod,
    arrival_scv: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    utilization: ArrayLike,
) -> MeasuredError:
    """Look up the error to expect from an approximation, measured against exact PH/PH/c queues.

    Measured with Erlang, exponential and hyperexponential (balanced means) laws of scv 0.25 to 4; other laws of the
    same two moments may be further off, most of all for bursty arrivals in light traffic. For quantiles, where the
    exact one is at least a tenth of the service time.

    Parameters
    ----------
    method : str
        One of `TWO_MOMENT_METHOD_NAMES`.
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals. [1]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    utilization : array_like
        Offered load per server. [1]

    Returns
    -------
    MeasuredError
        Columns of the broadcast shape. For the bound, by how much it exceeds the exact wait.

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or the method is unknown.

    Examples
    --------
    >>> float(expected_two_moment_error("allen_cunneen", 1.0, 0.5, 1, 0.8).percentile_95)
    0.0
    >>> bool(expected_two_moment_error("allen_cunneen", 0.25, 0.25, 8, 0.5).percentile_95 > 1.0)
    True
    """
    if method not in TWO_MOMENT_METHOD_NAMES:
        allowed = ", ".join(sorted(TWO_MOMENT_METHOD_NAMES))
        raise ArgumentError.of(Problem("is unknown", parameter="method", given=method, allowed=allowed))
    arrival, service, count, rho = broadcast(
        arrival_scv=non_negative("arrival_scv", arrival_scv),
        service_scv=non_negative("service_scv", service_scv),
        servers=whole_at_least_one("servers", servers),
        utilization=non_negative("utilization", utilization),
    )
    return error_table("two_moment_errors").look_up(method, arrival, service, count, rho)
