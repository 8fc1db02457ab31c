"""Throughput, waiting and capacity of dry ports, border crossings, terminals, lines and corridors.

>>> import hubcalc
>>> analysis = hubcalc.analyze("khorgos-gateway", {"stages.front.cranes": [2, 3, 4]}, metrics=["bottleneck"])
>>> [row["bottleneck"] for row in analysis.to_rows()]
['front', 'front', 'platforms']

Names are imported when they are first used, so that importing the package costs little.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hubcalc.analysis import METRIC_NAMES, Analysis, analyze
    from hubcalc.analysis.backlogs import clearing, recovery
    from hubcalc.analysis.corridors import (
        corridor_emissions,
        corridor_equilibrium,
        corridor_flow,
        corridor_resilience,
        corridor_storms,
        time_cost_distance_series,
        transit,
    )
    from hubcalc.analysis.curve import capacity_curve
    from hubcalc.analysis.simulations import simulate
    from hubcalc.analysis.timeline import day_profile
    from hubcalc.answers import ask
    from hubcalc.answers.diff import scenario_diff
    from hubcalc.api import create_app
    from hubcalc.calculators.catalogue import calculate
    from hubcalc.client import AsyncClient, Client
    from hubcalc.errors import HubcalcError
    from hubcalc.settings import Settings
    from hubcalc.store import Store
    from hubcalc.studies.running import run_study
    from hubcalc.version import MODEL_VERSION, PACKAGE_VERSION

_HOMES = {
    "Analysis": "hubcalc.analysis",
    "AsyncClient": "hubcalc.client",
    "Client": "hubcalc.client",
    "HubcalcError": "hubcalc.errors",
    "METRIC_NAMES": "hubcalc.analysis",
    "MODEL_VERSION": "hubcalc.version",
    "PACKAGE_VERSION": "hubcalc.version",
    "Settings": "hubcalc.settings",
    "Store": "hubcalc.store",
    "analyze": "hubcalc.analysis",
    "ask": "hubcalc.answers",
    "calculate": "hubcalc.calculators.catalogue",
    "capacity_curve": "hubcalc.analysis.curve",
    "clearing": "hubcalc.analysis.backlogs",
    "corridor_emissions": "hubcalc.analysis.corridors",
    "corridor_equilibrium": "hubcalc.analysis.corridors",
    "corridor_flow": "hubcalc.analysis.corridors",
    "corridor_resilience": "hubcalc.analysis.corridors",
    "corridor_storms": "hubcalc.analysis.corridors",
    "create_app": "hubcalc.api",
    "day_profile": "hubcalc.analysis.timeline",
    "recovery": "hubcalc.analysis.backlogs",
    "run_study": "hubcalc.studies.running",
    "scenario_diff": "hubcalc.answers.diff",
    "simulate": "hubcalc.analysis.simulations",
    "transit": "hubcalc.analysis.corridors",
    "time_cost_distance_series": "hubcalc.analysis.corridors",
}

__all__ = [
    "METRIC_NAMES",
    "MODEL_VERSION",
    "PACKAGE_VERSION",
    "Analysis",
    "AsyncClient",
    "Client",
    "HubcalcError",
    "Settings",
    "Store",
    "analyze",
    "ask",
    "calculate",
    "capacity_curve",
    "clearing",
    "corridor_emissions",
    "corridor_equilibrium",
    "corridor_flow",
    "corridor_resilience",
    "corridor_storms",
    "create_app",
    "day_profile",
    "recovery",
    "run_study",
    "scenario_diff",
    "simulate",
    "time_cost_distance_series",
    "transit",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'hubcalc' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
