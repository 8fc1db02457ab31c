"""Forks of routes: shares that add up to 1 still do when they are drawn, since one of them is what the others leave."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from hubcalc.arguments import FloatArray
from hubcalc.sampling import Law
from hubmodels.paths import Leaf
from hubmodels.results import Advice

_SHARE = re.compile(r"(?P<fork>(?:.+\.)?flows\.[^.]+\.route\.[^.]+)\.[^.]+")
_ROUNDING = 1e-9


class _Stated(Protocol):
    @property
    def basis(self) -> str:
        """Where the law comes from: document or request."""


S = TypeVar("S", bound=_Stated)


@dataclass(frozen=True, slots=True)
class Named:
    """An input that a request names, with its law."""

    law: Law
    basis: str = "request"


@dataclass(frozen=True, slots=True)
class Rest:
    """A share of a fork that is what the others leave of 1."""

    leaf: Leaf
    others: Mapping[str, float]
    """The other shares by path, with their values in the document."""

    def values(self, drawn: Mapping[str, FloatArray], rows: int) -> FloatArray:
        """Give the share in some rows; negative where the others come to more than 1, so that the row cannot be."""
        left = np.ones(rows)
        for path, value in self.others.items():
            left -= drawn.get(path, value)
        return np.where(np.abs(left) < _ROUNDING, 0.0, left)


def split_forks(inputs: Mapping[str, S], known: Mapping[str, Leaf]) -> tuple[dict[str, S], dict[str, Rest]]:
    """Take one share of each fork out of what is drawn.

    Parameters
    ----------
    inputs : mapping
        What is uncertain, by full path; each has a `basis`.
    known : mapping
        All inputs.

    Returns
    -------
    tuple of dict
        What is drawn, and by path the shares that follow from it. Of the shares of a fork that come to 1, that is the
        largest of those that are certain; else of those without a law in the request; else of all.
    """
    forks: dict[str, list[str]] = {}
    for path in known:
        match = _SHARE.fullmatch(path)
        if match:
            forks.setdefault(match["fork"], []).append(path)
    rests: dict[str, Rest] = {}
    for paths in forks.values():
        complete = abs(sum(known[path].value for path in paths) - 1.0) <= _ROUNDING
        if len(paths) > 1 and complete and any(path in inputs for path in paths):
            certain = [path for path in paths if path not in inputs]
            unnamed = [path for path in paths if path in inputs and inputs[path].basis == "document"]
            rest = max(certain or unnamed or paths, key=lambda path: float(known[path].value))
            rests[rest] = Rest(known[rest], {path: float(known[path].value) for path in paths if path != rest})
    drawn = {path: uncertain for path, uncertain in inputs.items() if path not in rests}
    return drawn, rests


def fork_advice(rests: Mapping[str, Rest]) -> list[Advice]:
    """Name the shares that are not drawn, since they follow from others."""
    if not rests:
        return []
    message = f"shares that are what the others of their fork leave: {', '.join(rests)}"
    return [Advice(code="shares_that_follow", message=message)]
