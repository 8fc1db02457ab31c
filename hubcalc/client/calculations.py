"""Calls to calculators, which need no document. "Returns" says what the server's answer is read into."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from hubcalc.client.analyses import LONGEST_TARGET, Override, values_of
from hubcalc.client.answers import Calculations, CalculatorList
from hubcalc.client.core import Call, body_as, get, path_of
from hubcalc.errors import ParameterError, Problem
from hubmodels.calculators.answers import CalculatorNote, CalculatorReport

_RESERVED = frozenset({"format", "view", "fields", "solve_for", "model_version"})


def queue(
    given: Mapping[str, Override], *, solve_for: str | None = None, fields: Sequence[str] | None = None
) -> Call[Calculations]:
    """Calculate a queue in every combination of the inputs given.

    Parameters
    ----------
    given : mapping
        By name of the input, a value or several; the last one varies fastest. A name that starts with ``target_`` makes
        it an inverse question.
    solve_for : str, optional
        Input that is looked for; by default the one that must be given and is not.
    fields : sequence of str, optional
        Names of the metrics wanted; all by default.

    Returns
    -------
    Calculations
        The report, and flat tables of it.

    Raises
    ------
    ParameterError, OverrideError
        If an input or value cannot be one; whether the calculator has it is for the server to say, by a ProblemError.

    Examples
    --------
    >>> print(queue({"arrivals_per_hour": [10, 12], "service_hours": 0.25, "target_wait_mean_hours": 0.1}))
    GET /v1/queue?arrivals_per_hour=10,12&service_hours=0.25&target_wait_mean_hours=0.1
    """
    return _asked(path_of("queue"), given, solve_for, fields)


def capacity(
    kind: str, given: Mapping[str, Override], *, solve_for: str | None = None, fields: Sequence[str] | None = None
) -> Call[Calculations]:
    """Calculate the capacity of one kind of resource in every combination of the inputs given.

    Parameters
    ----------
    kind : str
        Kind of resource; `capacity_kinds` lists them.
    given : mapping
        By name of the input, a value or several; the last one varies fastest. A name that starts with ``target_`` makes
        it an inverse question.
    solve_for : str, optional
        Input that is looked for; by default the one that must be given and is not.
    fields : sequence of str, optional
        Names of the metrics wanted; all by default.

    Returns
    -------
    Calculations
        The report, and flat tables of it.

    Raises
    ------
    ParameterError, OverrideError
        If an input or value cannot be one; whether the calculator has it is for the server to say, by a ProblemError.

    Examples
    --------
    >>> print(capacity("berth", {"berths": range(2, 5)}, fields=["utilization"]))
    GET /v1/capacity/berth?berths=2,3,4&fields=utilization
    """
    return _asked(path_of("capacity", kind), given, solve_for, fields)


def capacity_kinds() -> Call[list[CalculatorNote]]:
    """List the capacity calculators.

    Returns
    -------
    list of CalculatorNote
        Each kind with its inputs, defaults, metrics and references.

    Examples
    --------
    >>> print(capacity_kinds())
    GET /v1/capacity
    """
    return get(path_of("capacity"), lambda response: body_as(CalculatorList)(response).items)


def calculator(kind: str | None = None) -> Call[CalculatorNote]:
    """Describe a calculator: its inputs with units, bounds and defaults, its metrics and references.

    Parameters
    ----------
    kind : str, optional
        Kind of capacity; the queue calculator by default.

    Returns
    -------
    CalculatorNote
        What it can be asked and what it answers.

    Examples
    --------
    >>> print(calculator("berth"))
    GET /v1/capacity/berth?view=inputs
    """
    path = path_of("queue") if kind is None else path_of("capacity", kind)
    return get(path, body_as(CalculatorNote), {"view": "inputs"})


def _asked(
    path: str, given: Mapping[str, Override], solve_for: str | None, fields: Sequence[str] | None
) -> Call[Calculations]:
    for name in given:
        if name in _RESERVED:
            raise ParameterError.of(Problem("no input", parameter=name, hint="give it as an argument of its own"))
    query: dict[str, Any] = {name: ",".join(map(str, values_of(name, value))) for name, value in given.items()}
    query |= {"solve_for": solve_for, "fields": None if fields is None else ",".join(fields)}
    call = get(path, _report, query)
    if len(call.target) > LONGEST_TARGET:
        raise ParameterError.of(
            Problem("too many values for one address", allowed=f"{LONGEST_TARGET} characters", hint="split the call")
        )
    return call


def _report(response: httpx.Response) -> Calculations:
    return Calculations(body_as(CalculatorReport)(response))
