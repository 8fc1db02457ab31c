"""Analyses of mixes, counted and kept, and the last word of the method that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import Problem, RefusedError
from hubcalc.studies.base import STATUS, Columns
from hubcalc.studies.sizing.measures import Measures
from hubcalc.studies.sizing.mixes import Lattice, Levels
from hubcalc.studies.sizing.requirements import Requirement, meets
from hubmodels.studies.base import StudyMethod


@dataclass
class Meter:
    """Analyzes mixes, counts them, and keeps what was found."""

    lattice: Lattice
    measures: Measures
    most: float = np.inf
    """Analyses after which a search ends."""
    method: StudyMethod = "fast"
    analyses: int = 0
    _levels: list[Levels] = field(default_factory=list)
    _metrics: list[Columns] = field(default_factory=list)

    @property
    def exhausted(self) -> bool:
        """Say whether the budget is spent."""
        return self.analyses >= self.most

    def __call__(self, levels: Levels) -> Columns:
        """Analyze mixes."""
        found = self.measures.evaluate(self.lattice.values(levels), len(levels), self.method)
        self.analyses += len(levels)
        self._levels.append(levels)
        self._metrics.append(found)
        return found

    def history(self) -> tuple[Levels, Columns]:
        """Give all that was analyzed."""
        if len(self._levels) != 1:
            none = np.empty((0, len(self.lattice.sizes)), np.intp)
            empty = self.measures.evaluate(self.lattice.values(none), 0)
            merged = {name: np.concatenate([empty[name], *(part[name] for part in self._metrics)]) for name in empty}
            self._levels, self._metrics = [np.concatenate([none, *self._levels])], [merged]
        return self._levels[0], self._metrics[0]


@dataclass
class Judge:
    """The last word on mixes, by the method that was asked for."""

    meter: Meter
    requirements: Sequence[Requirement]

    @property
    def needed(self) -> bool:
        """Say whether it is another method than that of the search."""
        return self.meter.method != "fast"

    @property
    def strict(self) -> list[Requirement]:
        """The requirements without doubt."""
        return [requirement.strict() for requirement in self.requirements]

    def __call__(self, levels: Levels) -> Columns:
        """Analyze mixes."""
        found = self.meter(levels)
        if self.meter.method == "exact":
            self._not_refused(levels, found)
        return found

    def holds(self, levels: Levels) -> NDArray[np.bool_]:
        """Say which mixes meet all requirements."""
        return meets(self.strict, self(levels))

    def _not_refused(self, levels: Levels, metrics: Columns) -> None:
        """End the search where the method has no value for what is required: it would have none for the next mix."""
        for requirement in self.requirements:
            name = requirement.metric
            for i in np.flatnonzero(np.isnan(metrics[name]) & (metrics[STATUS] == "ok"))[:1]:
                mix = self.meter.lattice.mix(levels[i])
                verdict = self.meter.measures.told(mix, self.meter.method).metric(name).verdict
                if verdict.status == "refused":
                    message = f"method=exact has no value for it: {verdict.reason}"
                    hint = "take method auto, or another target"
                    raise RefusedError.of(Problem(message, pointer=f"/targets/{name}", hint=hint))
