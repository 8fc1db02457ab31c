"""Calls that ask questions about corridors, and scenarios. "Returns" says what the server's answer is read into."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from hubcalc.client.analyses import LONGEST_TARGET, Override, values_by_path
from hubcalc.client.core import Call, body_as, path_of
from hubcalc.client.documents import said
from hubcalc.errors import ParameterError, Problem
from hubmodels import Corridor, Scenario
from hubmodels.answers import Answer
from hubmodels.corridor_results import (
    CorridorReport,
    EmissionReport,
    EquilibriumReport,
    FlowReport,
    ResilienceReport,
    StormReport,
    TimeCostDistanceReport,
    TransitReport,
)

R = TypeVar("R", bound=CorridorReport)
_PATIENCE_SECONDS = 300.0
"""Corridors of many hubs take longer than one hub; simulations in them longer still."""


def transit(
    corridor: str | Corridor,
    overrides: Mapping[str, Override] | None = None,
    *,
    demand: str | None = None,
    via: Sequence[str] = (),
    method: str | None = None,
    version: int | None = None,
) -> Call[TransitReport]:
    """Ask for the time of a demand from door to door, in every combination of the overrides.

    Parameters
    ----------
    corridor : str or Corridor
        Id of a stored corridor, or a document; its hubs and lines are those of the server.
    overrides : mapping, optional
        By path, a value or several; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    demand : str, optional
        Id of the demand; the main demand by default.
    via : sequence of str, optional
        Nodes or links that the way must pass, in order; otherwise it is the one of least price and value of time.
    method : {"auto", "fast", "exact", "simulate"}, optional
        What may be taken at the parts; by default auto.
    version : int, optional
        Version of the stored corridor; by default the present one.

    Returns
    -------
    TransitReport
        Mean and percentiles, parts, reliability and the next ways.

    Examples
    --------
    >>> print(transit("middle-corridor", {"demand.per_day": [5, 10]}, via=["aktau", "baku"]))
    GET /v1/corridors/middle-corridor/transit?demand.per_day=5,10&via=aktau,baku
    """
    options = {"demand": demand, "via": via, "method": method}
    return _asked("transit", TransitReport, corridor, overrides, options, version)


def corridor_flow(
    corridor: str | Corridor,
    overrides: Mapping[str, Override] | None = None,
    *,
    method: str | None = None,
    capacity: str | None = None,
    version: int | None = None,
) -> Call[FlowReport]:
    """Ask how the demands are carried at the least cost, in every combination of the overrides.

    Parameters
    ----------
    corridor : str or Corridor
        Id of a stored corridor, or a document; its hubs and lines are those of the server.
    overrides : mapping, optional
        By path, a value or several; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    method : {"auto", "fast", "exact", "simulate"}, optional
        What may be taken for the times of the parts; by default fast.
    capacity : {"theoretical", "practical", "sustainable"}, optional
        Which capacity limits flows; by default the one that the corridor names.
    version : int, optional
        Version of the stored corridor; by default the present one.

    Returns
    -------
    FlowReport
        What is served, flows, utilizations, shadow prices, bottlenecks in order, and the ways used.

    Examples
    --------
    >>> print(corridor_flow("middle-corridor"))
    GET /v1/corridors/middle-corridor/flow
    """
    return _asked("flow", FlowReport, corridor, overrides, {"method": method, "capacity": capacity}, version)


def corridor_equilibrium(
    corridor: str | Corridor,
    overrides: Mapping[str, Override] | None = None,
    *,
    version: int | None = None,
) -> Call[EquilibriumReport]:
    """Ask for the flows at which no unit gains by another way, in every combination of the overrides.

    Parameters
    ----------
    corridor : str or Corridor
        Id of a stored corridor, or a document; its hubs and lines are those of the server.
    overrides : mapping, optional
        By path, a value or several; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    version : int, optional
        Version of the stored corridor; by default the present one.

    Returns
    -------
    EquilibriumReport
        Flows, times, ways, the gap, and the same at the least total cost.

    Examples
    --------
    >>> print(corridor_equilibrium("middle-corridor", version=2))
    GET /v1/corridors/middle-corridor/equilibrium?version=2
    """
    return _asked("equilibrium", EquilibriumReport, corridor, overrides, {}, version)


def corridor_resilience(
    corridor: str | Corridor,
    overrides: Mapping[str, Override] | None = None,
    *,
    out: Sequence[str] = (),
    lost_share: float | None = None,
    pairs: bool = False,
    capacity: str | None = None,
    version: int | None = None,
) -> Call[ResilienceReport]:
    """Ask what is still served when parts are out or degraded, in every combination of the overrides.

    Parameters
    ----------
    corridor : str or Corridor
        Id of a stored corridor, or a document; its hubs and lines are those of the server.
    overrides : mapping, optional
        By path, a value or several; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    out : sequence of str, optional
        Nodes and links, each in turn; by default all at which something can fail.
    lost_share : float, optional
        Share of the capacity that is lost; by default all of it.
    pairs : bool
        Whether each two of them are taken out together, too.
    capacity : {"theoretical", "practical", "sustainable"}, optional
        Which capacity limits flows; by default the one that the corridor names.
    version : int, optional
        Version of the stored corridor; by default the present one.

    Returns
    -------
    ResilienceReport
        What is served and added by each outage, the costliest first.

    Examples
    --------
    >>> print(corridor_resilience("middle-corridor", out=["aktau", "poti"], pairs=True))
    GET /v1/corridors/middle-corridor/resilience?out=aktau,poti&pairs=true
    """
    options = {"out": out, "lost_share": lost_share, "pairs": pairs or None, "capacity": capacity}
    return _asked("resilience", ResilienceReport, corridor, overrides, options, version)


def time_cost_distance(
    corridor: str | Corridor,
    overrides: Mapping[str, Override] | None = None,
    *,
    demand: str | None = None,
    method: str | None = None,
    version: int | None = None,
) -> Call[TimeCostDistanceReport]:
    """Ask for time and cost over distance along the cheapest way of a demand.

    Parameters
    ----------
    corridor : str or Corridor
        Id of a stored corridor, or a document; its hubs and lines are those of the server.
    overrides : mapping, optional
        By path, a value or several; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    demand : str, optional
        Id of the demand; the main demand by default.
    method : {"auto", "fast", "exact", "simulate"}, optional
        What may be taken at the parts; by default auto.
    version : int, optional
        Version of the stored corridor; by default the present one.

    Returns
    -------
    TimeCostDistanceReport
        Points with vertical steps at hubs, and the four indicators of CAREC's CPMM.

    Examples
    --------
    >>> print(time_cost_distance("middle-corridor", demand="boxes"))
    GET /v1/corridors/middle-corridor/tcd?demand=boxes
    """
    options = {"demand": demand, "method": method}
    return _asked("tcd", TimeCostDistanceReport, corridor, overrides, options, version)


def corridor_emissions(
    corridor: str | Corridor,
    overrides: Mapping[str, Override] | None = None,
    *,
    demand: str | None = None,
    version: int | None = None,
) -> Call[EmissionReport]:
    """Ask for the greenhouse gases of one unit along the cheapest way of a demand.

    Parameters
    ----------
    corridor : str or Corridor
        Id of a stored corridor, or a document; its hubs and lines are those of the server.
    overrides : mapping, optional
        By path, a value or several; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    demand : str, optional
        Id of the demand, which must say its tonnes; the main demand by default.
    version : int, optional
        Version of the stored corridor; by default the present one.

    Returns
    -------
    EmissionReport
        CO2 equivalents by part, from well to wheel and from tank to wheel, with the source of each factor.

    Examples
    --------
    >>> print(corridor_emissions("middle-corridor"))
    GET /v1/corridors/middle-corridor/emissions
    """
    return _asked("emissions", EmissionReport, corridor, overrides, {"demand": demand}, version)


def corridor_storms(
    corridor: str | Corridor,
    overrides: Mapping[str, Override] | None = None,
    *,
    storms: str | None = None,
    wait_target_hours: float | None = None,
    seed: int | None = None,
    version: int | None = None,
) -> Call[StormReport]:
    """Ask for the waits at a part that storms close, through many years of storms.

    Parameters
    ----------
    corridor : str or Corridor
        Id of a stored corridor, or a document; its hubs and lines are those of the server.
    overrides : mapping, optional
        By path, a value or several; ``hubs.<id>.`` and ``lines.<id>.`` lead into the corridor's documents.
    storms : str, optional
        Id of the season of storms; not needed where the corridor has one only.
    wait_target_hours : float, optional
        Wait that nine of ten of those who come in the worst month should not exceed; by default 72. [h]
    seed : int, optional
        Seed of the calendars.
    version : int, optional
        Version of the stored corridor; by default the present one.

    Returns
    -------
    StormReport
        Waits by month, and the least capacity, and fleet, that meet the target.

    Examples
    --------
    >>> print(corridor_storms("middle-corridor", storms="aktau", wait_target_hours=48))
    GET /v1/corridors/middle-corridor/storms?storms=aktau&wait_target_hours=48
    """
    options = {"storms": storms, "wait_target_hours": wait_target_hours, "seed": seed}
    return _asked("storms", StormReport, corridor, overrides, options, version)


def answer(scenario: str | Scenario, *, part: int | None = None, version: int | None = None) -> Call[Answer]:
    """Ask what a scenario asks.

    Parameters
    ----------
    scenario : str or Scenario
        Id of a stored scenario, or a document; what it is about is stored on the server.
    part : int, optional
        The one part that is wanted, counted from 1; by default all.
    version : int, optional
        Version of the stored scenario; by default the present one.

    Returns
    -------
    Answer
        One part for each ask: table, finding, verdict, chart, and the same as command and request.

    Raises
    ------
    ParameterError
        If a version of a document given is asked for.

    Examples
    --------
    >>> print(answer("third-crew", part=2))
    GET /v1/scenarios/third-crew/answer?part=2
    """
    if isinstance(scenario, str):
        path = path_of("scenarios", scenario, "answer")
        named = {"part": part, "version": version}
        query = {name: str(value) for name, value in named.items() if value is not None}
        return Call("GET", path, body_as(Answer), query, safe=True, timeout_seconds=_PATIENCE_SECONDS)
    _refuse_version(version)
    path, body = path_of("answers"), said(scenario)
    query = {} if part is None else {"part": str(part)}
    return Call("POST", path, body_as(Answer), query, json=body, safe=True, timeout_seconds=_PATIENCE_SECONDS)


def _asked(
    what: str,
    form: type[R],
    corridor: str | Corridor,
    overrides: Mapping[str, Override] | None,
    options: Mapping[str, Any],
    version: int | None,
) -> Call[R]:
    """Ask by GET, whose answer can be cached; a document, or what is too long for an address, is sent by POST."""
    values = values_by_path(overrides)
    given = {name: value for name, value in options.items() if value is not None and value not in ((), [])}
    if isinstance(corridor, str):
        query = {path: ",".join(map(str, several)) for path, several in values.items()}
        query |= {name: _text(value) for name, value in given.items()}
        query |= {} if version is None else {"version": str(version)}
        path = path_of("corridors", corridor, what)
        call = Call("GET", path, body_as(form), query, safe=True, timeout_seconds=_PATIENCE_SECONDS)
        if len(call.target) <= LONGEST_TARGET:
            return call
    _refuse_version(version)
    body = {
        "corridor": corridor if isinstance(corridor, str) else said(corridor),
        "what": what,
        "overrides": values,
        "options": {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()},
    }
    path = path_of("corridor-analysis")
    return Call("POST", path, body_as(form), json=body, safe=True, timeout_seconds=_PATIENCE_SECONDS)


def _text(value: object) -> str:
    """Write an option for a query."""
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refuse_version(version: int | None) -> None:
    if version is not None:
        message = "what is sent in a body has no version"
        hint = "leave it out, take fewer values, or send the document of that version"
        raise ParameterError.of(Problem(message, parameter="version", given=version, hint=hint))
