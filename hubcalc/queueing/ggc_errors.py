"""By how much the two-moment formulas for GI/G/c miss: errors measured against exact phase-type queues.

The table is what tests/golden/make_ggc_error_map.py measured with Erlang, exponential and hyperexponential
(balanced means) laws; a test compares the two.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hubcalc.arguments import FloatArray, broadcast, non_negative, whole_at_least_one

SCV_RANGE = (0.25, 4.0)
SERVER_BANDS = (1, 4, 8, 14)  # greatest number of servers of each band: 1, 2-4, 5-8, 9-14
UTILIZATION_BANDS = (0.3, 0.5, 0.7, 0.85)  # least utilization of each band; exact as utilization goes to 1

NOT_MEASURED = -1
# (typical, largest) absolute relative error in thousandths, by utilization band (along a row), server band (four rows),
# service scv (three groups: below, at and above 1), arrival scv (three groups likewise)
TABLE = (
    (
        (
            ((76, 287), (81, 287), (33, 114), (2, 29)),
            ((-1, -1), (-1, -1), (42, 217), (9, 32)),
            ((-1, -1), (-1, -1), (74, 423), (9, 42)),
            ((-1, -1), (-1, -1), (9, 89), (9, 13)),
        ),
        (
            ((30, 44), (15, 44), (9, 14), (2, 2)),
            ((152, 378), (65, 378), (20, 88), (2, 13)),
            ((420, 641), (179, 641), (73, 179), (7, 23)),
            ((-1, -1), (-1, -1), (-1, -1), (-1, -1)),
        ),
        (
            ((52, 52), (37, 52), (18, 22), (5, 6)),
            ((272, 364), (173, 364), (107, 140), (21, 33)),
            ((636, 730), (541, 730), (135, 198), (21, 21)),
            ((-1, -1), (-1, -1), (-1, -1), (-1, -1)),
        ),
    ),
    (
        (
            ((0, 0), (0, 0), (0, 0), (0, 0)),
            ((4, 6), (4, 7), (4, 7), (2, 3)),
            ((5, 16), (5, 10), (6, 10), (4, 5)),
            ((16, 26), (5, 10), (6, 7), (5, 6)),
        ),
        (
            ((-1, -1), (-1, -1), (-1, -1), (-1, -1)),
            ((-1, -1), (-1, -1), (-1, -1), (-1, -1)),
            ((-1, -1), (-1, -1), (-1, -1), (-1, -1)),
            ((-1, -1), (-1, -1), (-1, -1), (-1, -1)),
        ),
        (
            ((0, 0), (0, 0), (0, 0), (0, 0)),
            ((71, 89), (76, 102), (28, 102), (10, 21)),
            ((185, 301), (128, 301), (68, 179), (23, 51)),
            ((-1, -1), (-1, -1), (-1, -1), (-1, -1)),
        ),
    ),
    (
        (
            ((124, 124), (89, 124), (43, 55), (9, 13)),
            ((51, 114), (43, 114), (34, 65), (11, 22)),
            ((-1, -1), (158, 158), (128, 158), (29, 47)),
            ((-1, -1), (-1, -1), (-1, -1), (-1, -1)),
        ),
        (
            ((157, 157), (102, 157), (33, 47), (3, 5)),
            ((52, 85), (56, 122), (60, 122), (23, 33)),
            ((311, 311), (249, 311), (177, 249), (71, 79)),
            ((-1, -1), (-1, -1), (-1, -1), (-1, -1)),
        ),
        (
            ((159, 159), (159, 159), (39, 39), (17, 17)),
            ((76, 121), (42, 121), (23, 50), (7, 12)),
            ((125, 179), (59, 179), (18, 47), (4, 6)),
            ((-1, -1), (-1, -1), (-1, -1), (-1, -1)),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class ExpectedError:
    """Columns of expected errors.

    Attributes
    ----------
    typical, largest : ndarray
        Median and greatest absolute relative error measured in the region; 1 where `out_of_range`. [1]
    out_of_range : ndarray of bool
        Whether nothing was measured there, or errors beyond 100 %.
    """

    typical: FloatArray
    largest: FloatArray
    out_of_range: NDArray[np.bool_]


def expected_relative_error(
    arrival_scv: ArrayLike, service_scv: ArrayLike, servers: ArrayLike, utilization: ArrayLike
) -> ExpectedError:
    """Look up the error to expect from `ggc_wait_mean_hours`, and from `mgc_wait_mean_hours` at an arrival scv of 1.

    Parameters
    ----------
    arrival_scv : array_like
        Squared coefficient of variation of the interval between arrivals. [1]
    service_scv : array_like
        Squared coefficient of variation of the service time. [1]
    servers : array_like
        Number of parallel servers, a whole number. [1]
    utilization : array_like
        Offered load per server. [1]

    Returns
    -------
    ExpectedError
        Columns of the broadcast shape; errors of 0 where the formula is exact.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> float(expected_relative_error(1.0, 0.5, 3, 0.8).largest)
    0.007
    >>> bool(expected_relative_error(0.5, 0.5, 8, 0.4).out_of_range)
    True
    """
    arrival, service, count, rho = broadcast(
        arrival_scv=non_negative("arrival_scv", arrival_scv),
        service_scv=non_negative("service_scv", service_scv),
        servers=whole_at_least_one("servers", servers),
        utilization=non_negative("utilization", utilization),
    )
    exact = (arrival == 1.0) & ((count == 1.0) | (service == 0.0) | (service == 1.0))
    band = np.searchsorted(UTILIZATION_BANDS, rho, side="left") - 1  # a border belongs to the lower, worse band
    group = np.minimum(np.searchsorted(SERVER_BANDS, count), len(SERVER_BANDS) - 1)
    thousandths = np.array(TABLE, dtype=np.float64)[_side(arrival), _side(service), group, np.maximum(band, 0)]
    # on the line from M/D/c, which is exact, Poisson arrivals are covered down to a service scv of 0
    regular = (service >= SCV_RANGE[0]) | (arrival == 1.0)
    covered = (arrival >= SCV_RANGE[0]) & regular & (np.maximum(arrival, service) <= SCV_RANGE[1])
    covered &= (count <= SERVER_BANDS[-1]) & (rho > UTILIZATION_BANDS[0]) & (thousandths[..., 0] != NOT_MEASURED)
    errors = np.where(exact[..., None], 0.0, np.where(covered[..., None], thousandths / 1000.0, 1.0))
    return ExpectedError(np.asarray(errors[..., 0]), np.asarray(errors[..., 1]), np.asarray(~(covered | exact)))


def _side(scv: FloatArray) -> NDArray[np.int64]:
    """Return 0 below one, 1 at one, 2 above."""
    return np.asarray(np.sign(scv - 1.0).astype(np.int64) + 1)
