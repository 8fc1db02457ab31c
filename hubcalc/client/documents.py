"""Calls on hub documents. "Returns" says what the server's answer is read into."""

import re
from collections.abc import Mapping
from typing import Any, Literal

import httpx

from hubcalc.client.answers import (
    HubPage,
    HubSummary,
    HubVersion,
    HubVersions,
    PathCatalogue,
    PathInfo,
    StoredDocument,
)
from hubcalc.client.core import Call, body_as, get, path_of
from hubcalc.errors import RemoteError
from hubmodels import HUB, Hub

Version = int | Literal["*"]
"""The version that a change is meant for; `*` stands for whatever version is there."""


def hubs(kind: str | None = None, country: str | None = None, q: str | None = None) -> Call[list[HubSummary]]:
    """List the hubs, from all pages.

    Parameters
    ----------
    kind : str, optional
        Only of this kind: `dry_port`, `border_crossing` or `terminal`.
    country : str, optional
        Only in this country, an ISO 3166-1 code.
    q : str, optional
        Only with these words in id, name or summary.

    Returns
    -------
    list of HubSummary
        In the server's order.

    Examples
    --------
    >>> print(hubs(kind="dry_port", country="KZ"))
    GET /v1/hubs?kind=dry_port&country=KZ
    """
    return _page({"kind": kind, "country": country, "q": q}, [])


def hub(hub_id: str, version: int | None = None) -> Call[StoredDocument]:
    """Get a hub's document.

    Parameters
    ----------
    hub_id : str
        Id of the hub.
    version : int, optional
        An older version; by default the present one.

    Returns
    -------
    StoredDocument
        The document, with its version and ETag.

    Examples
    --------
    >>> print(hub("xian", version=2))
    GET /v1/hubs/xian?version=2
    """
    return get(path_of("hubs", hub_id), _stored, {"version": version})


def create_hub(document: Hub) -> Call[StoredDocument]:
    """Store the document of a new hub.

    Parameters
    ----------
    document : DryPort, BorderCrossing or Terminal
        The document; there must be no hub of its id yet.

    Returns
    -------
    StoredDocument
        The document as it is stored.
    """
    return _put(document, {"If-None-Match": "*"})


def replace_hub(document: Hub, *, version: Version) -> Call[StoredDocument]:
    """Replace a hub's document.

    Parameters
    ----------
    document : DryPort, BorderCrossing or Terminal
        The new document, of the same id.
    version : int or "*"
        The version that it replaces; the server refuses if there is another by now. `*` replaces any.

    Returns
    -------
    StoredDocument
        The document as it is stored.
    """
    return _put(document, _if_match(version))


def patch_hub(hub_id: str, patch: Mapping[str, Any], *, version: Version) -> Call[StoredDocument]:
    """Change parts of a hub's document by a merge patch (RFC 7396).

    Parameters
    ----------
    hub_id : str
        Id of the hub.
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
    >>> print(patch_hub("xian", {"stages": {"front": {"cranes": 4}}}, version=3))
    PATCH /v1/hubs/xian
    """
    headers = {"Content-Type": "application/merge-patch+json", **_if_match(version)}
    return Call("PATCH", path_of("hubs", hub_id), _stored, headers=headers, json=dict(patch))


def delete_hub(hub_id: str, *, version: Version) -> Call[None]:
    """Delete a hub. Its versions are kept, and any of them can be restored.

    Parameters
    ----------
    hub_id : str
        Id of the hub.
    version : int or "*"
        The version that is deleted; the server refuses if there is another by now. `*` deletes any.
    """
    return Call("DELETE", path_of("hubs", hub_id), _nothing, headers=_if_match(version))


def hub_versions(hub_id: str) -> Call[list[HubVersion]]:
    """List the versions of a hub's document.

    Parameters
    ----------
    hub_id : str
        Id of the hub.

    Returns
    -------
    list of HubVersion
        Deleted ones too.

    Examples
    --------
    >>> print(hub_versions("xian"))
    GET /v1/hubs/xian/versions
    """
    read = body_as(HubVersions)
    return get(path_of("hubs", hub_id, "versions"), lambda response: read(response).items)


def restore_hub(hub_id: str, version: int, *, replacing: Version | None = None) -> Call[StoredDocument]:
    """Make an older version of a hub's document the present one again, as a new version.

    Parameters
    ----------
    hub_id : str
        Id of the hub.
    version : int
        The version that comes back.
    replacing : int or "*", optional
        The present version, which gives way; needed unless the hub is deleted. `*` stands for any.

    Returns
    -------
    StoredDocument
        The document, under its new version.

    Examples
    --------
    >>> print(restore_hub("xian", 1, replacing=3))
    POST /v1/hubs/xian/versions/1/restore
    """
    headers = {} if replacing is None else _if_match(replacing)
    return Call("POST", path_of("hubs", hub_id, "versions", version, "restore"), _stored, headers=headers)


def paths(hub_id: str) -> Call[list[PathInfo]]:
    """List the inputs of a hub: the paths that overrides may name, with unit, bounds, value and evidence.

    Parameters
    ----------
    hub_id : str
        Id of the hub.

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
    return get(path_of("hubs", hub_id, "paths"), lambda response: read(response).items)


def _page(query: Mapping[str, str | None], before: list[HubSummary]) -> Call[list[HubSummary]]:
    """Ask for one page, and go on to the next."""

    def parse(response: httpx.Response) -> list[HubSummary] | Call[list[HubSummary]]:
        page = body_as(HubPage)(response)
        items = [*before, *page.items]
        if page.next_url is None or not page.items or len(items) >= page.total:
            return items
        # only the query is taken: behind a proxy the server may not know the address that it is reached by
        return _page(dict(httpx.URL(page.next_url).params), items)

    return get("/v1/hubs", parse, query)


def _put(document: Hub, condition: Mapping[str, str]) -> Call[StoredDocument]:
    body = HUB.dump_python(document, mode="json", exclude_unset=True)
    return Call("PUT", path_of("hubs", document.id), _stored, headers=condition, json=body)


def _if_match(version: Version) -> dict[str, str]:
    return {"If-Match": "*" if version == "*" else f'"{version}"'}


def _stored(response: httpx.Response) -> StoredDocument:
    etag = response.headers.get("ETag", "")
    version = re.fullmatch(r'(?:W/)?"(\d+)"', etag)  # a compressing proxy makes it weak
    if version is None:
        raise RemoteError(f"the answer names no version of the document: its ETag is {etag!r}")
    return StoredDocument(HUB.validate_json(response.content), int(version[1]), etag)


def _nothing(_: httpx.Response) -> None:
    return None
