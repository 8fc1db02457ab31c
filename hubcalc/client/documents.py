"""Calls on documents of any collection. "Returns" says what the server's answer is read into."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

import httpx

from hubcalc.client.answers import (
    D,
    DocumentPage,
    DocumentSummary,
    DocumentVersion,
    DocumentVersions,
    PathCatalogue,
    PathInfo,
    StoredDocument,
)
from hubcalc.client.core import Call, body_as, get, path_of
from hubcalc.documents import DOCUMENT_KINDS, collection_of
from hubcalc.errors import RemoteError
from hubfixtures import Collection

Version = int | Literal["*"]
"""The version that a change is meant for; `*` stands for whatever version is there."""


def said(document: D) -> Any:
    """Give a document with what was said in it, as a body holds it."""
    return DOCUMENT_KINDS[collection_of(document)].adapter.dump_python(document, mode="json", exclude_unset=True)


def documents(
    collection: Collection, kind: str | None = None, country: str | None = None, q: str | None = None
) -> Call[list[DocumentSummary]]:
    """List the documents of a collection, from all pages.

    Parameters
    ----------
    collection : {"hubs", "lines", "corridors", "scenarios"}
        The collection.
    kind : str, optional
        Only hubs or lines of this kind.
    country : str, optional
        Only hubs or lines in this country, an ISO 3166-1 code.
    q : str, optional
        Only with these words in id, name or summary.

    Returns
    -------
    list of DocumentSummary
        In the server's order.

    Examples
    --------
    >>> print(documents("lines", kind="railway", country="KZ"))
    GET /v1/lines?kind=railway&country=KZ
    """
    return _page(collection, {"kind": kind, "country": country, "q": q}, [])


def document(collection: Collection, document_id: str, version: int | None = None) -> Call[StoredDocument[Any]]:
    """Get a document of a collection.

    Parameters
    ----------
    collection : {"hubs", "lines", "corridors", "scenarios"}
        The collection.
    document_id : str
        Id of the document.
    version : int, optional
        An older version; by default the present one.

    Returns
    -------
    StoredDocument
        The document, with its version and ETag.

    Examples
    --------
    >>> print(document("scenarios", "third-crew", version=2))
    GET /v1/scenarios/third-crew?version=2
    """
    return get(path_of(collection, document_id), _stored_in(collection), {"version": version})


def create_document(document: D) -> Call[StoredDocument[D]]:
    """Store a new document.

    Parameters
    ----------
    document : hub, line, corridor or scenario
        The document; there must be none of its id yet, of whatever collection.

    Returns
    -------
    StoredDocument
        The document as it is stored.
    """
    return _put(document, {"If-None-Match": "*"})


def replace_document(document: D, *, version: Version) -> Call[StoredDocument[D]]:
    """Replace a document.

    Parameters
    ----------
    document : hub, line, corridor or scenario
        The new document, of the same id.
    version : int or "*"
        The version that it replaces; the server refuses if there is another by now. `*` replaces any.

    Returns
    -------
    StoredDocument
        The document as it is stored.
    """
    return _put(document, _if_match(version))


def patch_document(
    collection: Collection, document_id: str, patch: Mapping[str, Any], *, version: Version
) -> Call[StoredDocument[Any]]:
    """Change parts of a document by a merge patch (RFC 7396).

    Parameters
    ----------
    collection : {"hubs", "lines", "corridors", "scenarios"}
        The collection.
    document_id : str
        Id of the document.
    patch : mapping
        The parts that change, nested as in the document; None removes a part.
    version : int or "*"
        The version that it changes; the server refuses if there is another by now. `*` changes any.

    Returns
    -------
    StoredDocument
        The new document.

    Examples
    --------
    >>> print(patch_document("lines", "steppe", {"stages": {"run": {"speed_km_per_hour": 60}}}, version=3))
    PATCH /v1/lines/steppe
    """
    headers = {"Content-Type": "application/merge-patch+json", **_if_match(version)}
    return Call("PATCH", path_of(collection, document_id), _stored_in(collection), headers=headers, json=dict(patch))


def delete_document(collection: Collection, document_id: str, *, version: Version) -> Call[None]:
    """Delete a document. Its versions are kept, and any of them can be restored.

    Parameters
    ----------
    collection : {"hubs", "lines", "corridors", "scenarios"}
        The collection.
    document_id : str
        Id of the document.
    version : int or "*"
        The version that is deleted; the server refuses if there is another by now. `*` deletes any.
    """
    return Call("DELETE", path_of(collection, document_id), _nothing, headers=_if_match(version))


def document_versions(collection: Collection, document_id: str) -> Call[list[DocumentVersion]]:
    """List the versions of a document.

    Parameters
    ----------
    collection : {"hubs", "lines", "corridors", "scenarios"}
        The collection.
    document_id : str
        Id of the document.

    Returns
    -------
    list of DocumentVersion
        Deleted ones too.

    Examples
    --------
    >>> print(document_versions("corridors", "middle"))
    GET /v1/corridors/middle/versions
    """
    read = body_as(DocumentVersions)
    return get(path_of(collection, document_id, "versions"), lambda response: read(response).items)


def restore_document(
    collection: Collection, document_id: str, version: int, *, replacing: Version | None = None
) -> Call[StoredDocument[Any]]:
    """Make an older version of a document the present one again, as a new version.

    Parameters
    ----------
    collection : {"hubs", "lines", "corridors", "scenarios"}
        The collection.
    document_id : str
        Id of the document.
    version : int
        The version that comes back.
    replacing : int or "*", optional
        The present version, which gives way; needed unless the document is deleted. `*` stands for any.

    Returns
    -------
    StoredDocument
        The document, under its new version.

    Examples
    --------
    >>> print(restore_document("lines", "steppe", 1, replacing=3))
    POST /v1/lines/steppe/versions/1/restore
    """
    headers = {} if replacing is None else _if_match(replacing)
    path = path_of(collection, document_id, "versions", version, "restore")
    return Call("POST", path, _stored_in(collection), headers=headers)


def paths(document_id: str, *, collection: Literal["hubs", "lines", "corridors"] = "hubs") -> Call[list[PathInfo]]:
    """List the inputs of a document: the paths that overrides may name, with unit, bounds, value and evidence.

    Parameters
    ----------
    document_id : str
        Id of the document.
    collection : {"hubs", "lines", "corridors"}
        Its collection. A corridor has its own inputs and those of its hubs and lines: ``hubs.<id>.<path>``.

    Returns
    -------
    list of PathInfo
        In the order of the document.

    Examples
    --------
    >>> print(paths("xian"))
    GET /v1/hubs/xian/paths
    """
    read = body_as(PathCatalogue)
    return get(path_of(collection, document_id, "paths"), lambda response: read(response).items)


def _page(
    collection: Collection, query: Mapping[str, str | None], before: list[DocumentSummary]
) -> Call[list[DocumentSummary]]:
    """Ask for one page, and go on to the next."""

    def parse(response: httpx.Response) -> list[DocumentSummary] | Call[list[DocumentSummary]]:
        page = body_as(DocumentPage)(response)
        items = [*before, *page.items]
        if page.next_url is None or not page.items or len(items) >= page.total:
            return items
        # only the query is taken: behind a proxy the server may not know the address that it is reached by
        return _page(collection, dict(httpx.URL(page.next_url).params), items)

    return get(path_of(collection), parse, query)


def _put(document: D, condition: Mapping[str, str]) -> Call[StoredDocument[D]]:
    collection = collection_of(document)
    path = path_of(collection, document.id)
    return Call("PUT", path, _stored_in(collection), headers=condition, json=said(document))


def _if_match(version: Version) -> dict[str, str]:
    return {"If-Match": "*" if version == "*" else f'"{version}"'}


def _stored_in(collection: Collection) -> Callable[[httpx.Response], StoredDocument[Any]]:
    """Give what reads a document of a collection."""
    adapter = DOCUMENT_KINDS[collection].adapter

    def read(response: httpx.Response) -> StoredDocument[Any]:
        etag = response.headers.get("ETag", "")
        version = re.fullmatch(r'(?:W/)?"(\d+)"', etag)  # a compressing proxy makes it weak
        if version is None:
            raise RemoteError(f"the answer names no version of the document: its ETag is {etag!r}")
        return StoredDocument(adapter.validate_json(response.content), int(version[1]), etag)

    return read


def _nothing(_: httpx.Response) -> None:
    return None
