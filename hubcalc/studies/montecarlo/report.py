"""What all draws together say of each metric."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray
from hubcalc.sampling import FEWEST_ROWS, Estimated, InputSample, Sample, average_ranks
from hubcalc.studies.base import StudyColumn
from hubcalc.studies.montecarlo.gathering import STATUSES, CodedNames
from hubmodels.studies.montecarlo import (
    Bounded,
    DrawnMetric,
    Histogram,
    InputImportance,
    MetricChoices,
    Percentile,
    Target,
    TargetMissed,
)

MOST_RANKED = 32_768
"""Draws that importance is told from, the first ones; more would move shares by some thousandths."""
Ranked = Literal["values", "ranks"]
_HOURS = "h"
_BINS = 40
_FAR_OUT = 0.005
"""Share of the draws beyond each end of a histogram, so that a few do not squeeze the others into one bin."""
_FENCE = 3.0
"""Quartile ranges beyond the quartiles that a histogram reaches (J. W. Tukey 1977, Exploratory Data Analysis)."""
_NOISE = 1e-12
"""Relative differences below this are of arithmetic."""
_UNSTABLE = STATUSES.index("unstable")
_OK = STATUSES.index("ok")


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """All rows of a study: statuses, and the inputs ready to be ranked."""

    statuses: NDArray[np.int8]
    starts: NDArray[np.int64] | None
    """First rows of the independent sections of the design, if there are any."""
    level: float
    ranked: Mapping[str, FloatArray]
    """The inputs in the first rows, by name: those that importance is told from."""
    _inputs: dict[bytes, InputSample] = field(default_factory=dict)

    def values(self, column: StudyColumn, read: FloatArray) -> FloatArray:
        """Give a metric: inf where there is no steady state, nan where it is left out."""
        answered = self.statuses == _OK
        refused = bool(answered.any()) and bool(np.isnan(read[answered]).all())
        # of all metrics, waiting times are those that grow without limit
        if column.unit == _HOURS and not refused:
            return np.where(np.isnan(read) & (self.statuses == _UNSTABLE), np.inf, read)
        return read

    def inputs(self, kept: NDArray[np.bool_]) -> InputSample:
        """Give the inputs of those ranked rows that have a value of a metric; most metrics share them."""
        key = kept.tobytes()
        if key not in self._inputs:
            self._inputs[key] = InputSample.of([each[kept] for each in self.ranked.values()])
        return self._inputs[key]

    def sample(self, values: FloatArray) -> Sample:
        """Take the draws of a metric as a sample."""
        return Sample.of(values, self.starts, self.level)


def metric_of(drawn: Drawn, column: StudyColumn, read: FloatArray, percents: Sequence[float]) -> DrawnMetric | None:
    """Sum up one metric; None if no draw has a value."""
    values = drawn.values(column, read)
    if np.isnan(values).all():
        return None
    sample = drawn.sample(values)
    finite = sample.ordered[: np.searchsorted(sample.ordered, np.inf)]
    endless = finite.size < sample.size
    sd = None if endless or finite.size < 2 else float(finite.std(ddof=1))
    kind, ranking = _importance(drawn, values, sd)
    return DrawnMetric(
        name=column.name,
        unit=column.unit,
        description=column.description,
        rows_with_value=int(finite.size),
        without_steady_state=_bounded(sample.probability(np.isinf(values))),
        mean=None if endless else _bounded(sample.mean()),
        sd=sd,
        percentiles=[_percentile(sample, percent) for percent in percents],
        histogram=_histogram(finite),
        importance_of=kind,
        importance=ranking,
    )


def choices_of(drawn: Drawn, column: StudyColumn, coded: CodedNames) -> MetricChoices:
    """Count a metric that is a name, over the draws that have one."""
    shares: dict[str, Bounded] = {}
    if coded.codes.any():
        sample = drawn.sample(np.where(coded.codes > 0, 0.0, np.nan))
        names = enumerate(coded.names[1:], start=1)
        shares = {name: _bounded(sample.probability(coded.codes == code)) for code, name in names}
    order = sorted(shares, key=lambda name: -shares[name].value)
    described = {"name": column.name, "unit": column.unit, "description": column.description}
    return MetricChoices(**described, shares={name: shares[name] for name in order})


def target_of(drawn: Drawn, column: StudyColumn, read: FloatArray, target: Target) -> TargetMissed:
    """Say how likely a target is missed, of a metric that has values."""
    values = drawn.values(column, read)
    # a hub without steady state misses its targets, whatever else is known of it
    values = np.where(np.isnan(values) & (drawn.statuses == _UNSTABLE), np.inf, values)
    missed = drawn.sample(values).missed(at_most=target.at_most, at_least=target.at_least)
    return TargetMissed(metric=column.name, at_most=target.at_most, at_least=target.at_least, missed=_bounded(missed))


def _importance(
    drawn: Drawn, values: FloatArray, sd: float | None
) -> tuple[Literal["values", "ranks"], list[InputImportance]]:
    """Rank the inputs by what knowing them would tell of a metric."""
    column = values[:MOST_RANKED]
    kept = ~np.isnan(column)
    column = column[kept]
    kind: Ranked = "ranks" if sd is None else "values"
    if column.size < FEWEST_ROWS or (column == column[0]).all() or _is_noise(column, sd):
        return kind, []
    inputs = drawn.inputs(kept)
    found = [
        InputImportance(
            path=path,
            variance_share=each.share,
            chance_limit=each.limit,
            significant=each.significant,
            rank_correlation=each.rank_correlation,
            sd_once_known=None if sd is None else sd * math.sqrt(max(1.0 - each.share, 0.0)),
        )
        for path, each in zip(
            drawn.ranked, inputs.importance(average_ranks(column) if sd is None else column), strict=True
        )
    ]
    return kind, sorted(found, key=lambda each: -each.variance_share)


def _is_noise(column: FloatArray, sd: float | None) -> bool:
    """Say whether values differ by their last digits alone."""
    return sd is not None and sd <= _NOISE * float(np.abs(column).max())


def _percentile(sample: Sample, percent: float) -> Percentile:
    found = sample.quantile(percent / 100.0)
    value, low, high = (end if math.isfinite(end) else None for end in (found.value, found.low, found.high))
    return Percentile(percent=percent, value=value, low=low, high=high)


def _bounded(found: Estimated) -> Bounded:
    low, high = (end if math.isfinite(end) else None for end in (found.low, found.high))
    return Bounded(value=found.value, low=low, high=high)


def _histogram(finite: FloatArray) -> Histogram | None:
    """Count the finite values, rising, in equal bins between two far percentiles, or Tukey's outer fences if nearer."""
    if finite.size < 2:
        return None
    cut = int(finite.size * _FAR_OUT)
    quarter, three_quarters = float(finite[finite.size // 4]), float(finite[3 * finite.size // 4])
    reach = _FENCE * (three_quarters - quarter)
    low = max(float(finite[cut]), quarter - reach)
    high = min(float(finite[finite.size - 1 - cut]), three_quarters + reach)
    if not high - low > _NOISE * max(abs(low), abs(high)):
        low, high = low - 0.5 * abs(low) or -0.5, high + 0.5 * abs(high) or 0.5
    edges = np.linspace(low, high, _BINS + 1)
    places = np.searchsorted(finite, edges[:-1], side="left")
    last = int(np.searchsorted(finite, edges[-1], side="right"))
    counts = np.diff(places, append=last)
    return Histogram(edges=edges.tolist(), counts=counts.tolist(), below=int(places[0]), above=int(finite.size - last))
