"""Berths: the balance of berth hours, and the wait of vessels as a queue."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from hubcalc import capacity, queueing
from hubcalc.calculators.base import Calculator, Option, Output, Readings
from hubcalc.calculators.capacity._answers import (
    Answer,
    Answers,
    FloatArray,
    growth,
    if_given,
    largest_flow,
    load_remarks,
    number,
    once_each,
    rule_of_thumb,
)
from hubcalc.units import DAYS_PER_YEAR
from hubmodels.calculators.berth import BerthQuestion, BerthQueue

OUTPUTS = (
    Output(
        "theoretical_capacity_per_year", "calls/year", "Calls that keep all berths busy all the time", met_from=True
    ),
    Output(
        "practical_capacity_per_year", "calls/year", "Calls at the practical utilization of the berths", met_from=True
    ),
    Output(
        "sustainable_capacity_per_year", "calls/year", "Most calls whose wait ratio keeps to its limit", met_from=True
    ),
    Output("practical_capacity_teu_per_year", "TEU/year", "Containers at the practical capacity", met_from=True),
    Output("sustainable_capacity_teu_per_year", "TEU/year", "Containers at the sustainable capacity", met_from=True),
    Output("largest_utilization", "1", "Utilization of the berths at the practical capacity", met_from=True),
    Output("sustainable_utilization", "1", "Utilization of the berths at the sustainable capacity", met_from=True),
    Output("utilization", "1", "Berth occupancy ratio: berth hours asked for over those offered"),
    Output("wait_ratio", "1", "Mean wait over mean time at berth"),
    Output("wait_mean_hours", "h", "Mean wait of a vessel, in working hours"),
    Output("wait_probability", "1", "Probability that a vessel waits"),
    Output("needed_berths", "berths", "Berths, not rounded, at the practical utilization"),
    Output("fewest_stable_berths", "berths", "Fewest berths at which the queue does not grow", whole=True),
    Output("growth_per_day", "calls/day", "Vessels that the queue grows by, in a mean day"),
    Output("backlog_at_horizon", "calls", "Vessels in the queue after the horizon"),
)

METHOD = "balance of berth hours"
UNCTAD = "balance of berth hours, utilization of UNCTAD (1985)"
MOST_BERTHS = 30
"""Up to so many berths the queues with Erlang-2 laws are solved; beyond, their waits are approximated."""
TWO_MOMENTS = f"queues with Erlang-2 laws are solved up to {MOST_BERTHS} berths: beyond, two moments stand for them"
SCVS: dict[BerthQueue, tuple[float, float]] = {"E2/E2/n": (0.5, 0.5), "M/E2/n": (1.0, 0.5), "M/M/n": (1.0, 1.0)}
"""Squared coefficients of variation of the interval between vessels and of the time at berth."""


Law = Callable[[FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class _Waits:
    """The queue of vessels: waits over the mean time at berth, by the load and the number of berths."""

    law: BerthQueue

    @property
    def method(self) -> str:
        """Name of the formula."""
        return "M/M/n (Erlang C)" if self.law == "M/M/n" else f"{self.law} (matrix-geometric, exact)"

    def methods(self, berths: FloatArray, formula: str = "GI/G/n (Whitt 1993, two moments)") -> Any:
        """Name the formula of each row; `formula` is that of many berths."""
        return np.where(self.many(berths), f"{self.law} as {formula}", self.method)

    def ratio(self, load: FloatArray, berths: FloatArray) -> FloatArray:
        """Give the mean wait over the mean time at berth."""
        arrival, service = SCVS[self.law]
        if self.law == "M/M/n":
            return queueing.mmc_wait_mean_hours(load, 1.0, berths)
        return self._split(
            lambda a, n: queueing.phphc_wait_mean_hours(a, arrival, 1.0, service, n),
            lambda a, n: queueing.ggc_wait_mean_hours(a, arrival, 1.0, service, n),
            *(berths, load, berths),
        )

    def probability(self, load: FloatArray, berths: FloatArray) -> FloatArray:
        """Give the probability of a wait."""
        arrival, service = SCVS[self.law]
        if self.law == "M/M/n":
            return queueing.mmc_wait_probability(load, 1.0, berths)
        return self._split(
            lambda a, n: queueing.phphc_wait_probability(a, arrival, 1.0, service, n),
            lambda a, n: queueing.ggc_wait_probability(a, arrival, 1.0, service, n),
            *(berths, load, berths),
        )

    def largest_utilization(self, berths: FloatArray, limit: FloatArray) -> FloatArray:
        """Give the utilization at which the wait ratio meets its limit."""
        arrival, service = SCVS[self.law]
        if self.law == "M/M/n":
            return np.asarray(queueing.largest_flow_for_wait(1.0, berths, limit) / berths)

        def wait(load: FloatArray, berths: FloatArray) -> FloatArray:
            return queueing.ggc_wait_mean_hours(load, arrival, 1.0, service, berths)

        return self._split(
            lambda n, w: capacity.largest_utilization_for_wait_ratio(n, w, arrival, service),
            lambda n, w: largest_flow(wait, n, w, [n]) / n,
            *(berths, berths, limit),
        )

    def error(self, berths: FloatArray, use: FloatArray, method: queueing.TwoMomentMethod = "whitt") -> FloatArray:
        """Give the relative error to expect: 0 where the queue is solved, NaN where it has not been measured."""
        busy = np.where(use < 1.0, use, 0.5)
        measured = queueing.expected_two_moment_error(method, *SCVS[self.law], berths, busy)
        unknown = np.where(measured.out_of_range, np.nan, measured.percentile_95)
        return np.where(self.many(berths), unknown, 0.0)

    def many(self, berths: FloatArray) -> Any:
        """Tell where there are too many berths for the queue to be solved."""
        return np.zeros(berths.shape, np.bool_) if self.law == "M/M/n" else berths > MOST_BERTHS

    def _split(self, solved: Law, fitted: Law, berths: FloatArray, *columns: FloatArray) -> FloatArray:
        """Solve the queues of few berths, and approximate the others."""
        many, *rest = np.broadcast_arrays(self.many(berths), *columns)
        values = np.empty(many.shape)
        for rows, function in ((~many, solved), (many, fitted)):
            if rows.any():
                values[rows] = once_each(function, *(column[rows] for column in rest))
        return values


def _answer(q: BerthQuestion) -> Readings:
    waits, berths = _Waits(q.queue), number(q.berths)
    unctad = q.practical_utilization is None
    practical = capacity.unctad_utilization(berths) if unctad else number(q.practical_utilization)
    times = (q.service_hours, q.hours_per_day, q.days_per_year)
    full = capacity.berth_calls_per_year(berths, 1.0, *times)
    flow, teu = q.calls_per_year, q.call_teu
    use = number(np.nan) if flow is None else capacity.berth_utilization(flow, times[0], berths, *times[1:])

    def planned(values: Any) -> Answer:
        return rule_of_thumb(values, UNCTAD) if unctad else Answer(values)

    def sustainable() -> FloatArray:
        return waits.largest_utilization(berths, number(q.wait_ratio_limit))

    def kept(scale: Any = 1.0) -> Answer:
        error = np.where(waits.many(berths), np.nan, 0.0)
        return Answer(scale * sustainable(), waits.methods(berths), error, TWO_MOMENTS)

    def queued(values: FloatArray) -> Answer:
        error = waits.error(berths, use)
        return Answer(values, waits.methods(berths), error, TWO_MOMENTS, unstable=use >= 1.0)

    def delayed() -> Answer:
        error = np.where(use >= 1.0, 0.0, waits.error(berths, use, "whitt_wait_probability"))
        methods = waits.methods(berths, "GI/G/n (probability of a wait, two moments)")
        return Answer(waits.probability(load(), berths), methods, error, TWO_MOMENTS)

    def load() -> FloatArray:
        return np.minimum(use, 1.0) * berths

    def grown() -> FloatArray:
        return growth(flow, full) / DAYS_PER_YEAR

    return Answers(
        OUTPUTS,
        METHOD,
        {
            "theoretical_capacity_per_year": lambda: full,
            "practical_capacity_per_year": lambda: planned(full * practical),
            "sustainable_capacity_per_year": lambda: kept(full),
            "practical_capacity_teu_per_year": if_given(lambda: planned(full * practical * number(teu)), call_teu=teu),
            "sustainable_capacity_teu_per_year": if_given(lambda: kept(full * number(teu)), call_teu=teu),
            "largest_utilization": lambda: planned(practical),
            "sustainable_utilization": kept,
            "utilization": if_given(lambda: use, calls_per_year=flow),
            "wait_ratio": if_given(lambda: queued(waits.ratio(load(), berths)), calls_per_year=flow),
            "wait_mean_hours": if_given(
                lambda: queued(waits.ratio(load(), berths) * number(q.service_hours)), calls_per_year=flow
            ),
            "wait_probability": if_given(delayed, calls_per_year=flow),
            "needed_berths": if_given(lambda: planned(use * berths / practical), calls_per_year=flow),
            "fewest_stable_berths": if_given(lambda: np.floor(use * berths * (1.0 + 1e-12)) + 1.0, calls_per_year=flow),
            "growth_per_day": if_given(grown, calls_per_year=flow),
            "backlog_at_horizon": if_given(lambda: grown() * q.horizon_days, calls_per_year=flow),
        },
    )


def _options(q: BerthQuestion, _: Readings) -> Sequence[Option]:
    """Give what the other queues say."""
    laws: tuple[BerthQueue, ...] = get_args(BerthQueue)
    return [
        Option(_Waits(law).method, _answer(q.model_copy(update={"queue": law})), f"{q.queue} was asked for")
        for law in laws
        if law != q.queue
    ]


BERTH = Calculator(
    name="berth",
    title="Berths: occupancy, wait and capacity",
    question=BerthQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=(
        "UNCTAD (1985). Port Development: A Handbook for Planners in Developing Countries, 2nd ed. United Nations, "
        "TD/B/C.4/175/Rev.1.",
        "Asmussen, S. & Møller, J. R. (2001). Calculation of the steady state waiting time distribution in GI/PH/c and "
        "MAP/PH/c queues. Queueing Systems 37, 9-29. doi:10.1023/A:1011083915877",
        "Ligteringen, H. & Velsink, H. (2012). Ports and Terminals. VSSD, Delft: a wait of a tenth of the service for "
        "container vessels.",
    ),
    target_names={"wait_hours": "wait_mean_hours"},
    options=_options,
    remarks=load_remarks,
)
