"""A linear program that grows: rows and columns are added, and each solution starts from the basis of the last.

HiGHS through its own interface, since the one of SciPy starts each time anew.
"""

from typing import Any

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array

from hubcalc.errors import RefusedError
from hubcalc.network.graph import Floats

_FEASIBILITY = 1e-9
"""Of costs and limits; HiGHS goes no lower than 1e-10."""
_DUAL, _PRIMAL = 1, 4
"""Codes of the two simplex methods."""


class Program:
    """Minimize costs @ x over x >= 0 with matrix @ x <= limits."""

    def __init__(self) -> None:
        make: Any = highspy.Highs  # its stubs leave the constructor untyped
        self._solver = make()
        self._solver.silent()
        self._set("primal_feasibility_tolerance", _FEASIBILITY)
        self._set("dual_feasibility_tolerance", _FEASIBILITY)
        self._set("threads", 1)
        self._set("simplex_strategy", _PRIMAL)
        self._rows = self._columns = 0
        self.flows: Floats = np.empty(0)
        self.marginals: Floats = np.empty(0)
        self.value = 0.0

    def _set(self, option: str, value: float) -> None:
        self._solver.setOptionValue(option, value)

    def add_rows(self, matrix: csr_array, limits: Floats) -> None:
        """Add rows over the columns that there are."""
        rows, inf = limits.size, highspy.kHighsInf
        self._rows += rows
        highest = np.where(np.isinf(limits), inf, limits)
        starts, indices = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
        self._solver.addRows(rows, np.full(rows, -inf), highest, matrix.nnz, starts, indices, matrix.data)
        self._set("simplex_strategy", _DUAL)  # the last solution stays optimal but breaks the new limits

    def add_columns(self, costs: Floats, matrix: csc_array) -> None:
        """Add columns over the rows that there are."""
        count = costs.size
        self._columns += count
        highest = np.full(count, highspy.kHighsInf)
        starts, indices = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
        self._solver.addCols(count, costs, np.zeros(count), highest, matrix.nnz, starts, indices, matrix.data)
        self._set("simplex_strategy", _PRIMAL)  # the last solution stays feasible but is not the best

    def solve(self) -> None:
        """Set `flows`, `marginals` of the limits and the `value`.

        Raises
        ------
        RefusedError
            If the solver gives up.
        """
        if not self._columns:
            self.marginals = np.zeros(self._rows)
            return
        self._solver.run()
        status = self._solver.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise RefusedError(f"the linear program was not solved: {self._solver.modelStatusToString(status)}")
        solution = self._solver.getSolution()
        self.flows = np.maximum(np.array(solution.col_value), 0.0)
        self.marginals = np.minimum(np.array(solution.row_dual), 0.0)
        self.value = float(self._solver.getInfo().objective_function_value)
