"""The step of Chandrupatla's root finder, for kernels.

References
----------
.. [1] T. R. Chandrupatla (1997), "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear
   function without using derivatives", Advances in Engineering Software 28(3), 145-149,
   doi:10.1016/S0965-9978(96)00051-8.
"""

from hubcalc.compiled import helper


@helper
def next_share(x1: float, f1: float, x2: float, f2: float, x3: float, f3: float) -> float:
    """Return where to look between x1, the last point, and x2, across the root; x3 is the point before them."""
    ratio, share = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
    if share * share < ratio and (1.0 - share) * (1.0 - share) < 1.0 - ratio:
        return f1 / (f2 - f1) * f3 / (f2 - f3) + (x3 - x1) / (x2 - x1) * f1 / (f3 - f1) * f2 / (f3 - f2)
    return 0.5
