"""What a hub can do with each set of expansions: its capacity, what limits it, and the waits at a flow."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.analyses import Analysis, analyze_scenarios
from hubcalc.analysis.metrics import MetricName, read
from hubcalc.arguments import FloatArray
from hubcalc.readings import at
from hubcalc.scenarios import gather
from hubcalc.studies.staging.plans import Integers
from hubmodels import HubBase
from hubmodels.studies.base import StudyMethod

_TEXTS = frozenset({"bottleneck", "next_bottleneck"})
_BLOCK = 16_384
"""Rows that are analyzed in one go."""


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """A document with all that is the same in some sets of expansions, and what differs.

    Attributes
    ----------
    hub : HubBase
        The document.
    columns : mapping
        Numbers that differ, by path, one for each of the sets.
    members : int array
        Which sets these are.
    """

    hub: HubBase
    columns: Mapping[str, FloatArray]
    members: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Variants:
    """A hub with each set of expansions.

    Attributes
    ----------
    variants : list of Variant
        Each set is in one of them.
    sets : int
        How many sets there are.
    driven : mapping
        Flows that grow with the demand, and how much of each comes with one unit of it.
    scale : str or None
        The one flow that grows; None: all.
    method : {"fast", "auto", "exact"}
        What formulas may be taken.
    """

    variants: Sequence[Variant]
    sets: int
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
        rows = len(sets)
        found: dict[str, NDArray[Any]] = {
            name: np.full(rows, "", dtype=object) if name in _TEXTS else np.full(rows, np.nan) for name in names
        }
        for block, analysis in self._analyses(names, sets, flows):
            for name in names:
                found[name][block] = analysis.column(name)
        return found

    def refusal(self, name: MetricName, stands: int, flow: float) -> str:
        """Say why a metric has no value with a set at a flow."""
        (_, analysis), *_ = self._analyses([name], np.array([stands]), np.array([flow]))
        reading = read(analysis.groups[0][0], name)
        return str(at(reading.growing if at(reading.unstable, 0) else reading.reason, 0))

    def _analyses(
        self, names: Sequence[MetricName], sets: Integers, flows: FloatArray
    ) -> Iterator[tuple[NDArray[np.intp], Analysis]]:
        for variant in self.variants:
            place = np.full(self.sets, -1)
            place[variant.members] = np.arange(len(variant.members))
            rows = np.flatnonzero(place[sets] >= 0)
            for start in range(0, len(rows), _BLOCK):
                block = rows[start : start + _BLOCK]
                columns = {path: column[place[sets[block]]] for path, column in variant.columns.items()}
                columns |= {f"flows.{flow}.per_day": flows[block] * unit for flow, unit in self.driven.items()}
                scenarios = gather(variant.hub, columns, len(block))
                yield block, analyze_scenarios(
                    variant.hub, scenarios, metrics=names, scale=self.scale, method=self.method
                )
