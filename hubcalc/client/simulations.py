"""The call that simulates. "Returns" says what the server's answer is read into."""

from collections.abc import Mapping

from hubcalc.client.analyses import Analyzed, Scalar, one_scenario, sent_document
from hubcalc.client.core import Call, body_as, path_of
from hubmodels.simulation_results import SimulationReport

PATIENCE_SECONDS = 300.0
"""How long to wait for a simulation, whose answer comes all at once; a busy server takes longer."""


def simulate(
    hub: str | Analyzed,
    overrides: Mapping[str, Scalar] | None = None,
    *,
    precision: float | None = None,
    most_events: int | None = None,
    seed: int | None = None,
    replications: int | None = None,
    hours: float | None = None,
    trace: int | None = None,
    version: int | None = None,
) -> Call[SimulationReport]:
    """Simulate a hub or a line in one scenario; what is not given has the server's default.

    Parameters
    ----------
    hub : str, or document of a hub or a line
        Id of a stored hub or line, or a document.
    overrides : mapping, optional
        One value by path.
    precision : float, optional
        Half width of the 95 % interval of the main flow's mean dwell, by the mean; 0.01 by default.
    most_events : int, optional
        Budget of events; 20 million by default.
    seed : int, optional
        Scenarios with the same seed see the same random numbers; by default it is made from the inputs.
    replications : int, optional
        With `hours`, instead of a precision: so many replications.
    hours : float, optional
        Simulated time of each replication, warm-up included. [h]
    trace : int, optional
        List so many events of a run from its beginning; none by default.
    version : int, optional
        Version of the stored document; by default the present one.

    Returns
    -------
    SimulationReport
        Metrics, stations, split of time and yards with confidence intervals, and how the run went.

    Raises
    ------
    UnknownPathError, OverrideError
        If a path or value cannot be one; whether the hub has it is for the server to say, by a ProblemError.

    Notes
    -----
    The answer comes all at once, and is waited for up to five minutes, or as long as the client waits for any other if
    that is longer. Where the server has as many simulations as it can do, it is asked again as for other calls.

    Examples
    --------
    >>> print(simulate("xian", {"stages.front.cranes": 4}, precision=0.02, seed=7))
    POST /v1/simulations
    """
    asked: dict[str, object] = {"precision": precision, "most_events": most_events, "seed": seed, "trace": trace}
    asked |= {"replications": replications, "hours": hours, "version": version}
    body = {"hub": sent_document(hub), "overrides": one_scenario(overrides)}
    body |= {name: value for name, value in asked.items() if value is not None}
    path = path_of("simulations")
    return Call("POST", path, body_as(SimulationReport), json=body, safe=True, timeout_seconds=PATIENCE_SECONDS)
