"""What the reader of the answers should know."""

from collections.abc import Mapping

import numpy as np

from hubcalc.calculators.base import Remark
from hubcalc.calculators.queue.answers import Answers
from hubcalc.calculators.queue.case import Case
from hubcalc.calculators.queue.method import MEAN, MOST_MILLISECONDS, states
from hubcalc.calculators.queue.registry import suited
from hubcalc.queueing import MOST_STATES
from hubcalc.readings import Flags, Reading
from hubmodels.calculators.queue import MOST_ROWS_OF_AUTO, QueueQuestion

BUSY = 0.9
"""From this utilization on small errors of the inputs make large ones of the wait."""
RELAXATIONS = 4.0
"""So many relaxation times the horizon must have for a steady state."""


def remarks(question: QueueQuestion, readings: Mapping[str, Reading]) -> list[Remark]:
    """Give all remarks with the rows in which they hold."""
    answers = readings if isinstance(readings, Answers) else Answers(question)
    case = answers.case
    found = [
        Remark(
            "overload",
            "utilization is 1 or more: no steady state; see growth_per_hour and fewest_stable_servers",
            answers.overloaded,
        ),
        Remark(
            "busy",
            f"utilization is above {BUSY:g}: small errors of the inputs make large ones of the wait",
            _busy(case),
        ),
        Remark(
            "steady_state_doubtful",
            f"the horizon is shorter than {RELAXATIONS:g} relaxation times: the wait is still that of the start",
            _short(answers),
        ),
        Remark(
            "fitted_law", "only two moments of a law are known; a named law makes the answer exact", _fitted(answers)
        ),
        Remark(
            "blocks_too_large",
            f"an exact solution would need more than {MOST_STATES} states",
            _too_large(answers),
        ),
        Remark(
            "exact_takes_longer",
            "an exact method takes longer than was allowed; method=exact asks for it",
            _exact_later(answers),
        ),
        Remark(
            "fast_over_100_rows",
            f"in more than {MOST_ROWS_OF_AUTO} rows auto takes closed forms and approximations, as fast does; ask for "
            "exact, or for a method by name, to have others",
            answers.many,
        ),
        Remark(
            "fraction_of_a_server",
            "a fraction of a server stands for one that is there part of the time; the wait is an approximation",
            np.asarray(case.servers != np.floor(case.servers)),
        ),
    ]
    return [remark for remark in found if np.any(remark.rows)]


def _busy(case: Case) -> Flags:
    return np.asarray((case.utilization > BUSY) & (case.utilization < 1.0)) if case.is_open else case.flags(False)


def _short(answers: Answers) -> Flags:
    case = answers.case
    if "relaxation_hours" not in answers:
        return case.flags(False)
    relaxation = np.asarray(answers["relaxation_hours"].values, np.float64)
    stable = np.isfinite(relaxation) & ~answers.overloaded
    return np.asarray(stable & (case["horizon_hours"] < RELAXATIONS * np.where(stable, relaxation, 0.0)))


def _fitted(answers: Answers) -> Flags:
    case = answers.case
    if answers.chosen == "exact" or MEAN not in answers:
        return case.flags(False)
    return np.asarray(~case.laws_known & (answers.found(MEAN).error != 0.0) & ~answers.overloaded)


def _exact_later(answers: Answers) -> Flags:
    """Tell where the mean is approximate, and exact methods were passed over because of their time."""
    case = answers.case
    if answers.chosen not in ("auto", "fast") or MEAN not in answers:
        return case.flags(False)
    found = answers.found(MEAN)
    inexact = ((found.error != 0.0) | (found.place < 0.0)) & ~found.lost & ~answers.overloaded
    later = case.flags(False)
    for method in suited(case):
        rows = inexact & ~later
        if method.on_ladder and rows.any():
            rows[rows] = method.applies(case.take(rows), MEAN, MOST_MILLISECONDS["exact"])
        if method.on_ladder and rows.any():
            rows[rows] = method.error_of(case.take(rows), MEAN) == 0.0
            later |= rows
    return later


def _too_large(answers: Answers) -> Flags:
    case = answers.case
    if case.features - {"room"} or MEAN not in answers:
        return case.flags(False)
    inexact = (answers.found(MEAN).error != 0.0) | (answers.place(MEAN) < 0.0)
    whole = case.servers == np.floor(case.servers)
    return np.asarray(inexact & whole & ~answers.overloaded & (states(case) > MOST_STATES))
