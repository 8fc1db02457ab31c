"""Finding hubs and their versions."""

import json
import sys
from datetime import datetime
from typing import Any

import sqlite_utils

from hubcalc.errors import HubcalcError, NotFoundError, ParameterError, Problem
from hubcalc.store.entries import Entry, entry_at, folded, history, latest
from hubcalc.store.records import HubSummary, HubVersion, StoredHub
from hubcalc.words import did_you_mean

_LONGEST_ID = 64
_CONDITIONS = """
    (:kind IS NULL OR kind = :kind)
    AND (:country IS NULL OR EXISTS (SELECT 1 FROM json_each(countries) WHERE value = :country))
    AND (:query IS NULL OR instr(search_text, :query) > 0)
"""


def get(db: sqlite_utils.Database, hub_id: str, version: int | None) -> StoredHub:
    """Find a version of a hub, by default the latest; an earlier version of a deleted hub is found as well."""
    last = latest_of(db, hub_id)
    if version is not None:
        return get_version(db, last, version)
    if last.text is None:
        raise deleted(last)
    return last.stored(last.text)


def get_version(db: sqlite_utils.Database, last: Entry, version: int) -> StoredHub:
    """Find a given version of the hub whose last entry is given."""
    entry = entry_at(db, last.hub_id, version) if 1 <= version <= last.version else None
    if entry is not None and entry.text is not None:
        return entry.stored(entry.text)
    message = f"hub {last.hub_id!r} has no version {version}"
    if entry is not None:
        message = f"version {version} of hub {last.hub_id!r} is its deletion"
    known = ", ".join(str(listed.version) for listed in history(db, last.hub_id) if not listed.deleted)
    raise NotFoundError.of(Problem(message, given=version, allowed=known))


def latest_of(db: sqlite_utils.Database, hub_id: str) -> Entry:
    """Find the last entry of a hub, which may be a deletion."""
    last = latest(db, hub_id) if hub_id.isascii() else None
    if last is None:
        raise _unknown(db, hub_id)
    return last


def versions(db: sqlite_utils.Database, hub_id: str) -> list[HubVersion]:
    """List the history of a hub, also of a deleted one."""
    latest_of(db, hub_id)
    return history(db, hub_id)


def deleted(last: Entry) -> HubcalcError:
    """Make the exception for a hub whose last entry is a deletion."""
    return NotFoundError.of(
        Problem(
            f"hub {last.hub_id!r} was deleted on {last.created_at:%Y-%m-%d}",
            given=last.hub_id,
            hint=f"version {last.version - 1} can be restored",
        )
    )


def summaries(
    db: sqlite_utils.Database,
    *,
    kind: str | None,
    country: str | None,
    query: str | None,
    limit: int | None,
    offset: int,
) -> tuple[list[HubSummary], int]:
    """List the hubs that meet all conditions, and count them regardless of the limit."""
    _refuse_negative(limit=limit or 0, offset=offset)
    arguments = {"kind": kind, "country": country, "query": None if query is None else folded(query)}
    hubs = db.table("hubs")
    rows = hubs.rows_where(
        _CONDITIONS,
        arguments,
        order_by="id",
        limit=None if limit is None else min(limit, sys.maxsize),
        offset=min(offset, sys.maxsize),
    )
    return [_summary(row) for row in rows], hubs.count_where(_CONDITIONS, arguments)


def _summary(row: dict[str, Any]) -> HubSummary:
    return HubSummary(
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


def _unknown(db: sqlite_utils.Database, hub_id: str) -> HubcalcError:
    ids = [row["id"] for row in db.table("hubs").rows_where(select="id", order_by="id")]
    hint = did_you_mean(hub_id[:_LONGEST_ID], ids)
    return NotFoundError.of(Problem(f"there is no hub {hub_id!r}", given=hub_id, hint=hint))
