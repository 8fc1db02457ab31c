"""What the fused kernels take: columns as lines, where a line of one element stands for all rows."""

import numpy as np

from hubcalc.arguments import FloatArray, broadcast
from hubcalc.compiled import flat


def lines(**columns: FloatArray) -> tuple[tuple[int, ...], list[FloatArray]]:
    """Return the common shape, and each column as a contiguous line of all elements, or of the one that it has."""
    shapes = {column.shape for column in columns.values()}
    shape = shapes.pop() if len(shapes) == 1 else broadcast(**columns)[0].shape
    full = (
        each if each.size == 1 or each.shape == shape else np.broadcast_to(each, shape) for each in columns.values()
    )
    return shape, list(flat(*full))
