"""Analyses of mixes: counted and kept by method fast, and the last word of the method that was asked for."""

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
    """Analyzes mixes by method fast, counts them, and keeps what was found."""

    lattice: Lattice
    measures: Measures
    most: int
    """Analyses after which a search ends."""
    analyses: int = 0
    _levels: list[Levels] = field(default_factory=list)
    _metrics: list[Columns] = field(default_factory=list)

    @property
    def exhausted(self) -> bool:
        """Say whether the budget is spent."""
        return self.analyses >= self.most

    def __call__(self, levels: Levels) -> Columns:
        """Analyze mixes."""
        found = self.measures.evaluate(self.lattice.values(levels), len(levels))
        self.analyses += len(levels)
        self._levels.append(levels)
        self._metrics.append(found)
        return found

    def history(self) -> tuple[Levels, Columns]:
        """Give all that was analyzed."""
        if len(self._levels) > 1:
            merged = {name: np.concatenate([part[name] for part in self._metrics]) for name in self._metrics[0]}
            self._levels, self._metrics = [np.concatenate(self._levels)], [merged]
        return self._levels[0], self._metrics[0]


@dataclass
class Judge:
    """The last word on a mix, by the method that was asked for."""

    lattice: Lattice
    measures: Measures
    method: StudyMethod
    requirements: Sequence[Requirement]
    confirmations: int = 0
    seen: list[tuple[Levels, Columns]] = field(default_factory=list)
    """Mixes with their metrics."""

    @property
    def needed(self) -> bool:
        """Say whether it is another method than that of the search."""
        return self.method != "fast"

    def metrics(self, levels: Levels) -> Columns:
        """Analyze mixes."""
        self.confirmations += len(levels)
        found = self.measures.evaluate(self.lattice.values(levels), len(levels), self.method)
        if self.method == "exact":
            self._not_refused(levels, found)
        self.seen.append((levels, found))
        return found

    def holds(self, levels: Levels) -> NDArray[np.bool_]:
        """Say which mixes meet all requirements."""
        return meets([requirement.strict() for requirement in self.requirements], self.metrics(levels))

    def _not_refused(self, levels: Levels, metrics: Columns) -> None:
        """End the search where the method has no value for what is required: it would have none for the next mix."""
        for requirement in self.requirements:
            name = requirement.metric
            for i in np.flatnonzero(np.isnan(metrics[name]) & (metrics[STATUS] == "ok"))[:1]:
                verdict = self.measures.told(self.lattice.mix(levels[i]), self.method).metric(name).verdict
                if verdict.status == "refused":
                    message = f"method=exact has no value for it: {verdict.reason}"
                    raise RefusedError.of(
                        Problem(message, pointer=f"/targets/{name}", hint="take method auto, or another target")
                    )
