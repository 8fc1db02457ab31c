"""Reading hub documents: validation errors become problems that name the place, what was given and what to do."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

import hubfixtures
from hubcalc.errors import DocumentError, NotFoundError, Problem
from hubcalc.words import did_you_mean
from hubmodels import HUB, BorderCrossing, DryPort, Hub, Terminal, migrate
from hubmodels.base import MisfitError, Model

_UNION_TAGS = frozenset({"dry_port", "border_crossing", "terminal"})


def parse_hub(data: object) -> Hub:
    """Validate a hub document.

    Parameters
    ----------
    data : object
        A mapping as read from JSON, or a hub already validated.

    Returns
    -------
    Hub
        The hub, of its kind.

    Raises
    ------
    DocumentError
        If the document is not valid; `problems` lists every place.

    Examples
    --------
    >>> parse_hub({"kind": "dry_port"})
    Traceback (most recent call last):
    hubcalc.errors.DocumentError: /id: Field required...
    """
    if isinstance(data, DryPort | BorderCrossing | Terminal):
        return data
    if not isinstance(data, dict):
        raise DocumentError.of(
            Problem("a hub document is a JSON object", pointer="", given=type(data).__name__, allowed="an object")
        )
    try:
        return HUB.validate_python(migrate(data))
    except ValidationError as error:
        raise DocumentError.of(*problems_of(error)) from error


def fixture(hub_id: str) -> Hub:
    """Load one of the hubs that come with hubcalc.

    Raises
    ------
    NotFoundError
        If there is no such hub; the error names those that there are.
    """
    known = hubfixtures.names()
    if hub_id not in known:
        raise NotFoundError.of(
            Problem("no such hub", given=hub_id, allowed=", ".join(known), hint=did_you_mean(hub_id, known))
        )
    return hubfixtures.load(hub_id)


def problems_of(error: ValidationError, *, as_paths: bool = False, prefix: str = "") -> list[Problem]:
    """Turn a Pydantic error into problems, with JSON pointers or dotted paths."""
    problems = []
    for item, within, message in _spread(error):
        place = [*_place(item["loc"]), *within]
        if as_paths:
            problems.append(Problem(message, parameter=".".join(place) or None, given=_given(item)))
        else:
            pointer = prefix + "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in place)
            problems.append(Problem(message, pointer=pointer, given=_given(item), hint=_hint(item)))
    return problems


def _spread(error: ValidationError) -> Iterator[tuple[Any, list[str], str]]:
    """Give each problem of an error with its place inside the reported location and its message."""
    for item in error.errors(include_url=False):
        cause = item.get("ctx", {}).get("error")
        if isinstance(cause, MisfitError):
            for place, message in cause.places:
                yield {**item, "input": None}, place.split("."), message
        elif item["type"] == "union_tag_invalid":
            found = item["ctx"]
            place = _discriminator(found["discriminator"])
            yield {**item, "input": found["tag"]}, [place], f"{found['tag']!r} is none of {found['expected_tags']}"
        elif item["type"] == "union_tag_not_found":
            place = _discriminator(item["ctx"]["discriminator"])
            yield {**item, "type": "missing"}, [place], "it decides which other fields there are"
        else:
            yield item, [], item["msg"]


def _discriminator(said: str) -> str:
    """Name the field that decides on the kind; for laws of service time Pydantic names a function instead."""
    return "law" if said.endswith("()") else said.strip("'")


def _place(location: tuple[int | str, ...]) -> list[str]:
    """Drop the tags that Pydantic puts into the location of a discriminated union: they are no part of the document."""
    place = [str(part) for part in location]
    if place and place[0] in _UNION_TAGS:
        place = place[1:]
    if len(place) > 2 and place[0] == "stages":
        del place[2]
    if len(place) > 3 and place[0] == "flows" and place[2] == "route":
        del place[3]
    return [part for i, part in enumerate(place) if not (i > 0 and place[i - 1].endswith("_time"))]


def _given(item: Any) -> object:
    """Give the input at fault; a field that is missing has none."""
    return None if item["type"] == "missing" else _shown(item["input"])


def _shown(value: Any) -> object:
    """Shorten what was given: scalars as they are, anything larger by its kind."""
    if isinstance(value, Model):
        return "an object"
    if isinstance(value, dict | list | tuple):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    if isinstance(value, str) and len(value) > 100:
        return value[:100] + "…"
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _hint(item: Any) -> str | None:
    if item["type"] == "extra_forbidden":
        return "remove it, or look up the name in the document's schema"
    if item["type"] == "missing":
        return "add it"
    return None
