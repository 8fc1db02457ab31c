"""Analysis of hubs and lines over HTTP: any path is a parameter."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from hubcalc.analysis import Analysis, analyze
from hubcalc.api import openapi
from hubcalc.api.bodies import HubOrId, read_json, read_model
from hubcalc.api.caching import FOREVER, kept, tag
from hubcalc.api.links import check_model_version, with_links
from hubcalc.api.parameters import Query, table_view
from hubcalc.api.pictures import PICTURES, Picture, result_answer, table_or_picture
from hubcalc.api.routing import ANALYZED, ANALYZED_COLLECTIONS, Analyzed, Call, Served, id_in, reading, served_by
from hubcalc.api.services import settings_of, store_of
from hubcalc.charts.analyses import DRAWN, analysis_chart
from hubcalc.documents import parse_hub_or_line
from hubcalc.errors import DocumentError
from hubcalc.scenarios import check_paths, parse_values
from hubcalc.scenarios.stated import behind_scenario, changed_by, overrides_of
from hubcalc.store import StoredDocument, StoreDocuments
from hubcalc.tables import VIEWS, Format, View, report_table
from hubcalc.version import MODEL_VERSION
from hubmodels import HubBase
from hubmodels.scenario import Subject

_PARAMETERS = ("format", "view", "fields", "scenario", "scale", "method", "version", "model_version")
SCENARIO = openapi.query(
    "scenario",
    "Id of a scenario of this document: its overrides come first, and paths in the query win over them",
    {"type": "string"},
)
_OF_VIEW: dict[View, str] = {"stations": "dwell_mean_hours", "evidence": "utilization"}
"""What is computed for a table that shows no metrics: stages may have to be simulated, evidence needs nothing."""


def analyze_stored(request: Call) -> Response[bytes]:
    """Analyze a stored hub or line in each combination of the values given by path."""
    query = Query.of(request, _PARAMETERS, with_paths=True)
    format_ = table_or_picture(query)
    view = view_of(query, format_)
    fields = query.names("fields")
    stored = stored_subject(request, query)
    documents = StoreDocuments(store_of(request))
    held = scenario_overrides(query, served_by(request).noun, stored.id, documents)
    etag = tag(
        *(stored.id, stored.version, documents.versions, query.canonical, format_),
        *(MODEL_VERSION, str(request.base_url)),
    )
    if (ready := kept(request, etag)) is not None:
        return ready
    values = changed_by(stored.document, held, query.values(settings_of(request.app).scenario_limit))
    analysis = analyze(
        stored.document,
        values,
        metrics=_metrics(view, format_, fields, several=_several(values)),
        scale=query.named.get("scale"),
        method=query.named.get("method"),
        most=settings_of(request.app).scenario_limit,
    )
    headers = {"Cache-Control": FOREVER} if is_permalink(query) else None
    return _written(request, query, analysis, stored, (view, fields), etag, headers)


def _metrics(
    view: View, format_: Format | Picture, fields: Sequence[str] | None, *, several: bool
) -> Sequence[str] | None:
    """Say which metrics are computed: those asked for; else those that the table or the chart shows, or all."""
    if view != "metrics":
        return [_OF_VIEW[view]]
    if fields is None and format_ in PICTURES:
        return DRAWN if several else [_OF_VIEW["stations"]]
    return fields


def _several(values: Mapping[str, Any]) -> bool:
    return any(isinstance(given, list) and len(given) > 1 for given in values.values())


def view_of(query: Query, format_: str) -> View:
    """Read what a table shows; JSON has everything. Of a chart, only metrics can be chosen."""
    view = table_view(query, format_, VIEWS)
    if view != "metrics" and format_ in PICTURES:
        query.refuse(("fields",), f"a chart of view={view} has no fields to choose")
    return view


def is_permalink(query: Query) -> bool:
    """Say whether a query names all that its answer depends on; a scenario may change."""
    return {"version", "model_version"} <= query.named.keys() and "scenario" not in query.named


def scenario_overrides(query: Query, noun: str, document_id: str, documents: StoreDocuments) -> dict[str, Any]:
    """Give the overrides of the scenario that a query names; none where it names none."""
    name = query.named.get("scenario")
    if name is None:
        return {}
    return overrides_of(name, Subject.model_validate({"kind": noun, "id": document_id}), documents)


class AnalysisRequest(BaseModel):
    """What POST /v1/analysis takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hub: HubOrId = Field(description="A document of a hub or a line, or the id of a stored one")
    scenario: str | None = Field(
        None, description="Id of a scenario of this document: its overrides come first, and `overrides` win over them"
    )
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
        [openapi.TABLE_OR_PICTURE, openapi.VIEW],
        body=openapi.json_schema("AnalysisRequest"),
        answers={200: openapi.json_schema("AnalysisReport")},
        tables=True,
        pictures=True,
    ),
    sync_to_thread=True,
)
def analyze_document(request: Call, body: RawBody) -> Response[bytes]:
    """Analyze a document that need not be stored."""
    query = Query.of(request, ("format", "view"))
    format_ = table_or_picture(query)
    view = view_of(query, format_)
    asked = read_model(_REQUEST, read_json(request, body))
    stored = stored_by_id(request, asked.hub) if isinstance(asked.hub, str) else None
    most = settings_of(request.app).scenario_limit
    texts = {path: parse_values(path, given, most) for path, given in asked.overrides.items() if isinstance(given, str)}
    document = stored.document if stored else document_in_body(asked.hub)
    values = {**asked.overrides, **texts}
    if asked.scenario is not None:
        values = behind_scenario(document, asked.scenario, values, StoreDocuments(store_of(request)))
    analysis = analyze(
        document,
        values,
        metrics=_metrics(view, format_, asked.fields, several=_several(values)),
        scale=asked.scale,
        method=asked.method,
        most=most,
    )
    return _written(request, query, analysis, stored, (view, asked.fields))


def document_in_body(data: object) -> HubBase:
    """Validate the document in a request; pointers lead into the whole body."""
    try:
        return parse_hub_or_line(data)
    except DocumentError as error:
        raise DocumentError.of(*(replace(p, pointer=f"/hub{p.pointer}") for p in error.problems)) from error


def _written(
    request: Call,
    query: Query,
    analysis: Analysis,
    stored: StoredDocument[Analyzed] | None,
    shown: tuple[View, Sequence[str] | None],
    etag: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    report, (view, fields) = analysis.report, shown
    if stored is not None:
        report = with_links(report, analysis, stored, base_url=str(request.base_url))
    return result_answer(
        query,
        etag,
        headers,
        # of the metrics, those that are asked for are computed
        fields_are_columns=query.fields_are_columns or view != "metrics",
        json=lambda: report.model_dump_json().encode(),
        table=lambda: report_table(report, view),
        chart=lambda: analysis_chart(report, view, fields),
    )


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
        [openapi.TABLE_OR_PICTURE, *openapi.ANALYSIS[1:], openapi.VIEW, openapi.FIELDS, SCENARIO, openapi.PATHS],
        answers={200: openapi.json_schema("AnalysisReport")},
        tables=True,
        pictures=True,
        may_be_cached=True,
    )
    return reading(served, served.path("analysis"), analyze_stored, f"analyze_{served.noun}", operation)


ROUTES = [*(_route_of(served) for served in ANALYZED), analyze_document]
