"""Checks and flows that the networks of stations share: stations along the last axis, scenarios before it."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem

_SLACK = 1e-9  # how far the shares of a row may exceed one


def server_counts(name: str, value: ArrayLike) -> FloatArray:
    """Return whole numbers of one or more, or inf for a station where nobody waits."""
    try:
        column = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return whole_at_least_one(name, value)  # which says what is wrong
    delay = np.isposinf(column)
    return np.where(delay, np.inf, whole_at_least_one(name, np.where(delay, 1.0, column)))


def station_columns(**columns: FloatArray) -> tuple[FloatArray, ...]:
    """Return the columns with one common shape that has an axis of stations."""
    try:
        shaped = tuple(np.broadcast_arrays(*columns.values()))
    except ValueError as error:
        shapes = ", ".join(f"{name} {column.shape}" for name, column in columns.items())
        message = f"shapes do not fit together: {shapes}"
        raise ArgumentError.of(Problem(message, allowed="shapes that broadcast")) from error
    if shaped[0].ndim == 0 or shaped[0].shape[-1] == 0:
        name = next(iter(columns))
        message = "must have an axis of stations"
        raise ArgumentError.of(Problem(message, parameter=name, allowed="one dimension or more, one station or more"))
    return shaped


def checked_routing(routing: ArrayLike, stations: int) -> FloatArray:
    """Return routing shares from each station (row) to each (column), from which everyone leaves in the end."""
    shares = non_negative("routing", routing)
    if shares.ndim < 2 or shares.shape[-2:] != (stations, stations):
        message = f"has the shape {shares.shape}"
        allowed = f"a matrix of {stations} by {stations} stations, or a stack of them"
        raise ArgumentError.of(Problem(message, parameter="routing", allowed=allowed))
    leaving = 1.0 - shares.sum(axis=-1)
    if np.any(leaving < -_SLACK):
        message = "the shares that leave a station for the others sum to more than 1"
        raise ArgumentError.of(Problem(message, parameter="routing", allowed="rows that sum to at most 1"))
    leaves = leaving > _SLACK
    for _ in range(stations):
        leaves = leaves | np.any((shares > 0.0) & leaves[..., None, :], axis=-1)
    if not np.all(leaves):
        message = "there are stations from which nobody ever leaves the network"
        hint = "use a closed network"
        raise ArgumentError.of(Problem(message, parameter="routing", allowed="a way out of each station", hint=hint))
    return shares


def flows(external: FloatArray, routing: FloatArray, capacity: FloatArray) -> FloatArray:
    """Return what arrives at each station if none passes on more than its capacity.

    Newton's method on the concave, piecewise linear equations: the flows fall from step to step, so that stations only
    leave the set of the overloaded, and the exact solution is reached in at most one step more than there are stations.
    """
    capacity, stations = np.broadcast_to(capacity, external.shape), external.shape[-1]
    overloaded = np.zeros(external.shape, dtype=bool)
    for step in range(stations + 2):
        passed = np.where(overloaded, capacity, 0.0)
        inflow = external + np.einsum("...i,...ij->...j", passed, routing)
        free = np.where(overloaded[..., :, None], 0.0, routing)
        matrix = np.eye(stations) - np.swapaxes(free, -1, -2)
        arriving = np.maximum(np.linalg.solve(matrix, inflow[..., None])[..., 0], 0.0)
        now = arriving >= capacity
        if step > 0 and np.array_equal(now, overloaded):
            break
        overloaded = now
    return arriving
