"""Simulate GI/G/c one customer after the other, by the recursion of Kiefer and Wolfowitz: truth that owes no formula.

Usage: python benchmarks/ggc_recursion.py --arrival gamma 0.5 --service lognormal 0.1 --servers 4 --utilization 0.8

The work left at each server is kept in ascending order: a customer waits for the least, adds its service time there,
and all fall by the interval to the next customer. Compiled with Numba; about ten million customers a second. Means come
with standard errors from batches of customers, of which the first is left out as warm-up.

References
----------
.. [1] J. Kiefer, J. Wolfowitz (1955), "On the theory of queues with many servers", Transactions of the American
   Mathematical Society 78(1), 1-18, doi:10.1090/S0002-9947-1955-0066587-3.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kind = Literal["constant", "gamma", "lognormal", "shifted_lognormal", "hyperexponential"]
KINDS: tuple[Kind, ...] = ("constant", "gamma", "lognormal", "shifted_lognormal", "hyperexponential")
SHIFT = 0.5  # of the mean, of a shifted lognormal law
BATCHES, CUSTOMERS = 40, 100_000


@dataclass(frozen=True)
class Law:
    """A law of mean 1 and a squared coefficient of variation; gamma of scv 1/k is Erlang of k phases."""

    kind: Kind
    scv: float

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """Draw independent values."""
        match self.kind:
            case "constant":
                return np.ones(count)
            case "gamma":
                return rng.standard_gamma(1.0 / self.scv, count) * self.scv
            case "lognormal":
                return lognormal(rng, self.scv, count)
            case "shifted_lognormal":
                return SHIFT + (1.0 - SHIFT) * lognormal(rng, self.scv / (1.0 - SHIFT) ** 2, count)
            case "hyperexponential":  # with balanced means
                share = (1.0 + np.sqrt((self.scv - 1.0) / (self.scv + 1.0))) / 2.0
                first = rng.random(count) < share
                return rng.standard_exponential(count) / np.where(first, 2.0 * share, 2.0 * (1.0 - share))


def lognormal(rng: np.random.Generator, scv: float, count: int) -> Floats:
    spread = np.log1p(scv)
    return np.exp(rng.standard_normal(count) * np.sqrt(spread) - spread / 2.0)


def interval_law(scv: float) -> Law:
    """Give the law of `fit_two_moments` where 1 / scv is whole or scv above 1."""
    return Law("gamma", scv) if scv <= 1.0 else Law("hyperexponential", scv)


@njit("void(f8[::1], f8[::1], f8, f8[::1], f8[::1])", cache=True, nogil=True)
def serve(gaps: Floats, works: Floats, gap_hours: float, left: Floats, waits: Floats) -> None:
    """Fill in the waits of customers who come a gap after each other, and go on with the work `left`."""
    servers = left.size
    for i in range(gaps.size):
        wait = left[0]
        waits[i] = wait
        busy_until = wait + works[i]
        gap = gaps[i] * gap_hours
        place = 1
        while place < servers and left[place] < busy_until:
            left[place - 1] = max(left[place] - gap, 0.0)
            place += 1
        left[place - 1] = max(busy_until - gap, 0.0)
        for k in range(place, servers):
            left[k] = max(left[k] - gap, 0.0)


@dataclass(frozen=True)
class Batches:
    """By service law and batch: mean wait, share of those who wait, quantiles of the wait and mean service time.

    In service times. The gaps, of mean one, have their means by batch. Quantiles have a first axis of shares.
    """

    waits: Floats
    waiting: Floats
    quantiles: Floats
    works: Floats
    gaps: Floats


def run(
    arrival: Law,
    services: Sequence[Law],
    servers: int,
    utilization: float,
    seed: int,
    batches: int = BATCHES,
    customers: int = CUSTOMERS,
    shares: Sequence[float] = (),
) -> Batches:
    """Simulate queues of several service laws with the same arrivals; quantiles for the shares that are given."""
    rng = np.random.default_rng(seed)
    left = np.zeros((len(services), servers))
    waits, waiting, works = np.zeros((3, len(services), batches + 1))
    quantiles = np.zeros((len(shares), len(services), batches + 1))
    gaps = np.zeros(batches + 1)
    buffer = np.empty(customers)
    for batch in range(batches + 1):
        gap = arrival.draw(rng, customers)
        gaps[batch] = gap.mean()
        for number, law in enumerate(services):
            work = law.draw(rng, customers)
            serve(gap, work, 1.0 / (servers * utilization), left[number], buffer)
            waits[number, batch], works[number, batch] = buffer.mean(), work.mean()
            waiting[number, batch] = (buffer > 0.0).mean()
            quantiles[:, number, batch] = np.quantile(buffer, shares)
    return Batches(waits[:, 1:], waiting[:, 1:], quantiles[..., 1:], works[:, 1:], gaps[1:])


def controlled_mean(values: Floats, controls: Floats) -> tuple[float, float]:
    """Estimate a mean from batches, with its standard error, by regression on controls (rows) of known mean zero."""
    design = np.vstack([np.ones_like(values), *controls[(controls != 0.0).any(axis=1)]]).T
    solution, *_ = np.linalg.lstsq(design, values, rcond=None)
    freedom = values.size - design.shape[1]
    noise = float(((values - design @ solution) ** 2).sum()) / freedom
    return float(solution[0]), float(np.sqrt(noise * np.linalg.inv(design.T @ design)[0, 0]))


def mean_wait(
    arrival: Law,
    service: Law,
    servers: int,
    utilization: float,
    seed: int,
    batches: int = BATCHES,
    customers: int = CUSTOMERS,
) -> tuple[float, float]:
    """Estimate the mean wait in service times, with its standard error."""
    out = run(arrival, [service], servers, utilization, seed, batches, customers)
    return controlled_mean(out.waits[0], np.stack([out.gaps - 1.0, out.works[0] - 1.0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--arrival", "--service"):
        parser.add_argument(name, nargs=2, default=("gamma", "1"), metavar=("LAW", "SCV"), help=", ".join(KINDS))
    parser.add_argument("--servers", type=int, default=1)
    parser.add_argument("--utilization", type=float, default=0.8)
    parser.add_argument("--batches", type=int, default=BATCHES)
    parser.add_argument("--customers", type=int, default=CUSTOMERS, help="of a batch")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    arrival, service = (Law(kind, float(scv)) for kind, scv in (options.arrival, options.service))
    size = (options.batches, options.customers)
    mean, error = mean_wait(arrival, service, options.servers, options.utilization, options.seed, *size)
    print(f"mean wait {mean:.6f} service times, standard error {error:.6f}")


if __name__ == "__main__":
    main()
