"""The integer program: the cheapest mix that none of the cuts forbids."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubcalc.cached import cached
from hubcalc.errors import RefusedError
from hubcalc.studies.sizing.mixes import Floats, Lattice, Levels
from hubcalc.studies.sizing.shapes import BOTH_WAYS, Directions

Terms = NDArray[np.bool_]
"""One entry for each value of each choice: a mix with none of those that are true is forbidden."""
_SPREAD = 1e4
"""What costs are scaled to, so that the solver's absolute tolerance of 1e-6 is far below a cent in a million."""
_INFEASIBLE = 2
"""Status of the solver."""


@dataclass(frozen=True)
class Master:
    """Minimize the cost over one value of each choice, x_cl in {0, 1} with sum_l x_cl = 1, under cuts a @ x >= 1."""

    lattice: Lattice

    @cached
    def starts(self) -> NDArray[np.intp]:
        """Where the values of each choice begin among all."""
        return np.concatenate([[0], np.cumsum(self.lattice.sizes)[:-1]]).astype(np.intp)

    @cached
    def _costs(self) -> tuple[Floats, float, float]:
        """Costs of all values, scaled, the scale, and what the cheapest mix costs."""
        parts = [choice.cost_usd_per_year - choice.cost_usd_per_year.min() for choice in self.lattice.choices]
        cheapest = sum(float(choice.cost_usd_per_year.min()) for choice in self.lattice.choices)
        scale = (sum(part.max() for part in parts) or 1.0) / _SPREAD
        return np.concatenate(parts) / scale, float(scale), cheapest

    def solve(self, cuts: Sequence[Terms]) -> tuple[NDArray[np.intp] | None, float]:
        """Find the cheapest mix that keeps to all cuts.

        Parameters
        ----------
        cuts : sequence of ndarray
            Each of shape (values of all choices,).

        Returns
        -------
        tuple
            The mix, None if there is none, and the bound on the cost of all that keep to them (inf). [USD/year]

        Raises
        ------
        RefusedError
            If the solver gives up.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        if not all(cut.any() for cut in cuts):
            return None, np.inf
        costs, scale, cheapest = self._costs
        owner = np.repeat(np.arange(len(self.lattice.sizes)), self.lattice.sizes)
        one_each = csr_array((np.ones(owner.size), (owner, np.arange(owner.size))))
        rows = [LinearConstraint(one_each, 1, 1)]
        if cuts:
            rows.append(LinearConstraint(csr_array(np.array(cuts, dtype=np.float64)), 1, np.inf))
        whole, bounds = np.ones(owner.size, np.int64), Bounds(0, 1)
        found = milp(costs, integrality=whole, bounds=bounds, constraints=rows, options={"mip_rel_gap": 0.0})
        if found.status == _INFEASIBLE:
            return None, np.inf
        if found.x is None or found.status != 0:
            raise RefusedError(f"the integer program was not solved: {found.message}")
        mix = np.array([int(np.argmax(part)) for part in np.split(found.x, self.starts[1:])], np.intp)
        return mix, float(found.mip_dual_bound) * scale + cheapest

    def better(self, mix: NDArray[np.intp], directions: Directions) -> Terms:
        """Give the values with which a mix may be better than this one: of single choices, whatever the others are."""
        terms = []
        for size, level, direction in zip(self.lattice.sizes, mix, directions, strict=True):
            steps = np.arange(size) - level
            terms.append(steps != 0 if direction == BOTH_WAYS else steps * int(direction) > 0)
        return np.concatenate(terms)

    def keeps(self, levels: Levels, terms: Terms) -> NDArray[np.bool_]:
        """Say which mixes keep to a cut."""
        kept: NDArray[np.bool_] = terms[self.starts + levels].any(axis=1)
        return kept
