"""Documents as text and back."""

import json
from functools import lru_cache

from pydantic import ValidationError

from hubcalc.documents import DOCUMENT_KINDS, collection_of, problems_of
from hubcalc.errors import DocumentError, StoreCorruptError, StoreNewerError
from hubcalc.store.records import Collections, D, Document
from hubfixtures import Collection
from hubmodels import SCHEMA_VERSION, migrate

_CACHED_DOCUMENTS = 256
_MOST_NAMED = 2


def several(collections: Collections) -> tuple[Collection, ...]:
    """Give one collection or several as several."""
    return (collections,) if isinstance(collections, str) else collections


def noun_of(collections: Collections) -> str:
    """Name what is in a collection, or in one of several.

    >>> noun_of(("hubs", "lines"))
    'hub or line'
    """
    named = several(collections)
    return "document" if len(named) > _MOST_NAMED else " or ".join(DOCUMENT_KINDS[name].noun for name in named)


def to_text(document: Document) -> str:
    """Write a document with what was said in it: defaults that were left unsaid stay unsaid."""
    said = document.model_dump(mode="json", exclude_unset=True)
    return json.dumps({"schema_version": document.schema_version, **said}, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=_CACHED_DOCUMENTS)
def from_text(collection: Collection, text: str) -> Document:
    """Read a document. The text is in the key to the cache, so that what is found there can never be out of date."""
    document: Document = DOCUMENT_KINDS[collection].adapter.validate_python(migrate(json.loads(text)))
    return document


def same_document(text: str, document: Document) -> bool:
    """Say whether a text says the same as a document; the order in mappings does not matter."""
    try:
        return bool(json.loads(text) == json.loads(to_text(document)))
    except ValueError:
        return False


def checked(document: D) -> D:
    """Read a document back from its text, so that nothing is stored that cannot be read again.

    Raises
    ------
    DocumentError
        If the document does not validate, as one that was copied with unchecked changes.
    """
    try:
        return from_text(collection_of(document), to_text(document))  # type: ignore[return-value]  # of the same kind
    except ValidationError as error:
        raise DocumentError.of(*problems_of(error)) from error


def stored_document(collection: Collection, document_id: str, version: int, text: str) -> Document:
    """Read a document from the database.

    Raises
    ------
    StoreNewerError
        If its schema version is a later one.
    StoreCorruptError
        If it cannot be read.
    """
    try:
        return from_text(collection, text)
    except ValueError as error:
        where = f"version {version} of {noun_of(collection)} {document_id!r}"
        if _schema_version(text) > SCHEMA_VERSION:
            raise StoreNewerError(f"{where} was written by a newer hubcalc; update hubcalc") from error
        raise StoreCorruptError(
            f"{where} cannot be read; restore another version, or put the document again ({error})"
        ) from error


def _schema_version(text: str) -> int:
    try:
        document = json.loads(text)
    except ValueError:
        return 0
    version = document.get("schema_version") if isinstance(document, dict) else None
    return version if isinstance(version, int) else 0
