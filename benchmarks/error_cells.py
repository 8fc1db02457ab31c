"""Sort relative errors into the cells of hubcalc.queueing.measured_errors, and write them into the package."""

import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import hubcalc.queueing
from hubcalc.queueing.measured_errors import scv_group

Floats = NDArray[np.float64]
Cells = list[list[list[list[list[float | None]]]]]
NOTHING: list[float | None] = [None, None, 0]


@dataclass(frozen=True)
class Axes:
    """Borders of the cells: least and greatest scv, greatest servers of each, utilization from border to border."""

    arrival_scv: tuple[float, float]
    service_scv: tuple[float, float]
    servers: tuple[int, ...]
    utilization: tuple[float, ...]
    service_groups: int

    def cells(self, arrival: Floats, service: Floats, servers: Floats, rho: Floats, errors: Floats, share: float = 95):
        """Give median, percentile and number of the absolute errors of each cell; borders count on both sides."""
        side = scv_group(service) if self.service_groups > 1 else np.zeros(service.shape)
        group = np.searchsorted(self.servers, servers)
        bands = list(itertools.pairwise(self.utilization))

        def cell(a: int, s: int, c: int, low: float, high: float) -> list[float | None]:
            inside = (scv_group(arrival) == a) & (side == s) & (group == c) & ~np.isnan(errors)
            size = np.abs(errors[inside & (rho >= low - 1e-9) & (rho <= high + 1e-9)])
            return [up(np.median(size)), up(np.percentile(size, share)), size.size] if size.size else NOTHING

        counts = (3, self.service_groups, len(self.servers))
        return [
            [[[cell(a, s, c, *band) for band in bands] for c in range(counts[2])] for s in range(counts[1])]
            for a in range(counts[0])
        ]


def up(error: float) -> float:
    """Round up to a tenth of a percent; below 1e-8 the formula is exact."""
    return 0.0 if error < 1e-8 else float(np.ceil(error * 1000.0) / 1000.0)


def ship(name: str, axes: Axes, cells: dict[str, Cells], made_by: str) -> None:
    """Write a table into the package."""
    head = {
        "made_by": made_by,
        "arrival_scv": axes.arrival_scv,
        "service_scv": axes.service_scv,
        "servers": axes.servers,
        "utilization": axes.utilization[:-1],
    }
    rows = ",\n".join(f"{json.dumps(method)}: {json.dumps(table)}" for method, table in cells.items())
    text = json.dumps(head)[:-1] + ',\n"cells": {\n' + rows + "\n}}\n"
    (Path(hubcalc.queueing.__file__).parent / f"{name}.json").write_text(text, encoding="utf-8")


def percent(value: float) -> str:
    return f"{100.0 * value:.2f}"
