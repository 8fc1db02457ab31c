"""What the store gives back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

from hubfixtures import Collection
from hubmodels import Corridor, Hub, LineDocument, Scenario

Document = Hub | LineDocument | Corridor | Scenario
"""A document of any collection."""
D = TypeVar("D", bound=Document)

Collections = Collection | tuple[Collection, ...]
"""The collection that a document belongs to, or those that it may belong to: no two documents have the same id."""

Origin = Literal["fixture", "user"]
"""Whether a version was seeded with the package or written by a user."""

ExpectedVersion = int | Literal["any"] | None
"""The version that a caller supposes to be the latest; `"any"` for whichever is there, `None` for no supposition."""


@dataclass(frozen=True, slots=True)
class StoredDocument(Generic[D]):
    """One version of a document."""

    id: str
    collection: Collection
    version: int
    document: D
    origin: Origin
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document as it stands in a list; only hubs and lines lie in countries."""

    id: str
    name: str
    kind: str
    countries: tuple[str, ...]
    version: int
    summary: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentState:
    """What there is of an id: the latest version of a document, whose document is None if it was deleted."""

    collection: Collection
    version: int | None
    """None for a document that comes with hubcalc and is in no database."""
    document: Document | None


Page = tuple[list[DocumentSummary], int]
"""A part of a list, and the length of the whole."""


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """An entry in the history of a document; `deleted` marks the entry that records its deletion."""

    version: int
    created_at: datetime
    origin: Origin
    deleted: bool


@dataclass(frozen=True, slots=True)
class SeedReport:
    """Ids of the fixtures that seeding has created, brought up to date, or left as they were."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    kept: tuple[str, ...]
