"""What one run of the simulator records: sums over slots of equal length, so that memory does not grow with the run.

A run of `slots` slots is one replication; warm-up is cut off afterwards, as so many of its first slots. Counts and
times of units stand in the slot in which the unit leaves (the hub, or the stage); integrals over time in the slot in
which they passed.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CATEGORIES = 5
DWELL_BINS = 6_000
DWELL_LEAST_HOURS = 1e-4
DWELL_RATIO = 1.004
"""Bins of dwells: bin 0 below the least, then bin k from least * ratio^(k-1); the last takes all above."""
OCCUPANCY_BINS = 1_000
"""Bins of a storage's occupancy, equally wide from 0 to its `most`; the last takes all above."""


class Ending(IntEnum):
    """How a run ended."""

    COMPLETE = 0
    TOO_MANY_UNITS = 1
    """More units in the hub than there is room for: no steady state, or too small a room for this run."""
    STUCK = 2
    """Units are in the hub, and nothing can move any more: they block each other in a circle."""
    OUT_OF_EVENTS = 3
    """The budget of events was used up before the last slot."""


class Recording(NamedTuple):
    """Arrays of one run; the first axis is the slot. F flows, G stages, R resources, S storages."""

    arrived: NDArray[np.float64]
    """[slot, F] units that came, those that were there at the beginning included; carriers are not counted here."""
    turned_away: NDArray[np.float64]
    """[slot, F] units that found no room in a pairing."""
    left: NDArray[np.float64]
    """[slot, F] units that left the hub."""
    times: NDArray[np.float64]
    """[slot, F, category] hours of the units that left, by category; their sum over categories is the dwell."""
    dwell_squares: NDArray[np.float64]
    """[slot, F] squared dwells of the units that left [h^2]."""
    dwell_counts: NDArray[np.float64]
    """[slot, F, DWELL_BINS] units that left, by dwell."""
    visits: NDArray[np.float64]
    """[slot, G, F] units that left a stage, carriers as one; `F` is the flow with which they came."""
    stage_times: NDArray[np.float64]
    """[slot, G, F, category] hours that they spent there."""
    stage_wait_squares: NDArray[np.float64]
    """[slot, G, F] squared queueing times there [h^2]."""
    items: NDArray[np.float64]
    """[slot, G, F] contents that were begun to be worked on (pieces of work)."""
    item_waits: NDArray[np.float64]
    """[slot, G, F] hours that those pieces waited from their unit's asking to their own beginning, with closures."""
    number: NDArray[np.float64]
    """[slot, G] integral of the number of units at a stage [h]."""
    busy: NDArray[np.float64]
    """[slot, R] integral of what is seized of a resource (items being worked on included) [h]."""
    working: NDArray[np.float64]
    """[slot, R] work begun, in hours of pure work, without repairs, closures and blocking [h]."""
    blocked: NDArray[np.float64]
    """[slot, R] of those that asked, those that had to wait."""
    asked: NDArray[np.float64]
    """[slot, R] arrivals at a seize, or of units for work on their contents."""
    occupancy: NDArray[np.float64]
    """[slot, S, OCCUPANCY_BINS] hours at each occupancy."""
    stored: NDArray[np.float64]
    """[slot, S] integral of the occupancy [size h]."""


class Outcome(NamedTuple):
    """A run: its recording, how it ended, and what it took."""

    recording: Recording
    ending: Ending
    slots_done: int
    """Whole slots that were simulated."""
    hours: float
    """Simulated time."""
    events: int
    left_inside: int
    """Units in the hub at the end: arrived = left + turned away + left inside."""
