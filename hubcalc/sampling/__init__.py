"""Scenarios at random: laws of inputs, designs of points, and what is made of their results.

Arrays in, arrays out: no document is known here.
"""

from hubcalc.sampling.correlations import GaussianCopula, RankCorrelation
from hubcalc.sampling.designs import Design, LatinDesign, RandomDesign, SobolDesign, section_starts
from hubcalc.sampling.empirical import Empirical
from hubcalc.sampling.estimates import Estimated, Sample, probability_interval
from hubcalc.sampling.grids import GridDesign
from hubcalc.sampling.importance import FEWEST_ROWS, Importance, InputSample, average_ranks
from hubcalc.sampling.indices import SobolIndices, SobolSums
from hubcalc.sampling.laws import Law, Lognormal, Normal, Pert, Triangular, Uniform
from hubcalc.sampling.ranges import law_of_range
from hubcalc.sampling.saltelli import SaltelliDesign
from hubcalc.sampling.truncation import Truncated, truncated

__all__ = [
    "FEWEST_ROWS",
    "Design",
    "Empirical",
    "Estimated",
    "GaussianCopula",
    "GridDesign",
    "Importance",
    "InputSample",
    "LatinDesign",
    "Law",
    "Lognormal",
    "Normal",
    "Pert",
    "RandomDesign",
    "RankCorrelation",
    "SaltelliDesign",
    "Sample",
    "SobolDesign",
    "SobolIndices",
    "SobolSums",
    "Triangular",
    "Truncated",
    "Uniform",
    "average_ranks",
    "law_of_range",
    "probability_interval",
    "section_starts",
    "truncated",
]
