"""All calculators by name."""

from collections.abc import Mapping, Sequence
from typing import Any

from hubcalc.calculators.base import Calculator
from hubcalc.calculators.calculate import MOST_QUESTIONS, Calculations
from hubcalc.calculators.calculate import calculate as ask
from hubcalc.calculators.capacity import CAPACITY
from hubcalc.calculators.queue import QUEUE
from hubcalc.errors import NotFoundError, Problem
from hubcalc.words import did_you_mean

CALCULATORS: Mapping[str, Calculator] = {QUEUE.name: QUEUE, **CAPACITY}


def calculator(name: str) -> Calculator:
    """Find a calculator.

    Raises
    ------
    NotFoundError
        If there is none of this name.
    """
    if name not in CALCULATORS:
        raise NotFoundError.of(
            Problem(
                "no such calculator", given=name, allowed=", ".join(CALCULATORS), hint=did_you_mean(name, CALCULATORS)
            )
        )
    return CALCULATORS[name]


def calculate(
    name: str,
    given: Mapping[str, Any],
    *,
    solve_for: str | None = None,
    metrics: Sequence[str] | None = None,
    most: int = MOST_QUESTIONS,
) -> Calculations:
    """Ask a calculator in every combination of the inputs given.

    Parameters
    ----------
    name : str
        Name of the calculator: ``queue``, or a kind of capacity such as ``berth``.
    given : mapping
        A value, or a list or array of values, by the name of the input; the last one varies fastest. A name that starts
        with ``target_`` makes it an inverse question.
    solve_for : str, optional
        Input that is looked for; by default the one that must be given and is not.
    metrics : sequence of str, optional
        Names of the metrics wanted; all by default.
    most : int
        Largest number of combinations.

    Returns
    -------
    Calculations
        Report, rows and columns.

    Raises
    ------
    NotFoundError
        If there is no calculator of this name.
    ParameterError
        If an input is unknown or missing, or the inverse question is not clear.
    OverrideError
        If a value is out of its bounds or breaks a rule.
    TooManyScenariosError
        If there are more than `most` combinations.

    Examples
    --------
    >>> asked = {"arrivals_per_hour": 60, "service_hours": 1 / 25, "target_wait_mean_hours": 0.02}
    >>> calculate("queue", asked, metrics=["wait_mean_hours"]).to_rows()[0]["servers"]
    4
    """
    return ask(calculator(name), given, solve_for=solve_for, metrics=metrics, most=most)
