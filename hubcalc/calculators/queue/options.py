"""The methods that were not chosen, with their answers, and why not."""

from collections.abc import Mapping

import numpy as np

from hubcalc.calculators.base import Option
from hubcalc.calculators.queue.answers import Answers
from hubcalc.calculators.queue.case import Texts
from hubcalc.calculators.queue.method import MEAN, MOST_MILLISECONDS_OF_OPTION, Method
from hubcalc.calculators.queue.registry import BY_NAME, suited
from hubcalc.readings import Flags, Reading
from hubmodels.calculators.queue import QueueQuestion

_FOLLOWS = ("queue_length_mean", "number_mean", "sojourn_mean_hours")
_SOJOURN = "sojourn_mean_hours"


def options(question: QueueQuestion, readings: Mapping[str, Reading]) -> list[Option]:
    """Answer by each method that is valid in some row and was not chosen there, if it is quick.

    Only the mean wait is computed, or the sojourn where a method gives but that, and what follows by Little's law.
    """
    chosen = readings if isinstance(readings, Answers) else Answers(question)
    found = []
    for method in suited(chosen.case):
        metric = MEAN if MEAN in method.gives else _SOJOURN
        rows = ~_is_chosen(chosen, method, metric) & ~chosen.overloaded
        rows &= method.applies(chosen.case, metric, MOST_MILLISECONDS_OF_OPTION)
        if rows.any():
            answers = Answers(question, (method,), (metric, *_FOLLOWS), rows)
            found.append(Option(method.title, answers, _why_not(chosen, method, metric, rows), method.name))
    return found


def _is_chosen(chosen: Answers, method: Method, metric: str) -> Flags:
    if method not in chosen.plan:
        return chosen.case.flags(False)
    return np.asarray(chosen.place(metric) == chosen.plan.index(method))


def _why_not(chosen: Answers, method: Method, metric: str, rows: Flags) -> Texts:
    """Say it by row: asked for another, not exact, or another comes first."""
    size = chosen.case.size
    texts = np.full(size, "", dtype=object)
    if chosen.chosen in BY_NAME:
        texts[rows] = f"{chosen.chosen} was asked for"
        return texts
    if chosen.chosen == "exact":
        texts[rows] = "not exact here, or another exact method comes first"
        return texts
    place = np.where(rows, chosen.place(metric), -1.0).astype(np.intp)
    errors = method.error_of(chosen.case.take(rows), metric)
    for i, error in zip(np.flatnonzero(rows), errors.tolist(), strict=True):
        texts[i] = _reason(method, chosen.plan[place[i]] if place[i] >= 0 else None, error)
    return texts


def _reason(method: Method, taken: Method | None, error: float) -> str:
    if taken is None:
        return "takes longer than fast allows"
    if not method.on_ladder:
        return method.caveat
    if error == 0.0:
        return f"as exact as {taken.title}, and less simple"
    if method.numerical:
        return f"{taken.title} is simpler"
    return f"less exact than {taken.title}"
