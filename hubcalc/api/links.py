"""Links to results that will not change."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request

from hubcalc.analysis import METRIC_NAMES, Analysis
from hubcalc.api.parameters import Query
from hubcalc.errors import ModelVersionError, Problem
from hubcalc.store import StoredDocument
from hubcalc.version import MODEL_VERSION
from hubmodels.results import AnalysisReport


def with_links(
    report: AnalysisReport, analysis: Analysis, stored: StoredDocument[Any], *, base_url: str
) -> AnalysisReport:
    """Name the stored version, and give each scenario an address that will always mean this very result."""
    fixed: dict[str, object] = {"version": stored.version, "model_version": MODEL_VERSION}
    if analysis.scale:
        fixed["scale"] = analysis.scale
    if analysis.method != "auto":  # what one scenario has by default
        fixed["method"] = analysis.method
    if analysis.metrics != METRIC_NAMES:
        fixed["fields"] = ",".join(analysis.metrics)
    address = f"{base_url.rstrip('/')}/v1/{stored.collection}/{stored.id}/analysis?"
    results = [
        result.model_copy(update={"permalink": address + urlencode({**fixed, **result.overrides})})
        for result in report.results
    ]
    hub = report.hub.model_copy(update={"version": stored.version})
    return report.model_copy(update={"hub": hub, "results": results})


def check_model_version(request: Request[Any, Any, Any], query: Query) -> None:
    """Refuse a link of another model version, whose numbers are no longer computed, and name today's."""
    asked = query.named.get("model_version")
    if asked not in (None, MODEL_VERSION):
        suffix = f".{query.suffix}" if query.suffix else ""
        given = {**request.query_params, "model_version": MODEL_VERSION}
        today = request.url.with_replacements(path=request.url.path + suffix, query=urlencode(given))
        raise ModelVersionError.of(
            Problem(
                "the numbers of this model version are no longer computed",
                parameter="model_version",
                given=asked,
                allowed=MODEL_VERSION,
                hint=f"today's result: {today}",
            )
        )
