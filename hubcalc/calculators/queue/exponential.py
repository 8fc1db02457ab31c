"""Exponential service at several servers: M/M/c, GI/M/c, and M/M/c continued to a fraction of a server."""

from functools import cache, partial

import numpy as np

from hubcalc import queueing
from hubcalc.calculators.queue.case import Case, Column
from hubcalc.calculators.queue.law_errors import of_laws
from hubcalc.calculators.queue.method import (
    EXPONENTIAL,
    LAW,
    MEAN,
    POISSON,
    UNMEASURED,
    WHOLE_SERVERS,
    Given,
    Method,
    Need,
    deviation,
    law_of_wait,
    up_to,
)


def _mmc(case: Case) -> Given:
    given = (case.arrivals, case.service, case.servers)

    def spread() -> Column:
        return deviation(queueing.mmc_wait_mean_hours(*given), queueing.mmc_wait_second_moment_hours2(*given))

    return {
        MEAN: partial(queueing.mmc_wait_mean_hours, *given),
        "wait_probability": partial(queueing.mmc_wait_probability, *given),
        "wait_sd_hours": spread,
        "departure_scv": lambda: np.ones(case.size),  # Burke's theorem; servers that never rest make a Poisson stream
        **law_of_wait(case, partial(queueing.mmc_wait_quantile_hours, *given), partial(queueing.mmc_wait_tail, *given)),
    }


def _gimc(case: Case) -> Given:
    """Take all from the share that waits and the mean: of those who wait, the wait is exponential."""
    given = (case.arrivals, case.arrival_scv, case.service, case.servers)
    share = cache(partial(queueing.gimc_wait_probability, *given))
    mean = cache(partial(queueing.gimc_wait_mean_hours, *given))

    def of_those_who_wait() -> Column:
        waits = share() > 0.0
        return np.where(waits, mean() / np.where(waits, share(), 1.0), 0.0)

    def quantile(probability: float) -> Column:
        longer = np.maximum(share() / (1.0 - probability), 1.0)
        return np.asarray(of_those_who_wait() * np.log(longer))

    def tail(hours: Column) -> Column:
        lasting = of_those_who_wait()
        with np.errstate(under="ignore"):
            return np.where(lasting > 0.0, share() * np.exp(-hours / np.where(lasting > 0.0, lasting, 1.0)), 0.0)

    return {
        MEAN: mean,
        "wait_probability": share,
        "wait_sd_hours": lambda: deviation(mean(), 2.0 * mean() * of_those_who_wait()),
        **law_of_wait(case, quantile, tail),
    }


def gimc_milliseconds(case: Case, _: str) -> Column:
    """Give the time of the sum over the servers."""
    return 1.0 + 0.1 * case.servers


def _continued(case: Case) -> Given:
    """Swell the wait of M/M/c, whose formulas take a fraction of a server, by the mean of the two scvs."""
    given = (case.arrivals, case.service, case.servers)
    swell = (case.arrival_scv + case.service_scv) / 2.0

    def quantile(probability: float) -> Column:
        return swell * queueing.mmc_wait_quantile_hours(*given, probability)

    def tail(hours: Column) -> Column:
        return queueing.mmc_wait_tail(*given, hours / np.maximum(swell, _NO_SPREAD))

    return {
        MEAN: lambda: swell * queueing.mmc_wait_mean_hours(*given),
        "wait_probability": partial(queueing.mmc_wait_probability, *given),
        **law_of_wait(case, quantile, tail),
    }


def _arrival_error(case: Case, metric: str) -> Column:
    unknown = of_laws(case) if metric == MEAN else np.full(case.size, np.nan)
    return np.where(case.arrival_law_known, 0.0, unknown)


MOST_SERVERS = 20_000
"""Of GI/M/c, which sums over them: two seconds."""
_NO_SPREAD = 1e-9  # of a timetable at constant service: nobody waits for long
_REFERENCE = "R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4"
_FRACTION = Need("a fraction of a server", lambda case: case.servers != np.floor(case.servers))

EXPONENTIAL_METHODS = (
    Method(
        name="mm_c",
        title="M/M/c (Erlang C)",
        needs=(POISSON, EXPONENTIAL, WHOLE_SERVERS),
        gives=(MEAN, *LAW, "departure_scv"),
        evaluate=_mmc,
        reference=_REFERENCE,
    ),
    Method(
        name="gi_m_c",
        title="GI/M/c (Takacs)",
        needs=(EXPONENTIAL, WHOLE_SERVERS, up_to(MOST_SERVERS)),
        gives=(MEAN, *LAW),
        evaluate=_gimc,
        reference="L. Takacs (1962), Introduction to the Theory of Queues, Oxford University Press, chapter 2",
        error=_arrival_error,
        caveat="of the gaps between arrivals two moments are known; exact if they are gamma (scv below 1) or "
        "hyperexponential with balanced means (above 1)",
        milliseconds=gimc_milliseconds,
    ),
)

FRACTION_METHODS = (
    Method(
        name="continued_erlang",
        title="Erlang's formula continued to a fraction of a server",
        needs=(_FRACTION,),
        gives=(MEAN, *LAW[:1], *LAW[2:]),
        evaluate=_continued,
        reference="A. A. Jagers, E. A. van Doorn (1986), On the continued Erlang loss function, Operations Research "
        "Letters 5(1), 43-46; by the mean of the two scvs where they are not 1 (A. O. Allen, 1990)",
        error=UNMEASURED,
        caveat="no queue has a fraction of a server: the value lies between those of the whole numbers beside it",
    ),
)
