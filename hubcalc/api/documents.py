"""Documents of all collections: list, read, write, versions."""

from collections.abc import Sequence
from dataclasses import asdict
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, delete, patch, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, RawBody

from hubcalc.api import openapi
from hubcalc.api.bodies import merge_patch, read_json
from hubcalc.api.caching import answer, create_only, expected_version, matches, not_modified, tag
from hubcalc.api.maps import corridor_answer, list_answer
from hubcalc.api.parameters import Query, choice
from hubcalc.api.pictures import disposition
from hubcalc.api.routing import CORRIDORS, SERVED, Call, Served, id_in, reading, served_by
from hubcalc.api.services import store_of
from hubcalc.documents import DOCUMENT_KINDS
from hubcalc.errors import DocumentError, ParameterError, Problem
from hubcalc.store import DocumentSummary, StoredDocument
from hubcalc.tables import Column, Table, render

_MOST_PER_PAGE = 1_000
_SUMMARY = ("id", "name", "kind", "countries", "version", "summary", "updated_at")
_VERSION = ("version", "created_at", "origin", "deleted")


def list_documents(request: Call) -> Response[bytes]:
    """List documents by words, and by kind and country where they have them; page by page in JSON, whole in tables."""
    served = served_by(request)
    filters = ("kind", "country") if served.kinds else ()
    query = Query.of(request, (*filters, "q", "limit", "offset", "format"))
    as_map = bool(served.kinds) and query.is_map
    format_ = "json" if as_map else query.format("json")
    paged = format_ == "json" and not as_map
    limit = query.whole("limit", 50 if paged else None, 1, _MOST_PER_PAGE)
    offset = query.whole("offset", 0, 0, 10**9) or 0
    items, total = store_of(request).list(
        served.collection,
        kind=choice("kind", query.named["kind"], served.kinds) if "kind" in query.named else None,
        country=_country(query.named.get("country")),
        query=query.named.get("q"),
        limit=limit,
        offset=offset,
    )
    if as_map:
        return list_answer(request, query, items)
    following = offset + len(items)
    next_url = None
    if following < total and limit is not None:
        given = {**query.named, "format": format_}
        given = {key: value for key, value in given.items() if (key, value) != ("format", "json")}
        page = urlencode({**given, "limit": limit, "offset": following})
        next_url = f"{request.base_url}v1/{served.collection}?{page}"
    if paged:
        whole = {"items": items, "total": total, "limit": limit, "offset": offset, "next_url": next_url}
        content = msgspec.json.encode(whole)
    else:
        content = render(_summary_table(served, items), format_, query.layout(format_))
    etag = tag(query.canonical, content)
    if matches(request, etag):
        return not_modified(etag)
    links = {"Link": f'<{next_url}>; rel="next"'} if next_url else {}
    return answer(content, format_, etag, {**links, **disposition(query, format_)})


def _country(given: str | None) -> str | None:
    if given is None:
        return None
    code = given.upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise ParameterError.of(
            Problem("not a country", parameter="country", given=given, allowed="two letters of ISO 3166-1, such as KZ")
        )
    return code


def _summary_table(served: Served, items: Sequence[DocumentSummary]) -> Table:
    rows = [[_plain(getattr(item, name)) for name in _SUMMARY] for item in items]
    return Table(served.noun, [Column(name) for name in _SUMMARY], rows, keys=("id",))


def _plain(value: object) -> object:
    if isinstance(value, tuple | list):
        return " ".join(map(str, value))
    return value if isinstance(value, str | int) else str(value)


def get_document(request: Call) -> Response[bytes]:
    """Read a document, the latest version or an older one."""
    served = served_by(request)
    query = Query.of(request, ("version", "format"))
    as_map = served is CORRIDORS and query.is_map
    if not as_map:
        query.json_only()
    stored = store_of(request).get(served.collection, id_in(request), query.whole("version", None, 1, 10**9))
    if as_map:
        return corridor_answer(request, stored)
    etag = f'"{stored.version}"'
    return not_modified(etag) if matches(request, etag) else document(stored)


def put_document(request: Call, body: RawBody) -> Response[bytes]:
    """Create a document, or replace the version that If-Match names."""
    Query.of(request, ())
    parsed = _parsed(request, read_json(request, body))
    stored, created = store_of(request).put(
        parsed, expected_version=expected_version(request), create_only=create_only(request)
    )
    return document(stored, created=created)


def patch_document(request: Call, body: RawBody) -> Response[bytes]:
    """Change parts of a document."""
    Query.of(request, ())
    change = read_json(request, body)
    if not isinstance(change, dict):
        raise DocumentError.of(Problem("a merge patch is a JSON object", pointer="", given=type(change).__name__))
    store = store_of(request)
    present = store.get(served_by(request).collection, id_in(request))
    merged = merge_patch(present.document.model_dump(mode="json", exclude_unset=True), change)
    # the patch was made for this very version; what If-Match says is checked against it when it is written
    changed = _parsed(request, merged)
    expected = expected_version(request)
    stored, _ = store.put(changed, expected_version=present.version if expected == "any" else expected)
    return document(stored)


