"""The rows of a sensitivity study: the base, the ends of the tornado, the steps of elasticities, and Sobol's points."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.cached import cached
from hubcalc.sampling import SaltelliDesign, SobolDesign
from hubcalc.studies.forks import Rest
from hubcalc.studies.inputs import drawn
from hubcalc.studies.sensitivity.inputs import Varied
from hubcalc.studies.sensitivity.steps import Stencil, stencil_of
from hubmodels.studies.sensitivity import SensitivityRequest

BASE, TORNADO, ELASTICITIES, SOBOL = "base", "tornado", "elasticities", "sobol"
TORNADO_START = 1
"""Row of the low value of the first input; its high value and those of the other inputs follow."""


class SensitivityDesign:
    """All rows by number: the few fixed ones first, then the base points of Sobol indices with their companions.

    Parameters
    ----------
    inputs : sequence of Varied
        What is varied.
    request : SensitivityRequest
        Which analyses are asked for.
    rests : mapping, optional
        Shares of forks that are what the others leave, by path.
    """

    def __init__(
        self, inputs: Sequence[Varied], request: SensitivityRequest, rests: Mapping[str, Rest] | None = None
    ) -> None:
        self.inputs, self._rests = tuple(inputs), dict(rests or {})
        self.tornado = TORNADO in request.analysis
        self.stencils: tuple[Stencil, ...] = ()
        if ELASTICITIES in request.analysis:
            self.stencils = tuple(stencil_of(varied) for varied in inputs)
        self.sobol: SaltelliDesign | None = None
        self.sobol_rows = 0
        if SOBOL in request.analysis:
            base = SobolDesign(2 * len(self.inputs), request.seed, request.base_points, least_sections=1)
            self.sobol = SaltelliDesign(base)
            self.sobol_rows = request.base_points * self.sobol.blocks

    @cached
    def stencil_starts(self) -> list[int]:
        """First row of each stencil, and the first row after them all."""
        starts = [TORNADO_START + 2 * len(self.inputs) * self.tornado]
        for stencil in self.stencils:
            starts.append(starts[-1] + len(stencil.values))
        return starts

    @property
    def fixed_rows(self) -> int:
        """Rows before Sobol's points."""
        return self.stencil_starts[-1]

    @property
    def rows(self) -> int:
        """All rows."""
        return self.fixed_rows + self.sobol_rows

    @cached
    def _fixed(self) -> dict[str, NDArray[np.float64]]:
        """Inputs of the fixed rows, by path."""
        found = {}
        for place, varied in enumerate(self.inputs):
            column = np.full(self.fixed_rows, varied.value)
            if self.tornado:
                start = TORNADO_START + 2 * place
                column[start : start + 2] = varied.ends
            if self.stencils:
                start, stop = self.stencil_starts[place : place + 2]
                column[start:stop] = self.stencils[place].values
            found[varied.path] = column
        return found

    @cached
    def _labels(self) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Say of each fixed row which analysis it is of, and which input it changes."""
        part, changed = np.full(self.fixed_rows, BASE, dtype=object), np.full(self.fixed_rows, "", dtype=object)
        for place, varied in enumerate(self.inputs):
            ranges: list[tuple[str, int, int]] = []
            if self.tornado:
                start = TORNADO_START + 2 * place
                ranges.append((TORNADO, start, start + 2))
            if self.stencils:
                ranges.append((ELASTICITIES, self.stencil_starts[place], self.stencil_starts[place + 1]))
            for name, start, stop in ranges:
                part[start:stop], changed[start:stop] = name, varied.path
        return part, changed

    def columns(self, start: int, stop: int) -> dict[str, NDArray[Any]]:
        """Give the inputs of some rows, by path, those too that follow from others."""
        found = self._varied(start, stop)
        return found | {path: rest.values(found, stop - start) for path, rest in self._rests.items()}

    def _varied(self, start: int, stop: int) -> dict[str, NDArray[Any]]:
        fixed = slice(start, min(stop, self.fixed_rows))
        found = {path: column[fixed] for path, column in self._fixed.items()}
        first = max(start, self.fixed_rows)
        if self.sobol is None or first >= stop:
            return found
        points = self.sobol.points(first - self.fixed_rows, stop - first)
        for place, varied in enumerate(self.inputs):
            if varied.law is not None:  # all have one, else Sobol indices are refused
                values = drawn(varied.law, varied.leaf, points[:, place])
                found[varied.path] = np.concatenate([found[varied.path], values]) if fixed.stop > start else values
        return found

    def labels(self, start: int, stop: int) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Say of some rows which analysis they are of, and which input they change; Sobol's points change all."""
        part, changed = np.full(stop - start, SOBOL, dtype=object), np.full(stop - start, "", dtype=object)
        few = max(min(stop, self.fixed_rows) - start, 0)
        for labels, own in zip((part, changed), self._labels, strict=True):
            labels[:few] = own[start : start + few]
        return part, changed
