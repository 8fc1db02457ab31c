"""Formats by suffix: `/v1/hubs.csv` is `/v1/hubs` in CSV, since spreadsheets can set no headers."""

from litestar.types import Scope

from hubcalc.api.parameters import SUFFIX_KEY
from hubcalc.api.pictures import PICTURES
from hubcalc.tables import FORMATS
from hubcalc.tables.geojson import GEOJSON


def strip_suffix(scope: Scope) -> None:
    """Move a format's suffix from the path of a request under /v1/ into the scope."""
    path = scope["path"]
    stem, dot, suffix = path.rpartition(".")
    for known in (*FORMATS, *PICTURES, GEOJSON):
        if dot and suffix == known and path.startswith("/v1/"):
            scope["path"] = stem
            scope["raw_path"] = scope["raw_path"].removesuffix(f".{suffix}".encode())
            scope.setdefault("state", {})[SUFFIX_KEY] = known
