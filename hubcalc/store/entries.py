"""The history of hubs: a table that only grows, and the list of existing hubs that follows it."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlite_utils

from hubcalc.store.documents import stored_document, to_text
from hubcalc.store.records import HubVersion, Origin, StoredHub
from hubmodels import Hub


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the history; one without text records a deletion."""

    hub_id: str
    version: int
    text: str | None
    origin: Origin
    created_at: datetime

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "Entry":
        """Make an entry of a row."""
        created_at = datetime.fromisoformat(row["created_at"])
        return cls(row["hub_id"], row["version"], row["document"], row["origin"], created_at)

    def stored(self, text: str) -> StoredHub:
        """Give the version with its document, read from the entry's text."""
        document = stored_document(self.hub_id, self.version, text)
        return StoredHub(self.hub_id, self.version, document, self.origin, self.created_at)


def latest(db: sqlite_utils.Database, hub_id: str) -> Entry | None:
    """Find the last entry of a hub."""
    rows = db.table("hub_versions").rows_where("hub_id = ?", [hub_id], order_by="version DESC", limit=1)
    return next(map(Entry.of_row, rows), None)


def entry_at(db: sqlite_utils.Database, hub_id: str, version: int) -> Entry | None:
    """Find one entry of a hub."""
    rows = db.table("hub_versions").rows_where("hub_id = ? AND version = ?", [hub_id, version])
    return next(map(Entry.of_row, rows), None)


def history(db: sqlite_utils.Database, hub_id: str) -> list[HubVersion]:
    """List the entries of a hub, the first one first."""
    rows = db.table("hub_versions").rows_where(
        "hub_id = ?", [hub_id], order_by="version", select="version, created_at, origin, document IS NULL AS deleted"
    )
    return [
        HubVersion(
            version=row["version"],
            created_at=datetime.fromisoformat(row["created_at"]),
            origin=row["origin"],
            deleted=bool(row["deleted"]),
        )
        for row in rows
    ]


def append(db: sqlite_utils.Database, last: Entry | None, document: Hub, origin: Origin) -> StoredHub:
    """Add a version after the last entry, and show it in the list."""
    version, now = _next(last), datetime.now(UTC)
    _insert(db, document.id, version, to_text(document), origin, now)
    db.table("hubs").upsert(
        {
            "id": document.id,
            "version": version,
            "kind": document.kind,
            "name": document.name,
            "summary": document.summary,
            "countries": json.dumps(document.countries),
            "search_text": folded(f"{document.id}\n{document.name}\n{document.summary}"),
            "updated_at": _stamp(now),
        },
        pk="id",
    )
    return StoredHub(document.id, version, document, origin, now)


def append_deletion(db: sqlite_utils.Database, last: Entry) -> None:
    """Record a deletion after the last entry, and take the hub off the list."""
    _insert(db, last.hub_id, _next(last), None, "user", datetime.now(UTC))
    db.table("hubs").delete(last.hub_id)


def folded(text: str) -> str:
    """Fold a text so that neither case nor the way its letters are encoded matters to a search."""
    return unicodedata.normalize("NFKC", text).casefold().encode(errors="replace").decode()


def _next(last: Entry | None) -> int:
    return 1 if last is None else last.version + 1


def _insert(
    db: sqlite_utils.Database, hub_id: str, version: int, text: str | None, origin: Origin, now: datetime
) -> None:
    row = {"hub_id": hub_id, "version": version, "document": text, "origin": origin, "created_at": _stamp(now)}
    db.table("hub_versions").insert(row)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
