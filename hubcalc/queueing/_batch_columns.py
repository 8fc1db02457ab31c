"""The arguments that all formulas for batch arrivals share, checked and in columns of one shape."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, at_least_one, broadcast, non_negative, positive, whole_at_least_one
from hubcalc.errors import ArgumentError, Problem


def batch_moments(batch_mean: ArrayLike, batch_scv: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return mean and scv of the batch size in one shape, or raise an ArgumentError that names what is wrong."""
    mean, scv = broadcast(
        batch_mean=at_least_one("batch_mean", batch_mean), batch_scv=non_negative("batch_scv", batch_scv)
    )
    single = (mean == 1.0) & (scv > 0.0)
    if np.any(single):
        message = "batches of mean 1 are all of size 1 and cannot vary"
        given, allowed = float(scv[single].flat[0]), "0 where batch_mean = 1"
        raise ArgumentError.of(Problem(message, parameter="batch_scv", given=given, allowed=allowed))
    return mean, scv


@dataclass(frozen=True, slots=True)
class BatchColumns:
    """Checked columns: service time [h], servers, batches per service time, mean and scv of the batch size [1]."""

    service: FloatArray
    servers: FloatArray
    batches_per_service: FloatArray
    batch_mean: FloatArray
    batch_scv: FloatArray

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
        sizes, spread = batch_moments(batch_mean, batch_scv)
        batches, service, count, mean, scv = broadcast(
            batches_per_hour=non_negative("batches_per_hour", batches_per_hour),
            service_hours=positive("service_hours", service_hours),
            servers=whole_at_least_one("servers", servers),
            batch_mean=sizes,
            batch_scv=spread,
        )
        return cls(service, count, np.asarray(batches * service), mean, scv)

    def columns(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return what kernels take: servers, batches per service time, mean and scv of the batch size."""
        return self.servers, self.batches_per_service, self.batch_mean, self.batch_scv
