"""Scenarios: documents plus overrides by path, one or many at once."""

from hubcalc.scenarios.grid import combinations, parse_values
from hubcalc.scenarios.overrides import Group, Scenarios, gather
from hubcalc.scenarios.values import check_paths, full_path

__all__ = ["Group", "Scenarios", "check_paths", "combinations", "full_path", "gather", "parse_values"]
