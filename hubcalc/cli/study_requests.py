"""Requests of studies, made of what the command line says."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubcalc.errors import ParameterError, Problem
from hubcalc.words import did_you_mean

if TYPE_CHECKING:
    from hubcalc.cli.sources import Documents

LAWS: dict[str, tuple[str, ...]] = {
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "pert": ("low", "mode", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("median", "sigma"),
    "range": ("low", "high"),
    "empirical": (),
}
"""Laws and their numbers, in the order in which they are written."""


def common_request(
    documents: "Documents",
    subject: str,
    scenario: str | None,
    fixed: Sequence[str],
    fields: str | None,
    method: str | None,
    scale: str | None,
    question: str | None,
    seed: int | None,
) -> dict[str, Any]:
    """Write what all studies take; an id may be one of a hub, a line, a corridor or a scenario."""
    from hubcalc.cli.analyze import names_of
    from hubcalc.cli.overrides import single_overrides

    said = {"method": method, "scale": scale, "question": question, "seed": seed, "scenario": scenario}
    request: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    request |= _subject(documents, subject)
    if fixed:
        request["overrides"] = single_overrides(fixed)
    if fields is not None:
        request["fields"] = names_of(fields) or []
    return request


def _subject(documents: "Documents", subject: str) -> dict[str, Any]:
    from hubcalc.cli.files import is_file, read_document
    from hubcalc.documents import DOCUMENT_KINDS, collection_of

    if is_file(subject):
        return {"document": read_document(subject).model_dump(mode="json")}
    collection = collection_of(documents.get(subject).document)
    if collection == "scenarios":
        return {"scenario": subject}
    return {"subject": {"kind": DOCUMENT_KINDS[collection].noun, "id": subject}}


def design_of(
    values: Sequence[str], table: Path | None, laws: Sequence[str], draws: int | None, points: str | None
) -> dict[str, Any]:
    """Read which rows a sweep has; it is one of the three ways to say it."""
    given = [bool(values), table is not None, bool(laws) or draws is not None or points is not None]
    if sum(given) != 1:
        message = "say which rows: --set for combinations, --rows for a table, or --law with --draws"
        raise ParameterError.of(Problem(message, parameter="--set"))
    if table is not None:
        return {"kind": "csv", "text": _table_text(table)}
    if values:
        return {"kind": "grid", "values": _by_path("--set", values)}
    if not laws or draws is None:
        message = "random rows need a law for each input and how many there are"
        raise ParameterError.of(Problem(message, parameter="--law" if draws else "--draws"))
    return {"kind": points or "sobol", "rows": draws, "inputs": laws_of(laws)}


def _table_text(table: Path) -> str:
    try:
        raw = sys.stdin.buffer.read() if str(table) == "-" else table.read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise ParameterError.of(Problem(message, parameter="--rows", given=str(table))) from error
    except UnicodeDecodeError as error:
        message, hint = "not UTF-8", "save it as CSV UTF-8"
        raise ParameterError.of(Problem(message, parameter="--rows", given=str(table), hint=hint)) from error


def _by_path(option: str, items: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in items:
        path, text = _parted(option, item)
        if path in found:
            raise ParameterError.of(Problem("this path is given twice", parameter=option, given=item))
        found[path] = text
    return found


def laws_of(laws: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Read laws of inputs.

    >>> laws_of(["flow.per_day=triangular:9,11,14"])
    {'flow.per_day': {'law': 'triangular', 'low': 9.0, 'mode': 11.0, 'high': 14.0}}
    """
    return {path: _law(f"{path}={text}", text) for path, text in _by_path("--law", laws).items()}


def _law(item: str, text: str) -> dict[str, Any]:
    name, _, listed = text.partition(":")
    if name not in LAWS:
        hint = did_you_mean(name, LAWS)
        raise ParameterError.of(
            Problem("no such law", parameter="--law", given=item, allowed=", ".join(LAWS), hint=hint)
        )
    numbers = [_number("--law", item, part) for part in listed.split(",")]
    if name == "empirical":
        return {"law": name, "values": numbers}
    if len(numbers) != len(LAWS[name]):
        allowed = f"{name}:{','.join(LAWS[name])}"
        raise ParameterError.of(Problem("too few or too many numbers", parameter="--law", given=item, allowed=allowed))
    return {"law": name, **dict(zip(LAWS[name], numbers, strict=True))}


def _number(option: str, item: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ParameterError.of(Problem(f"{text!r} is no number", parameter=option, given=item)) from error


def drawn_request(laws: Sequence[str], only: str | None) -> dict[str, Any]:
    """Write which inputs are drawn."""
    from hubcalc.cli.analyze import names_of

    request: dict[str, Any] = {"laws": laws_of(laws)} if laws else {}
    return request if only is None else {**request, "uncertain": names_of(only) or []}


def targets_of(targets: Sequence[str]) -> dict[str, dict[str, float]]:
    """Read targets of metrics.

    >>> targets_of(["dwell_p90_hours<=24", "utilization<=0.8", "utilization>=0.2"])
    {'dwell_p90_hours': {'at_most': 24.0}, 'utilization': {'at_most': 0.8, 'at_least': 0.2}}
    """
    found: dict[str, dict[str, float]] = {}
    for item in targets:
        match = re.fullmatch(r"\s*([a-z0-9_.-]+)\s*(<=|>=)\s*([^\s=]+)\s*", item)
        if match is None:
            allowed = "METRIC<=VALUE or METRIC>=VALUE"
            raise ParameterError.of(Problem("not a target", parameter="--target", given=item, allowed=allowed))
        end = "at_most" if match[2] == "<=" else "at_least"
        if end in found.get(match[1], {}):
            raise ParameterError.of(Problem("this end is given twice", parameter="--target", given=item))
        found.setdefault(match[1], {})[end] = _number("--target", item, match[3])
    return found


def together_of(pairs: Sequence[str]) -> list[dict[str, Any]]:
    """Read rank correlations.

    >>> together_of(["a.b,c.d=0.5"])
    [{'paths': ['a.b', 'c.d'], 'rank_correlation': 0.5}]
    """
    found = []
    for item in pairs:
        paths, equals, value = item.partition("=")
        names = [path.strip() for path in paths.split(",")]
        if not equals or len(names) != len(("one", "other")):
            allowed = "PATH,PATH=CORRELATION"
            raise ParameterError.of(Problem("not a correlation", parameter="--together", given=item, allowed=allowed))
        found.append({"paths": names, "rank_correlation": _number("--together", item, value)})
    return found


def _parted(option: str, item: str) -> tuple[str, str]:
    path, equals, text = (part.strip() for part in item.partition("="))
    if not equals or "." not in path:
        allowed = "PATH=LAW:NUMBERS" if option == "--law" else "PATH=VALUES, such as stages.front.cranes=2..6"
        raise ParameterError.of(Problem("not understood", parameter=option, given=item, allowed=allowed))
    return path, text


def read_request(file: str) -> dict[str, Any]:
    """Read a request from a file."""
    from hubcalc.cli.files import read_document

    def as_it_is(data: Any) -> Any:
        if not isinstance(data, dict):
            raise ParameterError.of(Problem("a request is a JSON object", parameter="FILE.json", given=file))
        return data

    found: dict[str, Any] = read_document(file, as_it_is)
    return found
