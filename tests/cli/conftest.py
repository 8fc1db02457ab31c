"""The command line in an empty folder and environment, and a server of its own."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import hubfixtures
from hubcalc.cli import main

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Start in an empty folder, without settings."""
    for name in os.environ:
        if name.startswith("HUBCALC_") or name == "COLUMNS":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run() -> Run:
    """Run a command; `code` is the exit code that it must end with."""

    def invoke(*arguments: str, code: int = 0, **more: Any) -> Result:
        result = CliRunner().invoke(main, list(arguments), **more)
        expected = SystemExit if code else (type(None), SystemExit)
        assert isinstance(result.exception, expected), result.exception
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result

    return invoke


@pytest.fixture
def document() -> Callable[..., Path]:
    """Write a document, a fixture with some changes, into a file in the folder."""

    def write(name: str, /, **changes: Any) -> Path:
        path = Path(name)
        path.write_text(json.dumps({**hubfixtures.read("khorgos-gateway"), **changes}), encoding="utf-8")
        return path

    return write


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    """Start `hubcalc serve`; its first lines say where it is."""
    return subprocess.Popen(
        [sys.executable, "-m", "hubcalc", "serve", "--port", "0", *options],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("HUBCALC_")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def address(server: subprocess.Popen[str]) -> str:
    """Read the address that a server prints."""
    assert server.stdout is not None
    line = server.stdout.readline()
    found = re.search(r"http://[\d.]+:\d+", line)
    assert found, f"no address in {line!r}"
    return found[0]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Give a function that starts servers; all are stopped in the end."""
    started: list[subprocess.Popen[str]] = []

    def starter(*options: str) -> subprocess.Popen[str]:
        started.append(start(tmp_path, *options))
        return started[-1]

    yield starter
    for server in started:
        _stop(server)


@pytest.fixture
def address_of() -> Callable[[subprocess.Popen[str]], str]:
    return address


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run one server for the tests of a module."""
    server = start(tmp_path_factory.mktemp("server"))
    try:
        yield address(server)
    finally:
        _stop(server)


def _stop(server: subprocess.Popen[str]) -> None:
    if server.poll() is None:
        server.terminate()
    try:
        server.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.communicate()
