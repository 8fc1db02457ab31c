"""The call that sets scenarios side by side. "Returns" says what the server's answer is read into."""

from collections.abc import Sequence

from hubcalc.client.core import Call, body_as, path_of
from hubmodels.scenario_diffs import ScenarioDiff

_PATIENCE_SECONDS = 300.0
"""Each changed input of a corridor is tried by itself."""


def scenario_diff(
    scenario: str,
    beside: str | Sequence[str] = (),
    *,
    fields: Sequence[str] | None = None,
    method: str | None = None,
    version: int | None = None,
) -> Call[ScenarioDiff]:
    """Ask for stored scenarios side by side.

    Parameters
    ----------
    scenario : str
        Id of a stored scenario.
    beside : str or sequence of str
        Ids of other scenarios of the same subject, or the id of the subject for itself as documented. Differences are
        to the first; the scenario is the last, unless it is named here too. By default its base, or its subject.
    fields : sequence of str, optional
        Results wanted: metrics of a hub or a line, or numbers of a corridor such as ``flow.served_share``.
    method : {"fast", "auto", "exact", "simulate"}, optional
        What may be taken for the results; by default fast.
    version : int, optional
        Version of the stored scenario; by default the present one.

    Returns
    -------
    ScenarioDiff
        Inputs that are not all alike, results with differences, and what each changed input does alone.

    Examples
    --------
    >>> print(scenario_diff("q04-khorgos-540000-teu", "khorgos-gateway", fields=["bottleneck"]))
    GET /v1/scenarios/q04-khorgos-540000-teu/diff?with=khorgos-gateway&fields=bottleneck
    """
    others = [beside] if isinstance(beside, str) else list(beside)
    named = {
        "with": ",".join(others) or None,
        "fields": ",".join(fields) if fields else None,
        "method": method,
        "version": version,
    }
    query = {name: str(value) for name, value in named.items() if value is not None}
    path = path_of("scenarios", scenario, "diff")
    return Call("GET", path, body_as(ScenarioDiff), query, safe=True, timeout_seconds=_PATIENCE_SECONDS)
