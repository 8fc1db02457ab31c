"""Calls that compute. "Returns" says what the server's answer is read into."""

import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import httpx

from hubcalc.client.answers import Analysis, MetricValue
from hubcalc.client.core import AnalyzedCollection, Call, body_as, get, path_of
from hubcalc.client.documents import said
from hubcalc.errors import OverrideError, ParameterError, Problem, UnknownPathError
from hubmodels import Hub, LineDocument
from hubmodels.results import AnalysisReport

Analyzed = Hub | LineDocument
"""A document that is analyzed: of a hub, or of a line."""
Scalar = int | float | str
Override = Scalar | Iterable[Scalar]
"""What an override may be: one value, or several (a list, a `range`, an array)."""

LONGEST_TARGET = 8_000
"""Most characters of path and query; servers and proxies commonly refuse longer request lines."""


def analysis(
    hub: str | Analyzed,
    overrides: Mapping[str, Override] | None = None,
    *,
    fields: Sequence[str] | None = None,
    scale: str | None = None,
    method: str | None = None,
    scenario: str | None = None,
    version: int | None = None,
    collection: AnalyzedCollection = "hubs",
) -> Call[Analysis]:
    """Analyze a hub or a line in every combination of the overrides.

    Parameters
    ----------
    hub : str, or document of a hub or a line
        Id of a stored hub or line, or a document.
    overrides : mapping, optional
        By path, a value or several; the last path varies fastest. A `range` ends before its stop, as it does in Python.
    fields : sequence of str, optional
        Names of the metrics wanted; all by default.
    scale : str, optional
        Id of the one flow that capacities scale; by default all flows grow together.
    method : {"auto", "fast", "exact", "simulate"}, optional
        Formulas that may be taken: the first valid of all; closed forms and approximations; exact ones. By default
        auto, and fast with more than 100 scenarios.
    scenario : str, optional
        Id of a stored scenario of this hub or line, or of that with the id of the document; its overrides come first,
        and `overrides` win over them.
    version : int, optional
        Version of the stored document; by default the present one.
    collection : {"hubs", "lines"}
        Where the stored document is found.

    Returns
    -------
    Analysis
        The report, and flat tables of it.

    Raises
    ------
    UnknownPathError, OverrideError
        If a path or value cannot be one; whether the hub has it is for the server to say, by a ProblemError.
    ParameterError
        If a version is asked for that cannot be: of a document, or with overrides too long for an address; or if a
        document is given with a collection.

    Notes
    -----
    What is stored is analyzed by GET, whose answer can be cached. A document, or overrides that would make the address
    longer than 8,000 characters, are sent by POST.

    Examples
    --------
    >>> print(analysis("xian", {"stages.front.cranes": range(3, 6), "flow.per_day": 10.5}, fields=["bottleneck"]))
    GET /v1/hubs/xian/analysis?stages.front.cranes=3,4,5&flow.per_day=10.5&fields=bottleneck
    """
    values = values_by_path(overrides)
    if isinstance(hub, str):
        query: dict[str, Any] = {path: ",".join(map(str, several)) for path, several in values.items()}
        query |= {"fields": None if fields is None else ",".join(fields), "scenario": scenario}
        query |= {"scale": scale, "method": method, "version": version}
        call = get(path_of(collection, hub, "analysis"), _report, query)
        if len(call.target) <= LONGEST_TARGET:
            return call
    elif collection != "hubs":
        hint = "leave it out"
        message = "a document given is looked for in no collection"
        raise ParameterError.of(Problem(message, parameter="collection", given=collection, hint=hint))
    if version is not None:
        raise ParameterError.of(_no_version(hub, version))
    return _sent_analysis(hub, values, fields, scale, method, scenario)


