"""Queues simulated event by event, many independent runs at once: element r of every array belongs to run r.

Independent of hubcalc: nothing here knows a formula.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Servers:
    """The times at which equal parallel servers fall free, in rising order."""

    def __init__(self, count: int, runs: int) -> None:
        self._free = [np.zeros(runs) for _ in range(count)]

    @property
    def first_free(self) -> Floats:
        """When the next server falls free."""
        return self._free[0]

    def occupy(self, until: Floats) -> None:
        """Let the next in line hold the first free server; where `until` is `first_free` nothing changes."""
        free = self._free
        for j in range(len(free) - 1):
            free[j], until = np.minimum(free[j + 1], until), np.maximum(free[j + 1], until)
        free[-1] = until


def serve_one_by_one(
    arrivals: Floats, hours: Floats, present: NDArray[np.bool_], servers: int
) -> tuple[Floats, Floats]:
    """Serve customers (columns) first come, first served; give waits and departures. Who is not present passes by."""
    pool = Servers(servers, arrivals.shape[0])
    waits, departures = np.zeros_like(arrivals), arrivals.copy()
    for i in range(arrivals.shape[1]):
        here = present[:, i]
        start = np.maximum(arrivals[:, i], pool.first_free)
        done = start + hours[:, i]
        waits[:, i] = np.where(here, start - arrivals[:, i], 0.0)
        departures[:, i] = np.where(here, done, arrivals[:, i])
        pool.occupy(np.where(here, done, pool.first_free))
    return waits, departures


class Front:
    """Trains take a pair of tracks, are placed, have their boxes handled by shared cranes, and are removed.

    Tracks go to trains in the order of arrival, cranes to boxes in the order in which trains have been placed. With
    `pairs=None` there is always a track: a stage whose servers handle contents.
    """

    def __init__(
        self, cranes: int, pairs: int | None, place: Floats | float, remove: Floats | float, runs: int
    ) -> None:
        self._cranes = Servers(cranes, runs)
        self._tracks = Servers(pairs, runs) if pairs else None
        self._place, self._remove = place, remove

    def handle(self, arrival: Floats, boxes: NDArray[np.int64], box_hours: Floats) -> tuple[Floats, Floats]:
        """Handle the next train, box n in `box_hours[n]`; give its wait (for tracks and cranes) and its departure.

        A train of no boxes passes by.
        """
        here = boxes > 0
        taken = arrival if self._tracks is None else np.maximum(arrival, self._tracks.first_free)
        ready = taken + self._place
        first = np.maximum(ready, self._cranes.first_free)
        last = ready
        least = boxes.min()
        for n in range(int(boxes.max())):
            done = np.maximum(ready, self._cranes.first_free) + box_hours[n]
            if n >= least:
                done = np.where(n < boxes, done, self._cranes.first_free)
                last = np.where(n < boxes, np.maximum(last, done), last)
            else:
                last = np.maximum(last, done)
            self._cranes.occupy(done)
        departure = np.where(here, last + self._remove, arrival)
        if self._tracks is not None:
            self._tracks.occupy(np.where(here, departure, self._tracks.first_free))
        return np.where(here, taken - arrival + first - ready, 0.0), departure


def gamma_values(rng: np.random.Generator, scv: float, size: tuple[int, ...]) -> Floats:
    """Draw values of mean 1: gamma, or constant for an scv of 0."""
    return rng.gamma(1 / scv, scv, size) if scv > 0 else np.ones(size)


def gaps(rng: np.random.Generator, scv: float, size: tuple[int, ...]) -> Floats:
    """Draw intervals of mean 1: gamma up to an scv of 1, hyperexponential with balanced means above."""
    if scv <= 1:
        return gamma_values(rng, scv, size)
    p = (1 + np.sqrt((scv - 1) / (scv + 1))) / 2
    short = rng.random(size) < p
    return rng.standard_exponential(size) / np.where(short, 2 * p, 2 * (1 - p))


def controlled_mean(values: Floats, controls: list[tuple[Floats, float]]) -> tuple[float, float]:
    """Give mean and standard error over runs, with controls whose true means are known regressed out."""
    design = np.stack([np.ones_like(values), *(control - truth for control, truth in controls)], axis=1)
    solution, _, rank, _ = np.linalg.lstsq(design, values, rcond=None)
    residual = values - design @ solution
    spread = residual @ residual / (values.size - rank)
    return float(solution[0]), float(np.sqrt(spread * np.linalg.pinv(design.T @ design)[0, 0]))
