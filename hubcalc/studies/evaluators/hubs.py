"""A hub or a line, evaluated in columns."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.analysis.analyses import metric_name
from hubcalc.analysis.columns import UNSTABLE, metric_columns
from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.metrics import METRIC_NAMES, MetricName, describe, read
from hubcalc.cached import cached
from hubcalc.errors import ParameterError, Problem
from hubcalc.scenarios import full_path, gather
from hubcalc.scenarios.tolerant import gather_usable
from hubcalc.studies.base import REASON, STATUS, Columns, StudyColumn
from hubcalc.words import did_you_mean
from hubmodels import HubBase
from hubmodels.paths import Leaf, leaves
from hubmodels.scenario import Plain
from hubmodels.studies.base import StudyRequest

COSTLY: frozenset[MetricName] = frozenset({"sustainable_capacity_per_day"})
"""Metrics that are looked for by trying flows; they are given only where they are named."""
NAMES: frozenset[MetricName] = frozenset({"bottleneck", "next_bottleneck"})
"""Metrics that are names of stages."""


class HubEvaluator:
    """Metrics of a hub or a line in many scenarios at once.

    Parameters
    ----------
    hub : HubBase
        The document.
    overrides : mapping
        What holds in every row, by path.
    request : StudyRequest
        Metrics, method and the flow that capacities scale.
    """

    row_by_row = False

    def __init__(self, hub: HubBase, overrides: Mapping[str, Plain], request: StudyRequest) -> None:
        if request.options:
            name = next(iter(request.options))
            message = "hubs and lines have no options"
            raise ParameterError.of(
                Problem(message, pointer=f"/options/{name}", hint="they are of corridors' questions")
            )
        if request.given("question"):
            message, hint = "questions are asked of corridors", "leave it out: hubs and lines are analyzed"
            raise ParameterError.of(Problem(message, pointer="/question", given=request.question, hint=hint))
        if request.scale is not None and request.scale not in hub.flows:
            allowed = ", ".join(hub.flows)
            raise ParameterError.of(Problem("not a flow", pointer="/scale", given=request.scale, allowed=allowed))
        scenarios = gather(hub, {path: [value] for path, value in overrides.items()}, 1)
        self.hub = scenarios.document(scenarios.groups[0], 0)
        self._scale, self._method = request.scale, request.method
        self._names = metric_names(request.fields)

    @cached
    def inputs(self) -> Mapping[str, Leaf]:
        """Every input that may be varied, by path."""
        return leaves(self.hub)

    @cached
    def metrics(self) -> tuple[StudyColumn, ...]:
        """The metrics that it gives."""
        analysis = HubAnalysis(self.hub, 1, self._scale, method="fast")
        return tuple(
            StudyColumn(name, "", "text", describe(name)["description"])
            if name in NAMES
            else StudyColumn(name, read(analysis, name).unit, "number", describe(name)["description"])
            for name in self._names
        )

    def full_path(self, path: str) -> str:
        """Write out a short form of a path."""
        return full_path(self.hub, path)

    def evaluate(self, columns: Mapping[str, NDArray[Any]], size: int) -> Columns:
        """Give the metrics, and `status` and `reason` of each row."""
        gathered = gather_usable(self.hub, columns, size)
        status = np.full(size, "invalid", dtype=object)
        found: Columns = {
            column.name: np.full(size, "", dtype=object) if column.type == "text" else np.full(size, np.nan)
            for column in self.metrics
        }
        for group in gathered.groups:
            made = metric_columns(group.hub, len(group.rows), self._names, scale=self._scale, method=self._method)
            for name in self._names:
                found[name][group.rows] = made[name]
            status[group.rows] = np.where(made[UNSTABLE], "unstable", np.where(self._nothing(made), "refused", "ok"))
        return {**found, STATUS: status, REASON: gathered.reasons}

    def _nothing(self, made: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
        """Say of each row whether none of the numbers that are asked for has a value."""
        numbers = [np.isnan(made[name]) for name in self._names if name not in NAMES]
        return np.logical_and.reduce(numbers) if numbers else np.zeros(1, bool)


def metric_names(fields: tuple[str, ...]) -> tuple[MetricName, ...]:
    """Give the metrics that are wanted: by default those that cost little.

    >>> metric_names(("utilization",))
    ('utilization',)
    """
    if fields:
        return tuple(dict.fromkeys(_known(name, i) for i, name in enumerate(fields)))
    return tuple(name for name in METRIC_NAMES if name not in COSTLY)


def _known(name: str, place: int) -> MetricName:
    if name in METRIC_NAMES:
        return metric_name(name)
    allowed, hint = ", ".join(METRIC_NAMES), did_you_mean(name, METRIC_NAMES)
    raise ParameterError.of(
        Problem("no such metric", pointer=f"/fields/{place}", given=name, allowed=allowed, hint=hint)
    )
