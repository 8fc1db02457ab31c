"""Stationary probabilities: of sparse chains, and of chains whose levels repeat without end.

References
----------
.. [1] G. Latouche, V. Ramaswami (1999), Introduction to Matrix Analytic Methods in Stochastic Modeling, SIAM,
   chapters 6 and 8, doi:10.1137/1.9780898719734.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, diags_array, eye_array
from scipy.sparse.linalg import LinearOperator, gmres, spilu, spsolve

from hubcalc.arguments import FloatArray

Indices = NDArray[np.int64]

_DIRECT_STATES = 6_000  # up to here elimination is quick; beyond, it fills up
_TOLERANCE = 1e-13
_MOST_STEPS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Stationary probabilities of a chain with endless levels: of 0, of 1, summed from 1 up, and the mean level."""

    level_0: FloatArray
    first: FloatArray
    above: FloatArray
    level_mean: float


def generator(rows: Indices, columns: Indices, rates: FloatArray, states: int) -> Any:
    """Return the generator with these rates; moves of a state to itself fall out."""
    moves: Any = csr_matrix((rates, (rows, columns)), shape=(states, states))
    return csr_matrix(moves - diags_array(np.asarray(moves.sum(axis=1)).ravel()))


def stationary(moves: csr_matrix) -> FloatArray:
    """Return the stationary probabilities of a generator: without one balance equation, for a state of weight 1."""
    states = moves.shape[0]
    if states == 1:
        return np.ones(1)
    balance = csc_matrix(moves.T)
    inner, right = csc_matrix(balance[:-1, :-1]), -balance[:-1, -1].toarray().ravel()
    weights = spsolve(inner, right) if states <= _DIRECT_STATES else _iterated(inner, right)
    found = np.maximum(np.append(weights, 1.0), 0.0)
    return np.asarray(found / found.sum())


def _iterated(matrix: csc_matrix, right: FloatArray) -> FloatArray:
    """Solve by GMRES, with an incomplete elimination as the preconditioner; else by a complete one."""
    scale = 1.0 / np.abs(matrix.diagonal())
    scaled = csc_matrix(diags_array(scale) @ matrix)
    part = spilu(scaled + 1e-9 * eye_array(matrix.shape[0], format="csc"), drop_tol=1e-4, fill_factor=20.0)
    near = LinearOperator(matrix.shape, part.solve)
    found, failed = gmres(scaled, scale * right, M=near, rtol=1e-13, atol=0.0, restart=60, maxiter=20)
    return np.asarray(spsolve(matrix, right) if failed else found)


def endless(
    level_0: FloatArray, up_0: FloatArray, down_1: FloatArray, up: FloatArray, within: FloatArray, down: FloatArray
) -> Levels:
    """Solve a chain of rates within level 0, from 0 to 1, from 1 to 0, and up, within and down at the levels above.

    Logarithmic reduction ([1]_, section 8.4); there must be a stationary law.
    """
    size = within.shape[0]
    unit = np.eye(size)
    back = _passages(up, within, down)
    ahead = _left_divided(up, -(within + up @ back))  # R of ([1]_, section 6.2)
    rest = np.linalg.inv(unit - ahead)
    matrix = np.block([[level_0, up_0], [down_1, within + ahead @ down]])
    weights = np.concatenate([np.ones(len(level_0)), rest.sum(axis=1)])
    matrix[:, 0] = weights  # instead of one of the balance equations
    right = np.zeros(len(weights))
    right[0] = 1.0
    found = np.maximum(np.linalg.solve(matrix.T, right), 0.0)
    first = found[len(level_0) :]
    above = first @ rest
    return Levels(found[: len(level_0)], first, above, float((above @ rest).sum()))


def kron(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the Kronecker product."""
    return np.asarray(np.kron(left, right), dtype=np.float64)


def bounded(within: list[FloatArray], up: list[FloatArray], down: list[FloatArray]) -> list[FloatArray]:
    """Solve a chain of finitely many levels: rates within each, to the next, and back ([1]_, chapter 10)."""
    ratios: list[FloatArray] = []
    here = within[-1]
    for i in range(len(up) - 1, -1, -1):
        ratios.append(_left_divided(up[i], -here))
        here = within[i] + ratios[-1] @ down[i]
    here = here.copy()
    here[:, 0] = 1.0
    levels: list[FloatArray] = [np.asarray(np.linalg.solve(here.T, np.eye(1, len(here)).ravel()), dtype=np.float64)]
    for ratio in reversed(ratios):
        levels.append(levels[-1] @ ratio)
    total = sum(float(level.sum()) for level in levels)
    return [level / total for level in levels]


def _left_divided(block: FloatArray, matrix: FloatArray) -> FloatArray:
    """Return block times the inverse of a matrix."""
    return np.asarray(np.linalg.solve(matrix.T, block.T).T, dtype=np.float64)


def _passages(up: FloatArray, within: FloatArray, down: FloatArray) -> FloatArray:
    """Return the probabilities of the state in which the level below is first met, by the state above."""
    unit = np.eye(within.shape[0])
    first = np.linalg.solve(-within, np.hstack([up, down]))
    higher, lower = first[:, : len(unit)], first[:, len(unit) :]
    met, passed = lower.copy(), higher.copy()
    for _ in range(_MOST_STEPS):
        turned = unit - higher @ lower - lower @ higher
        both = np.linalg.solve(turned, np.hstack([higher @ higher, lower @ lower]))
        higher, lower = both[:, : len(unit)], both[:, len(unit) :]
        met += passed @ lower
        passed = passed @ higher
        if passed.sum(axis=1).max() < _TOLERANCE or np.abs(1.0 - met.sum(axis=1)).max() < _TOLERANCE:
            break
    return np.asarray(met, dtype=np.float64)
