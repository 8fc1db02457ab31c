"""Bringing in the fixtures, without touching what a user has changed."""

from collections.abc import Iterable
from typing import Literal

import sqlite_utils

from hubcalc.documents import collection_of
from hubcalc.store.entries import append, latest
from hubcalc.store.records import Document, SeedReport
from hubcalc.store.writing import differs

Outcome = Literal["created", "updated", "kept"]


def seed(db: sqlite_utils.Database, documents: Iterable[Document]) -> SeedReport:
    """Insert the fixtures that are missing, and update those that only seeding has written."""
    outcomes: dict[Outcome, list[str]] = {"created": [], "updated": [], "kept": []}
    for document in documents:
        outcomes[_seed_one(db, document)].append(document.id)
    return SeedReport(**{outcome: tuple(ids) for outcome, ids in outcomes.items()})


def _seed_one(db: sqlite_utils.Database, document: Document) -> Outcome:
    last = latest(db, document.id)
    if last is None:
        append(db, None, document, "fixture")
        return "created"
    others = last.origin == "user" or last.collection != collection_of(document)
    if others or not differs(last, document):
        return "kept"
    append(db, last, document, "fixture")
    return "updated"
