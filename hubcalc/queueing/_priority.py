"""What queues with priority classes share: the loads of the classes above, classes along the last axis."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing.erlang import erlang_b

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(7)
_RARE = 0.1  # of the scale on which the queue grows


@dataclass(frozen=True, slots=True)
class PriorityClasses:
    """Columns by class: load of each class and of those above it per server, service times and their scv."""

    load: FloatArray
    service: FloatArray
    scv: FloatArray

    @property
    def load_to(self) -> FloatArray:
        """Load of each class and those above."""
        return np.cumsum(self.load, axis=-1)

    @property
    def load_above(self) -> FloatArray:
        """Load of the classes above."""
        return np.concatenate([np.zeros_like(self.load[..., :1]), self.load_to[..., :-1]], axis=-1)

    @property
    def spare_above(self) -> FloatArray:
        """Share of time that the classes above leave; 1 where they leave none."""
        spare = 1.0 - self.load_above
        return np.where(spare > 0.0, spare, 1.0)

    @property
    def safe_spare(self) -> FloatArray:
        """Share of time that is left after each class; 1 where none is."""
        spare = 1.0 - self.load_to
        return np.where(spare > 0.0, spare, 1.0)

    @property
    def share_served(self) -> FloatArray:
        """Share of time in which each class is served, also where the load is too great for all."""
        return np.clip(1.0 - self.load_above, 0.0, self.load)

    def finite(self, wait: FloatArray) -> FloatArray:
        """Return the wait, inf where the classes down to this one have no steady state."""
        return np.where(self.load_to < 1.0, wait, np.inf)


def classes_of_one_server(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, service_scv: ArrayLike
) -> PriorityClasses:
    """Return checked columns for M/G/1."""
    arrivals, service, scv = broadcast(
        arrivals_per_hour=_with_classes(non_negative("arrivals_per_hour", arrivals_per_hour)),
        service_hours=positive("service_hours", service_hours),
        service_scv=non_negative("service_scv", service_scv),
    )
    return PriorityClasses(arrivals * service, service, scv)


def classes_of_many_servers(
    arrivals_per_hour: ArrayLike, service_hours: ArrayLike, servers: ArrayLike
) -> tuple[PriorityClasses, FloatArray]:
    """Return checked columns for M/M/c, and the number of servers in their shape."""
    arrivals, service, count = broadcast(
        arrivals_per_hour=_with_classes(non_negative("arrivals_per_hour", arrivals_per_hour)),
        service_hours=positive("service_hours", service_hours)[..., None],
        servers=whole_at_least_one("servers", servers)[..., None],
    )
    return PriorityClasses(arrivals * service / count, service, np.ones_like(service)), count


def _with_classes(arrivals: FloatArray) -> FloatArray:
    if arrivals.ndim == 0:
        problem = Problem("has no axis of classes", parameter="arrivals_per_hour", allowed="one rate for each class")
        raise ArgumentError.of(problem)
    return arrivals


def _queue(servers: FloatArray, load: FloatArray) -> FloatArray:
    """Return the mean queue of M/M/c for loads below c."""
    loss, spare = erlang_b(servers, load), servers - load
    return servers * loss / (spare + load * loss) * load / spare


def _queue_slope(servers: FloatArray, load: FloatArray) -> FloatArray:
    """Return the derivative of the mean queue by the load: L = c a B / ((c - a) (c - a + a B)), B'/B = c/a - 1 + B."""
    loss, spare, safe = erlang_b(servers, load), servers - load, np.maximum(load, 1e-100)
    growth = spare / safe + loss
    both = (1.0 - loss - load * loss * growth) / (spare + load * loss)
    return _queue(servers, load) * (growth + both + 1.0 / safe + 1.0 / spare)


def nested_wait(classes: PriorityClasses, servers: FloatArray) -> FloatArray:
    """Return the divided differences of the mean queue, in service times; anything where the load is too great."""
    stable = classes.load_to < 1.0
    own = np.where(stable, servers * classes.load, 0.5 * servers)
    above = np.where(stable, servers * classes.load_above, 0.0)
    to = above + own
    rare = own < _RARE * np.minimum(servers - to, np.maximum(above / servers, own))
    difference = (_queue(servers, to) - _queue(servers, above)) / np.where(own > 0.0, own, 1.0)
    if np.any(rare | (own == 0.0)):
        rows = rare | (own == 0.0)
        c, low, width = servers[rows], above[rows], own[rows]
        mean = np.zeros_like(c)
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            mean += 0.5 * weight * _queue_slope(c, low + 0.5 * (1.0 + node) * width)
        difference[rows] = mean
    return np.asarray(difference)
