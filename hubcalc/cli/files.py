"""Documents in files."""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from hubcalc.cli.documents import KINDS
from hubcalc.errors import DocumentError, ParameterError, Problem
from hubcalc.words import did_you_mean

if TYPE_CHECKING:
    from hubcalc.cli.sources import Analyzed, Document
    from hubfixtures import Collection
    from hubmodels import Corridor, Scenario

STDIN = "-"


def is_file(text: str) -> bool:
    """Say whether an argument names a file rather than the id of a document.

    >>> is_file("my-hub.json"), is_file("./my-hub"), is_file("my-hub")
    (True, True, False)
    """
    return text == STDIN or text.lower().endswith(".json") or "/" in text or os.sep in text


def hub_or_id(text: str) -> "Analyzed | str":
    """Read the document of a hub or a line where an argument names a file; else it is an id."""
    from hubcalc.documents import parse_hub_or_line

    if not is_file(text):
        return text
    document: Analyzed = read_document(text, parse_hub_or_line)
    return document


def corridor_or_id(text: str) -> "Corridor | str":
    """Read the document of a corridor where an argument names a file; else it is an id."""
    found: Corridor | str = _of_kind(text, "corridors")
    return found


def scenario_or_id(text: str) -> "Scenario | str":
    """Read the document of a scenario where an argument names a file; else it is an id."""
    found: Scenario | str = _of_kind(text, "scenarios")
    return found


def _of_kind(text: str, collection: "Collection") -> Any:
    from hubcalc.documents import DOCUMENT_KINDS

    return read_document(text, DOCUMENT_KINDS[collection].parse) if is_file(text) else text


def read_document(name: str, parse: Callable[[Any], Any] | None = None) -> Any:
    """Read and validate a document; `-` stands for standard input.

    Parameters
    ----------
    name : str
        The file.
    parse : callable, optional
        What validates it; by default that of its kind.

    Returns
    -------
    hub, line, corridor or scenario
        The document.

    Raises
    ------
    ParameterError
        If the file cannot be read.
    DocumentError
        If it is no such document; each problem names the file and the place in it (file#/pointer).
    """
    try:
        return (parse or _parse)(_read_json(name))
    except DocumentError as error:
        raise DocumentError.of(*(_located(problem, name) for problem in error.problems)) from error


def read_documents(names: tuple[str, ...]) -> "list[Document]":
    """Read several documents; the error lists the problems of all of them."""
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for name in names:
        try:
            document = read_document(name)
        except DocumentError as error:
            problems += error.problems
            continue
        if document.id in documents:
            same = Problem("another of these files has the same id", pointer=f"{name}#/id", given=document.id)
            problems.append(same)
        documents[document.id] = document
    if problems:
        raise DocumentError.of(*problems)
    return list(documents.values())


def document_json(document: "Document") -> str:
    """Write a document with what was said in it, as the server does: defaults that were left unsaid stay unsaid."""
    said = document.model_dump(mode="json", exclude_unset=True)
    return json.dumps({"schema_version": document.schema_version, **said}, ensure_ascii=False, indent=2)


def write_text(path: Path, text: str, option: str = "--output") -> None:
    """Write a text, as UTF-8."""
    write_bytes(path, text.encode("utf-8"), option)


def write_bytes(path: Path, content: bytes, option: str = "--output") -> None:
    """Write a file, which afterwards holds either what it held before or all of the content."""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            temporary.chmod(path.stat().st_mode if path.exists() else 0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ParameterError.of(Problem(f"cannot be written: {reason}", parameter=option, given=str(path))) from error


def _read_json(name: str) -> Any:
    try:
        raw = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except OSError as error:
        raise ParameterError.of(Problem(f"cannot be read: {error.strerror}", parameter=name)) from error
    except (ValueError, RecursionError) as error:
        reason = "too deeply nested" if isinstance(error, RecursionError) else str(error)
        raise DocumentError.of(Problem(f"not JSON: {reason}", hint="one document a file, in UTF-8")) from error


def _parse(data: Any) -> Any:
    """Validate a document of whatever kind it says it is."""
    from hubcalc.documents import DOCUMENT_KINDS

    kind = data.get("kind") if isinstance(data, dict) else None
    for collection, kinds in KINDS.items():
        if kind in kinds:
            return DOCUMENT_KINDS[collection].parse(data)
    if not isinstance(kind, str):
        return DOCUMENT_KINDS["hubs"].parse(data)  # which says what a document must have
    allowed = ", ".join(kind for kinds in KINDS.values() for kind in kinds)
    hint = did_you_mean(kind, allowed.split(", "))
    raise DocumentError.of(Problem("no kind of document", pointer="/kind", given=kind, allowed=allowed, hint=hint))


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _located(problem: Problem, name: str) -> Problem:
    return replace(problem, pointer=f"{name}#{problem.pointer}" if problem.pointer else name)