def metric(
    hub_id: str,
    metric: str,
    overrides: Mapping[str, Scalar] | None = None,
    *,
    scale: str | None = None,
    method: str | None = None,
    version: int | None = None,
    collection: AnalyzedCollection = "hubs",
) -> Call[MetricValue]:
    """Compute one metric of a stored hub or line in one scenario.

    Parameters
    ----------
    hub_id : str
        Id of the hub or line.
    metric : str
        Name of the metric, or of a column of the station table: `stages.front.utilization`.
    overrides : mapping, optional
        One value by path.
    scale : str, optional
        Id of the one flow that capacities scale; by default all flows grow together.
    method : {"auto", "fast", "exact", "simulate"}, optional
        Formulas that may be taken: the first valid of all; closed forms and approximations; exact ones. By default
        auto.
    version : int, optional
        Version of the stored document; by default the present one.
    collection : {"hubs", "lines"}
        Where the stored document is found.

    Returns
    -------
    MetricValue
        The value with its unit, verdict and range; without a value where there is no steady state.

    Raises
    ------
    UnknownPathError, OverrideError
        If a path or value cannot be one; whether the hub has it is for the server to say, by a ProblemError, as it is
        where the metric is refused.

    Examples
    --------
    >>> print(metric("xian", "wait_mean_hours", {"stages.front.cranes": 4}))
    GET /v1/hubs/xian/analysis/wait_mean_hours.json?stages.front.cranes=4
    """
    path = path_of(collection, hub_id, "analysis", metric) + ".json"
    return get(
        path, body_as(MetricValue), {**one_scenario(overrides), "scale": scale, "method": method, "version": version}
    )


def _sent_analysis(
    hub: str | Analyzed,
    values: Mapping[str, list[Scalar]],
    fields: Sequence[str] | None,
    scale: str | None,
    method: str | None,
    scenario: str | None,
) -> Call[Analysis]:
    wanted = None if fields is None else list(fields)
    body = {"hub": sent_document(hub), "overrides": values, "fields": wanted, "scale": scale, "method": method}
    body |= {} if scenario is None else {"scenario": scenario}
    return Call("POST", path_of("analysis"), _report, json=body, safe=True)


def _report(response: httpx.Response) -> Analysis:
    return Analysis(body_as(AnalysisReport)(response))


def sent_document(hub: str | Analyzed) -> Any:
    """Give an id, or a document with what was said in it, as a body holds it."""
    return hub if isinstance(hub, str) else said(hub)


def one_scenario(overrides: Mapping[str, Scalar] | None) -> dict[str, Scalar]:
    """Give overrides of one value each.

    Raises
    ------
    UnknownPathError, OverrideError
        If a path cannot be one, or a value is none or several.
    """
    return {_known_form(path): _scalar(path, value) for path, value in (overrides or {}).items()}


def values_by_path(overrides: Mapping[str, Override] | None) -> dict[str, list[Scalar]]:
    """Give overrides of one value or several each, as lists.

    Raises
    ------
    UnknownPathError, OverrideError
        If a path cannot be one, or a value is none.
    """
    return {_known_form(path): values_of(path, given) for path, given in (overrides or {}).items()}


def values_of(name: str, given: Override) -> list[Scalar]:
    """Give one value or several as a list of plain ones.

    Raises
    ------
    OverrideError
        If there is none, or one cannot be sent.
    """
    if isinstance(given, str) or not isinstance(given, Iterable):
        return [_scalar(name, given)]
    values = [_scalar(name, value) for value in given]
    if not values:
        raise OverrideError.of(Problem("no values", parameter=name, hint="leave it out to keep its value"))
    return values


def _known_form(path: str) -> str:
    """Refuse what has no dot: the server would take it for one of its own parameters."""
    if "." not in path:
        raise UnknownPathError.of(Problem("no path", parameter=path, hint="paths look like stages.front.cranes"))
    return path


def _scalar(path: str, value: object) -> Scalar:
    """Give a number or text in the form that it has in JSON; numbers may be those of NumPy."""
    allowed = "a finite number or the name of a choice; several in a list or range"
    if isinstance(value, str) and value.strip() and "," not in value and ".." not in value:
        return value
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise OverrideError.of(Problem("not one value", parameter=path, given=value, allowed=allowed))


def _no_version(hub: str | Analyzed, version: int) -> Problem:
    if isinstance(hub, str):
        hint = "take fewer values, or analyze the document of that version"
        return Problem("too many values for a hub of a certain version", parameter="version", given=version, hint=hint)
    return Problem("a document given has no version", parameter="version", given=version, hint="leave it out")
