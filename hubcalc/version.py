"""Versions: of the package, and of the numbers."""

from importlib.metadata import version

PACKAGE_VERSION = version("hubcalc")
MODEL_VERSION = "2026.6"
"""Changes only when numbers change; part of every result, permalink and ETag."""
