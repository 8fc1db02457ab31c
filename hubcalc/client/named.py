"""Calls on documents by the name of their collection. "Returns" says what the server's answer is read into."""

from collections.abc import Mapping
from typing import Any

from hubcalc.client.answers import DocumentSummary, DocumentVersion, StoredDocument
from hubcalc.client.core import Call
from hubcalc.client.documents import (
    Version,
    create_document,
    delete_document,
    document,
    document_versions,
    documents,
    patch_document,
    replace_document,
    restore_document,
)
from hubmodels import Corridor, Hub, LineDocument, Scenario


def hubs(kind: str | None = None, country: str | None = None, q: str | None = None) -> Call[list[DocumentSummary]]:
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
    list of DocumentSummary
        In the server's order.

    Examples
    --------
    >>> print(hubs(kind="dry_port", country="KZ"))
    GET /v1/hubs?kind=dry_port&country=KZ
    """
    return documents("hubs", kind, country, q)


def hub(hub_id: str, version: int | None = None) -> Call[StoredDocument[Hub]]:
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
    return document("hubs", hub_id, version)


def lines(kind: str | None = None, country: str | None = None, q: str | None = None) -> Call[list[DocumentSummary]]:
    """List the lines, from all pages.

    Parameters
    ----------
    kind : str, optional
        Only of this kind: `railway`, `road`, `sea_leg` or `pipeline`.
    country : str, optional
        Only those that cross this country, an ISO 3166-1 code.
    q : str, optional
        Only with these words in id, name or summary.

    Returns
    -------
    list of DocumentSummary
        In the server's order.

    Examples
    --------
    >>> print(lines(q="ferry"))
    GET /v1/lines?q=ferry
    """
    return documents("lines", kind, country, q)


def line(line_id: str, version: int | None = None) -> Call[StoredDocument[LineDocument]]:
    """Get a line's document.

    Parameters
    ----------
    line_id : str
        Id of the line.
    version : int, optional
        An older version; by default the present one.

    Returns
    -------
    StoredDocument
        The document, with its version and ETag.

    Examples
    --------
    >>> print(line("caspian-ferry"))
    GET /v1/lines/caspian-ferry
    """
    return document("lines", line_id, version)


def corridors(q: str | None = None) -> Call[list[DocumentSummary]]:
    """List the corridors, from all pages.

    Parameters
    ----------
    q : str, optional
        Only with these words in id, name or summary.

    Returns
    -------
    list of DocumentSummary
        In the server's order.

    Examples
    --------
    >>> print(corridors())
    GET /v1/corridors
    """
    return documents("corridors", q=q)


def corridor(corridor_id: str, version: int | None = None) -> Call[StoredDocument[Corridor]]:
    """Get a corridor's document.

    Parameters
    ----------
    corridor_id : str
        Id of the corridor.
    version : int, optional
        An older version; by default the present one.

    Returns
    -------
    StoredDocument
        The document, with its version and ETag.

    Examples
    --------
    >>> print(corridor("middle"))
    GET /v1/corridors/middle
    """
    return document("corridors", corridor_id, version)


def scenarios(q: str | None = None) -> Call[list[DocumentSummary]]:
    """List the scenarios, from all pages.

    Parameters
    ----------
    q : str, optional
        Only with these words in id, name or summary.

    Returns
    -------
    list of DocumentSummary
        In the server's order.

    Examples
    --------
    >>> print(scenarios(q="visa"))
    GET /v1/scenarios?q=visa
    """
    return documents("scenarios", q=q)


def scenario(scenario_id: str, version: int | None = None) -> Call[StoredDocument[Scenario]]:
    """Get a scenario's document.

    Parameters
    ----------
    scenario_id : str
        Id of the scenario.
    version : int, optional
        An older version; by default the present one.

    Returns
    -------
    StoredDocument
        The document, with its version and ETag.

    Examples
    --------
    >>> print(scenario("third-crew"))
    GET /v1/scenarios/third-crew
    """
    return document("scenarios", scenario_id, version)


def create_hub(document: Hub) -> Call[StoredDocument[Hub]]:
    """Store the document of a new hub; `create_document` does the same for any document.

    Parameters
    ----------
    document : DryPort, BorderCrossing or Terminal
        The document; there must be none of its id yet.

    Returns
    -------
    StoredDocument
        The document as it is stored.
    """
    return create_document(document)


def replace_hub(document: Hub, *, version: Version) -> Call[StoredDocument[Hub]]:
    """Replace a hub's document; `replace_document` does the same for any document.

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
    return replace_document(document, version=version)


def patch_hub(hub_id: str, patch: Mapping[str, Any], *, version: Version) -> Call[StoredDocument[Hub]]:
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
    return patch_document("hubs", hub_id, patch, version=version)


def delete_hub(hub_id: str, *, version: Version) -> Call[None]:
    """Delete a hub. Its versions are kept, and any of them can be restored.

    Parameters
    ----------
    hub_id : str
        Id of the hub.
    version : int or "*"
        The version that is deleted; the server refuses if there is another by now. `*` deletes any.
    """
    return delete_document("hubs", hub_id, version=version)


def hub_versions(hub_id: str) -> Call[list[DocumentVersion]]:
    """List the versions of a hub's document.

    Parameters
    ----------
    hub_id : str
        Id of the hub.

    Returns
    -------
    list of DocumentVersion
        Deleted ones too.

    Examples
    --------
    >>> print(hub_versions("xian"))
    GET /v1/hubs/xian/versions
    """
    return document_versions("hubs", hub_id)


def restore_hub(hub_id: str, version: int, *, replacing: Version | None = None) -> Call[StoredDocument[Hub]]:
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
    return restore_document("hubs", hub_id, version, replacing=replacing)
