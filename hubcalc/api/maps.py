"""GeoJSON for maps: the hubs or lines of a list, and a corridor."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response

from hubcalc.analysis.corridors.case import cases_of
from hubcalc.api.caching import kept, sent, tag
from hubcalc.api.parameters import Query
from hubcalc.api.routing import LINES, Call, served_by
from hubcalc.api.services import store_of
from hubcalc.store import DocumentSummary, StoredDocument, StoreDocuments
from hubcalc.tables.geojson import GEOJSON, GEOJSON_MEDIA_TYPE, corridor_map, hubs_map, lines_map
from hubmodels import Corridor


def list_answer(request: Call, query: Query, items: Sequence[DocumentSummary]) -> Response[bytes]:
    """Send the documents of a list as a map."""
    served, store = served_by(request), store_of(request)
    etag = tag(query.canonical, [(item.id, item.version) for item in items], GEOJSON)
    if (ready := kept(request, etag)) is not None:
        return ready
    documents = [store.get(served.collection, item.id, item.version).document for item in items]
    return _answer((lines_map if served is LINES else hubs_map)(documents), etag)


def corridor_answer(request: Call, stored: StoredDocument[Corridor]) -> Response[bytes]:
    """Send a corridor as a map, with the hubs and lines that it names."""
    documents = StoreDocuments(store_of(request))
    (case,) = cases_of(stored.document, documents=documents)
    etag = tag(stored.id, stored.version, documents.versions, GEOJSON)
    if (ready := kept(request, etag)) is not None:
        return ready
    return _answer(corridor_map(case.corridor, case.hubs, case.lines), etag)


def _answer(content: Any, etag: str) -> Response[bytes]:
    return sent(msgspec.json.encode(content), GEOJSON_MEDIA_TYPE, etag)
