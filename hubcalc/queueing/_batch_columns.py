"""The arguments that all formulas for batch arrivals share, checked and in columns of one shape."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.queueing.batches import BatchLaw


@dataclass(frozen=True, slots=True)
class BatchColumns:
    """Checked columns: batches per service time [1], service time [h], number of servers and law of the batch size."""

    batches_per_service: FloatArray
    service: FloatArray
    servers: FloatArray
    law: BatchLaw

    @classmethod
    def checked(
        cls,
        batches_per_hour: ArrayLike,
        batch_mean: ArrayLike,
        batch_scv: ArrayLike,
        service_hours: ArrayLike,
        servers: ArrayLike,
    ) -> Self:
        """Return the columns in one common shape, or raise an ArgumentError that names what is wrong."""
        law = BatchLaw.fitted(batch_mean, batch_scv)
        batches, service, count, mean, scv = broadcast(
            batches_per_hour=non_negative("batches_per_hour", batches_per_hour),
            service_hours=positive("service_hours", service_hours),
            servers=whole_at_least_one("servers", servers),
            batch_mean=law.mean,
            batch_scv=law.scv,
        )
        if mean.shape != law.mean.shape:
            law = BatchLaw.fitted(mean, scv)
        return cls(batches * service, service, count, law)

    def columns(self) -> tuple[FloatArray, FloatArray, BatchLaw]:
        """Return servers, batches per service time and law."""
        return self.servers, self.batches_per_service, self.law

    def in_lockstep(self) -> tuple[FloatArray, FloatArray, BatchLaw]:
        """Return the same with fixed batches of b and c servers divided by g = gcd(b, c), for constant service.

        Fixed batches with a constant service time move in groups of g from arrival to departure, so a group is an item
        and g servers are one. Undivided, g - 1 of the roots lie on the unit circle, where the formulas are 0/0.
        """
        whole = np.where(self.law.is_fixed, self.law.mean, 1.0)
        common = np.gcd(whole.astype(np.int64), self.servers.astype(np.int64)).astype(np.float64)
        if np.all(common == 1.0):
            return self.columns()
        return self.servers / common, self.batches_per_service, BatchLaw.fitted(self.law.mean / common, self.law.scv)
