"""One LibreOffice and one server for all tests of sheets that a process of pytest runs."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))  # the driver, the server and the sheets are shared with benchmarks/

from counting_server import CountingServer
from office import WITHOUT, Office, missing


@pytest.fixture(scope="session")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder whose documents may fetch what they link to."""
    return tmp_path_factory.mktemp("trusted")


@pytest.fixture(scope="session")
def office(trusted: Path) -> Iterator[Office]:
    lacking = missing()
    if lacking and os.environ.get(WITHOUT) == "1":
        pytest.skip(f"{lacking} ({WITHOUT}=1)")
    if lacking:
        pytest.fail(f"{lacking}; with {WITHOUT}=1 these tests are skipped")
    with Office(trusted) as started:
        yield started


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountingServer]:
    with CountingServer(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture
def folder(trusted: Path, request: pytest.FixtureRequest) -> Path:
    """Give a trusted folder of the test's own."""
    own = trusted / f"{len([*trusted.iterdir()])}"
    own.mkdir()
    return own
