"""Hub documents in files."""

import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from hubcalc.errors import DocumentError, ParameterError, Problem
from hubmodels import HUB, Hub

STDIN = "-"


def is_file(text: str) -> bool:
    """Say whether an argument names a file rather than a hub's id.

    >>> is_file("my-hub.json"), is_file("./my-hub"), is_file("my-hub")
    (True, True, False)
    """
    return text == STDIN or text.lower().endswith(".json") or "/" in text or os.sep in text


def hub_or_id(text: str) -> Hub | str:
    """Read the document where an argument names a file; else it is an id."""
    return read_hub(text) if is_file(text) else text


def read_hub(name: str) -> Hub:
    """Read and validate a document; `-` stands for standard input.

    Raises
    ------
    ParameterError
        If the file cannot be read.
    DocumentError
        If it is no hub document; each problem names the file and the place in it (file#/pointer).
    """
    from hubcalc.documents import parse_hub

    try:
        return HUB.validate_python(parse_hub(_read_json(name)))
    except DocumentError as error:
        raise DocumentError.of(*(_located(problem, name) for problem in error.problems)) from error


def read_hubs(names: tuple[str, ...]) -> list[Hub]:
    """Read several documents; the error lists the problems of all of them."""
    hubs: dict[str, Hub] = {}
    problems: list[Problem] = []
    for name in names:
        try:
            hub = read_hub(name)
        except DocumentError as error:
            problems += error.problems
            continue
        if hub.id in hubs:
            problems.append(Problem("another of these files has the same id", pointer=f"{name}#/id", given=hub.id))
        hubs[hub.id] = hub
    if problems:
        raise DocumentError.of(*problems)
    return list(hubs.values())


def document_json(hub: Hub) -> str:
    """Write a document with what was said in it, as the server does: defaults that were left unsaid stay unsaid."""
    said = HUB.dump_python(hub, mode="json", exclude_unset=True)
    return json.dumps({"schema_version": hub.schema_version, **said}, ensure_ascii=False, indent=2)


def write_text(path: Path, text: str) -> None:
    """Write a file, which afterwards holds either what it held before or all of the text."""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            temporary.chmod(path.stat().st_mode if path.exists() else 0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ParameterError.of(
            Problem(f"cannot be written: {reason}", parameter="--output", given=str(path))
        ) from error


def _read_json(name: str) -> Any:
    try:
        raw = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except OSError as error:
        raise ParameterError.of(Problem(f"cannot be read: {error.strerror}", parameter=name)) from error
    except (ValueError, RecursionError) as error:
        reason = "too deeply nested" if isinstance(error, RecursionError) else str(error)
        raise DocumentError.of(Problem(f"not JSON: {reason}", hint="one hub document a file, in UTF-8")) from error


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _located(problem: Problem, name: str) -> Problem:
    return replace(problem, pointer=f"{name}#{problem.pointer}" if problem.pointer else name)
