"""Tables, charts and warnings of a sensitivity study."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.charts.studies import indices as indices_chart
from hubcalc.charts.studies import tornado as tornado_chart
from hubcalc.charts.studies.importance import Estimate
from hubcalc.errors import ArgumentError
from hubcalc.sampling import SobolSums
from hubcalc.studies.base import StudyColumn
from hubcalc.studies.sensitivity.design import SOBOL, TORNADO, TORNADO_START, SensitivityDesign
from hubcalc.studies.sensitivity.inputs import Varied
from hubmodels.results import Advice
from hubmodels.studies.sensitivity import (
    MetricElasticities,
    MetricSobol,
    MetricTornado,
    SensitivityRequest,
    SobolInput,
    TornadoBar,
)

_CHARTED = 0.95
"""Level of the intervals of charts. [1]"""
_NOISE = 1e-12
"""A standard deviation below this share of the mean is of arithmetic. [1]"""
_WIDE = 0.1
"""Half-width of an interval of a Sobol index from which more points are advised. [1]"""


@dataclass(frozen=True, slots=True)
class FixedRows:
    """The rows before Sobol's points: metrics by row and column, and why values are missing."""

    values: NDArray[np.float64]
    reasons: NDArray[np.object_]


def tornado_of(
    design: SensitivityDesign, metrics: Sequence[StudyColumn], rows: FixedRows, sort_by: str | None
) -> list[MetricTornado]:
    """Make the bars of each metric; inputs without which there is no value come first, then the largest swings."""
    if not design.tornado:
        return []
    found = []
    for place, metric in enumerate(metrics):
        values = rows.values[:, place]
        bars = [_bar(design, i, values, rows.reasons) for i in range(len(design.inputs))]
        bars.sort(key=lambda bar: -math.inf if bar.swing is None else -bar.swing)
        found.append(MetricTornado(metric=metric.name, unit=metric.unit, base=_number(values[0]), bars=bars))
    order = next((item.bars for item in found if item.metric == sort_by), [])
    ranks = {bar.path: place for place, bar in enumerate(order)}
    return [
        item.model_copy(update={"bars": sorted(item.bars, key=lambda bar: ranks.get(bar.path, 0))}) for item in found
    ]


def _bar(
    design: SensitivityDesign, place: int, values: NDArray[np.float64], reasons: NDArray[np.object_]
) -> TornadoBar:
    row = TORNADO_START + 2 * place
    three = values[[0, row, row + 1]]
    said = [str(reasons[i]) for i in (row, row + 1) if np.isnan(values[i])]
    return TornadoBar(
        path=design.inputs[place].path,
        low_input=design.inputs[place].ends[0],
        high_input=design.inputs[place].ends[1],
        at_low=_number(values[row]),
        at_high=_number(values[row + 1]),
        swing=None if np.isnan(three).any() else float(three.max() - three.min()),
        reason="; ".join(dict.fromkeys(text if text != "ok" else "the metric has no value" for text in said)),
    )


def elasticities_of(
    design: SensitivityDesign, metrics: Sequence[StudyColumn], rows: FixedRows, sort_by: str | None
) -> list[MetricElasticities]:
    """Find the elasticities of each metric, the largest first."""
    if not design.stencils:
        return []
    found = []
    for place, metric in enumerate(metrics):
        values = rows.values[:, place]
        parts = np.split(values, design.stencil_starts)[1:]
        pairs = zip(design.stencils, parts, strict=False)
        inputs = [stencil.elasticity(metric.unit, float(values[0]), part) for stencil, part in pairs]
        inputs.sort(key=lambda item: 1.0 if item.elasticity is None else -abs(item.elasticity))
        base = _number(values[0])
        found.append(MetricElasticities(metric=metric.name, unit=metric.unit, base=base, inputs=inputs))
    order = next((item.inputs for item in found if item.metric == sort_by), [])
    ranks = {item.path: place for place, item in enumerate(order)}
    return [
        item.model_copy(update={"inputs": sorted(item.inputs, key=lambda each: ranks.get(each.path, 0))})
        for item in found
    ]


