"""A store in a temporary folder, hubs to put in it, and a user whom permissions bind."""

import copy
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hubcalc.store import Store
from hubmodels import HUB, Hub

MakeHub = Callable[..., Hub]

DOCUMENT: dict[str, Any] = {
    "kind": "dry_port",
    "id": "gate-town",
    "name": "Gate town",
    "country": "KZ",
    "location": {"latitude_deg": 44, "longitude_deg": 80},
    "opening": {"time_zone": "Asia/Almaty"},
    "flows": {"west": {"unit": "train", "per_day": 10, "route": ["desk"]}},
    "main_flow": "west",
    "stages": {"desk": {"kind": "service", "servers": 2, "service_time": {"mean_minutes": 30, "scv": 1}}},
}

NOBODY = 65534


@pytest.fixture
def make_hub() -> MakeHub:
    def make(hub_id: str = "gate-town", **fields: Any) -> Hub:
        return HUB.validate_python({**copy.deepcopy(DOCUMENT), "id": hub_id, **fields})

    return make


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hubs.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as store:
        yield store


@pytest.fixture
def guarded_folder() -> Iterator[Path]:
    """Give an empty folder whose permissions bind the running test, also where root runs it.

    Root may write anything, so the test becomes another user; the usual temporary folders are closed to that one.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = os.geteuid() == 0
        if root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            folder.chmod(0o700)
            if root:
                os.seteuid(0)
