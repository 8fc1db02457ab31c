"""Erlang's loss and delay formulas, for columns of any real number of servers and any load."""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, non_negative, positive
from hubcalc.errors import ArgumentError, Problem
from hubcalc.queueing import _erlang_kernel
from hubcalc.queueing._fused import lines
from hubcalc.queueing._load import checked_spare


def erlang_b(servers: ArrayLike, offered_load: ArrayLike) -> FloatArray:
    r"""Compute the Erlang B (loss) probability: all servers of M/G/c/c are busy.

    Parameters
    ----------
    servers : array_like
        Number of parallel servers, above 0; it need not be whole. [1]
    offered_load : array_like
        Arrival rate times mean service time. [erlang]

    Returns
    -------
    ndarray
        Probability that an arrival finds every server busy and is lost. [1]

    Raises
    ------
    ArgumentError
        If `servers` is not above 0, `offered_load` is negative, or one of them is not finite.

    Notes
    -----
    .. math:: B = \frac{a^c / c!}{\sum_{k=0}^{c} a^k / k!} = \frac{a^c e^{-a}}{\Gamma(c + 1, a)}

    The second form continues the first to servers that count in part, such as two cranes that are available nine tenths
    of the time [2]_. It is evaluated by recursion below 20 servers, by Temme's uniform expansion [3]_ near a = c and by
    a series and a continued fraction elsewhere. Against 60 digits, at 6,400 points of 0.1 to 1,000,000 servers and
    loads per server of 1e-6 to 1000, the relative error is below 2.3e-13; probabilities below 1e-300 may be 0.

    Examples
    --------
    >>> erlang_b([5, 4.5], 3.0).round(6).tolist()
    [0.110054, 0.152795]

    References
    ----------
    .. [1] A. K. Erlang (1917), "Solution of some problems in the theory of probabilities of significance in automatic
       telephone exchanges", Elektroteknikeren 13, 5-13.
    .. [2] D. L. Jagerman (1974), "Some properties of the Erlang loss function", Bell System Technical Journal 53(3),
       525-551, doi:10.1002/j.1538-7305.1974.tb02756.x.
    .. [3] N. M. Temme (1979), "The asymptotic expansion of the incomplete gamma functions", SIAM Journal on
       Mathematical Analysis 10(4), 757-766, doi:10.1137/0510071.
    """
    shape, columns = lines(
        servers=positive("servers", servers), offered_load=non_negative("offered_load", offered_load)
    )
    probability = np.empty(shape)
    _erlang_kernel.loss(probability.reshape(-1), *columns)
    return probability


def erlang_c(
    servers: ArrayLike, offered_load: ArrayLike | None = None, *, spare: ArrayLike | None = None
) -> FloatArray:
    r"""Compute the Erlang C (delay) probability: an arrival at M/M/c has to wait.

    Parameters
    ----------
    servers : array_like
        Number of parallel servers, above 0; it need not be whole. [1]
    offered_load : array_like, optional
        Arrival rate times mean service time. [erlang]
    spare : array_like, optional
        In place of `offered_load`: the number of spare servers, `servers` less `offered_load`. Near saturation the
        difference of the two loses digits that the caller may have. [1]

    Returns
    -------
    ndarray
        Probability of a wait; 1 where the load reaches the number of servers. [1]

    Raises
    ------
    ArgumentError
        If `servers` is not above 0, `offered_load` is negative, `spare` is more than `servers`, one of them is not
        finite, or not exactly one of `offered_load` and `spare` is given.

    Notes
    -----
    .. math:: C = \frac{c B}{c - a (1 - B)}, \quad a < c

    with the continuous B of :func:`erlang_b`, and the same precision. Where the load is rounded before it comes here,
    that rounding is magnified by 1 / (1 - utilization); with `spare` it is not.

    Examples
    --------
    >>> round(float(erlang_c(3, 2.4)), 6)
    0.647191

    A hundred servers, all but a thousandth of one of them busy:

    >>> round(float(erlang_c(100, spare=0.001)), 9)
    0.999877905

    References
    ----------
    .. [1] R. B. Cooper (1981), Introduction to Queueing Theory, 2nd ed., North Holland, section 3.4.
    """
    count = positive("servers", servers)
    if spare is None and offered_load is not None:
        shape, columns = lines(servers=count, offered_load=non_negative("offered_load", offered_load))
        probability = np.empty(shape)
        _erlang_kernel.delay(probability.reshape(-1), *columns)
    elif spare is not None and offered_load is None:
        shape, columns = lines(servers=count, spare=checked_spare(count, spare))
        probability = np.empty(shape)
        _erlang_kernel.delay_by_spare(probability.reshape(-1), *columns)
    else:
        raise ArgumentError.of(Problem("one of offered_load and spare is needed, not both", parameter="offered_load"))
    return probability
