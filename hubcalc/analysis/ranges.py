"""Ranges of the metrics: what the uncertainty of the inputs makes of them.

Each uncertain input is set to its P10 and to its P90, one at a time, the others at their values; all these are columns
of one analysis. The deviations to either side are combined as the root of the sum of their squares, as for independent
inputs whose effects add up. An input that the caller overrides is taken as certain.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.methods import Column
from hubcalc.analysis.metrics import MetricName, read
from hubmodels import HubBase
from hubmodels.paths import Leaf, leaves, replace_leaves

MOST_SCENARIOS_WITH_RANGES = 10
"""Ranges multiply the work by twice the number of uncertain inputs; with more scenarios they are left out."""

Range = tuple[Column, Column]


def metric_ranges(
    analysis: HubAnalysis, overridden: Mapping[str, NDArray[Any]], metrics: Sequence[MetricName]
) -> dict[MetricName, Range]:
    """Give low and high of each numeric metric in each scenario; inf or NaN where a bound has no value.

    Parameters
    ----------
    analysis : HubAnalysis
        A group of scenarios.
    overridden : mapping
        Columns of the overrides of these scenarios, by path.
    metrics : sequence of str
        Names of the metrics.

    Returns
    -------
    dict
        By metric, the two columns.
    """
    known = leaves(analysis.hub)
    uncertain = [path for path in analysis.hub.uncertainty if path not in overridden and path in known]
    if not uncertain:
        return {}
    cases = 1 + 2 * len(uncertain)
    varied = _varied(analysis.hub, known, uncertain, cases, analysis.rows)
    repeated = {path: np.repeat(np.broadcast_to(c, analysis.rows), cases) for path, c in overridden.items()}
    numeric = {path: column for path, column in repeated.items() if column.dtype.kind in "if"}
    hub = replace_leaves(analysis.hub, {**numeric, **varied})
    wide = HubAnalysis(hub, cases * analysis.rows, analysis.scale)
    return {name: found for name in metrics if (found := _range(wide, name, cases, analysis.rows)) is not None}


def _varied(
    hub: HubBase, known: Mapping[str, Leaf], uncertain: Sequence[str], cases: int, rows: int
) -> dict[str, NDArray[Any]]:
    """Give a column for each uncertain input: its value in all cases but two, where it is low and high."""
    columns = {}
    for i, path in enumerate(uncertain):
        spread, leaf = hub.uncertainty[path], known[path]
        column = np.full(cases, leaf.value, dtype=np.float64)
        column[1 + 2 * i], column[2 + 2 * i] = spread.low, spread.high
        whole = np.rint(column).astype(np.int64) if leaf.type == "integer" else column
        columns[path] = np.tile(whole, rows)
    return columns


def _range(wide: HubAnalysis, name: MetricName, cases: int, rows: int) -> Range | None:
    reading = read(wide, name)
    values = np.asarray(reading.values)
    if values.dtype.kind != "f":
        return None
    missing = np.asarray(reading.unstable) | np.asarray(reading.refused)
    table = np.broadcast_to(np.where(missing, np.inf, values), cases * rows).reshape(rows, cases)
    base = table[:, :1]
    moved = np.where(np.isfinite(table), table - np.where(np.isfinite(base), base, 0.0), np.inf)
    low, high = moved[:, 1::2], moved[:, 2::2]
    down = np.minimum(np.minimum(low, high), 0.0)
    up = np.maximum(np.maximum(low, high), 0.0)
    at_base = np.where(np.isfinite(base[:, 0]), base[:, 0], np.nan)
    return (
        np.maximum(at_base - np.sqrt((down**2).sum(axis=1)), 0.0),
        at_base + np.sqrt((up**2).sum(axis=1)),
    )
