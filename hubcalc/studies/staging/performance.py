"""What a hub can do with each set of expansions: its capacity, what limits it, and the waits at a flow."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.analyses import Analysis, analyze_scenarios
from hubcalc.analysis.metrics import MetricName, read
from hubcalc.arguments import FloatArray
from hubcalc.readings import at
from hubcalc.scenarios import gather
from hubcalc.studies.staging.plans import Integers
from hubcalc.studies.steps import tell
from hubmodels import HubBase
from hubmodels.studies.base import StudyMethod
from hubmodels.studies.job import StudyStep

_TEXTS = frozenset({"bottleneck", "next_bottleneck"})
_BLOCK = 16_384
"""Rows that are analyzed in one go."""
_SMALL_BLOCK = 256
"""The same by methods that may take long for each row, so that progress shows."""


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """A document with all that is the same in some sets of expansions, and what differs.

    Attributes
    ----------
    hub : HubBase
        The document.
    columns : mapping
        Numbers that differ, by path, one for each kind of hub.
    kinds : int array, shape (sets,)
        What kind of hub each set makes; -1 for sets that make another document. Sets that change the same are alike.
    """

    hub: HubBase
    columns: Mapping[str, FloatArray]
    kinds: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Variants:
    """A hub with each set of expansions.

    Attributes
    ----------
    variants : list of Variant
        Each set is in one of them.
    driven : mapping
        Flows that grow with the demand, and how much of each comes with one unit of it.
    scale : str or None
        The one flow that grows; None: all.
    method : {"fast", "auto", "exact"}
        What formulas may be taken.
    """

    variants: Sequence[Variant]
    driven: Mapping[str, float]
    scale: str | None
    method: StudyMethod

    def metrics(self, names: Sequence[MetricName], sets: Integers, flows: FloatArray) -> dict[str, NDArray[Any]]:
        """Analyze the hub with some sets at some flows.

        Parameters
        ----------
        names : sequence of str
            Metrics wanted.
        sets : int array, shape (rows,)
            Which set stands in each row.
        flows : array, shape (rows,)
            Flow in each row, above 0. [units/day]

        Returns
        -------
        dict
            Columns by metric, NaN or an empty name where there is no value.
        """
        found: dict[str, NDArray[Any]] = {
            name: np.full(len(sets), "", dtype=object) if name in _TEXTS else np.full(len(sets), np.nan)
            for name in names
        }
        for rows, analysis, places in self._analyses(names, sets, flows):
            for name in names:
                found[name][rows] = analysis.column(name)[places]
        return found

    def refusal(self, name: MetricName, stands: int, flow: float) -> str:
        """Say why a metric has no value with a set at a flow."""
        (_, analysis, _), *_ = self._analyses([name], np.array([stands]), np.array([flow]))
        reading = read(analysis.groups[0][0], name)
        return str(at(reading.growing if at(reading.unstable, 0) else reading.reason, 0))

    def _analyses(
        self, names: Sequence[MetricName], sets: Integers, flows: FloatArray
    ) -> Iterator[tuple[NDArray[np.intp], Analysis, NDArray[np.intp]]]:
        """Analyze each kind of hub at each flow once: give rows, an analysis, and the place of each row in it."""
        done = 0
        for variant in self.variants:
            rows = np.flatnonzero(variant.kinds[sets] >= 0)
            levels, level = np.unique(flows[rows], return_inverse=True)
            cases, case = np.unique(variant.kinds[sets[rows]] * len(levels) + level, return_inverse=True)
            block = _BLOCK if self.method == "fast" else _SMALL_BLOCK
            for start in range(0, len(cases), block):
                tell(partial(StudyStep, what="analysis of expansions", done=done, total=len(sets), unit="scenarios"))
                kinds, at_levels = np.divmod(cases[start : start + block], len(levels))
                columns = {path: column[kinds] for path, column in variant.columns.items()}
                columns |= {f"flows.{flow}.per_day": levels[at_levels] * unit for flow, unit in self.driven.items()}
                scenarios = gather(variant.hub, columns, len(kinds))
                analysis = analyze_scenarios(
                    variant.hub, scenarios, metrics=names, scale=self.scale, method=self.method
                )
                inside = np.flatnonzero((case >= start) & (case < start + block))
                done += len(inside)
                yield rows[inside], analysis, case[inside] - start
