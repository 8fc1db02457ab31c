"""Reading documents: validation errors become problems that name the place, what was given and what to do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Protocol, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

import hubfixtures
from hubcalc.errors import DocumentError, NotFoundError, Problem
from hubcalc.words import did_you_mean
from hubfixtures import Collection
from hubfixtures.factors import emission_factors as emission_factors
from hubmodels import (
    CORRIDOR,
    HUB,
    LINE,
    SCENARIO,
    BorderCrossing,
    Corridor,
    DryPort,
    Hub,
    HubBase,
    LineBase,
    LineDocument,
    Scenario,
    Terminal,
    migrate,
)
from hubmodels.base import MisfitError, Model
from hubmodels.scenario import Ask


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """What is known of the documents of a collection."""

    collection: Collection
    noun: str
    adapter: TypeAdapter[Any]
    types: tuple[type[Model], ...]

    def parse(self, data: object) -> Any:
        """Validate a document: a mapping as read from JSON, or a document already validated."""
        if isinstance(data, self.types):
            return data
        if not isinstance(data, dict):
            given = type(data).__name__
            message = f"a {self.noun} document is a JSON object"
            raise DocumentError.of(Problem(message, pointer="", given=given, allowed="an object"))
        try:
            return self.adapter.validate_python(migrate(data))
        except ValidationError as error:
            raise DocumentError.of(*problems_of(error)) from error


DOCUMENT_KINDS: dict[Collection, DocumentKind] = {
    "hubs": DocumentKind("hubs", "hub", HUB, (DryPort, BorderCrossing, Terminal)),
    "lines": DocumentKind("lines", "line", LINE, (LineBase,)),
    "corridors": DocumentKind("corridors", "corridor", CORRIDOR, (Corridor,)),
    "scenarios": DocumentKind("scenarios", "scenario", SCENARIO, (Scenario,)),
}

_UNION_TAGS = frozenset({"dry_port", "border_crossing", "terminal", "railway", "road", "sea_leg", "pipeline"})
_ASKS = frozenset(get_args(ask.model_fields["what"].annotation)[0] for ask in get_args(get_args(Ask)[0]))


class Documents(Protocol):
    """Where an analysis finds the documents that others name."""

    def hub(self, hub_id: str) -> HubBase:
        """Give a hub."""

    def line(self, line_id: str) -> LineBase:
        """Give a line."""

    def corridor(self, corridor_id: str) -> Corridor:
        """Give a corridor."""

    def scenario(self, scenario_id: str) -> Scenario:
        """Give a scenario."""


class Fixtures:
    """The documents that come with hubcalc."""

    def hub(self, hub_id: str) -> HubBase:
        """Give a hub."""
        return fixture(hub_id)

    def line(self, line_id: str) -> LineBase:
        """Give a line."""
        return line_fixture(line_id)

    def corridor(self, corridor_id: str) -> Corridor:
        """Give a corridor."""
        _known(corridor_id, "corridors")
        return hubfixtures.load(corridor_id, "corridors")

    def scenario(self, scenario_id: str) -> Scenario:
        """Give a scenario."""
        _known(scenario_id, "scenarios")
        return hubfixtures.load(scenario_id, "scenarios")


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
    hub: Hub = DOCUMENT_KINDS["hubs"].parse(data)
    return hub


def parse_hub_or_line(data: object) -> HubBase:
    """Validate a document that can be analyzed: a hub, or a line if its kind is one of a line."""
    if isinstance(data, HubBase):
        return data
    kind = data.get("kind") if isinstance(data, Mapping) else None
    is_line = kind in {"railway", "road", "sea_leg", "pipeline"}
    found: HubBase = DOCUMENT_KINDS["lines" if is_line else "hubs"].parse(data)
    return found


def collection_of(document: Model) -> Collection:
    """Say which collection a document belongs to.

    >>> collection_of(fixture("xian"))
    'hubs'
    """
    for kind in DOCUMENT_KINDS.values():
        if isinstance(document, kind.types):
            return kind.collection
    raise TypeError(f"{type(document).__name__} is no document")


def fixture(hub_id: str) -> Hub:
    """Load one of the hubs that come with hubcalc.

    Raises
    ------
    NotFoundError
        If there is no such hub; the error names those that there are.
    """
    _known(hub_id, "hubs")
    return hubfixtures.load(hub_id)


def line_fixture(line_id: str) -> LineDocument:
    """Load one of the lines that come with hubcalc.

    Raises
    ------
    NotFoundError
        If there is no such line; the error names those that there are.
    """
    _known(line_id, "lines")
    return hubfixtures.load(line_id, "lines")


def hub_or_line_fixture(document_id: str) -> HubBase:
    """Load one of the hubs and lines that come with hubcalc; no two of them have the same id."""
    if document_id in hubfixtures.names("lines"):
        return line_fixture(document_id)
    return fixture(document_id)


def _known(document_id: str, collection: Collection) -> None:
    known = hubfixtures.names(collection)
    if document_id not in known:
        noun = DOCUMENT_KINDS[collection].noun
        raise NotFoundError.of(
            Problem(
                f"no such {noun}",
                given=document_id,
                allowed=", ".join(known),
                hint=did_you_mean(document_id, known),
            )
        )


def problems_of(
    error: ValidationError, *, as_paths: bool = False, prefix: str = "", form: type[Model] | None = None
) -> list[Problem]:
    """Turn a Pydantic error into problems, with JSON pointers or dotted paths; `form` is the model of a request."""
    problems = []
    for item, within, message in _spread(error):
        place = [*(_place(item["loc"]) if form is None else _place_in(form, item)), *within]
        if as_paths:
            problems.append(Problem(message, parameter=".".join(place) or None, given=_given(item)))
        else:
            pointer = prefix + "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in place)
            problems.append(Problem(message, pointer=pointer, given=_given(item), hint=_hint(item)))
    return problems


def _spread(error: ValidationError) -> Iterator[tuple[Any, list[str], str]]:
    """Give each problem of an error with its place inside the reported location and its message."""
    items = error.errors(include_url=False)
    for item in items:
        if _only_follows(item, items):
            continue
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


def _only_follows(item: Any, items: Sequence[Any]) -> bool:
    """Say whether a list is too short only because Pydantic does not count its items that are wrong themselves."""
    if item["type"] != "too_short" or len(item["input"]) < item["ctx"]["min_length"]:
        return False
    place = item["loc"]
    return any(len(other["loc"]) > len(place) and other["loc"][: len(place)] == place for other in items)


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
    if len(place) > 2 and place[0] == "asks" and place[2] in _ASKS:
        del place[2]
    return [part for i, part in enumerate(place) if not (i > 0 and place[i - 1].endswith("_time"))]


def _place_in(form: type[Model], item: Any) -> list[str]:
    """Follow the types of a request along the location of an error: names, keys and indices are places in it.

    Pydantic also puts tags and names of types into the location, at unions, and a mark behind a key that is wrong.
    """
    kind: Any = form
    place: list[str] = []
    rest = [*item["loc"]]
    while rest:
        kind, part = _bare(kind), str(rest.pop(0))
        members = get_args(kind)
        if _is_union(kind):
            kind = _member(members, part, rest)
            continue
        place.append(part)
        if isinstance(kind, type) and issubclass(kind, Model):
            fields = kind.model_fields.items()
            kind = next((field.annotation for name, field in fields if part in (name, field.alias)), None)
        elif get_origin(kind) is dict:
            if rest == ["[key]"] and item["type"] != "extra_forbidden" and str(item["input"]) == part:
                break
            kind = members[1]
        elif get_origin(kind) in (list, tuple):
            kind = members[0]
        else:
            kind = None
    return place


def _bare(kind: Any) -> Any:
    """Take the type out of `Annotated`, and out of a union with None, which leaves no trace in a location."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    kept = [part for part in get_args(kind) if part is not NoneType]
    return _bare(kept[0]) if _is_union(kind) and len(kept) == 1 else kind


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType)


def _member(members: Sequence[Any], label: str, rest: Sequence[int | str]) -> Any:
    """Find the member of a union: by the tag that one of its fields must have, or as what may hold the next part."""
    bare = [_bare(member) for member in members]
    for kind in bare:
        if isinstance(kind, type) and issubclass(kind, Model):
            if any(label in get_args(field.annotation) for field in kind.model_fields.values()):
                return kind
        elif rest and get_origin(kind) in ((list, tuple) if isinstance(rest[0], int) else (dict,)):
            return kind
    return None


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
