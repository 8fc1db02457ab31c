"""The history of documents: a table that only grows, and the list of existing documents that follows it."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlite_utils

from hubcalc.documents import collection_of
from hubcalc.store.documents import noun_of, stored_document, to_text
from hubcalc.store.records import D, Document, DocumentVersion, Origin, StoredDocument
from hubfixtures import Collection


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the history; one without text records a deletion."""

    id: str
    collection: Collection
    version: int
    text: str | None
    origin: Origin
    created_at: datetime

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "Entry":
        """Make an entry of a row."""
        created_at = datetime.fromisoformat(row["created_at"])
        return cls(row["document_id"], row["collection"], row["version"], row["document"], row["origin"], created_at)

    def __str__(self) -> str:
        return f"{noun_of(self.collection)} {self.id!r}"

    def stored(self, text: str) -> StoredDocument[Any]:
        """Give the version with its document, read from the entry's text."""
        document = stored_document(self.collection, self.id, self.version, text)
        return StoredDocument(self.id, self.collection, self.version, document, self.origin, self.created_at)


def latest(db: sqlite_utils.Database, document_id: str) -> Entry | None:
    """Find the last entry of a document, of whatever collection."""
    rows = db.table("document_versions").rows_where("document_id = ?", [document_id], order_by="version DESC", limit=1)
    return next(map(Entry.of_row, rows), None)


def entry_at(db: sqlite_utils.Database, document_id: str, version: int) -> Entry | None:
    """Find one entry of a document."""
    rows = db.table("document_versions").rows_where("document_id = ? AND version = ?", [document_id, version])
    return next(map(Entry.of_row, rows), None)


def history(db: sqlite_utils.Database, document_id: str) -> list[DocumentVersion]:
    """List the entries of a document, the first one first."""
    rows = db.table("document_versions").rows_where(
        "document_id = ?",
        [document_id],
        order_by="version",
        select="version, created_at, origin, document IS NULL AS deleted",
    )
    return [
        DocumentVersion(
            version=row["version"],
            created_at=datetime.fromisoformat(row["created_at"]),
            origin=row["origin"],
            deleted=bool(row["deleted"]),
        )
        for row in rows
    ]


def append(db: sqlite_utils.Database, last: Entry | None, document: D, origin: Origin) -> StoredDocument[D]:
    """Add a version after the last entry, and show it in the list."""
    return append_all(db, [(last, document)], origin)[0]


def append_all(
    db: sqlite_utils.Database, documents: Sequence[tuple[Entry | None, D]], origin: Origin
) -> list[StoredDocument[D]]:
    """Add a version of each of several documents, each after its own last entry."""
    now = datetime.now(UTC)
    entries = [
        Entry(document.id, collection_of(document), _next(last), to_text(document), origin, now)
        for last, document in documents
    ]
    db.table("document_versions").insert_all(map(_row, entries))
    listed = (_listed(entry, document) for entry, (_, document) in zip(entries, documents, strict=True))
    db.table("documents").upsert_all(listed, pk="id")
    return [
        StoredDocument(entry.id, entry.collection, entry.version, document, origin, now)
        for entry, (_, document) in zip(entries, documents, strict=True)
    ]


def _listed(entry: Entry, document: Document) -> dict[str, Any]:
    """Give a document as the list holds it."""
    return {
        "id": document.id,
        "collection": entry.collection,
        "version": entry.version,
        "kind": document.kind,
        "name": document.name,
        "summary": document.summary,
        "countries": json.dumps(getattr(document, "countries", ())),
        "search_text": folded(f"{document.id}\n{document.name}\n{document.summary}"),
        "updated_at": _stamp(entry.created_at),
    }


def append_deletion(db: sqlite_utils.Database, last: Entry) -> None:
    """Record a deletion after the last entry, and take the document off the list."""
    deletion = Entry(last.id, last.collection, _next(last), None, "user", datetime.now(UTC))
    db.table("document_versions").insert(_row(deletion))
    db.table("documents").delete(last.id)


def folded(text: str) -> str:
    """Fold a text so that neither case nor the way its letters are encoded matters to a search."""
    return unicodedata.normalize("NFKC", text).casefold().encode(errors="replace").decode()


def _next(last: Entry | None) -> int:
    return 1 if last is None else last.version + 1


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "document_id": entry.id,
        "collection": entry.collection,
        "version": entry.version,
        "document": entry.text,
        "origin": entry.origin,
        "created_at": _stamp(entry.created_at),
    }


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
