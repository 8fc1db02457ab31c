"""Draws: the inputs of any rows, with their correlations and common shocks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.errors import ArgumentError, OverrideError, Problem
from hubcalc.sampling import Design, GaussianCopula, LatinDesign, Law, RandomDesign, RankCorrelation, SobolDesign
from hubcalc.studies.base import Evaluator
from hubcalc.studies.forks import Rest, split_forks
from hubcalc.studies.inputs import drawn, law_of
from hubcalc.studies.montecarlo.uncertainties import UncertainInput, full_path_of
from hubmodels.paths import Leaf
from hubmodels.studies.montecarlo import MonteCarloRequest

SHOCK = "shocks."
"""Before the name of a shock in the names of columns."""
_FACTOR = Leaf("factor", "number", 1.0, "1", "Factor of a common shock", lower=0.0)


@dataclass(frozen=True, slots=True)
class Shock:
    """A factor that several inputs share."""

    law: Law
    given: str
    """Name of the law as it was given."""
    leaves: Mapping[str, Leaf]
    """The inputs, by full path."""


@dataclass(frozen=True, slots=True)
class Draws:
    """The inputs of each row.

    An input is drawn from its law, multiplied by the shocks that it shares, and rounded where it counts. What a shock
    carries beyond the bounds of an input stays there: such a row cannot be, and is left out as invalid.
    """

    inputs: Mapping[str, UncertainInput]
    shocks: Mapping[str, Shock]
    rests: Mapping[str, Rest]
    copula: GaussianCopula
    design: Design

    def leaves(self) -> dict[str, Leaf]:
        """Give all inputs that vary, by path: those drawn, others that a shock moves, and what shares leave."""
        found = {path: uncertain.leaf for path, uncertain in self.inputs.items()}
        for shock in self.shocks.values():
            found |= {path: leaf for path, leaf in shock.leaves.items() if path not in found}
        return found | {path: rest.leaf for path, rest in self.rests.items()}

    def columns(self, start: int, stop: int) -> tuple[dict[str, FloatArray], dict[str, FloatArray]]:
        """Give the inputs of some rows by path, and the factors of the shocks by name."""
        points = self.copula.apply(self.design.points(start, stop - start))
        values: dict[str, FloatArray] = {}
        moved = {path for shock in self.shocks.values() for path in shock.leaves}
        for number, (path, uncertain) in enumerate(self.inputs.items()):
            column = points[:, number]
            # what a shock moves is rounded and checked after it
            values[path] = (
                uncertain.law.quantile(column) if path in moved else drawn(uncertain.law, uncertain.leaf, column)
            )
        factors: dict[str, FloatArray] = {}
        for number, (name, shock) in enumerate(self.shocks.items(), start=len(self.inputs)):
            factors[name] = shock.law.quantile(points[:, number])
            for path, leaf in shock.leaves.items():
                values[path] = factors[name] * values.get(path, float(leaf.value))
        leaves = self.leaves()
        values |= {path: rest.values(values, stop - start) for path, rest in self.rests.items()}
        whole = {path: np.rint(values[path]) for path in moved if leaves[path].type == "integer"}
        return {path: whole.get(path, values[path]) for path in leaves}, factors


def draws_of(request: MonteCarloRequest, inputs: Mapping[str, UncertainInput], evaluator: Evaluator) -> Draws:
    """Read shocks, correlations and design of a request.

    Parameters
    ----------
    request : MonteCarloRequest
        The request.
    inputs : mapping
        What is uncertain, by full path.
    evaluator : Evaluator
        What knows the inputs.

    Raises
    ------
    OverrideError
        If nothing varies, a shock or a correlation names what it cannot, or correlations exclude each other.
    """
    inputs, rests = split_forks(inputs, evaluator.inputs)
    shocks = {name: _shock(request, name, evaluator, rests) for name in request.shocks}
    if not inputs and not shocks:
        message, hint = "nothing is uncertain", "give laws of some inputs by path"
        raise OverrideError.of(Problem(message, pointer="/laws", allowed="at least one input that varies", hint=hint))
    copula = _copula(request, inputs, evaluator)
    return Draws(inputs, shocks, rests, copula, _design(request, len(inputs) + len(shocks)))


def _shock(request: MonteCarloRequest, name: str, evaluator: Evaluator, rests: Mapping[str, Rest]) -> Shock:
    given, leaves = request.shocks[name], dict[str, Leaf]()
    for number, path in enumerate(given.paths):
        pointer = f"/shocks/{name}/paths/{number}"
        full = full_path_of(path, evaluator, pointer)
        leaf = evaluator.inputs[full]
        if leaf.type == "choice" or leaf.value is None:
            message = "a choice cannot be multiplied" if leaf.type == "choice" else "the document gives it no value"
            raise OverrideError.of(Problem(message, pointer=pointer, given=path, hint="name inputs that are numbers"))
        if full in rests:
            message, hint = "this share is what the others of its fork leave", "name the others"
            raise OverrideError.of(Problem(message, pointer=pointer, given=path, hint=hint))
        if full in leaves:
            raise OverrideError.of(Problem("this path is given twice", pointer=pointer, given=path))
        leaves[full] = leaf
    return Shock(law_of(given.law, _FACTOR, f"/shocks/{name}/law"), given.law.law, leaves)


def _copula(request: MonteCarloRequest, inputs: Mapping[str, UncertainInput], evaluator: Evaluator) -> GaussianCopula:
    places = {path: number for number, path in enumerate(inputs)}
    pairs = []
    for number, pair in enumerate(request.correlations):
        ends = []
        for i, path in enumerate(pair.paths):
            pointer = f"/correlations/{number}/paths/{i}"
            full = full_path_of(path, evaluator, pointer)
            if full not in places:
                message, hint = "this input is not drawn", "give a law of it, or leave the pair out"
                raise OverrideError.of(Problem(message, pointer=pointer, given=path, hint=hint))
            ends.append(places[full])
        pairs.append(RankCorrelation(ends[0], ends[1], pair.rank_correlation))
    try:
        return GaussianCopula.of(pairs, list(inputs))
    except ArgumentError as error:
        raise OverrideError.of(*map(_pointed, error.problems)) from error


def _pointed(problem: Problem) -> Problem:
    """Point to the place in the request that an argument came from: correlations[2] is /correlations/2."""
    place = str(problem.parameter).replace("[", "/").rstrip("]")
    return replace(problem, parameter=None, pointer=f"/{place}")


def _design(request: MonteCarloRequest, dimensions: int) -> Design:
    if request.design == "sobol":
        return SobolDesign(dimensions, request.seed, request.draws)
    if request.design == "latin_hypercube":
        return LatinDesign(dimensions, request.seed, request.draws)
    return RandomDesign(dimensions, request.seed)


def shown_quantiles(law: Law, leaf: Leaf) -> tuple[float, float, float]:
    """Give P10, P50 and P90 of an input."""
    low, middle, high = drawn(law, leaf, np.array([0.1, 0.5, 0.9])).tolist()
    return low, middle, high


def factor_quantiles(law: Law) -> tuple[float, float, float]:
    """Give P10, P50 and P90 of the factor of a shock."""
    return shown_quantiles(law, _FACTOR)
