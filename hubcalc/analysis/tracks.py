"""Trains that take a track, and on it queue with all they bring for servers that the tracks share.

Two queues are joined. The servers see each train as a batch of items (M^X/G/c). The tracks see each train as one
customer that occupies a track while it is placed, handled and removed (GI/G/k).
"""

from dataclasses import dataclass

import numpy as np

from hubcalc.analysis.batches import Batch, BatchQueue
from hubcalc.analysis.methods import Column, Estimate, Flags, Method, Methods
from hubcalc.analysis.queues import Service, UnitQueue
from hubcalc.analysis.spans import span_alone, span_variance
from hubcalc.analysis.streams import Performance, Stream, column, difference, total
from hubcalc.cached import cached
from hubcalc.capacity.transshipment_front import joined_wait_hours


@dataclass(frozen=True, slots=True)
class TrackedServers:
    """What trains meet: servers for their items, tracks, the shunting of a train, the share of trains that comes."""

    item: Service
    servers: Column
    tracks: Column
    shunting_hours: Column
    share: Column

    def queue(self, streams: list[Stream]) -> BatchQueue:
        """Give the queue of the items, as if there were a track for every train."""
        one = column(1.0)
        joint, own = Batch.joint_and_own(streams, one, one, self.share)
        return BatchQueue(streams, joint, own, self.item, self.servers)

    def loads(self, stream: Stream) -> tuple[Column, Column]:
        """Give the utilization of servers and of tracks, which a train keeps as long as if it were alone, or longer."""
        queue, rate = self.queue([stream]), stream.per_hour * self.share
        occupied = self.shunting_hours + queue.span_alone
        return rate * column(stream.contents.mean) * self.item.hours / self.servers, rate * occupied / self.tracks


@dataclass(frozen=True)
class TrackedHandling(Performance):
    """The queue of the items and the queue for tracks, joined."""

    given: TrackedServers
    streams: list[Stream]
    numerical: bool

    @cached
    def handling(self) -> BatchQueue:
        """The queue of the items."""
        return self.given.queue(self.streams)

    @cached
    def _tracks(self) -> UnitQueue:
        queue, given = self.handling, self.given
        batch = (queue.batch.mean, queue.batch.scv, queue.item.hours, queue.item.scv, queue.servers)
        occupied = given.shunting_hours + span_alone(*batch)
        occupancy = Service.from_moments(occupied, span_variance(*batch) / occupied**2)
        return UnitQueue(self.streams, given.share, occupancy, given.tracks, self.numerical)

    @cached
    def loads(self) -> tuple[Column, Column]:
        """Utilization of servers and of tracks by all streams."""
        servers, tracks = zip(*(self.given.loads(stream) for stream in self.streams), strict=True)
        return column(sum(servers)), column(sum(tracks))

    @cached
    def wait(self) -> Estimate:
        """For a track and, once placed, for the servers, which are never short where they suffice for all tracks.

        Where only one of the two makes trains wait, it is as good as that queue alone.
        """
        servers, tracks, given = self.handling.wait, self._tracks.wait, self.given
        rate = total(self.streams) * given.share
        enough = given.tracks * self.handling.batch.mean <= given.servers
        served = np.where(enough, 0.0, servers.hours)
        hours = joined_wait_hours(served, tracks.hours, rate, self.handling.work.hours, given.tracks)
        no_track, no_server = tracks.hours <= 1e-6 * served, served <= 1e-6 * tracks.hours

        def error() -> Column:
            return np.where(no_track, servers.error, np.where(no_server, tracks.error, np.nan))

        def method() -> Methods:
            either = np.where(no_server, tracks.method, np.int8(Method.FRONT))
            return np.where(no_track, servers.method, either).astype(np.int8)

        return Estimate(hours, error, method)

    @property
    def wait_variance(self) -> Column:
        """That of the longer queue."""
        return np.maximum(self.handling.wait_variance, self._tracks.wait_variance)

    @property
    def service(self) -> Column:
        """Placing, handling and removing a train."""
        return self.handling.service + self.given.shunting_hours

    @property
    def service_variance(self) -> Column:
        """Variance of that time: handling varies, shunting does not."""
        return self.handling.service_variance

    @property
    def content_wait(self) -> Estimate:
        """The train's wait and the wait inside the train."""
        queue, unit = self.handling, self.wait
        inside = difference(queue.content_wait.hours, queue.wait.hours)
        return Estimate(unit.hours + inside, lambda: unit.error, lambda: unit.method)

    @property
    def content_service(self) -> Column:
        """An item's own handling, and the shunting of its train."""
        return self.handling.content_service + self.given.shunting_hours

    @cached
    def departure_scv(self) -> Column:
        """That of the queue whose resource is loaded more."""
        servers, tracks = self.loads
        return np.where(tracks > servers, self._tracks.departure_scv, self.handling.departure_scv)

    @property
    def departure_poisson(self) -> Flags:
        """Departures of trains are not Poisson."""
        return self.handling.departure_poisson

    @property
    def visit_share(self) -> Column:
        """Share of the trains that are handled."""
        return self.given.share

    @property
    def content_visit_share(self) -> Column:
        """The contents of these trains."""
        return self.given.share
