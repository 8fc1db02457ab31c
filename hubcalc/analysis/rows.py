"""Single values out of columns."""

from typing import Any

import numpy as np


def at(values: Any, i: int) -> Any:
    """Take element i of a column, or the scalar that stands for the whole column.

    >>> at([1.0, 2.0], 1), at(3.0, 1)
    (2.0, 3.0)
    """
    array = np.asarray(values)
    return array.item() if array.size == 1 else array[i].item()


def number(value: float) -> float | None:
    """Give a float, or None where it is not finite.

    >>> number(1.5), number(float("inf"))
    (1.5, None)
    """
    return float(value) if np.isfinite(value) else None