def sobol_of(
    metric: StudyColumn, sums: SobolSums, place: int, paths: Sequence[str], most_missing: float
) -> MetricSobol:
    """Make the indices of a metric, unless too many base points have a row without a value."""
    try:
        found = sums.indices(place)
    except ArgumentError as error:
        return _no_sobol(metric, error.problems[0].message)
    share = found.dropped / (found.bases + found.dropped)
    if share > most_missing:
        reason = (
            f"{share:.1%} of the base points have a row without a value, more than most_missing_share "
            f"({most_missing:.1%}) allows: indices of the others would speak of a part of the cases"
        )
        return _no_sobol(metric, reason, found.bases, found.dropped)
    if math.sqrt(found.variance) <= _NOISE * abs(found.mean):
        return _no_sobol(metric, "the metric does not vary", found.bases, found.dropped)
    inputs = [
        SobolInput(
            path=path,
            first=float(found.first[i]),
            first_low=float(found.first_low[i]),
            first_high=float(found.first_high[i]),
            total=float(found.total[i]),
            total_low=float(found.total_low[i]),
            total_high=float(found.total_high[i]),
        )
        for i, path in enumerate(paths)
    ]
    total = float(found.first.sum())
    return MetricSobol(
        metric=metric.name,
        unit=metric.unit,
        mean=found.mean,
        sd=math.sqrt(found.variance),
        base_points=found.bases,
        dropped=found.dropped,
        first_sum=total,
        interactions=1.0 - total,
        inputs=sorted(inputs, key=lambda item: -item.total),
    )


def _no_sobol(metric: StudyColumn, reason: str, bases: int = 0, dropped: int = 0) -> MetricSobol:
    nothing: dict[str, Any] = dict.fromkeys(("mean", "sd", "first_sum", "interactions"))
    return MetricSobol(
        metric=metric.name, unit=metric.unit, base_points=bases, dropped=dropped, inputs=[], reason=reason, **nothing
    )


def study_charts(
    subject: str, request: SensitivityRequest, tornado: Sequence[MetricTornado], sobol: Sequence[MetricSobol]
) -> dict[str, dict[str, Any]]:
    """Draw the tornado and the indices of one metric: the one that is sorted by, else the first that anything moves."""
    found: dict[str, dict[str, Any]] = {}
    moved = [item for item in tornado if item.base is not None and any(bar.swing != 0 for bar in item.bars)]
    chosen = next((item for item in moved if item.metric == request.sort_by), moved[0] if moved else None)
    if chosen is not None and chosen.base is not None:
        share = request.swing
        ends = ("P10", "P90") if share is None else (f"-{100 * share:g} %", f"+{100 * share:g} %")
        bars = [(bar.path, bar.at_low, bar.at_high, bar.low_input, bar.high_input) for bar in chosen.bars]
        title = f"{subject}: what each input does alone"
        found[TORNADO] = tornado_chart(title, chosen.metric, chosen.unit, chosen.base, bars, ends=ends)
    known = [item for item in sobol if item.inputs]
    about = request.sort_by or (chosen.metric if chosen is not None else None)
    indices = next((item for item in known if item.metric == about), known[0] if known else None)
    if indices is not None:
        first = [(item.first, item.first_low, item.first_high) for item in indices.inputs]
        total = [(item.total, item.total_low, item.total_high) for item in indices.inputs]
        title, paths = (
            f"{subject}: variance of {indices.metric.replace('_', ' ')}",
            [item.path for item in indices.inputs],
        )
        found[SOBOL] = indices_chart(title, paths, _of_level(first, request.level), _of_level(total, request.level))
    return found


def _of_level(estimates: Sequence[tuple[float, float, float]], level: float) -> list[Estimate]:
    """Leave out intervals of another level than the one that the chart names."""
    return [(value, low, high) if level == _CHARTED else (value, None, None) for value, low, high in estimates]


def warnings(
    inputs: Sequence[Varied],
    request: SensitivityRequest,
    statuses: Mapping[str, int],
    sobol: Sequence[MetricSobol],
) -> list[Advice]:
    """Say what the reader of the tables should know."""
    found = []
    for status, words in (("unstable", "have no steady state, and so no waits"), ("invalid", "could not be")):
        if statuses.get(status):
            message = f"{statuses[status]:,} of {sum(statuses.values()):,} rows {words}: the table says which"
            found.append(Advice(code=f"{status}_rows", message=message))
    still = [varied.path for varied in inputs if TORNADO in request.analysis and varied.ends[0] == varied.ends[1]]
    if still:
        found.append(Advice(code="no_swing", message=f"not changed by the tornado: {', '.join(still)}"))
    dropped = [item for item in sobol if item.inputs and item.dropped]
    if dropped:
        most = max(item.dropped / (item.base_points + item.dropped) for item in dropped)
        message = (
            f"Sobol indices of {', '.join(item.metric for item in dropped)} speak of the cases that have a value: "
            f"up to {most:.1%} of the base points were left out"
        )
        found.append(Advice(code="rows_left_out", message=message))
    wide = [
        item.metric
        for item in sobol
        if any(max(i.first_high - i.first_low, i.total_high - i.total_low) > 2 * _WIDE for i in item.inputs)
    ]
    if wide:
        message = f"intervals of Sobol indices are wider than ±{_WIDE:g} for {', '.join(wide)}: take more base_points"
        found.append(Advice(code="intervals_wide", message=message))
    return found


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
