"""Sensitivity: tornado, elasticities and Sobol indices as rows of one study."""

from hubcalc.studies.sensitivity.study import Sensitivity, build_sensitivity

__all__ = ["Sensitivity", "build_sensitivity"]
