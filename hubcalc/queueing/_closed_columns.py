"""Arguments and results of closed networks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive, whole_between
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing._network import server_counts, station_columns


@dataclass(frozen=True, slots=True, eq=False)
class ClosedNetwork:
    """Columns of solved closed networks: stations along the last axis, with several classes the classes before it.

    Attributes
    ----------
    throughput_per_hour : ndarray
        Cycles completed, by class: visits with `visits` 1. [1/h]
    cycle_mean_hours : ndarray
        Mean time of a cycle, by class. [h]
    number_mean : ndarray
        Mean number at each station, waiting and in service. [1]
    wait_mean_hours : ndarray
        Mean wait per visit of a station, what it takes longer than the service; 0 where the class never goes. [h]
    utilization : ndarray
        Share of the servers that the class keeps busy; 0 where the station is a delay. [1]
    """

    throughput_per_hour: FloatArray
    cycle_mean_hours: FloatArray
    number_mean: FloatArray
    wait_mean_hours: FloatArray
    utilization: FloatArray


def closed_arguments(
    population: ArrayLike, service_hours: ArrayLike, visits: ArrayLike, servers: ArrayLike, most: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the checked population (..., class), service and visits (..., class, station), servers (..., station)."""
    items = whole_between("population", population, 0, most)
    if items.ndim == 0:
        message = "must have an axis of classes"
        raise ArgumentError.of(Problem(message, parameter="population", allowed="one dimension or more"))
    times = positive("service_hours", service_hours)
    service, passes, count, each = station_columns(
        service_hours=times,
        visits=non_negative("visits", visits),
        servers=server_counts("servers", servers)[..., None, :]
        if np.ndim(servers)
        else server_counts("servers", servers),
        population=items[..., None],
    )
    if np.any((passes * (each > 0.0)).sum(axis=-1) + (each[..., 0] == 0.0) <= 0.0):
        message = "a class visits no station"
        raise ArgumentError.of(Problem(message, parameter="visits", allowed="a positive one in each class"))
    return each[..., 0], service, passes, count[..., 0, :]


def measured(
    items: FloatArray,
    service: FloatArray,
    passes: FloatArray,
    count: FloatArray,
    flow: FloatArray,
    number: FloatArray,
    waiting: FloatArray,
) -> ClosedNetwork:
    """Return the measures that follow from flows, numbers and numbers waiting."""
    visited = flow[..., None] * passes
    busy = visited * service / np.where(np.isinf(count), 1.0, count)[..., None, :]
    moves = np.where(visited > 0.0, visited, 1.0)
    wait = np.where(visited > 0.0, waiting / moves, 0.0)
    return ClosedNetwork(
        throughput_per_hour=flow,
        cycle_mean_hours=np.where(items > 0.0, (passes * (wait + service)).sum(axis=-1), 0.0),
        number_mean=number,
        wait_mean_hours=wait,
        utilization=np.where(np.isinf(count)[..., None, :], 0.0, busy),
    )
