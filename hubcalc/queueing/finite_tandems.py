"""Stations in a row with little room between them, where a finished item blocks its server until the next has room."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, between, non_negative, positive, whole_at_least_one, whole_between
from hubcalc.errors import ArgumentError, Problem, RefusedError
from hubcalc.queueing._network import station_columns
from hubcalc.queueing._tandem_chain import Station, count_at_most, local_count
from hubcalc.queueing._tandem_exact import Measures, finite, saturated, unlimited
from hubcalc.queueing._tandem_parts import LEAST_SCV, MOST_SCV, Moments, solve_parts
from hubcalc.queueing.ggc_errors import ExpectedError
from hubcalc.queueing.phase_type import PhaseType
from hubcalc.queueing.phase_type_fits import fit_two_moments

TandemMethod = Literal["auto", "exact", "decomposition"]
TANDEM_METHODS = frozenset(get_args(TandemMethod))
MOST_BUFFER = 1_000
"""Most items that may wait at a station."""

TandemQuantity = Literal["capacity", "sojourn", "first_wait", "later_waits"]
TANDEM_QUANTITIES = frozenset(get_args(TandemQuantity))
MEASURED_LOADS = (0.5, 0.7, 0.85)
"""Greatest arrival rate over capacity of each column of errors."""
MEASURED_TANDEM_ERRORS: dict[TandemQuantity, tuple[tuple[float, float], ...]] = {
    "capacity": ((0.005, 0.046),),
    "sojourn": ((0.013, 0.054), (0.027, 0.114), (0.057, 0.263)),
    "first_wait": ((0.015, 0.151), (0.052, 0.273), (0.088, 0.497)),
    "later_waits": ((0.03, 0.085), (0.03, 0.08), (0.028, 0.118)),
}
"""Median and greatest absolute relative error of the decomposition, by load: what benchmarks/network_error.py measured
on lines of three to five stations, rooms of 0 to 10 and service scvs of 0.25 to 2."""
MOST_STATES, MOST_STATES_UNASKED = 50_000, 5_000
"""Most joint states of a line that is solved exactly, if that is asked for and if not."""
MOST_STATES_ENDLESS, MOST_STATES_ENDLESS_UNASKED = 1_200, 400
"""The same for a line before which any number may wait: its matrices are full."""


@dataclass(frozen=True, slots=True, eq=False)
class FiniteTandem:
    """A line in the long run; arrays have one value for each station.

    Attributes
    ----------
    throughput_per_hour : float
        What leaves the line. [1/h]
    capacity_per_hour : float
        What would leave it if its first station always had work. [1/h]
    lost_share : float
        Share of the arrivals that find the first station full and do not come back. [1]
    utilization : ndarray
        Share of the time that a server is serving. [1]
    blocked_share : ndarray
        Share of the time that a server holds a finished item for which the next station has no room. [1]
    blocking_probability : ndarray
        Share of the finished items that find the next station full. [1]
    wait_mean_hours : ndarray
        Mean wait before service, of those that are not lost; inf at the first station where it has no limit and the
        arrivals are more than the capacity. [h]
    blocked_mean_hours : ndarray
        Mean time from the end of service until the next station has room. [h]
    number_mean : ndarray
        Mean number at the station: waiting, in service and blocked. [1]
    sojourn_mean_hours : float
        Mean time from entering the line to leaving it. [h]
    method : {"exact", "decomposition"}
        How it was found.
    """

    throughput_per_hour: float
    capacity_per_hour: float
    lost_share: float
    utilization: FloatArray
    blocked_share: FloatArray
    blocking_probability: FloatArray
    wait_mean_hours: FloatArray
    blocked_mean_hours: FloatArray
    number_mean: FloatArray
    sojourn_mean_hours: float
    method: TandemMethod


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """What was given, checked: the stations and, if there is one, the law of the intervals between arrivals."""

    service: FloatArray
    scv: FloatArray
    servers: FloatArray
    buffers: FloatArray
    source: PhaseType | None

    @property
    def endless(self) -> bool:
        """Whether any number may wait before the first station."""
        return bool(np.isinf(self.buffers[0]))

    def stations(self, most: int) -> list[Station] | None:
        """Return the stations as chains, unless their joint states are more than `most`."""
        rooms = np.where(np.isinf(self.buffers), 0.0, self.buffers)
        laws = [fit_two_moments(mean, scv) for mean, scv in zip(self.service, self.scv, strict=True)]
        sizes = zip(laws, self.servers.astype(int), rooms.astype(int), strict=True)
        given = [(law, int(count), int(room)) for law, count, room in sizes]
        if max(local_count(law.phases, count, room) for law, count, room in given) > 4 * most:
            return None
        found = [Station(*each, last=i == len(given) - 1) for i, each in enumerate(given)]
        phases = self.source.phases if self.source else 1
        return found if count_at_most(found, phases, most) <= most else None

    def moments(self) -> list[Moments]:
        """Return the moments of the service times."""
        return [Moments(float(m), float(m * m * (1.0 + c))) for m, c in zip(self.service, self.scv, strict=True)]


def _exactly(line: _Line, stations: list[Station]) -> tuple[Measures, float]:
    """Return the measures and the capacity of a line by its Markov chain."""
    first = stations[0]  # a room before a station that never lacks work is only a longer queue
    full = saturated([Station(first.law, first.servers, 0, len(stations) == 1), *stations[1:]])
    if line.source is None or (line.endless and 1.0 / float(line.source.mean_hours) >= full.throughput):
        return full, full.throughput
    solve = unlimited if line.endless else finite
    return solve(stations, line.source), full.throughput


def _in_parts(line: _Line) -> tuple[Measures, float]:
    """Return the measures and the capacity of a line of single servers by decomposition."""
    if np.any(line.servers > 1.0):
        message = "a line with stations of several servers is solved exactly only, and this one has too many states"
        hint = "smaller rooms, fewer servers, or an scv of 1"
        raise RefusedError.of(Problem(message, parameter="servers", hint=hint))
    rooms = [float(room) for room in line.buffers + 1.0]
    full = solve_parts(None, line.moments(), rooms)
    if line.source is None or (line.endless and 1.0 / float(line.source.mean_hours) >= full.throughput):
        return full, full.throughput
    return solve_parts(line.source, line.moments(), rooms), full.throughput


def _solved(line: _Line, method: TandemMethod) -> tuple[Measures, float, TandemMethod]:
    """Return the measures, the capacity and the method that found them."""
    asked, unasked = MOST_STATES, MOST_STATES_UNASKED
    if line.source is not None and line.endless:
        asked, unasked = MOST_STATES_ENDLESS, MOST_STATES_ENDLESS_UNASKED
    several = bool(np.any(line.servers > 1.0))
    if method != "decomposition":
        stations = line.stations(asked if method == "exact" or several else unasked)
        if stations is not None:
            return (*_exactly(line, stations), "exact")
        if method == "exact":
            message = f"the line has more than {asked} states"
            raise RefusedError.of(Problem(message, parameter="method", hint="use the decomposition"))
    return (*_in_parts(line), "decomposition")


def _checked(
    service_hours: ArrayLike, service_scv: ArrayLike, servers: ArrayLike, buffers: ArrayLike, method: str
) -> tuple[FloatArray, ...]:
    """Return the columns of the stations of one line."""
    if method not in TANDEM_METHODS:
        allowed = ", ".join(sorted(TANDEM_METHODS))
        raise ArgumentError.of(Problem("is unknown", parameter="method", given=method, allowed=allowed))
    try:
        room = np.array(buffers, dtype=np.float64)
    except (TypeError, ValueError):
        room = whole_between("buffers", buffers, 0, MOST_BUFFER)  # which says what is wrong
    endless = np.isposinf(room)
    columns = station_columns(
        service_hours=positive("service_hours", service_hours),
        service_scv=between("service_scv", service_scv, LEAST_SCV, MOST_SCV),
        servers=whole_at_least_one("servers", servers),
        buffers=np.where(endless, np.inf, whole_between("buffers", np.where(endless, 0.0, room), 0, MOST_BUFFER)),
    )
    if columns[0].ndim > 1:
        raise ArgumentError.of(Problem("is of several lines", parameter="service_hours", allowed="one dimension"))
    if np.isinf(columns[3][1:]).any():
        message = "only the first station may have a room without end"
        raise ArgumentError.of(Problem(message, parameter="buffers", allowed=f"whole numbers from 0 to {MOST_BUFFER}"))
    return columns


def solve_finite_tandem(
    arrivals_per_hour: float,
    arrival_scv: float,
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    buffers: ArrayLike,
    method: TandemMethod = "auto",
) -> FiniteTandem:
    r"""Solve a line of stations with finite rooms between them: blocking after service.

    An item that is finished while the next station is full stays on its server, which cannot begin another.

    Parameters
    ----------
    arrivals_per_hour : float
        Rate at which items come to the first station. [1/h]
    arrival_scv : float
        Squared coefficient of variation of the intervals between them, from 0.05 to 100. [1]
    service_hours : array_like
        Mean service time at each station. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0.05 to 100. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    buffers : array_like
        Most items that can wait at each station besides those on its servers, a whole number up to 1000; at the first
        one inf, or else what finds no room there is lost. [1]
    method : {"auto", "exact", "decomposition"}, optional
        "exact" solves the Markov chain of the whole line, up to 50,000 states, or 1200 where any number may wait;
        "decomposition" takes it apart at its rooms, for single servers; "auto", the default, is "exact" up to 5000 and
        400 states, and for several servers. [1]

    Returns
    -------
    FiniteTandem
        Throughput and capacity of the line; waits, blocking and numbers by station.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If the line has too many states to be solved exactly and this is asked for, or it has several servers.

    Notes
    -----
    Times are of the phase-type laws of `fit_two_moments`: mixtures of Erlang laws below an scv of 1, hyperexponential
    with balanced means above. For these "exact" is exact: two exponential servers of one rate without room between
    them reach 2/3 of it, three 22/39 ([1]_).

    The decomposition ([2]_, [3]_) sees each room with the server before it, starved at times, and the one behind it,
    blocked at times; successive times of these are taken as independent. Without a limit before the first station its
    queue and the next room are solved together, since it grows where blocking lasts; what lasts farther down is not
    seen. `expected_tandem_error` has its errors: good for capacities and for waits within the line, rough for the first
    wait near the capacity.

    Examples
    --------
    Two gates of one lane, with room for two trucks between them:

    >>> line = solve_finite_tandem(8.0, 1.0, [0.1, 0.1], [1.0, 0.5], 1, [float("inf"), 2])
    >>> round(line.capacity_per_hour, 3), line.wait_mean_hours.round(3)
    (8.302, array([2.281, 0.116]))

    References
    ----------
    .. [1] G. C. Hunt (1956), "Sequential arrays of waiting lines", Operations Research 4(6), 674-683,
       doi:10.1287/opre.4.6.674.
    .. [2] Y. Dallery, Y. Frein (1993), "On decomposition methods for tandem queueing networks with blocking",
       Operations Research 41(2), 386-399, doi:10.1287/opre.41.2.386.
    .. [3] H. G. Perros, T. Altiok (1986), "Approximate analysis of open networks of queues with blocking: tandem
       configurations", IEEE Transactions on Software Engineering SE-12(3), 450-461.
    """
    columns = _checked(service_hours, service_scv, servers, buffers, method)
    rate = float(positive("arrivals_per_hour", arrivals_per_hour))
    source = fit_two_moments(1.0 / rate, float(between("arrival_scv", arrival_scv, LEAST_SCV, MOST_SCV)))
    service, scv, count, room = columns
    line = _Line(service, scv, count, room, source)
    measures, capacity, found = _solved(line, method)
    flow = measures.throughput
    serving = flow * service
    number = measures.waiting + serving + measures.blocked
    return FiniteTandem(
        throughput_per_hour=flow,
        capacity_per_hour=capacity,
        lost_share=0.0 if line.endless else max(1.0 - flow / rate, 0.0),
        utilization=serving / count,
        blocked_share=measures.blocked / count,
        blocking_probability=measures.stuck,
        wait_mean_hours=measures.waiting / flow,
        blocked_mean_hours=measures.blocked / flow,
        number_mean=number,
        sojourn_mean_hours=float(number.sum() / flow),
        method=found,
    )


def finite_tandem_capacity_per_hour(
    service_hours: ArrayLike,
    service_scv: ArrayLike,
    servers: ArrayLike,
    buffers: ArrayLike,
    method: TandemMethod = "auto",
) -> float:
    """Compute what leaves a line of stations with finite rooms if its first station always has work.

    Parameters
    ----------
    service_hours : array_like
        Mean service time at each station. [h]
    service_scv : array_like
        Squared coefficient of variation of the service time, from 0.05 to 100. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    buffers : array_like
        Most items that can wait at each station besides those on its servers, a whole number up to 1000; that of the
        first station does not matter. [1]
    method : {"auto", "exact", "decomposition"}, optional
        As in `solve_finite_tandem`. [1]

    Returns
    -------
    float
        Throughput of the line that is never starved. [1/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.
    RefusedError
        If the line has too many states to be solved exactly and this is asked for, or it has several servers.

    Examples
    --------
    Three exponential servers without room between them (Hunt: 22/39):

    >>> round(finite_tandem_capacity_per_hour([1.0, 1.0, 1.0], 1.0, 1, 0), 6)
    0.564103

    References
    ----------
    .. [1] G. C. Hunt (1956), "Sequential arrays of waiting lines", Operations Research 4(6), 674-683,
       doi:10.1287/opre.4.6.674.
    .. [2] F. S. Hillier, R. W. Boling (1967), "Finite queues in series with exponential or Erlang service times: a
       numerical approach", Operations Research 15(2), 286-303, doi:10.1287/opre.15.2.286.
    """
    service, scv, count, room = _checked(service_hours, service_scv, servers, buffers, method)
    first = room.copy()
    first[0] = np.inf
    return _solved(_Line(service, scv, count, first, None), method)[1]


def expected_tandem_error(load: ArrayLike, quantity: TandemQuantity = "sojourn") -> ExpectedError:
    """Look up the error to expect from the decomposition of a line with finite rooms.

    Parameters
    ----------
    load : array_like
        Arrival rate over the capacity of the line; without effect on the error of the capacity. [1]
    quantity : {"capacity", "sojourn", "first_wait", "later_waits"}, optional
        Capacity, mean time in the line, mean wait before the first station, or the sum of those at the others. [1]

    Returns
    -------
    ExpectedError
        Columns of the shape of `load`; errors of 1 above a load of 0.85, where they have no bound.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> bool(expected_tandem_error(0.99).out_of_range)
    True
    """
    if quantity not in TANDEM_QUANTITIES:
        allowed = ", ".join(sorted(TANDEM_QUANTITIES))
        raise ArgumentError.of(Problem("is unknown", parameter="quantity", given=quantity, allowed=allowed))
    rho = non_negative("load", load)
    table = np.array(MEASURED_TANDEM_ERRORS[quantity])
    band = np.searchsorted(MEASURED_LOADS, rho) if quantity != "capacity" else np.zeros(rho.shape, dtype=int)
    out = band >= len(table)
    found = table[np.minimum(band, len(table) - 1)]
    return ExpectedError(np.where(out, 1.0, found[..., 0]), np.where(out, 1.0, found[..., 1]), np.asarray(out))
