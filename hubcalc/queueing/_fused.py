"""What the fused kernels take: columns as lines, where a line of one element stands for all rows."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, common_shape
from hubcalc.compiled import line
from hubcalc.queueing._wait_tables import make_tables

Check = Callable[[str, ArrayLike], FloatArray]


def lines(**columns: FloatArray) -> tuple[tuple[int, ...], list[FloatArray]]:
    """Return the common shape, and each column as a contiguous line of all elements, or of the one that it has."""
    shape = common_shape(**columns)
    return shape, [
        line(each if each.size == 1 or each.shape == shape else np.broadcast_to(each, shape))
        for each in columns.values()
    ]


def filled(
    kernel: Callable[..., bool], tables: FloatArray | None = None, **given: tuple[Check, ArrayLike]
) -> FloatArray:
    """Return a column that a kernel fills from arguments and from the tables; each argument comes with its check.

    The kernel says whether all that it read is in range, and all tables are there, so that the arguments are read once.
    Only if not are they checked one by one, for an error that names the one that is wrong, and tables are made.
    """
    try:
        shape, columns = lines(**{name: np.asarray(value, dtype=np.float64) for name, (_, value) in given.items()})
    except (TypeError, ValueError):
        _check(given)
        raise
    found = np.empty(shape)
    rest = () if tables is None else (tables,)
    if not kernel(found.reshape(-1), *columns, *rest):
        _check(given)
        if tables is not None:
            make_tables(columns[list(given).index("servers")], tables)
            kernel(found.reshape(-1), *columns, *rest)
    return found


def _check(given: dict[str, tuple[Check, ArrayLike]]) -> None:
    """Raise the error of the first argument that is out of its range."""
    for name, (check, value) in given.items():
        check(name, value)
