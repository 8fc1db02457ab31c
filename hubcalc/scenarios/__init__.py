"""Scenarios: documents plus overrides by path, one or many at once."""

from hubcalc.scenarios.grid import combinations, parse_values
from hubcalc.scenarios.overrides import Group, Scenarios, gather, keep_rules
from hubcalc.scenarios.values import check_paths, full_path, full_path_in_corridor, read_choices, read_numbers

__all__ = [
    "Group",
    "Scenarios",
    "check_paths",
    "combinations",
    "full_path",
    "full_path_in_corridor",
    "gather",
    "keep_rules",
    "parse_values",
    "read_choices",
    "read_numbers",
]
