"""Changing hubs, on the condition that they are as the caller supposes."""

import sqlite_utils

from hubcalc.errors import AlreadyExistsError, HubcalcError, PreconditionRequiredError, Problem, StaleVersionError
from hubcalc.store.documents import same_document
from hubcalc.store.entries import Entry, append, append_deletion, latest
from hubcalc.store.reading import deleted, get_version, latest_of
from hubcalc.store.records import ExpectedVersion, Origin, StoredHub
from hubmodels import Hub


def put(
    db: sqlite_utils.Database, document: Hub, *, expected: ExpectedVersion, create_only: bool, origin: Origin
) -> tuple[StoredHub, bool]:
    """Store a document; say whether the hub is there only since now."""
    last = latest(db, document.id)
    if last is None or last.text is None:
        _require_nothing_expected(document.id, last, expected)
        return append(db, last, document, origin), True
    if create_only:
        raise AlreadyExistsError.of(
            Problem(f"hub {document.id!r} exists already, at version {last.version}", given=document.id)
        )
    _require_version(last, expected)
    return replace(db, last, document, origin), False


def replace(db: sqlite_utils.Database, last: Entry, document: Hub, origin: Origin) -> StoredHub:
    """Add a version, unless the last one is the same document."""
    if differs(last, document):
        return append(db, last, document, origin)
    return StoredHub(last.hub_id, last.version, document, last.origin, last.created_at)


def delete(db: sqlite_utils.Database, hub_id: str, *, expected: ExpectedVersion) -> None:
    """Record that a hub is deleted."""
    last = latest_of(db, hub_id)
    if last.text is None:
        raise deleted(last)
    _require_version(last, expected)
    append_deletion(db, last)


def restore(db: sqlite_utils.Database, hub_id: str, version: int, *, expected: ExpectedVersion) -> StoredHub:
    """Store an earlier version as the latest one."""
    last = latest_of(db, hub_id)
    if last.text is not None or expected is not None:
        _require_version(last, expected)
    return replace(db, last, get_version(db, last, version).document, "user")


def differs(last: Entry, document: Hub) -> bool:
    """Say whether a document says something else than the last entry."""
    return last.text is None or not same_document(last.text, document)


def _require_version(last: Entry, expected: ExpectedVersion) -> None:
    if expected is None:
        raise PreconditionRequiredError.of(
            Problem(
                f"hub {last.hub_id!r} exists, at version {last.version}",
                hint='say which version is to be changed: over HTTP as If-Match: "<version>", or * for any',
            )
        )
    if expected not in {"any", last.version}:
        raise _stale(last, expected)


def _require_nothing_expected(hub_id: str, last: Entry | None, expected: ExpectedVersion) -> None:
    """Accept a creation; of a deleted hub the version of its deletion may be named."""
    if last is not None and isinstance(expected, int):
        _require_version(last, expected)
    elif expected is not None:
        raise StaleVersionError.of(
            Problem(
                f"hub {hub_id!r} does not exist, but version {expected} was expected",
                given=expected,
                hint="expect no version to create it",
            )
        )


def _stale(last: Entry, expected: ExpectedVersion) -> HubcalcError:
    return StaleVersionError.of(
        Problem(
            f"hub {last.hub_id!r} is at version {last.version}, not {expected}",
            given=expected,
            allowed=str(last.version),
            hint="read it again and repeat the change on it",
        )
    )
