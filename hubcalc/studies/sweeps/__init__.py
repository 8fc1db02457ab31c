"""Sweeps: grids, lists, tables and random points, each scenario a row."""

from hubcalc.studies.sweeps.study import Sweep, build_sweep

__all__ = ["Sweep", "build_sweep"]
