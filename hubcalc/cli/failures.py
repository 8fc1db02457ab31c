"""What a failed command says, and the exit code that it ends with."""

import json
from collections.abc import Iterator

import click

from hubcalc import errors
from hubcalc.cli.plain import plain
from hubcalc.errors import HubcalcError, Problem, ProblemError

EXIT_CODES = {
    0: "done",
    1: "unexpected error",
    2: "wrong usage, or input that cannot be used",
    3: "no such hub, version or page",
    4: "conflict: the document is not as supposed",
    5: "the database file cannot be used",
    6: "no answer from the server, a fault of it, or an address it cannot listen on",
}
UNEXPECTED, BAD_INPUT, NOT_FOUND, CONFLICT, STORE, SERVER = 1, 2, 3, 4, 5, 6

_BY_CLASS: dict[type[HubcalcError], int] = {
    errors.InputError: BAD_INPUT,
    errors.RefusedError: BAD_INPUT,
    errors.AccessError: BAD_INPUT,
    errors.BodyError: BAD_INPUT,
    errors.NotFoundError: NOT_FOUND,
    errors.ConflictError: CONFLICT,
    errors.StoreError: STORE,
    errors.RemoteError: SERVER,
    HubcalcError: UNEXPECTED,
}
_BY_STATUS = {
    400: BAD_INPUT,
    401: BAD_INPUT,
    404: NOT_FOUND,
    409: CONFLICT,
    412: CONFLICT,
    413: BAD_INPUT,
    422: BAD_INPUT,
    428: CONFLICT,
}
_MOST_SHOWN = 20


class CannotListenError(click.ClickException):
    """The server cannot have the address that it was told to listen on."""

    exit_code = SERVER


def exit_code(error: HubcalcError) -> int:
    """Give the exit code for an error; a server's problem counts as the same problem here would.

    >>> exit_code(errors.UnknownPathError("stages.front.crane"))
    2
    """
    if isinstance(error, ProblemError):
        return _BY_STATUS.get(error.status, SERVER)
    return next(_BY_CLASS[cls] for cls in type(error).__mro__ if cls in _BY_CLASS)


def as_text(error: HubcalcError) -> str:
    """Say an error in lines: what, where, what was given, what is allowed, and what to do."""
    if not error.problems:
        return plain(f"Error: {error.message}")
    shown = [line for problem in error.problems[:_MOST_SHOWN] for line in _lines(problem)]
    if len(error.problems) > _MOST_SHOWN:
        shown.append(f"  … and {len(error.problems) - _MOST_SHOWN} more")
    return plain("\n".join([f"Error: {_title(error)}", *shown]))


def as_json(error: HubcalcError) -> str:
    """Write an error as a problem document; a server's own is passed on."""
    if isinstance(error, ProblemError) and error.document:
        return _dump(error.document)
    names = ("message", "parameter", "pointer", "given", "allowed", "hint")
    entries = [{name: getattr(problem, name) for name in names} for problem in error.problems]
    return _dump(
        {
            "type": f"/errors/{error.code}",
            "title": error.title,
            "code": error.code,
            "detail": error.message,
            "errors": [{name: value for name, value in entry.items() if value is not None} for entry in entries],
        }
    )


def usage_as_json(message: str) -> str:
    """Write a fault in the command line itself as a problem document."""
    title = "The command line cannot be used"
    return _dump({"type": "/errors/usage", "title": title, "code": "usage", "detail": message, "errors": []})


def _title(error: HubcalcError) -> str:
    title = error.document.get("title", error.title) if isinstance(error, ProblemError) else error.title
    return str(title)


def _lines(problem: Problem) -> Iterator[str]:
    where = problem.parameter or problem.pointer
    yield f"  {where}: {problem.message}" if where else f"  {problem.message}"
    for label, value in (("given", problem.given), ("allowed", problem.allowed), ("hint", problem.hint)):
        if value is not None and value != "":
            yield f"    {label + ':':<9}{value}"


def _dump(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, default=str)
