"""Calls about a hub or a line over flows and over time. "Returns" says what the server's answer is read into."""

from collections.abc import Mapping

from hubcalc.client.analyses import Scalar, one_scenario
from hubcalc.client.core import AnalyzedCollection, Call, body_as, get, path_of
from hubmodels.results import CapacityCurve, Clearing, DayProfile, Recovery


def capacity_curve(
    hub_id: str,
    overrides: Mapping[str, Scalar] | None = None,
    *,
    points: int | None = None,
    scale: str | None = None,
    method: str | None = None,
    version: int | None = None,
    collection: AnalyzedCollection = "hubs",
) -> Call[CapacityCurve]:
    """Ask for wait and dwell from little flow to almost the theoretical capacity.

    Parameters
    ----------
    hub_id : str
        Id of the hub or line.
    overrides : mapping, optional
        One value by path.
    points : int, optional
        Number of flows, 20 by default.
    scale : str, optional
        Id of the one flow that grows; by default all grow together.
    method : {"auto", "fast", "exact"}, optional
        Formulas that may be taken; by default auto.
    version : int, optional
        Version of the stored document; by default the present one.
    collection : {"hubs", "lines"}
        Where the stored document is found.

    Returns
    -------
    CapacityCurve
        The points, and the flows at which the wait comes to given shares of the service.

    Examples
    --------
    >>> print(capacity_curve("xian", {"stages.front.cranes": 4}, points=10))
    GET /v1/hubs/xian/curve?stages.front.cranes=4&points=10
    """
    asked = {"points": points, "scale": scale, "method": method, "version": version}
    return get(path_of(collection, hub_id, "curve"), body_as(CapacityCurve), {**one_scenario(overrides), **asked})


def day_profile(
    hub_id: str,
    overrides: Mapping[str, Scalar] | None = None,
    *,
    method: str | None = None,
    version: int | None = None,
    collection: AnalyzedCollection = "hubs",
) -> Call[DayProfile]:
    """Ask for arrivals, queue and wait in each hour of the day, at each stage of the main route.

    Parameters
    ----------
    hub_id : str
        Id of the hub or line.
    overrides : mapping, optional
        One value by path.
    method : {"auto", "exact", "birth_death", "fluid"}, optional
        How the day is solved; by default auto.
    version : int, optional
        Version of the stored document; by default the present one.
    collection : {"hubs", "lines"}
        Where the stored document is found.

    Returns
    -------
    DayProfile
        The hours of a day where all days are alike, else those of a week; by stage.

    Examples
    --------
    >>> print(day_profile("xian", {"flow.per_day": 12}))
    GET /v1/hubs/xian/day?flow.per_day=12
    """
    asked = {"method": method, "version": version}
    return get(path_of(collection, hub_id, "day"), body_as(DayProfile), {**one_scenario(overrides), **asked})


def clearing(
    hub_id: str,
    queue: float,
    stage: str | None = None,
    overrides: Mapping[str, Scalar] | None = None,
    *,
    start_hour: float | None = None,
    version: int | None = None,
    collection: AnalyzedCollection = "hubs",
) -> Call[Clearing]:
    """Ask when a line before a stage has cleared while arrivals go on.

    Parameters
    ----------
    hub_id : str
        Id of the hub or line.
    queue : float
        Handling units in line.
    stage : str, optional
        Id of the stage; by default that of the main route with the least capacity.
    overrides : mapping, optional
        One value by path.
    start_hour : float, optional
        When the line is counted, in hours since Monday, 0:00; by default then.
    version : int, optional
        Version of the stored document; by default the present one.
    collection : {"hubs", "lines"}
        Where the stored document is found.

    Returns
    -------
    Clearing
        Hours until nobody is in line, or the growth where that never comes.

    Examples
    --------
    >>> print(clearing("xian", 1500, "gate"))
    GET /v1/hubs/xian/clearing?queue=1500&stage=gate
    """
    asked = {"queue": queue, "stage": stage, "start_hour": start_hour, "version": version}
    return get(path_of(collection, hub_id, "clearing"), body_as(Clearing), {**one_scenario(overrides), **asked})


def recovery(
    hub_id: str,
    closed_hours: float,
    stage: str | None = None,
    overrides: Mapping[str, Scalar] | None = None,
    *,
    start_hour: float | None = None,
    version: int | None = None,
    collection: AnalyzedCollection = "hubs",
) -> Call[Recovery]:
    """Ask what a closure of a stage leaves behind, and when it is over.

    Parameters
    ----------
    hub_id : str
        Id of the hub or line.
    closed_hours : float
        Length of the closure.
    stage : str, optional
        Id of the stage; by default that of the main route with the least capacity.
    overrides : mapping, optional
        One value by path.
    start_hour : float, optional
        When it begins, in hours since Monday, 0:00; by default then.
    version : int, optional
        Version of the stored document; by default the present one.
    collection : {"hubs", "lines"}
        Where the stored document is found.

    Returns
    -------
    Recovery
        Backlog at the end, hours until it is gone, those delayed and their mean delay.

    Examples
    --------
    >>> print(recovery("xian", 72, "front"))
    GET /v1/hubs/xian/recovery?closed_hours=72&stage=front
    """
    asked = {"closed_hours": closed_hours, "stage": stage, "start_hour": start_hour, "version": version}
    return get(path_of(collection, hub_id, "recovery"), body_as(Recovery), {**one_scenario(overrides), **asked})
