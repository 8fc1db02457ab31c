"""Documents of hubs: list, read, write, versions."""

from dataclasses import asdict
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import HttpMethod, Request, Response, delete, patch, post, put, route
from litestar.params import FromPath, RawBody

from hubcalc.api import openapi
from hubcalc.api.bodies import merge_patch, read_json
from hubcalc.api.caching import answer, create_only, expected_version, matches, not_modified, tag
from hubcalc.api.parameters import Query, choice
from hubcalc.api.services import store_of
from hubcalc.documents import parse_hub
from hubcalc.errors import DocumentError, ParameterError, Problem
from hubcalc.store import HubSummary, StoredHub
from hubcalc.tables import Column, Table, render
from hubmodels import HUB

GET_AND_HEAD = [HttpMethod.GET, HttpMethod.HEAD]
_MOST_PER_PAGE = 1_000
_Call = Request[Any, Any, Any]


@route(
    "/v1/hubs",
    http_method=GET_AND_HEAD,
    operation_id=openapi.operation_id("list_hubs"),
    operation_class=openapi.operation(
        "List the hubs", openapi.HUB_FILTERS, answers={200: openapi.json_schema("HubPage")}, tables=True
    ),
    sync_to_thread=True,
)
def list_hubs(request: _Call) -> Response[bytes]:
    """List hubs by kind, country and words, page by page in JSON and whole in tables."""
    query = Query.of(request, ("kind", "country", "q", "limit", "offset", "format"))
    format_ = query.format("json")
    limit = query.whole("limit", 50 if format_ == "json" else None, 1, _MOST_PER_PAGE)
    offset = query.whole("offset", 0, 0, 10**9) or 0
    items, total = store_of(request).list_hubs(
        kind=choice("kind", query.named["kind"], openapi.HUB_KINDS) if "kind" in query.named else None,
        country=_country(query.named.get("country")),
        query=query.named.get("q"),
        limit=limit,
        offset=offset,
    )
    following = offset + len(items)
    next_url = None
    if following < total and limit is not None:
        given = {**query.named, "format": format_}
        given = {key: value for key, value in given.items() if (key, value) != ("format", "json")}
        next_url = f"{request.base_url}v1/hubs?{urlencode({**given, 'limit': limit, 'offset': following})}"
    if format_ == "json":
        page = {"items": items, "total": total, "limit": limit, "offset": offset, "next_url": next_url}
        content = msgspec.json.encode(page)
    else:
        content = render(_hub_table(items), format_)
    etag = tag(query.canonical, content)
    if matches(request, etag):
        return not_modified(etag)
    return answer(content, format_, etag, {"Link": f'<{next_url}>; rel="next"'} if next_url else None)


def _country(given: str | None) -> str | None:
    if given is None:
        return None
    code = given.upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise ParameterError.of(
            Problem("not a country", parameter="country", given=given, allowed="two letters of ISO 3166-1, such as KZ")
        )
    return code


def _hub_table(items: list[HubSummary]) -> Table:
    names = ("id", "name", "kind", "countries", "version", "summary", "updated_at")
    rows = [[_plain(getattr(item, name)) for name in names] for item in items]
    return Table("hub", [Column(name) for name in names], rows)


def _plain(value: object) -> object:
    if isinstance(value, tuple | list):
        return " ".join(map(str, value))
    return value if isinstance(value, str | int) else str(value)


@route(
    "/v1/hubs/{hub_id:str}",
    http_method=GET_AND_HEAD,
    operation_id=openapi.operation_id("get_hub"),
    operation_class=openapi.operation(
        "Read a hub", [openapi.VERSION], answers={200: openapi.json_schema("Hub")}, may_be_cached=True
    ),
    sync_to_thread=True,
)
def get_hub(request: _Call, hub_id: FromPath[str]) -> Response[bytes]:
    """Read a document, the latest version or an older one."""
    query = Query.of(request, ("version", "format"))
    query.json_only()
    stored = store_of(request).get_hub(hub_id, query.whole("version", None, 1, 10**9))
    etag = f'"{stored.version}"'
    return not_modified(etag) if matches(request, etag) else document(stored)


@put(
    "/v1/hubs/{hub_id:str}",
    operation_id="put_hub",
    operation_class=openapi.operation(
        "Create or replace a hub",
        openapi.PRECONDITIONS,
        body=openapi.json_schema("Hub"),
        answers={200: openapi.json_schema("Hub"), 201: openapi.json_schema("Hub")},
    ),
    sync_to_thread=True,
)
def put_hub(request: _Call, hub_id: FromPath[str], body: RawBody) -> Response[bytes]:
    """Create a hub, or replace the version that If-Match names."""
    Query.of(request, ())
    hub = parse_hub(_with_id(read_json(request, body), hub_id))
    stored, created = store_of(request).put_hub(
        hub, expected_version=expected_version(request), create_only=create_only(request)
    )
    return document(stored, created=created)


