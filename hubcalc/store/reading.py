"""Finding documents and their versions."""

import json
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlite_utils

from hubcalc.errors import HubcalcError, NotFoundError, ParameterError, Problem
from hubcalc.store.documents import noun_of, several
from hubcalc.store.entries import Entry, entry_at, folded, history, latest
from hubcalc.store.records import Collections, DocumentState, DocumentSummary, DocumentVersion, Page, StoredDocument
from hubcalc.words import did_you_mean
from hubfixtures import Collection

_LONGEST_ID = 64
_CONDITIONS = """
    collection = :collection
    AND (:kind IS NULL OR kind = :kind)
    AND (:country IS NULL OR EXISTS (SELECT 1 FROM json_each(countries) WHERE value = :country))
    AND (:query IS NULL OR instr(search_text, :query) > 0)
"""


def get(
    db: sqlite_utils.Database, collections: Collections, document_id: str, version: int | None
) -> StoredDocument[Any]:
    """Find a version of a document, by default the latest; an earlier version of a deleted one is found as well."""
    last = latest_of(db, collections, document_id)
    if version is not None:
        return get_version(db, last, version)
    if last.text is None:
        raise deleted(last)
    return last.stored(last.text)


def get_version(db: sqlite_utils.Database, last: Entry, version: int) -> StoredDocument[Any]:
    """Find a given version of the document whose last entry is given."""
    entry = entry_at(db, last.id, version) if 1 <= version <= last.version else None
    if entry is not None and entry.text is not None:
        return entry.stored(entry.text)
    message = f"{last} has no version {version}"
    if entry is not None:
        message = f"version {version} of {last} is its deletion"
    known = ", ".join(str(listed.version) for listed in history(db, last.id) if not listed.deleted)
    raise NotFoundError.of(Problem(message, given=version, allowed=known))


def latest_of(db: sqlite_utils.Database, collections: Collections, document_id: str) -> Entry:
    """Find the last entry of a document, which may be a deletion."""
    last = latest(db, document_id) if document_id.isascii() else None
    if last is None:
        raise _unknown(db, collections, document_id)
    if last.collection not in several(collections):
        message = f"there is no {noun_of(collections)} {document_id!r}"
        hint = f"{document_id} is a {noun_of(last.collection)}: look for it in {last.collection}"
        raise NotFoundError.of(Problem(message, given=document_id, hint=hint))
    return last


def versions(db: sqlite_utils.Database, collections: Collections, document_id: str) -> list[DocumentVersion]:
    """List the history of a document, also of a deleted one."""
    latest_of(db, collections, document_id)
    return history(db, document_id)


def states(db: sqlite_utils.Database, document_ids: Iterable[str]) -> dict[str, DocumentState]:
    """Say of each id what there is of it; ids that no document has or had are left out."""
    entries = (latest(db, document_id) for document_id in document_ids)
    return {
        last.id: DocumentState(
            last.collection, last.version, None if last.text is None else last.stored(last.text).document
        )
        for last in entries
        if last is not None
    }


def deleted(last: Entry) -> HubcalcError:
    """Make the exception for a document whose last entry is a deletion."""
    return NotFoundError.of(
        Problem(
            f"{last} was deleted on {last.created_at:%Y-%m-%d}",
            given=last.id,
            hint=f"version {last.version - 1} can be restored",
        )
    )


def summaries(
    db: sqlite_utils.Database,
    collection: Collection,
    *,
    kind: str | None,
    country: str | None,
    query: str | None,
    limit: int | None,
    offset: int,
) -> Page:
    """List the documents of a collection that meet all conditions, and count them regardless of the limit."""
    _refuse_negative(limit=limit or 0, offset=offset)
    folded_query = None if query is None else folded(query)
    arguments = {"collection": collection, "kind": kind, "country": country, "query": folded_query}
    documents = db.table("documents")
    rows = documents.rows_where(
        _CONDITIONS,
        arguments,
        order_by="id",
        limit=None if limit is None else min(limit, sys.maxsize),
        offset=min(offset, sys.maxsize),
    )
    return [_summary(row) for row in rows], documents.count_where(_CONDITIONS, arguments)


def _summary(row: dict[str, Any]) -> DocumentSummary:
    return DocumentSummary(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        countries=tuple(json.loads(row["countries"])),
        version=row["version"],
        summary=row["summary"],
        updated_at=datetime.fromisoformat(row["updated_at"]),
    )


def _refuse_negative(**numbers: int) -> None:
    problems = [
        Problem("is negative", parameter=name, given=number, allowed="0 or more")
        for name, number in numbers.items()
        if number < 0
    ]
    if problems:
        raise ParameterError.of(*problems)


def _unknown(db: sqlite_utils.Database, collections: Collections, document_id: str) -> HubcalcError:
    rows = db.table("documents").rows_where(select="id, collection", order_by="id")
    ids = [row["id"] for row in rows if row["collection"] in several(collections)]
    hint = did_you_mean(document_id[:_LONGEST_ID], ids)
    message = f"there is no {noun_of(collections)} {document_id!r}"
    return NotFoundError.of(Problem(message, given=document_id, hint=hint))
