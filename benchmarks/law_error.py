"""Measure by how much the mean wait depends on more than two moments of the laws.

The exact wait of phase-type queues with the laws of `fit_two_moments` is compared with that of laws which have the same
two moments and the third of a gamma or of a lognormal law. The largest differences by region are the table of
hubcalc/calculators/queue/law_errors.py.

    python benchmarks/law_error.py
"""

import contextlib
from itertools import product

import numpy as np

from hubcalc import queueing
from hubcalc.errors import InputError, RefusedError
from hubcalc.queueing import PhaseType

SCVS = (0.25, 0.5, 1.0, 2.0, 4.0)
SERVERS = (1, 2, 4, 8)
UTILIZATIONS = (0.4, 0.6, 0.8, 0.9)
MOST_STATES = 160
MOST_PHASES = 60


def skewness(scv: float, law: str) -> float:
    """Give the skewness of a law of this scv."""
    return 2.0 * scv**0.5 if law == "gamma" else (3.0 + scv) * scv**0.5


def made(mean: float, scv: float, law: str) -> PhaseType:
    """Make a phase-type law with the first moments of a law; two of them for the fit."""
    if law == "fit":
        return queueing.fit_two_moments(mean, scv)
    return queueing.fit_three_moments(mean, scv, skewness(scv, law), MOST_PHASES)


def differences(arrival: float, service: float, servers: int, utilization: float) -> list[float]:
    """Give relative differences from the fit, over laws; Poisson arrivals stay as they are."""
    kinds = ("fit",) if arrival == 1.0 else ("gamma", "lognormal")
    found: list[float] = []
    try:
        base = wait(arrival, service, servers, utilization, "fit", "fit")
    except RefusedError:  # too large to be solved for
        return found
    for one, other in product(kinds, ("gamma", "lognormal")):
        with contextlib.suppress(InputError, RefusedError):
            found.append(wait(arrival, service, servers, utilization, one, other) / base - 1.0)
    return found


def wait(arrival: float, service: float, servers: int, utilization: float, one: str, other: str) -> float:
    """Give the exact mean wait in service times."""
    between, duration = made(1.0 / (utilization * servers), arrival, one), made(1.0, service, other)
    return float(queueing.solve_ph_ph_c(between, duration, servers, most_states=MOST_STATES).wait_mean_hours)


def side(scv: float) -> int:
    """Give the group of an scv: below 1, at 1, up to 2, up to 4."""
    return int(np.searchsorted((1.0, 1.0 + 1e-9, 2.0 + 1e-9), scv, side="right")) if scv >= 1.0 else 0


def main() -> None:
    """Print the table: arrival group, service group, utilization."""
    table = np.zeros((4, 4, len(UTILIZATIONS)))
    for arrival, service, servers, (band, utilization) in product(SCVS, SCVS, SERVERS, enumerate(UTILIZATIONS)):
        for difference in differences(arrival, service, servers, utilization):
            cell = (side(arrival), side(service), band)
            table[cell] = max(table[cell], abs(difference))
    for rows in np.ceil(table * 100.0).astype(int).tolist():
        print("    (" + ", ".join(str(tuple(row)) for row in rows) + "),")


if __name__ == "__main__":
    main()