@patch(
    "/v1/hubs/{hub_id:str}",
    operation_id="patch_hub",
    operation_class=openapi.operation(
        "Change a hub by a merge patch",
        openapi.PRECONDITIONS,
        body={"type": "object", "description": "JSON merge patch (RFC 7396); null removes a field"},
        body_type="application/merge-patch+json",
        answers={200: openapi.json_schema("Hub")},
    ),
    sync_to_thread=True,
)
def patch_hub(request: _Call, hub_id: FromPath[str], body: RawBody) -> Response[bytes]:
    """Change parts of a hub."""
    Query.of(request, ())
    change = read_json(request, body)
    if not isinstance(change, dict):
        raise DocumentError.of(Problem("a merge patch is a JSON object", pointer="", given=type(change).__name__))
    store = store_of(request)
    present = store.get_hub(hub_id)
    merged = merge_patch(present.document.model_dump(mode="json", exclude_unset=True), change)
    # the patch was made for this very version; what If-Match says is checked against it when it is written
    hub = parse_hub(_with_id(merged, hub_id))
    expected = expected_version(request)
    stored, _ = store.put_hub(hub, expected_version=present.version if expected == "any" else expected)
    return document(stored)


@delete(
    "/v1/hubs/{hub_id:str}",
    operation_id="delete_hub",
    operation_class=openapi.operation(
        "Delete a hub; its versions are kept", openapi.PRECONDITIONS, answers={204: None}
    ),
    sync_to_thread=True,
)
def delete_hub(request: _Call, hub_id: FromPath[str]) -> None:
    """Delete a hub."""
    Query.of(request, ())
    store_of(request).delete_hub(hub_id, expected_version=expected_version(request))


@route(
    "/v1/hubs/{hub_id:str}/versions",
    http_method=GET_AND_HEAD,
    operation_id=openapi.operation_id("list_hub_versions"),
    operation_class=openapi.operation(
        "List the versions of a hub", [], answers={200: openapi.json_schema("HubVersions")}, tables=True
    ),
    sync_to_thread=True,
)
def list_hub_versions(request: _Call, hub_id: FromPath[str]) -> Response[bytes]:
    """List all versions, the deleted ones too."""
    query = Query.of(request, ("format",))
    format_ = query.format("json")
    versions = [asdict(item) for item in store_of(request).hub_versions(hub_id)]
    if format_ == "json":
        content = msgspec.json.encode({"items": versions})
    else:
        names = ("version", "created_at", "origin", "deleted")
        rows = [[_plain(item[name]) for name in names] for item in versions]
        content = render(Table("version", [Column(name) for name in names], rows), format_)
    etag = tag(content)
    return not_modified(etag) if matches(request, etag) else answer(content, format_, etag)


@post(
    "/v1/hubs/{hub_id:str}/versions/{version:int}/restore",
    status_code=200,
    operation_id="restore_hub",
    operation_class=openapi.operation(
        "Make an old version the latest", openapi.PRECONDITIONS, answers={200: openapi.json_schema("Hub")}
    ),
    sync_to_thread=True,
)
def restore_hub(request: _Call, hub_id: FromPath[str], version: FromPath[int]) -> Response[bytes]:
    """Store an old version as a new one."""
    Query.of(request, ())
    return document(store_of(request).restore_hub(hub_id, version, expected_version=expected_version(request)))


def document(stored: StoredHub, *, created: bool = False) -> Response[bytes]:
    """Send a document with its version."""
    headers = {"Last-Modified": format_datetime(stored.updated_at, usegmt=True)}
    if created:
        headers["Location"] = f"/v1/hubs/{stored.id}"
    content = HUB.dump_json(stored.document, exclude_unset=True)
    response = answer(content, "json", f'"{stored.version}"', headers)
    response.status_code = 201 if created else 200
    return response


def _with_id(data: Any, hub_id: str) -> Any:
    """Take the id from the path where the document has none; two different ids are an error."""
    if not isinstance(data, dict):
        return data
    given = data.setdefault("id", hub_id)
    if given != hub_id:
        raise DocumentError.of(
            Problem("the path names another id", pointer="/id", given=given, allowed=hub_id, hint="use one id")
        )
    return data


ROUTES = [list_hubs, get_hub, put_hub, patch_hub, delete_hub, list_hub_versions, restore_hub]
