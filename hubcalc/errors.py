"""Every exception that hubcalc raises on purpose.

::

    HubcalcError
    ├── InputError                   something the caller gave cannot be used
    │   ├── ArgumentError            an argument of a formula is out of its range (also a ValueError)
    │   ├── DocumentError            a document does not validate
    │   │   └── InvalidRequestError  a request for a study does not validate
    │   ├── UnknownPathError         a path that the document does not have
    │   ├── OverrideError            a path exists, but not with this value
    │   ├── ParameterError           a request parameter that is unknown or malformed
    │   ├── TooManyScenariosError    more combinations than one call may make
    │   └── SheetError               a sheet has cells that cannot be used
    ├── RefusedError                 the question has no answer here, and why
    ├── NotFoundError                no such document, version or metric
    ├── AccessError                  the server's key is missing or wrong
    ├── ConflictError                the document is not as the caller supposed
    │   ├── AlreadyExistsError       an id that exists was to be created
    │   ├── StaleVersionError        If-Match names another version
    │   ├── PreconditionRequiredError  replacing a document without If-Match
    │   ├── ModelVersionError        a permalink of another model version
    │   ├── IdempotencyKeyError      a key that came with another request before
    │   └── JobStateError            a job that is not in a state for this
    ├── StoreError                   the database file cannot be used
    │   ├── StoreReadOnlyError       it cannot be written
    │   ├── StoreBusyError           another process holds it
    │   ├── StoreCorruptError        it is not a sound SQLite file
    │   └── StoreNewerError          a newer hubcalc wrote it
    ├── JobError                     long work that cannot be begun or went wrong
    │   ├── TooManyJobsError         the caller has as many unfinished jobs as one may have
    │   └── WorkerDiedError          the process that did a part of it ended
    ├── BodyError                    a request body that cannot be read
    │   ├── BodyTooLargeError        over the limit
    │   ├── MalformedBodyError       not JSON
    │   ├── MediaTypeError           of another media type than the route takes
    │   └── UnreadableSheetError     no sheet, or one that cannot be read
    └── RemoteError                  the client's side of a server's answer
        ├── ProblemError             the server answered with a problem document
        └── ConnectionFailedError    no answer at all

Each carries `problems`: what was wrong, where, what was given, what is allowed and what to do about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input.

    `parameter` is a path or a request parameter, `pointer` a JSON pointer into a body; at most one of them is set.
    """

    message: str
    parameter: str | None = None
    pointer: str | None = None
    given: object = None
    allowed: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        where = self.parameter or self.pointer
        text = f"{where}: {self.message}" if where else self.message
        if self.allowed:
            text += f" (allowed: {self.allowed})"
        if self.hint:
            text += f"; {self.hint}"
        return text


class HubcalcError(Exception):
    """Base of all errors that hubcalc raises on purpose."""

    code = "error"
    title = "Something went wrong"

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)

    @classmethod
    def of(cls, *problems: Problem) -> Self:
        """Make an error whose message is its problems, one a line."""
        return cls("\n".join(str(problem) for problem in problems), problems)


class InputError(HubcalcError):
    """Something the caller gave cannot be used."""

    code = "invalid_input"
    title = "The input cannot be used"


class ArgumentError(InputError, ValueError):
    """An argument of a formula is outside its range."""

    code = "argument_out_of_range"
    title = "An argument is outside its range"


class DocumentError(InputError):
    """A document does not validate."""

    code = "invalid_document"
    title = "The document is not valid"


class InvalidRequestError(DocumentError):
    """A request for a study does not validate."""

    code = "invalid_request"
    title = "The request is not valid"


class UnknownPathError(InputError):
    """A path that the document does not have."""

    code = "unknown_path"
    title = "The document has no such path"


class OverrideError(InputError):
    """A path exists, but cannot take this value."""

    code = "invalid_override"
    title = "An input cannot take this value"


class ParameterError(InputError):
    """A request parameter is unknown or malformed."""

    code = "invalid_parameter"
    title = "A parameter is unknown or malformed"


class TooManyScenariosError(InputError):
    """One call asks for more combinations than it may make."""

    code = "too_many_scenarios"
    title = "Too many combinations for one call"


class SheetError(InputError):
    """A sheet has cells that cannot be used."""

    code = "invalid_sheet"
    title = "The sheet has cells that cannot be used"


