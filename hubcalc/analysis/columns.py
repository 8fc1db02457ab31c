"""The metrics of a hub in very many scenarios: plain columns, computed in blocks of rows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.analyses import method_name, metric_name
from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.methods import AnalysisMethod
from hubcalc.analysis.metric_values import METRIC_VALUES
from hubcalc.analysis.metrics import TIMES, MetricName, read
from hubcalc.analysis.rows import HubRows
from hubcalc.errors import ParameterError, Problem
from hubmodels import HubBase

BLOCK_ROWS = 32_768
"""Rows of a block: so many that a pass costs little beside them, and few enough for the memory of a worker."""
UNSTABLE, REFUSED = "unstable", "refused"
_METHODS: tuple[AnalysisMethod, ...] = ("fast", "auto", "exact")


def metric_columns(
    hub: HubBase,
    rows: int,
    metrics: Sequence[str],
    *,
    scale: str | None = None,
    method: str = "fast",
    block_rows: int = BLOCK_ROWS,
) -> dict[str, NDArray[Any]]:
    """Compute metrics of a document whose leaves may be columns, and nothing else: no verdicts and no reports.

    The values are those of `hubcalc.analyze`. Rows are computed in blocks, so memory beside the columns themselves is
    bounded, and blocks change no numbers unless passes are repeated until they have settled (rooms that are finite,
    routes that meet in opposite order): then they agree to about 1e-9.

    Parameters
    ----------
    hub : HubBase
        A document of a hub or a line, checked, with arrays of shape (rows,) in place of some leaves; see
        `hubcalc.scenarios.gather` and `hubmodels.paths.replace_leaves`.
    rows : int
        Number of scenarios. [1]
    metrics : sequence of str
        Names of the metrics wanted.
    scale : str, optional
        Id of the one flow that capacities scale; by default all flows grow together.
    method : {"fast", "auto", "exact"}, optional
        Which formulas may be taken; nothing is simulated.
    block_rows : int, optional
        Largest number of rows that are computed at a time. [1]

    Returns
    -------
    dict
        By metric an array of shape (rows,): floats, NaN where there is no value, or names of stages (objects), empty
        where there is none. Besides, as flags, `unstable`: the main route has no steady state; and `refused`: some
        metric that is asked for has no value for another reason.

    Raises
    ------
    ParameterError
        If a metric, the flow to scale or the method is unknown, or a leaf has another number of rows.

    Examples
    --------
    >>> from hubcalc.documents import hub_or_line_fixture
    >>> from hubmodels.paths import replace_leaves
    >>> hub = replace_leaves(hub_or_line_fixture("khorgos-gateway"), {"stages.front.cranes": np.array([3, 4])})
    >>> metric_columns(hub, 2, ["bottleneck"])["bottleneck"].tolist()
    ['front', 'platforms']
    """
    names = [metric_name(name) for name in metrics]
    chosen = _formulas(method)
    if scale is not None and scale not in hub.flows:
        raise ParameterError.of(Problem("not a flow", parameter="scale", given=scale, allowed=", ".join(hub.flows)))
    if block_rows < 1:
        raise ParameterError.of(Problem("too small", parameter="block_rows", given=block_rows, allowed="1 or more"))
    varied = HubRows(hub)
    _check_rows(varied, rows)
    found: dict[str, NDArray[Any]] = {}
    blocks = max(-(-rows // block_rows), 1)
    even = max(-(-rows // blocks), 1)  # what a pass costs besides its rows would be lost on a small rest
    for start in range(0, rows, even):
        stop = min(start + even, rows)
        analysis = HubAnalysis(varied.taken(slice(start, stop)), stop - start, scale, method=chosen)
        for name, column in _block(analysis, names).items():
            if name not in found:
                found[name] = np.empty(rows, column.dtype)
            found[name][start:stop] = column
    return found


def _formulas(method: str) -> AnalysisMethod:
    """Check the name of a method that takes formulas alone."""
    chosen = method_name(method)
    if chosen not in _METHODS:
        hint = "simulate scenarios one by one, or with hubcalc.analyze"
        raise ParameterError.of(
            Problem("nothing is simulated", parameter="method", given=method, allowed=", ".join(_METHODS), hint=hint)
        )
    return chosen


def _check_rows(hub: HubRows, rows: int) -> None:
    """Refuse columns of another length."""
    for path, column in hub.columns.items():
        if np.shape(column) != (rows,):
            allowed = f"a number, or an array of shape ({rows},)"
            raise ParameterError.of(
                Problem("a column of another length", parameter=path, given=str(np.shape(column)), allowed=allowed)
            )


def _block(analysis: HubAnalysis, names: Sequence[MetricName]) -> dict[str, NDArray[Any]]:
    """Compute the metrics of some rows."""
    unstable = np.broadcast_to(analysis.unstable, analysis.rows)
    refused = np.zeros(analysis.rows, bool)
    found: dict[str, NDArray[Any]] = {}
    for name in names:
        values = np.asarray(METRIC_VALUES[name](analysis))
        missing = values == "" if values.dtype == object else np.isnan(values)
        if analysis.method == "exact":  # what rests on an approximation is refused
            reading = read(analysis, name)
            missing = missing | reading.refused
            values = np.where(missing | reading.unstable, "" if values.dtype == object else np.nan, values)
        refused |= missing & ~unstable if name in TIMES else missing
        found[name] = np.broadcast_to(values, analysis.rows)
    return {**found, UNSTABLE: unstable, REFUSED: refused}
