"""Scenarios side by side over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from hubcalc.analysis.corridors.case import cases_of
from hubcalc.analysis.methods import ANALYSIS_METHODS
from hubcalc.answers.diff import scenario_diff
from hubcalc.answers.sides import sides_of
from hubcalc.api import openapi
from hubcalc.api.caching import answer, kept, tag
from hubcalc.api.links import check_model_version
from hubcalc.api.parameters import Query, table_view
from hubcalc.api.pictures import table_answer
from hubcalc.api.routing import SCENARIOS, Call, id_in, reading
from hubcalc.api.services import store_of
from hubcalc.errors import ParameterError
from hubcalc.scenarios.stated import bases_of, subject_document
from hubcalc.store import StoreDocuments
from hubcalc.tables.differences import DIFF_VIEWS, diff_table
from hubcalc.version import MODEL_VERSION
from hubmodels import Corridor

_PARAMETERS = ("with", "fields", "method", "view", "format", "version", "model_version")


def get_difference(request: Call) -> Response[bytes]:
    """Set a stored scenario beside others, or beside its base or its subject."""
    query = Query.of(request, _PARAMETERS)
    format_ = query.format("json")
    view = table_view(query, format_, DIFF_VIEWS)
    check_model_version(request, query)
    store, name = store_of(request), id_in(request)
    stored = store.get("scenarios", name, query.whole("version", None, 1, 10**9))
    documents = StoreDocuments(store, {name: stored.version})
    given = query.names("with") or []
    names = given if name in given else [*given, name]
    with _named_here():
        _read_all(names, documents)
    etag = tag(request.url.path, documents.versions, query.canonical, format_, MODEL_VERSION)
    if (ready := kept(request, etag)) is not None:
        return ready
    diff = scenario_diff(
        names, fields=query.names("fields"), method=query.named.get("method", "fast"), documents=documents
    )
    if format_ == "json":
        return answer(diff.model_dump_json().encode(), "json", etag)
    return table_answer(query, format_, diff_table(diff, view), etag)


@contextmanager
def _named_here() -> Iterator[None]:
    """Name the parameter of errors as it is called here."""
    try:
        yield
    except ParameterError as error:
        named = (replace(p, parameter="with") if p.parameter == "scenarios" else p for p in error.problems)
        raise ParameterError.of(*named) from error


def _read_all(names: list[str], documents: StoreDocuments) -> None:
    """Read all documents that the answer rests on, so that their versions are known."""
    subject, sides = sides_of(names, documents)
    for side in sides:
        if side.scenario is not None:
            bases_of(side.scenario, documents)
    document = subject_document(subject, documents)
    if isinstance(document, Corridor):
        cases_of(document, documents=documents)


def _route() -> HTTPRouteHandler:
    text = {"type": "string"}
    operation = openapi.operation(
        "Set scenarios side by side",
        [
            openapi.FORMAT,
            openapi.query(
                "with",
                "Scenarios of the same subject, or its id for the subject as documented, a comma list; differences are "
                "to the first, and the scenario itself is the last unless it is named too. By default its base, or its "
                "subject where it has none",
                text,
            ),
            openapi.query(
                "fields",
                "Results wanted, a comma list: metrics of a hub or a line, or numbers of a corridor such as "
                "`transit.mean_hours,flow.served_share`",
                text,
            ),
            openapi.query(
                "method", "What may be taken for the results", {"type": "string", "enum": [*ANALYSIS_METHODS]}
            ),
            openapi.query(
                "view", "What a table shows", {"type": "string", "enum": [*DIFF_VIEWS], "default": DIFF_VIEWS[0]}
            ),
            openapi.VERSION,
            openapi.MODEL_VERSION_PARAMETER,
        ],
        answers={200: openapi.json_schema("ScenarioDiff")},
        tables=True,
        may_be_cached=True,
    )
    return reading(SCENARIOS, SCENARIOS.path("diff"), get_difference, "get_scenario_diff", operation)


ROUTES = [_route()]
