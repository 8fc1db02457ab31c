"""A real server for the tests of a module, and one of a test's own."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))  # tests in a browser share the server

from served import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server") / "hubs.sqlite")
    server.start()
    yield server
    if server.process is not None:
        server.end(signal.SIGKILL)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """Give a server that is not started yet."""
    server = Server(tmp_path / "hubs.sqlite")
    yield server
    if server.process is not None:
        server.end(signal.SIGKILL)