def delete_document(request: Call) -> None:
    """Delete a document; what names it is left as it is."""
    Query.of(request, ())
    store_of(request).delete(served_by(request).collection, id_in(request), expected_version=expected_version(request))


def list_versions(request: Call) -> Response[bytes]:
    """List all versions, the deleted ones too."""
    query = Query.of(request, ("format",))
    format_ = query.format("json")
    stored = store_of(request).versions(served_by(request).collection, id_in(request))
    versions = [asdict(item) for item in stored]
    if format_ == "json":
        content = msgspec.json.encode({"items": versions})
    else:
        rows = [[_plain(item[name]) for name in _VERSION] for item in versions]
        table = Table("version", [Column(name) for name in _VERSION], rows, keys=("version",))
        content = render(table, format_, query.layout(format_))
    etag = tag(content)
    if matches(request, etag):
        return not_modified(etag)
    return answer(content, format_, etag, disposition(query, format_))


def restore_document(request: Call, version: FromPath[int]) -> Response[bytes]:
    """Store an old version as a new one."""
    Query.of(request, ())
    expected = expected_version(request)
    collection = served_by(request).collection
    return document(store_of(request).restore(collection, id_in(request), version, expected_version=expected))


def document(stored: StoredDocument[Any], *, created: bool = False) -> Response[bytes]:
    """Send a document with its version."""
    headers = {"Last-Modified": format_datetime(stored.updated_at, usegmt=True)}
    if created:
        headers["Location"] = f"/v1/{stored.collection}/{stored.id}"
    content = DOCUMENT_KINDS[stored.collection].adapter.dump_json(stored.document, exclude_unset=True)
    response = answer(content, "json", f'"{stored.version}"', headers)
    response.status_code = 201 if created else 200
    return response


def _parsed(request: Call, data: Any) -> Any:
    """Validate a document of the collection; where it has no id, it gets that of the path."""
    document_id = id_in(request)
    if isinstance(data, dict):
        given = data.setdefault("id", document_id)
        if given != document_id:
            raise DocumentError.of(
                Problem("the path names another id", pointer="/id", given=given, allowed=document_id, hint="use one id")
            )
    return DOCUMENT_KINDS[served_by(request).collection].parse(data)


def _reading_routes(served: Served) -> list[HTTPRouteHandler]:
    noun, schema = served.noun, openapi.json_schema(served.schema)
    maps, document_map = bool(served.kinds), served is CORRIDORS
    listed = openapi.operation(
        f"List the {served.collection}",
        openapi.filters(served.kinds),
        answers={200: openapi.json_schema("DocumentPage")},
        tables=True,
        map_too=maps,
    )
    read = openapi.operation(
        f"Read a {noun}",
        [openapi.MAP_FORMAT, openapi.VERSION] if document_map else [openapi.VERSION],
        answers={200: schema},
        may_be_cached=True,
        map_too=document_map,
    )
    versions = openapi.operation(
        f"List the versions of a {noun}", [], answers={200: openapi.json_schema("DocumentVersions")}, tables=True
    )
    return [
        reading(served, f"/v1/{served.collection}", list_documents, f"list_{served.collection}", listed),
        reading(served, served.path(), get_document, f"get_{noun}", read),
        reading(served, served.path("versions"), list_versions, f"list_{noun}_versions", versions),
    ]


def _writing_routes(served: Served) -> list[HTTPRouteHandler]:
    noun, schema = served.noun, openapi.json_schema(served.schema)
    common: dict[str, Any] = {"opt": served.options, "sync_to_thread": True}
    putting = openapi.operation(
        f"Create or replace a {noun}", openapi.PRECONDITIONS, body=schema, answers={200: schema, 201: schema}
    )
    patching = openapi.operation(
        f"Change a {noun} by a merge patch",
        openapi.PRECONDITIONS,
        body={"type": "object", "description": "JSON merge patch (RFC 7396); null removes a field"},
        body_type="application/merge-patch+json",
        answers={200: schema},
    )
    deleting = openapi.operation(f"Delete a {noun}; its versions are kept", openapi.PRECONDITIONS, answers={204: None})
    restoring = openapi.operation("Make an old version the latest", openapi.PRECONDITIONS, answers={200: schema})
    path, restored = served.path(), served.path("versions", "{version:int}", "restore")
    return [
        put(path, operation_id=f"put_{noun}", operation_class=putting, **common)(put_document),
        patch(path, operation_id=f"patch_{noun}", operation_class=patching, **common)(patch_document),
        delete(path, operation_id=f"delete_{noun}", operation_class=deleting, **common)(delete_document),
        post(restored, status_code=200, operation_id=f"restore_{noun}", operation_class=restoring, **common)(
            restore_document
        ),
    ]


ROUTES = [made for served in SERVED.values() for made in (*_reading_routes(served), *_writing_routes(served))]
