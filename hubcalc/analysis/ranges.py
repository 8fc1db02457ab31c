"""Ranges of the metrics: what the uncertainty of the inputs makes of them.

Each uncertain input is set to its P10 and to its P90, one at a time, the others at their values; all these are columns
of one analysis. The deviations to either side, as ratios, are combined as the root of the sum of the squares of their
logarithms, as for independent inputs whose effects multiply. An input that the caller overrides is taken as certain.
Ratios need no numerically exact methods: they are those of the closed forms and approximations, which are quick.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.hub import HubAnalysis
from hubcalc.readings import Reading
from hubmodels import HubBase
from hubmodels.paths import Leaf, leaves, replace_leaves

MOST_SCENARIOS_WITH_RANGES = 10
"""Ranges multiply the work by twice the number of uncertain inputs; with more scenarios they are left out."""


@dataclass(frozen=True, slots=True)
class Cases:
    """An analysis in which each scenario has its cases: itself first, then each uncertain input low and high."""

    analysis: HubAnalysis
    per_scenario: int

    def ratios(self, reading: Reading, scenario: int) -> tuple[float, float] | None:
        """Give low and high of a metric over its value in a scenario; inf where some case has no steady state."""
        values = np.asarray(reading.values)
        if values.dtype.kind != "f":
            return None
        missing = np.asarray(reading.unstable) | np.asarray(reading.refused)
        column = np.broadcast_to(np.where(missing, np.inf, values), self.analysis.rows)
        first = scenario * self.per_scenario
        base, others = column[first], column[first + 1 : first + self.per_scenario]
        if not np.isfinite(base) or base <= 0 or np.any(others < 0):  # a headroom may be negative
            return None
        ratios = np.log(np.maximum(others.reshape(-1, 2), np.finfo(np.float64).tiny) / base)
        down = np.minimum(ratios.min(axis=1), 0.0)
        up = np.maximum(ratios.max(axis=1), 0.0)
        spread = np.exp(np.minimum(np.sqrt((down**2).sum()), 700.0)), np.exp(np.minimum(np.sqrt((up**2).sum()), 700.0))
        return 1 / float(spread[0]), np.inf if np.isinf(up).any() else float(spread[1])


def with_cases(analysis: HubAnalysis, overridden: Mapping[str, NDArray[Any]]) -> Cases | None:
    """Widen an analysis by the cases of its uncertain inputs.

    Parameters
    ----------
    analysis : HubAnalysis
        A group of scenarios.
    overridden : mapping
        Columns of the overrides of these scenarios, by path.

    Returns
    -------
    Cases or None
        The analysis in all cases; None if nothing is uncertain.
    """
    known = leaves(analysis.hub)
    uncertain = [path for path in analysis.hub.uncertainty if path not in overridden and path in known]
    if not uncertain:
        return None
    cases = 1 + 2 * len(uncertain)
    varied = _varied(analysis.hub, known, uncertain, cases, analysis.rows)
    repeated = {path: np.repeat(np.broadcast_to(c, analysis.rows), cases) for path, c in overridden.items()}
    numeric = {path: column for path, column in repeated.items() if column.dtype.kind in "if"}
    hub = replace_leaves(analysis.hub, {**numeric, **varied})
    return Cases(HubAnalysis(hub, cases * analysis.rows, analysis.scale, method="fast"), cases)


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
