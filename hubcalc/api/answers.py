"""Scenarios answered over HTTP: what a stored one asks, or one in the body."""

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody

from hubcalc.analysis.corridors.case import cases_of
from hubcalc.answers import ask
from hubcalc.api import openapi
from hubcalc.api.bodies import read_json
from hubcalc.api.caching import kept, tag
from hubcalc.api.links import check_model_version
from hubcalc.api.parameters import Query
from hubcalc.api.pictures import Picture, result_answer, table_or_picture
from hubcalc.api.routing import SCENARIOS, Call, id_in, reading
from hubcalc.api.services import store_of
from hubcalc.documents import DOCUMENT_KINDS
from hubcalc.scenarios.stated import given_of, subject_document
from hubcalc.store import StoreDocuments
from hubcalc.tables import Format
from hubcalc.tables.answers import part_table
from hubcalc.version import MODEL_VERSION
from hubmodels import Corridor, Scenario
from hubmodels.answers import Answer


def get_answer(request: Call) -> Response[bytes]:
    """Answer what a stored scenario asks."""
    query = Query.of(request, ("part", "format", "version", "model_version"))
    format_ = table_or_picture(query)
    check_model_version(request, query)
    store = store_of(request)
    documents = StoreDocuments(store)
    stored = store.get("scenarios", id_in(request), query.whole("version", None, 1, 10**9))
    part = _part(query, format_, stored.document)
    _read_all(stored.document, documents)
    etag = tag(request.url.path, stored.version, documents.versions, query.canonical, format_, MODEL_VERSION)
    if (ready := kept(request, etag)) is not None:
        return ready
    found = _with_versions(ask(stored.document, part=part, documents=documents), stored.version, documents)
    return _written(query, found, etag)


@post(
    "/v1/answers",
    status_code=200,
    operation_id="answer_scenario",
    operation_class=openapi.operation(
        "Answer what a scenario in the body asks",
        [openapi.TABLE_OR_PICTURE, openapi.PART],
        body=openapi.json_schema("Scenario"),
        answers={200: openapi.json_schema("Answer")},
        tables=True,
        pictures=True,
    ),
    sync_to_thread=True,
)
def answer_scenario(request: Call, body: RawBody) -> Response[bytes]:
    """Answer what a scenario asks that need not be stored; what it is about is."""
    query = Query.of(request, ("part", "format"))
    format_ = table_or_picture(query)
    scenario: Scenario = DOCUMENT_KINDS["scenarios"].parse(read_json(request, body))
    part = _part(query, format_, scenario)
    documents = StoreDocuments(store_of(request))
    found = _with_versions(ask(scenario, part=part, documents=documents), None, documents)
    return _written(query, found, tag(found.model_dump_json(), query.canonical, format_))


def _part(query: Query, format_: Format | Picture, scenario: Scenario) -> int | None:
    """Read which part is wanted; a table or a chart shows the first by default, JSON has all of them."""
    default = None if format_ == "json" else 1
    return query.whole("part", default, 1, max(len(scenario.asks), 1))


def _read_all(scenario: Scenario, documents: StoreDocuments) -> None:
    """Read all documents that the answer rests on, so that their versions are known."""
    given_of(scenario, documents)
    for asks in scenario.asks:
        document = subject_document(asks.of or scenario.subject, documents)
        if isinstance(document, Corridor):
            cases_of(document, documents=documents)


def _with_versions(found: Answer, version: int | None, documents: StoreDocuments) -> Answer:
    reference = found.scenario.model_copy(update={"version": version, "documents": documents.versions})
    return found.model_copy(update={"scenario": reference})


def _written(query: Query, found: Answer, etag: str) -> Response[bytes]:
    part = found.parts[0]
    return result_answer(
        query,
        etag,
        json=lambda: found.model_dump_json().encode(),
        table=lambda: part_table(part),
        chart=lambda: part.chart,
    )


def _route() -> HTTPRouteHandler:
    operation = openapi.operation(
        "Answer what a scenario asks",
        [openapi.TABLE_OR_PICTURE, openapi.PART, openapi.VERSION, openapi.MODEL_VERSION_PARAMETER],
        answers={200: openapi.json_schema("Answer")},
        tables=True,
        pictures=True,
        may_be_cached=True,
    )
    return reading(SCENARIOS, SCENARIOS.path("answer"), get_answer, "get_scenario_answer", operation)


ROUTES = [_route(), answer_scenario]
