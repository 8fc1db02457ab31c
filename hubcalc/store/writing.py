"""Changing documents, on the condition that they are as the caller supposes."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlite_utils

from hubcalc.documents import collection_of
from hubcalc.errors import (
    AlreadyExistsError,
    ConflictError,
    HubcalcError,
    PreconditionRequiredError,
    Problem,
    StaleVersionError,
)
from hubcalc.store.documents import noun_of, same_document
from hubcalc.store.entries import Entry, append, append_all, append_deletion, latest
from hubcalc.store.reading import deleted, get_version, latest_of
from hubcalc.store.records import Collections, D, Document, ExpectedVersion, Origin, StoredDocument
from hubfixtures import Collection


def put(
    db: sqlite_utils.Database, document: D, *, expected: ExpectedVersion, create_only: bool, origin: Origin
) -> tuple[StoredDocument[D], bool]:
    """Store a document; say whether it is there only since now."""
    last = _replaceable(db, document, expected=expected, create_only=create_only)
    if last is None or last.text is None:
        return append(db, last, document, origin), True
    return replace(db, last, document, origin), False


def put_all(
    db: sqlite_utils.Database, documents: Sequence[D], expected_versions: Mapping[str, ExpectedVersion], origin: Origin
) -> list[tuple[StoredDocument[D], bool]]:
    """Store documents; say of each whether it is there only since now."""
    if len({document.id for document in documents}) < len(documents):
        raise ConflictError.of(Problem("two of the documents to be stored have the same id"))
    lasts = []
    for document in documents:
        expected = expected_versions.get(document.id)
        lasts.append(_replaceable(db, document, expected=expected, create_only=expected is None))
    pairs = list(zip(lasts, documents, strict=True))
    new = [(last, document) for last, document in pairs if last is None or differs(last, document)]
    appended = {stored.id: stored for stored in append_all(db, new, origin)} if new else {}
    return [
        (appended.get(document.id) or _unchanged(last, document), last is None or last.text is None)
        for last, document in pairs
    ]


def _replaceable(
    db: sqlite_utils.Database, document: Document, *, expected: ExpectedVersion, create_only: bool
) -> Entry | None:
    """Give the last entry of a document that may be replaced as the caller supposes; None if there is none."""
    last = latest(db, document.id)
    collection = collection_of(document)
    if last is not None and last.collection != collection:
        raise _taken(last, collection)
    if last is None or last.text is None:
        _require_nothing_expected(f"{noun_of(collection)} {document.id!r}", last, expected)
        return last
    if create_only:
        raise AlreadyExistsError.of(Problem(f"{last} exists already, at version {last.version}", given=document.id))
    _require_version(last, expected)
    return last


def replace(db: sqlite_utils.Database, last: Entry, document: D, origin: Origin) -> StoredDocument[D]:
    """Add a version, unless the last one is the same document."""
    return append(db, last, document, origin) if differs(last, document) else _unchanged(last, document)


def _unchanged(last: Entry | None, document: D) -> StoredDocument[D]:
    if last is None:
        raise TypeError("a document without a last entry is new")
    return StoredDocument(last.id, last.collection, last.version, document, last.origin, last.created_at)


def delete(db: sqlite_utils.Database, collections: Collections, document_id: str, *, expected: ExpectedVersion) -> None:
    """Record that a document is deleted."""
    last = latest_of(db, collections, document_id)
    if last.text is None:
        raise deleted(last)
    _require_version(last, expected)
    append_deletion(db, last)


def restore(
    db: sqlite_utils.Database,
    collections: Collections,
    document_id: str,
    version: int,
    *,
    expected: ExpectedVersion,
) -> StoredDocument[Any]:
    """Store an earlier version as the latest one."""
    last = latest_of(db, collections, document_id)
    if last.text is not None or expected is not None:
        _require_version(last, expected)
    return replace(db, last, get_version(db, last, version).document, "user")


def differs(last: Entry, document: Document) -> bool:
    """Say whether a document says something else than the last entry."""
    return last.text is None or not same_document(last.text, document)


def _taken(last: Entry, collection: Collection) -> HubcalcError:
    """Make the exception for an id that a document of another collection has, or had: its versions can come back."""
    state = "is" if last.text is not None else "was, until it was deleted,"
    message = (
        f"a {noun_of(collection)} cannot have the id {last.id!r}, which {state} that of a {noun_of(last.collection)}"
    )
    return ConflictError.of(Problem(message, given=last.id, hint="take an id that no other document has or had"))


def _require_version(last: Entry, expected: ExpectedVersion) -> None:
    if expected is None:
        raise PreconditionRequiredError.of(
            Problem(
                f"{last} exists, at version {last.version}",
                hint='say which version is to be changed: over HTTP as If-Match: "<version>", or * for any',
            )
        )
    if expected not in {"any", last.version}:
        raise _stale(last, expected)


def _require_nothing_expected(name: str, last: Entry | None, expected: ExpectedVersion) -> None:
    """Accept a creation; of a deleted document the version of its deletion may be named."""
    if last is not None and isinstance(expected, int):
        _require_version(last, expected)
    elif expected is not None:
        raise StaleVersionError.of(
            Problem(
                f"{name} does not exist, but version {expected} was expected",
                given=expected,
                hint="expect no version to create it",
            )
        )


def _stale(last: Entry, expected: ExpectedVersion) -> HubcalcError:
    return StaleVersionError.of(
        Problem(
            f"{last} is at version {last.version}, not {expected}",
            given=expected,
            allowed=str(last.version),
            hint="read it again and repeat the change on it",
        )
    )
