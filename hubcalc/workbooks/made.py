"""What a workbook is made of, and where each thing stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hubcalc.analysis.curve import single_scenario
from hubcalc.cached import cached
from hubmodels import HubBase
from hubmodels.paths import Leaf, leaves
from hubmodels.results import AnalysisReport, CapacityCurve, ScenarioResult

SUMMARY, INPUTS, ASSUMPTIONS, SOURCES = "Summary", "Inputs", "Assumptions", "Sources"
RESULTS, STAGES, CHARTS, DATA, DICTIONARY = "Results", "Stages", "Charts", "Chart data", "Data dictionary"


@dataclass(frozen=True)
class Made:
    """One analysis of a hub or a line, and what was asked for it.

    Attributes
    ----------
    document : HubBase
        The document, without overrides.
    collection : str
        Where it is served: `hubs` or `lines`.
    report : AnalysisReport
        Its analysis in one scenario.
    curve : CapacityCurve or None
        Its capacity curve in that scenario; None where there is none.
    server : str
        Address of the server that live cells ask.
    asked : mapping
        What was asked for by name: `scenario`, `method`, `scale`, `version`.
    """

    document: HubBase
    collection: str
    report: AnalysisReport
    curve: CapacityCurve | None
    server: str
    asked: Mapping[str, str]

    @property
    def result(self) -> ScenarioResult:
        """The one scenario."""
        return self.report.results[0]

    @property
    def overrides(self) -> Mapping[str, Any]:
        """The inputs that differ from the document, by full path."""
        return self.result.overrides

    @cached
    def inputs(self) -> dict[str, Leaf]:
        """The inputs of the document as it was analyzed; a changed choice may have brought others."""
        return leaves(single_scenario(self.document, self.overrides)[0])

    @cached
    def documented(self) -> dict[str, Leaf]:
        """The inputs of the document itself."""
        return leaves(self.document)

    def value(self, path: str) -> Any:
        """Give the value of an input as it was analyzed."""
        return self.overrides[path] if path in self.overrides else self.inputs[path].value
