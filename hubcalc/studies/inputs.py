"""Uncertain inputs: the law that a request or a document states for a path, as something that can be drawn from."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.documents import Documents
from hubcalc.errors import ArgumentError, OverrideError, Problem
from hubcalc.sampling import Empirical, Law, Lognormal, Normal, Pert, Triangular, Uniform, law_of_range, truncated
from hubmodels import Corridor, HubBase
from hubmodels.evidence import Uncertainty
from hubmodels.paths import Leaf
from hubmodels.studies.laws import (
    EmpiricalInput,
    InputLaw,
    LognormalInput,
    NormalInput,
    PertInput,
    RangeInput,
    TriangularInput,
    UniformInput,
)

_LAWS: dict[type[Any], Callable[[Any, Leaf], Law]] = {
    UniformInput: lambda given, _: Uniform(given.low, given.high),
    TriangularInput: lambda given, _: Triangular(given.low, given.mode, given.high),
    PertInput: lambda given, _: Pert(given.low, given.mode, given.high, given.weight),
    NormalInput: lambda given, _: Normal(given.mean, given.sd),
    LognormalInput: lambda given, _: Lognormal(given.median, given.sigma),
    EmpiricalInput: lambda given, _: Empirical.of(given.values, given.weights),
    RangeInput: lambda given, leaf: law_of_range(given.low, given.high, float(leaf.value)),
}


def law_of(given: InputLaw, leaf: Leaf, pointer: str) -> Law:
    """Make the law of an input, cut at the bounds of the input.

    Parameters
    ----------
    given : InputLaw
        What is said of it.
    leaf : Leaf
        The input: its value in the document, and its bounds.
    pointer : str
        Where in the request it is said; errors name it.

    Returns
    -------
    Law

    Raises
    ------
    OverrideError
        If the input is a choice or has no value to range about, or hardly anything of the law lies within its bounds.
    """
    if leaf.type == "choice":
        raise OverrideError.of(Problem("a choice has no law", pointer=pointer, given=leaf.path, hint="vary numbers"))
    if leaf.value is None and isinstance(given, RangeInput):
        message, hint = "the document gives no value to range about", "name a law with a mode, or a uniform one"
        raise OverrideError.of(Problem(message, pointer=pointer, given=leaf.path, hint=hint))
    # a whole number is what a drawn number rounds to, so half a unit beyond the bounds is within them
    half = 0.5 if leaf.type == "integer" else 0.0
    lower = None if leaf.lower is None else leaf.lower - half
    upper = None if leaf.upper is None else leaf.upper + half
    try:
        return truncated(_LAWS[type(given)](given, leaf), lower, upper)
    except ArgumentError as error:
        problems = (replace(problem, parameter=None, pointer=pointer) for problem in error.problems)
        raise OverrideError.of(*problems) from error


def held_error(path: str, pointer: str, instead: str = "do not draw it") -> OverrideError:
    """Make the error for an input that is to vary, while an override holds it.

    Parameters
    ----------
    path : str
        The input, as the request names it.
    pointer : str
        Where in the request it is to vary.
    instead : str
        What to do, other than to take it out of the overrides.

    Returns
    -------
    OverrideError
    """
    message, hint = "this input is held by an override", f"take it out of overrides, or {instead}"
    return OverrideError.of(Problem(message, pointer=pointer, given=path, hint=hint))


def stated_uncertainty(document: HubBase | Corridor, documents: Documents) -> dict[str, Uncertainty]:
    """Give the uncertainty that documents state, by full path; of a corridor with that of its hubs and lines.

    Parameters
    ----------
    document : HubBase or Corridor
        What a study is about.
    documents : Documents
        Where the hubs and lines of a corridor are found.

    Returns
    -------
    dict
        That of the corridor itself comes first.
    """
    found: dict[str, Uncertainty] = dict(document.uncertainty)
    if isinstance(document, Corridor):
        from hubcalc.analysis.corridors.case import INSIDE, cases_of  # of no use for hubs

        (case,) = cases_of(document, {}, documents)
        for group, inside in zip(INSIDE, (case.hubs, case.lines), strict=True):
            for key, part in inside.items():
                found |= {f"{group}.{key}.{path}": spread for path, spread in part.uncertainty.items()}
    return found


def drawn(law: Law, leaf: Leaf, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give values of an input for probabilities between 0 and 1; whole numbers are rounded.

    Parameters
    ----------
    law : Law
        The law of the input.
    leaf : Leaf
        The input.
    probabilities : ndarray
        Strictly between 0 and 1. [1]

    Returns
    -------
    ndarray
        Of the same shape, within the bounds of the input. [the input's]
    """
    values = law.quantile(probabilities)
    if leaf.type == "integer":
        values = np.rint(values)
    return np.clip(values, leaf.lower, leaf.upper) if leaf.lower is not None or leaf.upper is not None else values
