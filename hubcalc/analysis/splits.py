"""Where the time of one unit, and of what it brings, goes along the main route."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from hubcalc.analysis.engine import HubState, StageState
from hubcalc.analysis.methods import Column, Estimate
from hubcalc.analysis.streams import Performance, column
from hubcalc.cached import cached
from hubmodels import HubBase


class Split:
    """Where the time of one unit goes along the main route: mean hours, and the errors to expect [h].

    The parts are given as functions, since many scenarios ask for some of them only.
    """

    def __init__(self, parts: Mapping[str, Callable[[], Column]]) -> None:
        self._parts = parts

    @cached
    def queue(self) -> Column:
        """In line."""
        return self._parts["queue"]()

    @cached
    def service(self) -> Column:
        """Being served."""
        return self._parts["service"]()

    @cached
    def synchronization(self) -> Column:
        """Waiting for others."""
        return self._parts["synchronization"]()

    @cached
    def closure(self) -> Column:
        """Waiting for doors to open."""
        return self._parts["closure"]()

    @cached
    def quota(self) -> Column:
        """Waiting for a permit."""
        return self._parts["quota"]()

    @cached
    def queue_error(self) -> Column:
        """The error to expect of the queue."""
        return self._parts["queue_error"]()

    @cached
    def error(self) -> Column:
        """The error to expect of all parts together."""
        return self._parts["error"]()

    @cached
    def dwell(self) -> Column:
        """Time from arrival to departure."""
        return column(self.queue + self.service + self.synchronization + self.closure + self.quota)


def route_split(hub: HubBase, state: HubState) -> Split:
    """Add up the time of one unit of the main flow along its route; errors of the stages add up in hours."""
    visits = visits_of(hub, state)

    def added(time: Callable[[StageState], Iterable[Column]]) -> Column:
        return column(sum(met_by(share, hours) for share, s in visits for hours in time(s)))

    return Split(
        {
            "queue": lambda: added(lambda s: [s.performance.wait.hours]),
            "service": lambda: added(lambda s: [s.performance.service]),
            "synchronization": lambda: added(lambda s: [s.performance.synchronization.hours]),
            "closure": lambda: added(lambda s: [s.performance.closure.hours, s.closure.hours]),
            "quota": lambda: added(lambda s: [s.performance.quota.hours]),
            "queue_error": lambda: added(lambda s: [s.performance.wait.error_hours]),
            "error": lambda: added(lambda s: [estimate.error_hours for estimate in estimates_of(s)]),
        }
    )


def content_split(hub: HubBase, state: HubState, unit: Split) -> Split:
    """Split the same dwell for one of the contents: it waits for its own service, then for the rest of its batch."""
    reach = state.reach[hub.main_flow]
    visits = [(reach[s] * state.stages[s].performance.content_visit_share, state.stages[s].performance) for s in reach]

    def added(time: Callable[[Performance], Column]) -> Column:
        return column(sum(met_by(share, time(performance)) for share, performance in visits))

    own = Split(
        {
            "queue": lambda: added(lambda p: p.content_wait.hours),
            "service": lambda: added(lambda p: p.content_service),
        }
    )

    def rest() -> Column:
        queue, service = own.queue, own.service
        finite = np.isfinite(queue) & np.isfinite(unit.queue) & np.isfinite(unit.synchronization)
        whole = np.where(finite, unit.queue + unit.service + unit.synchronization, 0)
        return np.where(finite, np.maximum(whole - np.where(finite, queue + service, 0), 0), np.inf)

    return Split(  # a part that held this very split would keep all columns from being freed
        {
            "queue": lambda: own.queue,
            "service": lambda: own.service,
            "synchronization": rest,
            "closure": lambda: unit.closure,
            "quota": lambda: unit.quota,
            "queue_error": lambda: added(lambda p: p.content_wait.error_hours),
            "error": lambda: unit.error,
        }
    )


def estimates_of(state: StageState) -> tuple[Estimate, ...]:
    """Give all that is estimated of a unit's time at a stage, the wait first."""
    performance = state.performance
    return performance.wait, performance.synchronization, performance.quota, performance.closure, state.closure


def visits_of(hub: HubBase, state: HubState) -> list[tuple[Column, StageState]]:
    """Give the stages of the main route with the share of its units that visit each."""
    reach = state.reach[hub.main_flow]
    return [(reach[key] * state.stages[key].performance.visit_share, state.stages[key]) for key in reach]


def met_by(share: Column, hours: Column) -> Column:
    """Weigh hours with the share that meets them; a share of zero outweighs an endless wait."""
    some = share > 0
    if some.all():
        return share * hours
    return np.where(some, share * np.where(some, hours, 0.0), 0.0)
