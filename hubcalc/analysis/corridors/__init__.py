"""Corridors: documents of hubs and lines, each analyzed by itself, joined into a network that can be questioned."""

from hubcalc.analysis.corridors.congestion import corridor_equilibrium
from hubcalc.analysis.corridors.emissions import corridor_emissions
from hubcalc.analysis.corridors.flows import corridor_flow
from hubcalc.analysis.corridors.resilience import corridor_resilience
from hubcalc.analysis.corridors.series import time_cost_distance_series
from hubcalc.analysis.corridors.storms import corridor_storms
from hubcalc.analysis.corridors.transits import transit

__all__ = [
    "corridor_emissions",
    "corridor_equilibrium",
    "corridor_flow",
    "corridor_resilience",
    "corridor_storms",
    "time_cost_distance_series",
    "transit",
]
