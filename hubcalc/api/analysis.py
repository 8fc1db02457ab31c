"""Analysis of hubs over HTTP: any path is a parameter."""

from dataclasses import replace
from typing import Any

from litestar import HttpMethod, Request, Response, post, route
from litestar.params import FromPath, RawBody
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from hubcalc.analysis import Analysis, analyze
from hubcalc.api import openapi
from hubcalc.api.bodies import HubOrId, read_json, read_model
from hubcalc.api.caching import FOREVER, answer, matches, not_modified, tag
from hubcalc.api.links import check_model_version, with_links
from hubcalc.api.parameters import Query, table_view
from hubcalc.api.services import settings_of, store_of
from hubcalc.documents import parse_hub
from hubcalc.errors import DocumentError, ParameterError, Problem
from hubcalc.scenarios import check_paths, parse_values
from hubcalc.store import StoredHub
from hubcalc.tables import VIEWS, Format, View, render, report_table
from hubcalc.version import MODEL_VERSION
from hubmodels import Hub
from hubmodels.results import AnalysisReport

_PARAMETERS = ("format", "view", "fields", "scale", "method", "version", "model_version")
_OF_VIEW: dict[View, str] = {"stations": "dwell_mean_hours", "evidence": "utilization"}
"""What is computed for a table that shows no metrics: stages may have to be simulated, evidence needs nothing."""
_GET_AND_HEAD = [HttpMethod.GET, HttpMethod.HEAD]
_Call = Request[Any, Any, Any]


@route(
    "/v1/hubs/{hub_id:str}/analysis",
    http_method=_GET_AND_HEAD,
    operation_id=openapi.operation_id("analyze_hub"),
    operation_class=openapi.operation(
        "Analyze a hub",
        [*openapi.ANALYSIS, openapi.VIEW, openapi.FIELDS, openapi.PATHS],
        answers={200: openapi.json_schema("AnalysisReport")},
        tables=True,
        may_be_cached=True,
    ),
    sync_to_thread=True,
)
def analyze_hub(request: _Call, hub_id: FromPath[str]) -> Response[bytes]:
    """Analyze a stored hub in each combination of the values given by path."""
    query = Query.of(request, _PARAMETERS, with_paths=True)
    format_ = query.format("json")
    view = view_of(query, format_)
    fields = query.names("fields")
    stored = stored_hub(request, query, hub_id)
    etag = tag(hub_id, stored.version, query.canonical, format_, MODEL_VERSION, str(request.base_url))
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

    hub: HubOrId = Field(description="A hub document, or the id of a stored hub")
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
def analyze_document(request: _Call, body: RawBody) -> Response[bytes]:
    """Analyze a document that need not be stored."""
    query = Query.of(request, ("format", "view"))
    format_ = query.format("json")
    view = view_of(query, format_)
    asked = read_model(_REQUEST, read_json(request, body))
    stored = store_of(request).get_hub(asked.hub) if isinstance(asked.hub, str) else None
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


def document_in_body(data: object) -> Hub:
    """Validate the document in a request; pointers lead into the whole body."""
    try:
        return parse_hub(data)
    except DocumentError as error:
        raise DocumentError.of(*(replace(p, pointer=f"/hub{p.pointer}") for p in error.problems)) from error


def _written(request: _Call, analysis: Analysis, stored: StoredHub | None, view: View, format_: Format) -> bytes:
    report = analysis.report
    if stored is not None:
        report = with_links(report, analysis, base_url=str(request.base_url), version=stored.version)
    return _json(report) if format_ == "json" else render(report_table(report, view), format_)


def _json(report: AnalysisReport) -> bytes:
    return report.model_dump_json().encode()


def stored_hub(request: _Call, query: Query, hub_id: str) -> StoredHub:
    """Read the hub a query is about, in the version it names; a link of another model version is refused."""
    check_model_version(request, query)
    stored = store_of(request).get_hub(hub_id, query.whole("version", None, 1, 10**9))
    check_paths(stored.document, query.blank_paths)
    return stored


ROUTES = [analyze_hub, analyze_document]
