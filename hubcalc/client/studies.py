"""Calls that begin studies and wait for them. "Returns" says what the server's answers are read into."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import uuid4

import httpx
from pydantic import ValidationError

from hubcalc.client.core import Call, path_of
from hubcalc.errors import ParameterError, Problem, RemoteError
from hubmodels.studies.base import StudyRequest, StudyResult
from hubmodels.studies.job import Job
from hubmodels.studies.montecarlo import MonteCarloRequest, MonteCarloResult
from hubmodels.studies.sensitivity import SensitivityRequest, SensitivityResult
from hubmodels.studies.sizing import SizingRequest, SizingResult
from hubmodels.studies.staging import StagingRequest, StagingResult
from hubmodels.studies.sweep import SweepRequest, SweepResult

R = TypeVar("R", bound=StudyResult)
Progress = Callable[[Job], object]
"""Called with the job each time it was looked at."""


@dataclass(frozen=True, slots=True)
class Form(Generic[R]):
    """A kind of study: its path below /v1/, and what its result is read into."""

    path: str
    result: type[R]


SWEEP, MONTECARLO = Form("sweeps", SweepResult), Form("montecarlo", MonteCarloResult)
SENSITIVITY = Form("sensitivity", SensitivityResult)
SIZING, STAGING = Form("sizings", SizingResult), Form("staging", StagingResult)
FORMS: Mapping[str, Form[Any]] = {
    "sweep": SWEEP,
    "montecarlo": MONTECARLO,
    "sensitivity": SENSITIVITY,
    "sizing": SIZING,
    "staging": STAGING,
}

AWAY_SECONDS = 300.0
"""A server that is away for no longer than this is waited for: jobs outlive it."""
FIRST_PAUSE_SECONDS, PAUSE_GROWTH, LONGEST_PAUSE_SECONDS = 0.25, 1.5, 2.0
WAIT_SECONDS = 2
"""So long the server waits for the result before it answers that there is none yet."""
FINISHED = frozenset({"done", "failed", "canceled"})
_OK = 200


@dataclass(frozen=True, slots=True)
class Done(Generic[R]):
    """A job that is done, and its result."""

    job: Job
    result: R


def study(
    kind: str,
    request: StudyRequest | Mapping[str, Any],
    *,
    progress: Progress | None = None,
    idempotency_key: str | None = None,
) -> Call[Done[Any]]:
    """Do a study of any kind, and wait for it.

    Parameters
    ----------
    kind : {"sweep", "montecarlo", "sensitivity", "sizing", "staging"}
        Kind of study.
    request : StudyRequest or mapping
        What is asked, as POST takes it.
    progress : callable, optional
        Called with the job each time it was looked at: its `progress` says how many rows are done, how fast, and how
        long the others will take.
    idempotency_key : str, optional
        Name of this request: asked again with the same key, the same job is waited for. A new one by default.

    Returns
    -------
    Study
        The job, its result, and the way to its rows.

    Raises
    ------
    ParameterError
        If there is no such kind of study.

    Notes
    -----
    The job goes on at the server whatever becomes of the connection. A server that is away is waited for, up to five
    minutes at a time, unless the client has no retries.

    Examples
    --------
    >>> print(study("sweep", {"subject": {"kind": "hub", "id": "xian"}, "design": {"kind": "grid", "values": {}}}))
    POST /v1/sweeps
    """
    return _study(_form_of(kind), request, progress, idempotency_key)


def sweep(
    request: SweepRequest | Mapping[str, Any],
    *,
    progress: Progress | None = None,
    idempotency_key: str | None = None,
) -> Call[Done[SweepResult]]:
    """Sweep: many scenarios of one hub, line or corridor, a row each; see `study`.

    Parameters
    ----------
    request : SweepRequest or mapping
        What is asked, as POST /v1/sweeps takes it.
    progress : callable, optional
        Called with the job each time it was looked at.
    idempotency_key : str, optional
        Name of this request; a new one by default.

    Returns
    -------
    Study
        With a SweepResult.

    Examples
    --------
    >>> cranes = {"kind": "grid", "values": {"stages.front.cranes": "2..6"}}
    >>> print(sweep({"subject": {"kind": "hub", "id": "xian"}, "design": cranes}))
    POST /v1/sweeps
    """
    return _study(SWEEP, request, progress, idempotency_key)


def montecarlo(
    request: MonteCarloRequest | Mapping[str, Any],
    *,
    progress: Progress | None = None,
    idempotency_key: str | None = None,
) -> Call[Done[MonteCarloResult]]:
    """Draw uncertain inputs at random, and say how the metrics come out; see `study`.

    Parameters
    ----------
    request : MonteCarloRequest or mapping
        What is asked, as POST /v1/montecarlo takes it.
    progress : callable, optional
        Called with the job each time it was looked at.
    idempotency_key : str, optional
        Name of this request; a new one by default.

    Returns
    -------
    Study
        With a MonteCarloResult.

    Examples
    --------
    >>> print(montecarlo({"subject": {"kind": "hub", "id": "xian"}, "draws": 10_000}))
    POST /v1/montecarlo
    """
    return _study(MONTECARLO, request, progress, idempotency_key)


def sensitivity(
    request: SensitivityRequest | Mapping[str, Any],
    *,
    progress: Progress | None = None,
    idempotency_key: str | None = None,
) -> Call[Done[SensitivityResult]]:
    """Ask which inputs matter most; see `study`.

    Parameters
    ----------
    request : SensitivityRequest or mapping
        What is asked, as POST /v1/sensitivity takes it.
    progress : callable, optional
        Called with the job each time it was looked at.
    idempotency_key : str, optional
        Name of this request; a new one by default.

    Returns
    -------
    Study
        With a SensitivityResult.

    Examples
    --------
    >>> print(sensitivity({"subject": {"kind": "hub", "id": "xian"}}))
    POST /v1/sensitivity
    """
    return _study(SENSITIVITY, request, progress, idempotency_key)


def size(
    request: SizingRequest | Mapping[str, Any],
    *,
    progress: Progress | None = None,
    idempotency_key: str | None = None,
) -> Call[Done[SizingResult]]:
    """Look for the cheapest mix that meets targets; see `study`.

    Parameters
    ----------
    request : SizingRequest or mapping
        What is asked, as POST /v1/sizings takes it.
    progress : callable, optional
        Called with the job each time it was looked at.
    idempotency_key : str, optional
        Name of this request; a new one by default.

    Returns
    -------
    Study
        With a SizingResult.

    Examples
    --------
    >>> cranes = {"stages.front.cranes": {"from": 2, "to": 8, "cost_usd_per_year": 400_000}}
    >>> wait = {"wait_mean_hours": {"at_most": 1.0}}
    >>> print(size({"subject": {"kind": "hub", "id": "xian"}, "choices": cranes, "targets": wait}))
    POST /v1/sizings
    """
    return _study(SIZING, request, progress, idempotency_key)


def stage(
    request: StagingRequest | Mapping[str, Any],
    *,
    progress: Progress | None = None,
    idempotency_key: str | None = None,
) -> Call[Done[StagingResult]]:
    """Ask what to build when, as demand grows; see `study`.

    Parameters
    ----------
    request : StagingRequest or mapping
        What is asked, as POST /v1/staging takes it.
    progress : callable, optional
        Called with the job each time it was looked at.
    idempotency_key : str, optional
        Name of this request; a new one by default.

    Returns
    -------
    Study
        With a StagingResult.

    Examples
    --------
    >>> print(stage({"subject": {"kind": "hub", "id": "xian"}}))
    POST /v1/staging
    """
    return _study(STAGING, request, progress, idempotency_key)


def wait_for_job(job_id: str, *, progress: Progress | None = None) -> Call[Done[Any]]:
    """Wait for a job that was begun before.

    Parameters
    ----------
    job_id : str
        Id of the job.
    progress : callable, optional
        Called with the job each time it was looked at.

    Returns
    -------
    Study
        The job, its result, and the way to its rows.

    Examples
    --------
    >>> print(wait_for_job("5f0c2a9d41b7e683"))
    GET /v1/jobs/5f0c2a9d41b7e683
    """
    return _look(job_id, progress or _silent, pause_seconds=0.0)


def start_study(
    kind: str, request: StudyRequest | Mapping[str, Any], *, idempotency_key: str | None = None
) -> Call[Job]:
    """Begin a study without waiting for it.

    Parameters
    ----------
    kind : {"sweep", "montecarlo", "sensitivity", "sizing", "staging"}
        Kind of study.
    request : StudyRequest or mapping
        What is asked, as POST takes it.
    idempotency_key : str, optional
        Name of this request; a new one by default.

    Returns
    -------
    Job
        The job; `wait_for_job` waits for it.

    Examples
    --------
    >>> print(start_study("sizing", {"subject": {"kind": "hub", "id": "xian"}}))
    POST /v1/sizings
    """
    return _post(_form_of(kind), request, idempotency_key, "respond-async", lambda response: _answered(response)[0])


def read_result(content: bytes | str) -> Any:
    """Read the result of a study of whatever kind; one that is not known here has only what all results have.

    Raises
    ------
    RemoteError
        If it is no result.
    """
    said = json.loads(content)
    if not isinstance(said, dict):
        raise RemoteError(f"the answer is no result of a study: {str(said)[:100]}")
    form = FORMS[said["kind"]].result if said.get("kind") in FORMS else StudyResult
    return form.model_validate_json(content, extra="ignore")


def _study(
    form: Form[R], request: StudyRequest | Mapping[str, Any], progress: Progress | None, idempotency_key: str | None
) -> Call[Done[R]]:
    report = progress or _silent

    def read(response: httpx.Response) -> Done[R] | Call[Done[R]]:
        job, result = _answered(response)
        report(job)
        if response.status_code == _OK and result is not None:
            return Done(job, form.result.model_validate(result, extra="ignore"))
        return _look(job.id, report)

    return _post(form, request, idempotency_key, f"wait={WAIT_SECONDS}", read, away_seconds=AWAY_SECONDS)


def _post(
    form: Form[Any],
    request: StudyRequest | Mapping[str, Any],
    idempotency_key: str | None,
    prefer: str,
    read: Callable[[httpx.Response], Any],
    *,
    away_seconds: float | None = None,
) -> Call[Any]:
    # the key makes it safe to send the request again when nobody knows whether it has arrived
    headers = {"Idempotency-Key": idempotency_key or uuid4().hex, "Prefer": prefer}
    said = request.model_dump(mode="json", exclude_unset=True) if isinstance(request, StudyRequest) else dict(request)
    return Call("POST", path_of(form.path), read, headers=headers, json=said, safe=True, away_seconds=away_seconds)


def _look(job_id: str, progress: Progress, *, pause_seconds: float = FIRST_PAUSE_SECONDS) -> Call[Done[Any]]:
    """Look at a job, and again until it is finished; then ask for the result, or why there is none."""

    def read(response: httpx.Response) -> Call[Done[Any]]:
        job = Job.model_validate_json(response.content, extra="ignore")
        progress(job)
        if job.state not in FINISHED:
            longer = max(FIRST_PAUSE_SECONDS, min(LONGEST_PAUSE_SECONDS, PAUSE_GROWTH * pause_seconds))
            return _look(job_id, progress, pause_seconds=longer)
        path = path_of("jobs", job_id, "result")
        return Call("GET", path, partial(_done, job), safe=True, away_seconds=AWAY_SECONDS)

    path = path_of("jobs", job_id)
    return Call("GET", path, read, safe=True, pause_seconds=pause_seconds, away_seconds=AWAY_SECONDS)


def _done(job: Job, response: httpx.Response) -> Done[Any]:
    return Done(job, read_result(response.content))


def _answered(response: httpx.Response) -> tuple[Job, Any]:
    """Read what POST answers: the job, and the result if it is there."""
    try:
        said = json.loads(response.content)
        return Job.model_validate(said["job"], extra="ignore"), said["result"]
    except (ValueError, TypeError, KeyError) as error:
        if isinstance(error, ValidationError):
            raise
        raise RemoteError(f"the answer names no job: {response.text[:100]}") from error


def _form_of(kind: str) -> Form[Any]:
    if kind not in FORMS:
        raise ParameterError.of(
            Problem("no such kind of study", parameter="kind", given=kind, allowed=", ".join(FORMS))
        )
    return FORMS[kind]


def _silent(_: Job) -> None:
    """Say nothing."""
