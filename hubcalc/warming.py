"""Compile the formulas' inner loops ahead of their first use."""

import hubcalc.capacity
import hubcalc.network.equilibrium
import hubcalc.network.paths
import hubcalc.network.storm_queues
import hubcalc.queueing
import hubcalc.queueing.gamma_quantiles
import hubcalc.queueing.load_searches
import hubcalc.simulation.engine
import hubcalc.simulation.ggc  # noqa: F401  # a kernel is known once its module is imported
from hubcalc.compiled import compile_all


def warm_up() -> int:
    """Compile all kernels that are not on disk yet, and load the others; return how many kernels there are."""
    return compile_all()
