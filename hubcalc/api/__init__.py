"""The REST API: thin handlers over analysis, scenarios and store."""

from hubcalc.api.app import create_app

__all__ = ["create_app"]
