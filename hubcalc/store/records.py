"""What the store gives back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hubmodels import Hub

Origin = Literal["fixture", "user"]
"""Whether a version was seeded with the package or written by a user."""

ExpectedVersion = int | Literal["any"] | None
"""The version that a caller supposes to be the latest; `"any"` for whichever is there, `None` for no supposition."""


@dataclass(frozen=True, slots=True)
class StoredHub:
    """One version of a hub's document."""

    id: str
    version: int
    document: Hub
    origin: Origin
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class HubSummary:
    """A hub as it stands in a list."""

    id: str
    name: str
    kind: str
    countries: tuple[str, ...]
    version: int
    summary: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class HubVersion:
    """An entry in the history of a hub; `deleted` marks the entry that records its deletion."""

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
