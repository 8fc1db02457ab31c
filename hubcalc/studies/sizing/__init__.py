"""Sizing: the cheapest mix of inputs that meets targets, and the trade-off of cost against time."""

from hubcalc.studies.sizing.mixes import capital_recovery_factor
from hubcalc.studies.sizing.study import Sizing, build_sizing

__all__ = ["Sizing", "build_sizing", "capital_recovery_factor"]
