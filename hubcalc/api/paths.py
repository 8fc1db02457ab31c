"""The inputs of a document: every path with its unit, bounds, value and evidence."""

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from hubcalc.analysis.catalogue import CATALOGUE_COLUMNS, catalogue
from hubcalc.api import openapi
from hubcalc.api.caching import matches, not_modified, tag
from hubcalc.api.parameters import Query
from hubcalc.api.pictures import table_answer
from hubcalc.api.routing import ANALYZED, CORRIDORS, Call, Served, id_in, reading, served_by
from hubcalc.api.services import store_of
from hubcalc.store import StoreDocuments
from hubcalc.tables import Column, Table


def list_paths(request: Call) -> Response[bytes]:
    """List every path with its unit, bounds, value and evidence; those of a corridor's hubs and lines with its own."""
    query = Query.of(request, ("format", "version"))
    format_ = query.format("json")
    store, collection = store_of(request), served_by(request).collection
    stored = store.get(collection, id_in(request), query.whole("version", None, 1, 10**9))
    documents = StoreDocuments(store)
    found = catalogue(stored.document, documents)
    etag = tag(stored.id, stored.version, documents.versions, query.canonical, format_)
    if matches(request, etag):
        return not_modified(etag)
    rows = [[*{**row, "choices": " ".join(row["choices"])}.values()] for row in found]
    table = Table("input", [Column(name) for name in CATALOGUE_COLUMNS], rows, keys=("path",))
    return table_answer(query, format_, table, etag)


def _route_of(served: Served) -> HTTPRouteHandler:
    summary = f"List every path of a {served.noun}"
    operation = openapi.operation(
        summary, [openapi.VERSION], answers={200: openapi.json_schema("Rows")}, tables=True, may_be_cached=True
    )
    return reading(served, served.path("paths"), list_paths, f"list_{served.noun}_paths", operation)


ROUTES = [_route_of(served) for served in (*ANALYZED, CORRIDORS)]
