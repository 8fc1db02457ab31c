"""Calculators: questions that need no document of a hub. Models of questions meet formulas here, column by column.

The calculators themselves are imported when they are first used: they bring all formulas with them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hubcalc.calculators.base import Calculator
from hubcalc.calculators.calculate import Calculations, calculate
from hubcalc.calculators.report import describe

if TYPE_CHECKING:
    from hubcalc.calculators.capacity import CAPACITY
    from hubcalc.calculators.catalogue import CALCULATORS
    from hubcalc.calculators.queue import QUEUE

_HOMES = {
    "CALCULATORS": "hubcalc.calculators.catalogue",
    "CAPACITY": "hubcalc.calculators.capacity",
    "QUEUE": "hubcalc.calculators.queue",
}

__all__ = ["CALCULATORS", "CAPACITY", "QUEUE", "Calculations", "Calculator", "calculate", "describe"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'hubcalc.calculators' has no attribute {name!r}")
