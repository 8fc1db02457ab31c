"""Charts of sweeps: a line over one input, a heat map over two, and how random rows are spread."""

from typing import Any

import numpy as np

from hubcalc.charts import chart_of
from hubcalc.charts.studies import heat_map, histogram
from hubcalc.studies.base import RowSource, StudyColumn
from hubcalc.studies.sweeps.designs import Combinations, RowDesign, numbers_of
from hubmodels.answers import AnswerColumn
from hubmodels.studies.sweep import ColumnSummary

MOST_ON_A_LINE = 500
MOST_ON_A_SIDE = 60
MOST_SPREAD_ROWS = 10_000_000
MOST_CHARTS = 6
_BINS = 40

Charts = dict[str, dict[str, Any]]


def sweep_charts(
    title: str,
    design: RowDesign,
    inputs: tuple[StudyColumn, ...],
    metrics: tuple[StudyColumn, ...],
    summaries: list[ColumnSummary],
    source: RowSource,
) -> Charts:
    """Draw what can be drawn of a sweep.

    Parameters
    ----------
    title : str
        What was swept.
    design : RowDesign
        Which rows there are.
    inputs, metrics : tuple of StudyColumn
        Columns of the inputs that vary, and of the metrics.
    summaries : list of ColumnSummary
        Least and greatest of each column.
    source : RowSource
        The rows.

    Returns
    -------
    dict
        Vega-Lite specifications by metric; empty where there is too much or nothing to show.
    """
    numeric = [metric for metric in metrics if metric.type == "number"][:MOST_CHARTS]
    if isinstance(design, Combinations):
        sides = [column for column in inputs if len(design.values[column.name]) > 1]
        if len(sides) == 1:
            return _lines(title, sides[0], numeric, source)
        if len(sides) == 2:
            return _maps(title, design, (sides[0], sides[1]), numeric, source)
        return {}
    return _spreads(title, numeric, summaries, source)


def _lines(title: str, side: StudyColumn, metrics: list[StudyColumn], source: RowSource) -> Charts:
    if source.rows > MOST_ON_A_LINE:
        return {}
    places = source.column(side.name)
    # a text that is no number has no place on the line
    there = np.ones(len(places), bool) if side.type == "text" else np.isfinite(places)
    found: Charts = {}
    for metric in metrics:
        columns = [AnswerColumn(name=column.name, unit=column.unit) for column in (side, metric)]
        values = [float(value) if np.isfinite(value) else None for value in source.column(metric.name)[there]]
        spec = chart_of("analysis", title, columns, list(map(list, zip(places[there].tolist(), values, strict=True))))
        if spec is not None:
            found[metric.name] = spec
    return found


def _maps(
    title: str,
    design: Combinations,
    sides: tuple[StudyColumn, StudyColumn],
    metrics: list[StudyColumn],
    source: RowSource,
) -> Charts:
    """Draw a metric over two inputs; the last input is the fastest, so rows of the table are rows of the matrix."""
    down, across = (numbers_of("choice" if s.type == "text" else s.type, design.values[s.name]) for s in sides)
    rows, columns = (
        np.flatnonzero([isinstance(value, str) or np.isfinite(value) for value in side]) for side in (down, across)
    )
    if max(len(down), len(across)) > MOST_ON_A_SIDE:
        return {}
    found: Charts = {}
    for metric in metrics:
        matrix = source.column(metric.name).reshape(len(down), len(across))[np.ix_(rows, columns)]
        if not np.isfinite(matrix).any():
            continue
        values = [[float(value) if np.isfinite(value) else None for value in row] for row in matrix]
        found[metric.name] = heat_map(
            title,
            sides[1].name,
            across[columns].tolist(),
            sides[0].name,
            down[rows].tolist(),
            values,
            metric.unit,
            metric=metric.name,
            x_unit=sides[1].unit,
            y_unit=sides[0].unit,
        )
    return found


def _spreads(title: str, metrics: list[StudyColumn], summaries: list[ColumnSummary], source: RowSource) -> Charts:
    """Draw histograms, counted chunk by chunk."""
    known = {summary.name: summary for summary in summaries}
    edges: dict[str, Any] = {}
    for metric in metrics:
        summary = known[metric.name]
        if summary.least is not None and summary.greatest is not None and summary.least < summary.greatest:
            edges[metric.name] = np.linspace(summary.least, summary.greatest, _BINS + 1)
    if not edges or source.rows > MOST_SPREAD_ROWS:
        return {}
    counts = {name: np.zeros(_BINS, np.int64) for name in edges}
    for chunk in source.chunks(list(edges)):
        for name, bins in edges.items():
            counts[name] += np.histogram(chunk[name][np.isfinite(chunk[name])], bins)[0]
    units = {metric.name: metric.unit for metric in metrics}
    return {
        name: histogram(title, name, units[name], bins.tolist(), counts[name].tolist()) for name, bins in edges.items()
    }
