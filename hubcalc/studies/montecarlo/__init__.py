"""Monte Carlo: what the uncertainty of the inputs makes of the metrics."""

from hubcalc.studies.montecarlo.study import MonteCarlo, build_montecarlo

__all__ = ["MonteCarlo", "build_montecarlo"]
