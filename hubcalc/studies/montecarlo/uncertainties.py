"""Which inputs are drawn, and from which laws: those of the request, and the uncertainty of the documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hubcalc.documents import Documents
from hubcalc.errors import OverrideError, Problem
from hubcalc.sampling import Law
from hubcalc.studies.base import Evaluator
from hubcalc.studies.inputs import held_error, law_of, stated_uncertainty
from hubcalc.studies.subjects import Asked
from hubcalc.studies.sweeps.designs import full_paths
from hubcalc.words import did_you_mean
from hubmodels.evidence import Uncertainty
from hubmodels.paths import Leaf
from hubmodels.studies.laws import RangeInput
from hubmodels.studies.montecarlo import MonteCarloRequest


@dataclass(frozen=True, slots=True)
class UncertainInput:
    """An input that is drawn."""

    leaf: Leaf
    law: Law
    given: str
    """Name of the law as it was given."""
    basis: Literal["document", "request"]


def uncertain_inputs(
    request: MonteCarloRequest, asked: Asked, evaluator: Evaluator, documents: Documents
) -> dict[str, UncertainInput]:
    """Find the inputs that are drawn.

    Parameters
    ----------
    request : MonteCarloRequest
        The request.
    asked : Asked
        Its document.
    evaluator : Evaluator
        What knows the inputs.
    documents : Documents
        Where the hubs and lines of a corridor are found.

    Returns
    -------
    dict
        By full path, in the order of the document.

    Raises
    ------
    OverrideError
        If a path is unknown, an input is held and drawn at once, has no law, or cannot come out as its law says.
    """
    known = evaluator.inputs
    held = {evaluator.full_path(path) for path in asked.subject.overrides}
    stated = stated_uncertainty(asked.document, documents)
    full = full_paths(list(request.laws), known, evaluator.full_path, "/laws")
    found = {}
    for path, stated_law in request.laws.items():
        if full[path] in {evaluator.full_path(other) for other in request.overrides}:
            raise held_error(path, f"/laws/{path}")
        leaf = known[full[path]]
        found[full[path]] = UncertainInput(leaf, law_of(stated_law, leaf, f"/laws/{path}"), stated_law.law, "request")
    if request.uncertain is None:
        wanted = [path for path in stated if path in known and path not in held]
    else:
        wanted = _wanted(request.uncertain, evaluator, stated, found, held)
    for path in wanted:
        if path not in found:
            spread = RangeInput(law="range", low=stated[path].low, high=stated[path].high)
            law = law_of(spread, known[path], f"/document/uncertainty/{path}")
            found[path] = UncertainInput(known[path], law, spread.law, "document")
    return {path: found[path] for path in known if path in found}


def full_path_of(path: str, evaluator: Evaluator, pointer: str) -> str:
    """Write out a path, or raise an `OverrideError` that points to it."""
    full = evaluator.full_path(path)
    if full not in evaluator.inputs:
        hint = did_you_mean(path, evaluator.inputs)
        raise OverrideError.of(Problem("the document has no such path", pointer=pointer, given=path, hint=hint))
    return full


def _wanted(
    paths: Sequence[str],
    evaluator: Evaluator,
    stated: Mapping[str, Uncertainty],
    drawn: Mapping[str, UncertainInput],
    held: set[str],
) -> list[str]:
    """Read the list of the only inputs that are drawn."""
    found = []
    for number, path in enumerate(paths):
        pointer = f"/uncertain/{number}"
        full = full_path_of(path, evaluator, pointer)
        if full in held and full not in drawn:
            raise held_error(path, pointer)
        if full not in stated and full not in drawn:
            hint = f"give a law of it: laws.{path}"
            message = "the document does not say how uncertain this input is"
            raise OverrideError.of(Problem(message, pointer=pointer, given=path, hint=hint))
        found.append(full)
    return found
