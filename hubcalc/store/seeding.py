"""Bringing in the fixtures, without touching what a user has changed."""

from collections.abc import Iterable
from typing import Literal

import sqlite_utils

from hubcalc.store.entries import append, latest
from hubcalc.store.records import SeedReport
from hubcalc.store.writing import differs
from hubmodels import Hub

Outcome = Literal["created", "updated", "kept"]


def seed(db: sqlite_utils.Database, documents: Iterable[Hub]) -> SeedReport:
    """Insert the fixtures that are missing, and update those that only seeding has written."""
    outcomes: dict[Outcome, list[str]] = {"created": [], "updated": [], "kept": []}
    for document in documents:
        outcomes[_seed_one(db, document)].append(document.id)
    return SeedReport(**{outcome: tuple(ids) for outcome, ids in outcomes.items()})


def _seed_one(db: sqlite_utils.Database, document: Hub) -> Outcome:
    last = latest(db, document.id)
    if last is None:
        append(db, None, document, "fixture")
        return "created"
    if last.origin == "user" or not differs(last, document):
        return "kept"
    append(db, last, document, "fixture")
    return "updated"
