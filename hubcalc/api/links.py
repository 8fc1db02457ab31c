"""Links to results that will not change."""

from urllib.parse import urlencode

from hubcalc.analysis import METRIC_NAMES, Analysis
from hubcalc.version import MODEL_VERSION
from hubmodels.results import AnalysisReport


def with_links(report: AnalysisReport, analysis: Analysis, *, base_url: str, version: int) -> AnalysisReport:
    """Name the stored version, and give each scenario an address that will always mean this very result."""
    fixed: dict[str, object] = {"version": version, "model_version": MODEL_VERSION}
    if analysis.scale:
        fixed["scale"] = analysis.scale
    if analysis.metrics != METRIC_NAMES:
        fixed["fields"] = ",".join(analysis.metrics)
    address = f"{base_url.rstrip('/')}/v1/hubs/{report.hub.id}/analysis?"
    results = [
        result.model_copy(update={"permalink": address + urlencode({**fixed, **result.overrides})})
        for result in report.results
    ]
    hub = report.hub.model_copy(update={"version": version})
    return report.model_copy(update={"hub": hub, "results": results})
