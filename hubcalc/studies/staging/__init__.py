"""Staging: what to build and when, along paths of demand."""

from hubcalc.studies.staging.study import Staging, build_staging

__all__ = ["Staging", "build_staging"]
