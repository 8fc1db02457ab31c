"""One scenario of a corridor: the corridor's document, and those of its hubs and lines, with the overrides in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np

from hubcalc.analysis.analyses import listed
from hubcalc.analysis.memo import by_identity
from hubcalc.analysis.methods import AnalysisMethod
from hubcalc.documents import DOCUMENT_KINDS, Documents, Fixtures
from hubcalc.errors import DocumentError, NotFoundError, OverrideError, Problem, UnknownPathError
from hubcalc.scenarios import combinations, gather
from hubcalc.scenarios.overrides import keep_rules
from hubcalc.scenarios.values import full_path, read_choices, read_numbers
from hubcalc.words import did_you_mean
from hubmodels import Corridor, HubBase, LineBase
from hubmodels.paths import leaves, nested_models, replace_leaves

MOST_CASES = 100
"""Scenarios of a corridor that one call may ask for."""
MOST_SIMULATED_CASES = 10
"""The same where all parts are simulated."""
INSIDE = ("hubs", "lines")
"""Paths that begin so lead into the documents of the corridor: hubs.<id>.<path>."""
_leaves_of = by_identity(leaves)
D = TypeVar("D", bound=HubBase)


@dataclass(frozen=True, slots=True)
class Case:
    """A corridor in one scenario."""

    corridor: Corridor
    hubs: Mapping[str, HubBase]
    lines: Mapping[str, LineBase]
    overrides: dict[str, Any]

    @property
    def inside(self) -> dict[str, Mapping[str, HubBase]]:
        """Its documents by group."""
        return {"hubs": self.hubs, "lines": self.lines}


def corridor_of(corridor: Corridor | Mapping[str, Any] | str, documents: Documents) -> Corridor:
    """Read a corridor document, or find it by its id."""
    if isinstance(corridor, str):
        return documents.corridor(corridor)
    data = dict(corridor) if isinstance(corridor, Mapping) else corridor
    found: Corridor = DOCUMENT_KINDS["corridors"].parse(data)
    return found


def cases_of(
    corridor: Corridor,
    overrides: Mapping[str, Any] | None = None,
    documents: Documents | None = None,
    method: AnalysisMethod = "fast",
) -> list[Case]:
    """Give the corridor in every combination of the overrides, the last path fastest.

    Parameters
    ----------
    corridor : Corridor
        The document.
    overrides : mapping, optional
        A value, or a list of values, by path. ``hubs.<id>.`` and ``lines.<id>.`` lead into the documents that the
        corridor names, ``demand.`` to its main demand.
    documents : Documents, optional
        Where hubs and lines are found; by default those that come with hubcalc.
    method : AnalysisMethod
        How the parts will be analyzed; of simulated ones there may be fewer.

    Returns
    -------
    list of Case

    Raises
    ------
    DocumentError
        If the corridor names a hub or a line that is not there; the error names the place.
    UnknownPathError, OverrideError
        If an override cannot be used.
    TooManyScenariosError
        If there are more than `MOST_CASES` combinations, or more than `MOST_SIMULATED_CASES` to be simulated.
    """
    library = documents or Fixtures()
    hubs, lines = _found(corridor, library)
    values: dict[str, Sequence[Any]] = {}
    for path, given in (overrides or {}).items():
        full = own_path(corridor, path)
        if full in values:
            hint = f"demand. is short for demands.{corridor.main_demand}.; name it once"
            raise OverrideError.of(Problem("given twice", parameter=path, hint=hint))
        values[full] = listed(path, given)
    columns, size = combinations(values, MOST_SIMULATED_CASES if method == "simulate" else MOST_CASES)
    rows = [{path: _plain(column[i]) for path, column in columns.items()} for i in range(size)]
    return [_case(corridor, hubs, lines, row) for row in rows]


def _found(corridor: Corridor, library: Documents) -> tuple[dict[str, HubBase], dict[str, LineBase]]:
    """Give the documents that a corridor names; each that is missing is an error at its place."""
    hubs: dict[str, HubBase] = {}
    lines: dict[str, LineBase] = {}
    problems = []
    for key, node in corridor.nodes.items():
        if node.hub is not None and node.hub not in hubs:
            try:
                hubs[node.hub] = library.hub(node.hub)
            except NotFoundError as error:
                problems.append(_missing(f"/nodes/{key}/hub", node.hub, error))
    for key, link in corridor.links.items():
        if link.line not in lines:
            try:
                lines[link.line] = library.line(link.line)
            except NotFoundError as error:
                problems.append(_missing(f"/links/{key}/line", link.line, error))
    if problems:
        raise DocumentError.of(*problems)
    return hubs, lines


def _missing(pointer: str, given: str, error: NotFoundError) -> Problem:
    said = error.problems[0] if error.problems else Problem(error.message)
    return Problem(said.message, pointer=pointer, given=given, allowed=said.allowed, hint=said.hint)


def own_path(corridor: Corridor, path: str) -> str:
    """Write out the short form of a path to the main demand.

    >>> own_path(Fixtures().corridor("lianyungang-almaty"), "demand.per_day")
    'demands.lianyungang-almaty.per_day'
    """
    return f"demands.{corridor.main_demand}.{path.removeprefix('demand.')}" if path.startswith("demand.") else path


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _case(corridor: Corridor, hubs: Mapping[str, HubBase], lines: Mapping[str, LineBase], row: dict[str, Any]) -> Case:
    inside: dict[str, dict[str, dict[str, Any]]] = {group: {} for group in INSIDE}
    own: dict[str, Any] = {}
    for path, value in row.items():
        group, _, rest = path.partition(".")
        if group in INSIDE:
            document_id, _, inner = rest.partition(".")
            inside[group].setdefault(document_id, {})[inner] = value
        else:
            own[path] = value
    changed = changed_corridor(corridor, own)
    new_hubs, new_lines = _changed("hubs", hubs, inside["hubs"]), _changed("lines", lines, inside["lines"])
    return Case(changed, new_hubs, new_lines, _read(changed, {"hubs": new_hubs, "lines": new_lines}, row))


def _read(corridor: Corridor, documents: Mapping[str, Mapping[str, HubBase]], row: Iterable[str]) -> dict[str, Any]:
    """Give the values of inputs as they were read: numbers where texts were given."""
    own = cache(lambda: leaves(corridor))
    inside = cache(lambda group, document_id: leaves(documents[group][document_id]))
    found = {}
    for path in row:
        group, _, rest = path.partition(".")
        if group in INSIDE:
            document_id, _, inner = rest.partition(".")
            leaf = inside(group, document_id)[full_path(documents[group][document_id], inner)]
        else:
            leaf = own()[path]
        found[path] = _plain(leaf.value)
    return found


def _changed(group: str, documents: Mapping[str, D], changes: Mapping[str, Mapping[str, Any]]) -> dict[str, D]:
    unknown = [document_id for document_id in changes if document_id not in documents]
    if unknown:
        raise UnknownPathError.of(
            Problem(
                f"the corridor has none of the {group} called so",
                parameter=f"{group}.{unknown[0]}",
                allowed=", ".join(sorted(documents)),
                hint=did_you_mean(unknown[0], documents),
            )
        )
    return {key: _changed_one(f"{group}.{key}", document, changes.get(key)) for key, document in documents.items()}


def _changed_one(place: str, document: D, values: Mapping[str, Any] | None) -> D:
    """Override leaves of one document; errors name the path from the corridor on."""
    if not values:
        return document
    try:
        scenarios = gather(document, {path: [value] for path, value in values.items()}, 1)
    except (UnknownPathError, OverrideError) as error:
        raise type(error).of(*(_from_corridor(place, problem) for problem in error.problems)) from error
    # a changed choice makes another document of the same kind
    return cast("D", scenarios.document(scenarios.groups[0], 0))


def _from_corridor(place: str, problem: Problem) -> Problem:
    path = f"{place}.{problem.parameter}" if problem.parameter else place
    return Problem(problem.message, parameter=path, given=problem.given, allowed=problem.allowed, hint=problem.hint)


def changed_corridor(corridor: Corridor, values: Mapping[str, Any]) -> Corridor:
    """Put values into a corridor's own document.

    Raises
    ------
    UnknownPathError, OverrideError
        If a path is none of its own, or a value cannot be used.
    """
    known = _leaves_of(corridor)
    read: dict[str, Any] = {}
    for path, value in values.items():
        if path not in known:
            places = "; hubs.<id>. and lines.<id>. lead into its documents"
            raise UnknownPathError.of(
                Problem(
                    "the corridor has no such path",
                    parameter=path,
                    allowed=f"a path of the corridor{places}",
                    hint=did_you_mean(path, known),
                )
            )
        reader = read_choices if known[path].type == "choice" else read_numbers
        read[path] = reader(known[path], [value])[0].item()
    changed = replace_leaves(corridor, read)
    columns = {path: np.array([value]) for path, value in read.items() if not isinstance(value, str)}
    for path, model in nested_models(changed):
        if any(name.startswith(f"{path}.") for name in columns):
            keep_rules(model, columns, f"{path}." if path else "")  # type: ignore[arg-type]  # all of ours are Models
    return changed
