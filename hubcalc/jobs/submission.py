"""Handing in a study: what can be refused is refused now, and what it rests on is kept with it."""

import hashlib
import json

from hubcalc.documents import Documents
from hubcalc.errors import ParameterError, Problem, TooManyScenariosError
from hubcalc.jobs.records import NewJob, StoredJob
from hubcalc.jobs.store import JobStore
from hubcalc.studies.base import Study, StudyKind
from hubcalc.studies.snapshot import Recorder, Snapshot
from hubcalc.version import MODEL_VERSION
from hubmodels.studies.base import StudyRequest

LONGEST_KEY = 255


def submit(
    store: JobStore,
    kind: StudyKind,
    request: StudyRequest,
    documents: Documents,
    *,
    client: str,
    idempotency_key: str | None = None,
) -> tuple[StoredJob, bool]:
    """Make a job of a request.

    Parameters
    ----------
    store : JobStore
        Where it is kept.
    kind : StudyKind
        Which kind of study.
    request : StudyRequest
        What is asked.
    documents : Documents
        Where it finds the documents that it names; as they are now, they are kept with the job.
    client : str
        Who asks.
    idempotency_key : str, optional
        A name of the client's own for this request: asked again, it gives the same job.

    Returns
    -------
    StoredJob, bool
        The job, and whether it was made now.

    Raises
    ------
    HubcalcError
        If the study cannot be made of the request: whatever its kind raises.
    IdempotencyKeyError
        If the key came with another request.
    TooManyScenariosError
        If it would have more rows than one job may have.
    TooManyJobsError
        If the client has as many unfinished jobs as one may have.
    """
    text = request.model_dump_json()
    digest = request_digest(kind.name, text)
    if idempotency_key is not None:
        _check_key(idempotency_key)
        known = store.find_by_key(client, idempotency_key, digest)
        if known is not None:
            return known, False
    recorder = Recorder(documents)
    study = kind.build(request, recorder)
    _check_rows(study, store.limits.rows)
    snapshot = recorder.snapshot()
    new = NewJob(
        kind=kind.name,
        client=client,
        model_version=MODEL_VERSION,
        rows=study.rows,
        chunk_rows=study.chunk_rows,
        columns=study.columns,
        request=text,
        request_digest=digest,
        documents=snapshot_text(snapshot),
        versions=snapshot.versions,
        idempotency_key=idempotency_key,
    )
    return store.add(new)


def request_digest(kind: str, text: str) -> str:
    """Give the digest of a request; the order in mappings matters, since it may be that of columns."""
    return hashlib.sha256(f"{kind}\n{text}".encode()).hexdigest()


def snapshot_text(snapshot: Snapshot) -> str:
    """Write a snapshot as JSON."""
    return json.dumps({"texts": dict(snapshot.texts), "versions": dict(snapshot.versions)}, ensure_ascii=False)


def _check_key(key: str) -> None:
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        message = "an idempotency key is a text of the client's own"
        raise ParameterError.of(
            Problem(
                message,
                parameter="Idempotency-Key",
                given=key[:50],
                allowed=f"1 to {LONGEST_KEY} printable ASCII characters",
            )
        )


def _check_rows(study: Study, most: int) -> None:
    if study.rows > most:
        message = "the study has more rows than a job may have"
        hint = "ask for fewer, or raise HUBCALC_JOB_ROWS_LIMIT"
        raise TooManyScenariosError.of(Problem(message, given=study.rows, allowed=f"at most {most}", hint=hint))
