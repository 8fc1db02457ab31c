"""The tables, built step by step. A step that has been released is never edited; a change is a new step."""

from pathlib import Path

import sqlite_utils
from sqlite_utils import Migrations

from hubcalc.errors import StoreError, StoreNewerError


def m001_hubs(db: sqlite_utils.Database) -> None:
    """Create the history of hubs, and the list of those that exist.

    `hub_versions` holds the truth and only grows; an entry without a document records a deletion. `hubs` repeats what a
    list shows of the latest version of each hub that is not deleted.
    """
    db.table("hub_versions").create(
        {"hub_id": str, "version": int, "document": str, "origin": str, "created_at": str},
        pk=("hub_id", "version"),
        not_null={"hub_id", "version", "origin", "created_at"},
        strict=True,
    )
    db.table("hubs").create(
        {
            "id": str,
            "version": int,
            "kind": str,
            "name": str,
            "summary": str,
            "countries": str,
            "search_text": str,
            "updated_at": str,
        },
        pk="id",
        not_null={"id", "version", "kind", "name", "summary", "countries", "search_text", "updated_at"},
        strict=True,
    )


def m002_documents(db: sqlite_utils.Database) -> None:
    """Keep documents of all collections, with one history and one list; whatever is there already is a hub.

    No two documents have the same id, so that an id alone says which document is meant.
    """
    db.execute("ALTER TABLE hub_versions RENAME TO document_versions")
    db.execute("ALTER TABLE document_versions RENAME COLUMN hub_id TO document_id")
    db.execute("ALTER TABLE hubs RENAME TO documents")
    for table in ("document_versions", "documents"):
        db.execute(f"ALTER TABLE {table} ADD COLUMN collection TEXT NOT NULL DEFAULT 'hubs'")


def m003_jobs(db: sqlite_utils.Database) -> None:
    """Keep jobs, and the chunks of them that are done; the rows themselves are in files beside the database.

    Texts of any length come last, so that they are not read where only a state is asked for.
    """
    db.table("jobs").create(
        {
            "id": str,
            "kind": str,
            "client": str,
            "state": str,
            "model_version": str,
            "rows": int,
            "chunk_rows": int,
            "done_rows": int,
            "recent_rows": float,
            "recent_seconds": float,
            "recent_at": float,
            "owner": str,
            "lease_until": float,
            "created_at": str,
            "started_at": str,
            "finished_at": str,
            "idempotency_key": str,
            "request_digest": str,
            "versions": str,
            "columns": str,
            "problem": str,
            "request": str,
            "documents": str,
            "result": str,
        },
        pk="id",
        not_null={
            *("id", "kind", "client", "state", "model_version", "rows", "chunk_rows", "done_rows"),
            *("recent_rows", "recent_seconds", "recent_at", "lease_until"),
            *("created_at", "request_digest", "versions", "columns", "request", "documents"),
        },
        strict=True,
    )
    db.table("jobs").create_index(["state"])
    db.table("jobs").create_index(["created_at"])
    db.table("jobs").create_index(["client", "idempotency_key"], unique=True)
    db.table("job_chunks").create(
        {"job_id": str, "number": int, "rows": int, "seconds": float, "bytes": int, "digest": str},
        pk=("job_id", "number"),
        not_null={"job_id", "number", "rows", "seconds", "bytes", "digest"},
        strict=True,
    )


def m004_job_steps(db: sqlite_utils.Database) -> None:
    """Keep how far a long part of a job is.

    It has a table of its own: a further column of the jobs would stand behind texts of any length.
    """
    db.table("job_steps").create({"job_id": str, "step": str}, pk="job_id", not_null={"job_id", "step"}, strict=True)


STEPS = (m001_hubs, m002_documents, m003_jobs, m004_job_steps)
SCHEMA_VERSION = len(STEPS)
"""Stands in the file as its `user_version`."""

_NAMES = frozenset(step.__name__ for step in STEPS)
_MIGRATIONS = Migrations("hubcalc")
for _step in STEPS:
    _MIGRATIONS()(_step)


def is_current(path: Path, db: sqlite_utils.Database) -> bool:
    """Say whether the tables are those of this version.

    Raises
    ------
    StoreNewerError
        If a newer hubcalc has changed them.
    StoreError
        If they belong to another program.
    """
    applied = {migration.name for migration in _MIGRATIONS.applied(db)}
    if not applied and db.table_names():
        raise StoreError(f"{path} is the database of another program; name another file")
    user_version: int = db.execute("PRAGMA user_version").fetchone()[0]
    if applied - _NAMES or user_version > SCHEMA_VERSION:
        raise StoreNewerError(
            f"{path} was written by a newer hubcalc and was left as it is; update hubcalc, or name another file"
        )
    return applied == _NAMES


def apply(db: sqlite_utils.Database) -> None:
    """Take the steps that are missing, within the caller's transaction."""
    _MIGRATIONS.apply(db)
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