class RefusedError(HubcalcError):
    """The question has no answer for this document."""

    code = "refused"
    title = "This number cannot be given"


class NotFoundError(HubcalcError):
    """No such document, version, metric or page."""

    code = "not_found"
    title = "There is no such thing here"


class AccessError(HubcalcError):
    """The server wants its key, which was not given or is another."""

    code = "no_access"
    title = "The server lets in only who names its key"


class ConflictError(HubcalcError):
    """The document is not as the caller supposed."""

    code = "conflict"
    title = "The document is not as supposed"


class AlreadyExistsError(ConflictError):
    """A document of this id exists already."""

    code = "already_exists"
    title = "A document of this id exists already"


class StaleVersionError(ConflictError):
    """The document has changed since the caller read it."""

    code = "stale_version"
    title = "The document has changed since it was read"


class PreconditionRequiredError(ConflictError):
    """A document may be replaced only with If-Match."""

    code = "precondition_required"
    title = "Say which version is meant"


class ModelVersionError(ConflictError):
    """A permalink was made by another model version."""

    code = "model_version_changed"
    title = "The calculation has changed since this link was made"


class IdempotencyKeyError(ConflictError):
    """An idempotency key has come before, with another request."""

    code = "idempotency_key_used"
    title = "The idempotency key belongs to another request"


class JobStateError(ConflictError):
    """A job is not in a state in which this can be done with it."""

    code = "job_state"
    title = "The job is in another state"


class StoreError(HubcalcError):
    """The database file cannot be used."""

    code = "store_unavailable"
    title = "The database cannot be used"


class StoreReadOnlyError(StoreError):
    """The database file cannot be written."""

    code = "store_read_only"
    title = "The database is read-only"


class StoreBusyError(StoreError):
    """Another process holds the database."""

    code = "store_busy"
    title = "The database is busy"


class StoreCorruptError(StoreError):
    """The file is not a sound SQLite database."""

    code = "store_corrupt"
    title = "The database file is damaged"


class StoreNewerError(StoreError):
    """A newer hubcalc wrote the database."""

    code = "store_newer"
    title = "The database belongs to a newer hubcalc"


class JobError(HubcalcError):
    """Long work cannot be begun, or went wrong."""

    code = "job_failed"
    title = "The job cannot be done"


class TooManyJobsError(JobError):
    """The caller has as many unfinished jobs as one may have."""

    code = "too_many_jobs"
    title = "Too many unfinished jobs"


class WorkerDiedError(JobError):
    """The process that did a part of a job ended, and ended again when the part was repeated."""

    code = "worker_died"
    title = "The process that worked on the job ended"


class BodyError(HubcalcError):
    """A request body that cannot be read."""

    code = "invalid_body"
    title = "The request body cannot be read"


class MalformedBodyError(BodyError):
    """A request body that is not JSON."""

    code = "malformed_body"
    title = "The request body is not JSON"


class MediaTypeError(BodyError):
    """A request body of another media type than the route takes."""

    code = "unsupported_media_type"
    title = "The request body has another media type"


class BodyTooLargeError(BodyError):
    """A request body over the limit."""

    code = "body_too_large"
    title = "The request body is too large"


class UnreadableSheetError(BodyError):
    """A file that is no sheet, or one that cannot be read."""

    code = "unreadable_sheet"
    title = "The sheet cannot be read"


class RemoteError(HubcalcError):
    """The client could not get what it asked for."""

    code = "remote_error"
    title = "The server did not give what was asked for"


class ProblemError(RemoteError):
    """The server answered with a problem document; `status` and `document` hold it."""

    code = "problem"
    title = "The server answered with a problem"

    def __init__(self, message: str, problems: Sequence[Problem], *, status: int, document: dict[str, object]) -> None:
        super().__init__(message, problems)
        self.status = status
        self.document = document
        self.code = str(document.get("code", self.code))


class ConnectionFailedError(RemoteError):
    """The server could not be reached, or did not answer in time."""

    code = "connection_failed"
    title = "The server could not be reached"


def by_code() -> dict[str, type[HubcalcError]]:
    """Give the classes of errors by their codes.

    >>> by_code()["unknown_path"].__name__
    'UnknownPathError'
    """
    known: dict[str, type[HubcalcError]] = {}
    waiting = [HubcalcError]
    while waiting:
        error = waiting.pop()
        known[error.code] = error
        waiting.extend(error.__subclasses__())
    return known
