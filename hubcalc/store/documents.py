"""Documents as text and back."""

import json
from functools import lru_cache

from pydantic import ValidationError

from hubcalc.errors import DocumentError, Problem, StoreCorruptError, StoreNewerError
from hubmodels import HUB, Hub
from hubmodels.hub import SCHEMA_VERSION, migrate

_CACHED_DOCUMENTS = 256


def to_text(document: Hub) -> str:
    """Write a document with what was said in it: defaults that were left unsaid stay unsaid."""
    said = document.model_dump(mode="json", exclude_unset=True)
    return json.dumps({"schema_version": document.schema_version, **said}, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=_CACHED_DOCUMENTS)
def from_text(text: str) -> Hub:
    """Read a document. The text is the key to the cache, so that what is found there can never be out of date."""
    return HUB.validate_python(migrate(json.loads(text)))


def same_document(text: str, document: Hub) -> bool:
    """Say whether a text says the same as a document; the order in mappings does not matter."""
    try:
        return bool(json.loads(text) == json.loads(to_text(document)))
    except ValueError:
        return False


def checked(document: Hub) -> Hub:
    """Read a document back from its text, so that nothing is stored that cannot be read again.

    Raises
    ------
    DocumentError
        If the document does not validate, as one that was copied with unchecked changes.
    """
    try:
        return from_text(to_text(document))
    except ValidationError as error:
        raise DocumentError.of(*_problems(error)) from error


def stored_document(hub_id: str, version: int, text: str) -> Hub:
    """Read a document from the database.

    Raises
    ------
    StoreNewerError
        If its schema version is a later one.
    StoreCorruptError
        If it cannot be read.
    """
    try:
        return from_text(text)
    except ValueError as error:
        where = f"version {version} of hub {hub_id!r}"
        if _schema_version(text) > SCHEMA_VERSION:
            raise StoreNewerError(f"{where} was written by a newer hubcalc; update hubcalc") from error
        raise StoreCorruptError(
            f"{where} cannot be read; restore another version, or put the document again ({error})"
        ) from error


def _problems(error: ValidationError) -> list[Problem]:
    return [
        Problem(detail["msg"], pointer="".join(f"/{part}" for part in detail["loc"]), given=detail["input"])
        for detail in error.errors()
    ]


def _schema_version(text: str) -> int:
    try:
        document = json.loads(text)
    except ValueError:
        return 0
    version = document.get("schema_version") if isinstance(document, dict) else None
    return version if isinstance(version, int) else 0
