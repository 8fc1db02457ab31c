"""Analysis of hubs and lines over HTTP: any path is a parameter."""

from dataclasses import replace
from typing import Any

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from hubcalc.analysis import Analysis, analyze
from hubcalc.api import openapi
from hubcalc.api.bodies import HubOrId, read_json, read_model
from hubcalc.api.caching import FOREVER, answer, matches, not_modified, tag
from hubcalc.api.links import check_model_version, with_links
from hubcalc.api.parameters import Query, table_view
from hubcalc.api.routing import ANALYZED, ANALYZED_COLLECTIONS, Analyzed, Call, Served, id_in, reading, served_by
from hubcalc.api.services import settings_of, store_of
from hubcalc.documents import parse_hub_or_line
from hubcalc.errors import DocumentError, ParameterError, Problem
from hubcalc.scenarios import check_paths, parse_values
from hubcalc.store import StoredDocument
from hubcalc.tables import VIEWS, Format, View, render, report_table
from hubcalc.version import MODEL_VERSION
from hubmodels import HubBase
from hubmodels.results import AnalysisReport

_PARAMETERS = ("format", "view", "fields", "scale", "method", "version", "model_version")
_OF_VIEW: dict[View, str] = {"stations": "dwell_mean_hours", "evidence": "utilization"}
"""What is computed for a table that shows no metrics: stages may have to be simulated, evidence needs nothing."""


def analyze_stored(request: Call) -> Response[bytes]:
    """Analyze a stored hub or line in each combination of the values given by path."""
    query = Query.of(request, _PARAMETERS, with_paths=True)
    format_ = query.format("json")
    view = view_of(query, format_)
    fields = query.names("fields")
    stored = stored_subject(request, query)
    etag = tag(stored.id, stored.version, query.canonical, format_, MODEL_VERSION, str(request.base_url))
    if matches(request, etag):
        return not_modified(etag)
    analysis = analyze(
        stored.document,
        query.values(settings_of(request.app).scenario_limit),
        metrics=fields if view == "metrics" else [_OF_VIEW[view]],
        scale=query.named.get("scale"),
        method=query.named.get("method"),
        most=settings_of(request.app).scenario_limit,
    )
    content = _written(request, analysis, stored, view, format_)
    return answer(content, format_, etag, {"Cache-Control": FOREVER} if is_permalink(query) else None)


def view_of(query: Query, format_: Format) -> View:
    """Read what a table shows; JSON has everything, and only the metrics have fields."""
    view = table_view(query, format_, VIEWS)
    if "fields" in query.named and view != "metrics":
        raise ParameterError.of(
            Problem(f"view={view} has no fields to choose", parameter="fields", hint="leave it out")
        )
    return view


def is_permalink(query: Query) -> bool:
    """Say whether a query names all that its answer depends on."""
    return "version" in query.named and "model_version" in query.named


class AnalysisRequest(BaseModel):
    """What POST /v1/analysis takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hub: HubOrId = Field(description="A document of a hub or a line, or the id of a stored one")
    overrides: dict[str, Any] = Field(default_factory=dict, description="A value or a list of values by path")
    fields: list[str] | None = Field(None, description="Metrics wanted; all by default")
    scale: str | None = Field(None, description="Id of the one flow that capacities scale")
    method: str | None = Field(
        None,
        description="What gives the answers: auto, fast, exact or simulate; auto by default, fast above 100 scenarios",
    )


_REQUEST = TypeAdapter(AnalysisRequest)


@post(
    "/v1/analysis",
    status_code=200,
    operation_id="analyze_document",
    operation_class=openapi.operation(
        "Analyze a document in the body",
        [openapi.FORMAT, openapi.VIEW],
        body=openapi.json_schema("AnalysisRequest"),
        answers={200: openapi.json_schema("AnalysisReport")},
        tables=True,
    ),
    sync_to_thread=True,
)
def analyze_document(request: Call, body: RawBody) -> Response[bytes]:
    """Analyze a document that need not be stored."""
    query = Query.of(request, ("format", "view"))
    format_ = query.format("json")
    view = view_of(query, format_)
    asked = read_model(_REQUEST, read_json(request, body))
    stored = stored_by_id(request, asked.hub) if isinstance(asked.hub, str) else None
    most = settings_of(request.app).scenario_limit
    texts = {path: parse_values(path, given, most) for path, given in asked.overrides.items() if isinstance(given, str)}
    analysis = analyze(
        stored.document if stored else document_in_body(asked.hub),
        {**asked.overrides, **texts},
        metrics=asked.fields if view == "metrics" else [_OF_VIEW[view]],
        scale=asked.scale,
        method=asked.method,
        most=most,
    )
    content = _written(request, analysis, stored, view, format_)
    return answer(content, format_, tag(content))


def document_in_body(data: object) -> HubBase:
    """Validate the document in a request; pointers lead into the whole body."""
    try:
        return parse_hub_or_line(data)
    except DocumentError as error:
        raise DocumentError.of(*(replace(p, pointer=f"/hub{p.pointer}") for p in error.problems)) from error


def _written(
    request: Call, analysis: Analysis, stored: StoredDocument[Analyzed] | None, view: View, format_: Format
) -> bytes:
    report = analysis.report
    if stored is not None:
        report = with_links(report, analysis, stored, base_url=str(request.base_url))
    return _json(report) if format_ == "json" else render(report_table(report, view), format_)


def _json(report: AnalysisReport) -> bytes:
    return report.model_dump_json().encode()


def stored_subject(request: Call, query: Query) -> StoredDocument[Analyzed]:
    """Read what a query is about, in the version it names; a link of another model version is refused."""
    check_model_version(request, query)
    collection, version = served_by(request).collection, query.whole("version", None, 1, 10**9)
    stored: StoredDocument[Analyzed] = store_of(request).get(collection, id_in(request), version)
    check_paths(stored.document, query.blank_paths)
    return stored


def stored_by_id(request: Call, document_id: str, version: int | None = None) -> StoredDocument[Analyzed]:
    """Read a hub or a line that a body names."""
    return store_of(request).get(ANALYZED_COLLECTIONS, document_id, version)


def _route_of(served: Served) -> HTTPRouteHandler:
    operation = openapi.operation(
        f"Analyze a {served.noun}",
        [*openapi.ANALYSIS, openapi.VIEW, openapi.FIELDS, openapi.PATHS],
        answers={200: openapi.json_schema("AnalysisReport")},
        tables=True,
        may_be_cached=True,
    )
    return reading(served, served.path("analysis"), analyze_stored, f"analyze_{served.noun}", operation)


ROUTES = [*(_route_of(served) for served in ANALYZED), analyze_document]
