"""Rows drawn from laws of the inputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from hubcalc.sampling import Design, LatinDesign, Law, RandomDesign, SobolDesign
from hubcalc.studies.forks import Named, Rest, split_forks
from hubcalc.studies.inputs import drawn, law_of
from hubmodels.paths import Leaf
from hubmodels.studies.sweep import RandomDesign as RandomRows


@dataclass(frozen=True, slots=True)
class DrawnDesign:
    """Points of the unit cube, turned into inputs by the quantiles of their laws.

    Shares of a fork that are what the others leave are not drawn, but follow.
    """

    points: Design
    laws: Mapping[str, Law]
    rests: Mapping[str, Rest]
    leaves: Mapping[str, Leaf]
    rows: int

    @property
    def paths(self) -> tuple[str, ...]:
        """The inputs that are varied."""
        return (*self.laws, *self.rests)

    def columns(self, start: int, stop: int) -> dict[str, NDArray[Any]]:
        """Give the inputs of some rows."""
        points = self.points.points(start, stop - start)
        found = {path: drawn(law, self.leaves[path], points[:, i]) for i, (path, law) in enumerate(self.laws.items())}
        return found | {path: rest.values(found, stop - start) for path, rest in self.rests.items()}


def random_design(design: RandomRows, seed: int, known: Mapping[str, Leaf], full: Mapping[str, str]) -> DrawnDesign:
    """Read a random design.

    Parameters
    ----------
    design : hubmodels.studies.sweep.RandomDesign
        Laws by path, and what kind of points.
    seed : int
        What the points follow from. [1]
    known : mapping
        What may be varied.
    full : mapping
        The full path of each path that was given.

    Raises
    ------
    OverrideError
        If a law does not fit its input.
    """
    named = {
        full[path]: Named(law_of(law, known[full[path]], f"/design/inputs/{path}"))
        for path, law in design.inputs.items()
    }
    drawn_inputs, rests = split_forks(named, known)
    laws = {path: each.law for path, each in drawn_inputs.items()}
    points = _points(design.kind)(len(laws), seed, design.rows)
    return DrawnDesign(points, laws, rests, {path: known[path] for path in laws}, design.rows)


def _points(kind: str) -> Any:
    if kind == "sobol":
        return SobolDesign
    return LatinDesign if kind == "latin_hypercube" else lambda dimensions, seed, _: RandomDesign(dimensions, seed)
