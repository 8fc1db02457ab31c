"""By how much an approximation misses, measured: tables by cell of arrival scv, service scv, servers and utilization.

The tables are JSON files beside this module, which scripts in benchmarks write.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from hubcalc.arguments import FloatArray


@dataclass(frozen=True, slots=True)
class MeasuredError:
    """Columns of errors to expect.

    Attributes
    ----------
    typical, percentile_95 : ndarray
        Absolute relative errors that half and that 95 of 100 measured cases did not exceed; inf where `out_of_range`,
        0 where the formula is exact. [1]
    out_of_range : ndarray of bool
        Whether nothing was measured there.
    """

    typical: FloatArray
    percentile_95: FloatArray
    out_of_range: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ErrorTable:
    """Cells of measured errors of some methods, and their borders.

    Attributes
    ----------
    arrival_scv, service_scv : tuple of float
        Least and greatest value measured. Arrival scvs below, at and above one have cells of their own. [1]
    servers : tuple of int
        Greatest number of servers of each cell. [1]
    utilization : tuple of float
        Least utilization of each cell; the last goes on to 1, where errors vanish or stay. [1]
    cells : dict
        For each method, median, 95th percentile and number of cases by arrival scv, service scv (one group, or three),
        servers and utilization; NaN where nothing was measured.
    """

    arrival_scv: tuple[float, float]
    service_scv: tuple[float, float]
    servers: tuple[int, ...]
    utilization: tuple[float, ...]
    cells: dict[str, FloatArray]

    def look_up(
        self, method: str, arrival: FloatArray, service: FloatArray, servers: FloatArray, utilization: FloatArray
    ) -> MeasuredError:
        """Return the errors of a method for columns of one shape."""
        table = self.cells[method]
        group = np.minimum(np.searchsorted(self.servers, servers), len(self.servers) - 1)
        band = np.searchsorted(self.utilization, utilization, side="left") - 1  # a border belongs to the worse cell
        side = scv_group(service) if table.shape[1] > 1 else np.zeros(service.shape, dtype=np.int64)
        values = table[scv_group(arrival), side, group, np.maximum(band, 0)]
        inside = (servers <= self.servers[-1]) & (band >= 0) & ~np.isnan(values[..., 0])
        for bounds, column in ((self.arrival_scv, arrival), (self.service_scv, service)):
            inside &= (column >= bounds[0]) & (column <= bounds[1])
        typical, largest = (np.where(inside, values[..., i], np.inf) for i in range(2))
        return MeasuredError(typical, largest, np.asarray(~inside))


def scv_group(scv: FloatArray) -> NDArray[np.int64]:
    """Return 0 below one, 1 at one, 2 above."""
    return np.asarray(np.sign(scv - 1.0).astype(np.int64) + 1)


@cache
def error_table(name: str) -> ErrorTable:
    """Read a table that the package ships."""
    text = (files("hubcalc.queueing") / f"{name}.json").read_text(encoding="utf-8")
    data = json.loads(text)
    cells = {method: np.array(rows, dtype=np.float64) for method, rows in data["cells"].items()}
    axes = {axis: tuple(data[axis]) for axis in ("arrival_scv", "service_scv", "servers", "utilization")}
    return ErrorTable(**axes, cells=cells)
