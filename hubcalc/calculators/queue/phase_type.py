"""Phase-type laws on both sides: exact for the law that is named, or fitted to two moments."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from hubcalc import queueing
from hubcalc.cached import cached
from hubcalc.calculators.queue.case import Case, Column
from hubcalc.calculators.queue.law_errors import of_laws
from hubcalc.calculators.queue.method import (
    FEW_STATES,
    LAW,
    MEAN,
    ROOM_FOR_SERVERS,
    TIMES,
    WHOLE_SERVERS,
    Given,
    Method,
    Need,
    deviation,
    law_of_wait,
    phase_milliseconds,
    phases,
    states,
    unless_known,
)
from hubcalc.queueing import MOST_STATES, PhaseType
from hubcalc.readings import Flags

MOST_ROOM_MILLISECONDS = 3_000.0
"""Longest time for a finite room, which has a level for each place."""

Solver = Callable[[PhaseType, PhaseType, Sequence[int]], Any]


class Solutions:
    """The solved queues of all rows: solved together where phases and whole numbers are the same."""

    def __init__(self, case: Case, solver: Solver, *whole: str) -> None:
        self._case = case
        self._solver = solver
        self._whole = whole

    @cached
    def _groups(self) -> list[tuple[Any, Any]]:
        return list(self._solve())

    def _solve(self) -> Iterator[tuple[Any, Any]]:
        case = self._case
        sides = [queueing.two_moment_phases(scv) for scv in (case.arrival_scv, case.service_scv)]
        kinds = np.stack([*sides, *(case[name].astype(np.int64) for name in self._whole)])
        found, kind_of = np.unique(kinds, axis=1, return_inverse=True)
        for kind in range(found.shape[1]):
            rows = np.flatnonzero(kind_of.reshape(-1) == kind)
            arrival = queueing.fit_two_moments(1.0 / case.arrivals[rows], case.arrival_scv[rows])
            service = queueing.fit_two_moments(case.service[rows], case.service_scv[rows])
            yield rows, self._solver(arrival, service, [int(number) for number in found[2:, kind]])

    def column(self, of: Callable[[Any, Any], Any]) -> Column:
        """Gather what is asked of each solved queue and its rows."""
        whole = np.empty(self._case.size)
        for rows, queue in self._groups:
            whole[rows] = of(queue, rows)
        return whole


def _phphc(case: Case) -> Given:
    solved = Solutions(
        case, lambda arrival, service, whole: queueing.solve_ph_ph_c(arrival, service, *whole), "servers"
    )

    def spread() -> Column:
        second = solved.column(lambda queue, _: queue.wait_second_moment_hours2)
        return deviation(solved.column(lambda queue, _: queue.wait_mean_hours), second)

    return {
        MEAN: partial(solved.column, lambda queue, _: queue.wait_mean_hours),
        "wait_probability": partial(solved.column, lambda queue, _: queue.wait_probability),
        "wait_sd_hours": spread,
        "departure_scv": partial(solved.column, lambda queue, _: queue.departure_scv()),
        **_law(case, solved),
    }


def _law(case: Case, solved: Solutions) -> Given:
    def quantile(share: float) -> Column:
        return solved.column(lambda queue, _: queue.wait_quantile_hours(share))

    def tail(hours: Column) -> Column:
        return solved.column(lambda queue, rows: queue.wait_tail(hours[rows]))

    return law_of_wait(case, quantile, tail)


def _phphck(case: Case) -> Given:
    solved = Solutions(
        case, lambda arrival, service, whole: queueing.solve_ph_ph_c_k(arrival, service, *whole), "servers", "room"
    )
    return {
        MEAN: partial(solved.column, lambda queue, _: queue.wait_mean_hours),
        "wait_probability": partial(solved.column, lambda queue, _: queue.wait_probability),
        "blocking_probability": partial(solved.column, lambda queue, _: queue.blocking_probability),
        "throughput_per_hour": lambda: solved.column(lambda queue, _: queue.utilization) * case.servers / case.service,
        **_law(case, solved),
    }


def _server_states(case: Case) -> Column:
    """Give the phases of the law of a wait: states of the servers for each place to wait."""
    blocks = states(case)
    possible = np.isfinite(blocks)
    service = np.where(possible, blocks, 0.0) / phases(np.where(possible, case.arrival_scv, 1.0))
    return np.where(possible, service * (case["room"] - case.servers), np.inf)


def _little_work(case: Case) -> Flags:
    return np.asarray(_room_milliseconds(case) <= MOST_ROOM_MILLISECONDS)


def _room_milliseconds(case: Case, _: str = MEAN) -> Column:
    blocks = states(case)
    return np.asarray((0.2 + 3.5e-7 * np.where(np.isfinite(blocks), blocks, 0.0) ** 3) * case["room"])


def _milliseconds(case: Case, _: str) -> Column:
    return phase_milliseconds(case, phases(case.arrival_scv), phases(case.service_scv))


def _law_error(case: Case, metric: str) -> Column:
    return of_laws(case) if metric == MEAN else np.where(case.laws_known, 0.0, np.nan)


_FITTED = (
    "exact for the phase-type laws fitted to two moments; the error to expect, where measured, is by how much "
    "gamma and lognormal laws of these moments differ"
)

PHASE_TYPE_METHODS = (
    Method(
        name="ph_ph_c",
        title="PH/PH/c (matrix-geometric)",
        needs=(WHOLE_SERVERS, FEW_STATES),
        gives=(MEAN, *LAW, "departure_scv"),
        evaluate=_phphc,
        reference="S. Asmussen, J. R. Moller (2001), Calculation of the steady state waiting time distribution in "
        "GI/PH/c and MAP/PH/c queues, Queueing Systems 37, 9-29, doi:10.1023/A:1011083915877",
        error=_law_error,
        caveat=_FITTED,
        milliseconds=_milliseconds,
        numerical=True,
    ),
)

FINITE_PHASE_TYPE_METHODS = (
    Method(
        name="ph_ph_c_k",
        title="PH/PH/c/K (linear level reduction)",
        features=frozenset({"room"}),
        needs=(WHOLE_SERVERS, ROOM_FOR_SERVERS, FEW_STATES, Need("a moderate room", _little_work)),
        gives=(MEAN, "wait_probability", *TIMES, "blocking_probability", "throughput_per_hour"),
        evaluate=_phphck,
        reference="G. Latouche, V. Ramaswami (1999), Introduction to Matrix Analytic Methods in Stochastic Modeling, "
        "SIAM, chapter 10",
        error=unless_known("laws_known"),
        caveat=_FITTED,
        law_needs=(Need("few places to wait", lambda case: _server_states(case) <= MOST_STATES),),
        milliseconds=_room_milliseconds,
        only=True,
        numerical=True,
    ),
)
