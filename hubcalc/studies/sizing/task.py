"""A request for a sizing, read and checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hubcalc.cached import cached
from hubcalc.documents import Documents
from hubcalc.errors import OverrideError, ParameterError, Problem
from hubcalc.scenarios import read_numbers
from hubcalc.studies.base import StudyColumn
from hubcalc.studies.inputs import held_error
from hubcalc.studies.sizing.measures import Measures
from hubcalc.studies.sizing.meter import Judge, Meter
from hubcalc.studies.sizing.mixes import Choice, Lattice, lattice_of
from hubcalc.studies.sizing.requirements import Requirement, requirements_of
from hubcalc.studies.subjects import Asked, asked_of
from hubcalc.studies.sweeps.designs import full_paths
from hubmodels import Corridor
from hubmodels.paths import Leaf
from hubmodels.studies.base import StudySubject
from hubmodels.studies.sizing import SizingRequest

TIE = "dwell_mean_hours"
"""Of two mixes that cost the same, the one in which this is less is taken."""
COST = "cost_usd_per_year"
_SAME_COST = 1e-9
_MORE_IS_BETTER = ("capacity_per_day", "teu_per_year", "headroom", "throughput_per_day", "after_fix_per_day")
"""Ends of the names of metrics that are no cost of a trade-off."""


@dataclass(frozen=True)
class Task:
    """What is to be found: the cheapest mix of a lattice that meets requirements."""

    request: SizingRequest
    subject: StudySubject
    lattice: Lattice
    inputs: Mapping[str, Leaf]
    measures: Measures
    requirements: list[Requirement]

    @property
    def enumerable(self) -> bool:
        """Say whether all mixes can be analyzed."""
        return self.lattice.size <= self.request.most_analyses

    @property
    def trade(self) -> str:
        """Metric of the front."""
        return self.request.front.metric if self.request.front else TIE

    @cached
    def input_columns(self) -> tuple[StudyColumn, ...]:
        """The chosen inputs as columns of a table."""
        return tuple(
            StudyColumn(choice.path, self.inputs[choice.path].unit, description=self.inputs[choice.path].description)
            for choice in self.lattice.choices
        )

    def judge(self) -> Judge:
        """Give who has the last word."""
        return Judge(Meter(self.lattice, self.measures, method=self.request.method), self.requirements)

    def order(self, costs: NDArray[np.float64], ties: NDArray[np.float64]) -> NDArray[np.intp]:
        """Sort mixes: the cheapest first, of those that cost the same the better one."""
        scale = _SAME_COST * max(float(np.max(np.abs(costs), initial=0.0)), 1e-300)
        return np.lexsort((np.where(np.isnan(ties), np.inf, ties), np.rint(costs / scale)))

    @classmethod
    def of(cls, request: SizingRequest, documents: Documents) -> "Task":
        """Read a request.

        Raises
        ------
        ParameterError
            If it is about a corridor, or a metric is unknown.
        OverrideError
            If the document has no such input, an override holds it, or a value is out of its bounds.
        """
        asked = asked_of(request, documents)
        hub = asked.document
        if isinstance(hub, Corridor):
            message = "corridors are not sized as a whole"
            hint = "size one of its hubs or lines"
            raise ParameterError.of(Problem(message, pointer="/subject", given=hub.id, hint=hint))
        choices = _checked(asked, lattice_of(request.choices, request.discount_rate), request.overrides)
        metrics = {name: f"/targets/{name}" for name in request.targets}
        if request.front:
            if request.front.metric.endswith(_MORE_IS_BETTER):
                message, hint = "more of it is better", "ask for it as a target, and for a time as the front"
                given = request.front.metric
                raise ParameterError.of(Problem(message, pointer="/front/metric", given=given, hint=hint))
            metrics.setdefault(request.front.metric, "/front/metric")
        for i, name in enumerate(request.fields):
            metrics.setdefault(name, f"/fields/{i}")
        metrics.setdefault(TIE, "")
        return cls(
            request=request,
            subject=asked.subject,
            lattice=Lattice(choices),
            inputs=asked.evaluator.inputs,
            measures=Measures(hub, metrics, request.scale),
            requirements=requirements_of(request.targets, doubted=request.method != "fast"),
        )


def _checked(asked: Asked, lattice: Lattice, overrides: Iterable[str]) -> list[Choice]:
    """Check that each choice is of an input that holds its values, and write out short paths."""
    known = asked.evaluator.inputs
    full = full_paths([choice.path for choice in lattice.choices], known, asked.evaluator.full_path, "/choices")
    held = {asked.evaluator.full_path(path) for path in overrides}
    found = []
    for choice in lattice.choices:
        leaf, pointer = known[full[choice.path]], f"/choices/{choice.path}"
        if leaf.path in held:
            raise held_error(choice.path, pointer, "do not choose it")
        if leaf.type == "choice":
            message, allowed = "its values are words", "an input whose values are numbers"
            raise OverrideError.of(Problem(message, pointer=pointer, given=leaf.value, allowed=allowed))
        try:
            read_numbers(leaf, choice.values)
        except OverrideError as error:
            problems = (replace(problem, parameter=None, pointer=pointer) for problem in error.problems)
            raise OverrideError.of(*problems) from error
        found.append(replace(choice, path=leaf.path))
    return found
