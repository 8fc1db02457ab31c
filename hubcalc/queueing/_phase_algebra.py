"""Linear algebra of small matrices inside compiled kernels; inner loops run along rows."""

from hubcalc.arguments import FloatArray
from hubcalc.compiled import helper


@helper
def eliminate(matrix: FloatArray, size: int) -> None:
    """Factor an M-matrix in place, without exchanges of rows."""
    for k in range(size):
        pivot = 1.0 / matrix[k, k]
        for i in range(k + 1, size):
            if matrix[i, k] != 0.0:
                factor = matrix[i, k] * pivot
                matrix[i, k] = factor
                for j in range(k + 1, size):
                    matrix[i, j] -= factor * matrix[k, j]


@helper
def substitute(factors: FloatArray, right: FloatArray, size: int, count: int) -> None:
    """Replace the first `count` columns of right by those of the solution, from the factors of `eliminate`."""
    for k in range(size):
        for i in range(k + 1, size):
            factor = factors[i, k]
            if factor != 0.0:
                for j in range(count):
                    right[i, j] -= factor * right[k, j]
    for k in range(size - 1, -1, -1):
        pivot = 1.0 / factors[k, k]
        for j in range(count):
            right[k, j] *= pivot
        for i in range(k):
            factor = factors[i, k]
            if factor != 0.0:
                for j in range(count):
                    right[i, j] -= factor * right[k, j]


@helper
def divide_row(factors: FloatArray, row: FloatArray) -> None:
    """Replace a row by that times the inverse of a matrix, from its factors."""
    for k in range(row.size):
        for j in range(k):
            row[k] -= factors[k, j] * row[j]
    for k in range(row.size - 1, -1, -1):
        for j in range(k + 1, row.size):
            row[k] -= factors[k, j] * row[j]
        row[k] /= factors[k, k]


@helper
def exchange_solve(matrix: FloatArray, right: FloatArray) -> bool:
    """Replace right by the solution of a general system, with exchanges of rows; say whether there is one."""
    size = len(matrix)
    for k in range(size):
        best = k
        for i in range(k + 1, size):
            if abs(matrix[i, k]) > abs(matrix[best, k]):
                best = i
        if not abs(matrix[best, k]) > 0.0:
            return False
        if best != k:
            for j in range(size):
                matrix[k, j], matrix[best, j] = matrix[best, j], matrix[k, j]
                right[k, j], right[best, j] = right[best, j], right[k, j]
        pivot = 1.0 / matrix[k, k]
        for i in range(k + 1, size):
            factor = matrix[i, k] * pivot
            matrix[i, k] = 0.0
            for j in range(k + 1, size):
                matrix[i, j] -= factor * matrix[k, j]
            for j in range(size):
                right[i, j] -= factor * right[k, j]
    substitute(matrix, right, size, size)
    return True


@helper
def clear(target: FloatArray) -> None:
    """Fill a matrix with zeros."""
    for u in range(target.shape[0]):
        for j in range(target.shape[1]):
            target[u, j] = 0.0


@helper
def copy(target: FloatArray, source: FloatArray) -> None:
    """Copy a matrix."""
    for u in range(target.shape[0]):
        for j in range(target.shape[1]):
            target[u, j] = source[u, j]
