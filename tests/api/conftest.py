"""The application on a database of its own, and a client that checks every answer against the OpenAPI document."""

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from litestar.testing import TestClient

sys.path.append(str(Path(__file__).parent))  # tests of jobs share jobhelp

from jobhelp import Gate

import hubfixtures
from hubcalc.api import create_app
from hubcalc.documents import DOCUMENT_KINDS
from hubcalc.jobs.engine import Engine
from hubcalc.settings import Settings
from hubcalc.store import Store
from hubfixtures import Collection

KHORGOS = "/v1/hubs/khorgos-gateway"
DOCUMENTS = Path(__file__).parent.parent / "documents"
MADE_UP: dict[Collection, str] = {
    "lines": "steppe-line",
    "corridors": "steppe-corridor",
    "scenarios": "steppe-day-and-night",
}


LOOP: dict[str, Collection] = {
    "steppe-bypass": "lines",
    "steppe-loop": "corridors",
    "steppe-loop-shut": "scenarios",
}
"""A corridor with two ways, its second line, and what is asked of it."""


class Checker:
    """Holds each answer against the OpenAPI document, and each error against the rules for errors."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.checked = 0
        self._validator = lru_cache(self._make_validator)

    def __call__(self, response: httpx.Response) -> None:
        response.read()
        assert response.headers["x-request-id"]
        assert response.status_code != 500, response.text
        if response.status_code >= 400:
            self._check_problem(response)
        if response.request.method == "HEAD" or response.status_code in (204, 304):
            assert response.content == b""
            return
        schema_path = self._schema_path(response)
        if schema_path is not None:
            self._validator(schema_path).validate(response.json())
            self.checked += 1

    def template(self, path: str) -> str | None:
        """Find the documented path that a path is an instance of."""
        stem = (
            re.sub(r"\.(json|csv|tsv|txt|xml|html|xlsx|ods|geojson|svg|png|vega)$", "", path)
            if path.startswith("/v1/")
            else path
        )
        fitting = [
            template for template in self.document["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), stem)
        ]
        # OpenAPI: concrete paths come before those with parameters
        return min(fitting, key=lambda template: template.count("{"), default=None)

    def _schema_path(self, response: httpx.Response) -> tuple[str, ...] | None:
        media_type = response.headers.get("content-type", "").partition(";")[0]
        if not media_type.endswith("json"):
            return None
        template = self.template(response.request.url.path)
        operation = self.document["paths"].get(template, {}).get(response.request.method.lower())
        if operation is None:
            return ("components", "schemas", "Problem") if response.status_code >= 400 else None
        status = str(response.status_code) if str(response.status_code) in operation["responses"] else "default"
        media = operation["responses"][status]["content"][media_type]
        assert "schema" in media
        return ("paths", template or "", response.request.method.lower(), "responses", status, "content", media_type)

    def _make_validator(self, path: tuple[str, ...]) -> Draft202012Validator:
        part = self.document
        for key in path:
            part = part[key]
        schema = {**part.get("schema", part), "components": self.document["components"]}
        return Draft202012Validator(schema, format_checker=FormatChecker())

    @staticmethod
    def _check_problem(response: httpx.Response) -> None:
        assert response.headers["content-type"] == "application/problem+json"
        if response.request.method == "HEAD":
            return
        problem = response.json()
        assert problem["status"] == response.status_code
        assert problem["type"] == f"/errors/{problem['code']}"
        assert problem["request_id"] == response.headers["x-request-id"]
        assert problem["title"]
        assert problem["detail"]
        assert len(response.content) < 20_000, "an error does not repeat a huge input"


@contextmanager
def _served(
    settings: Settings, checker: Checker | None = None, engine: Engine | None = None
) -> Iterator[TestClient[Any]]:
    # one thread works on jobs: starting processes would take longer than most tests
    chosen = engine or Engine(lambda: ThreadPoolExecutor(1), 1)
    with TestClient(create_app(settings, engine=chosen)) as client:
        document = None if checker else client.get("/openapi.json").json()
        client.event_hooks = {"response": [checker or Checker(document)]}
        yield client


def _others() -> Iterator[Any]:
    """Give a line, a corridor and a scenario that are made up for tests."""
    for collection, name in MADE_UP.items():
        text = (DOCUMENTS / f"{name}.json").read_text(encoding="utf-8")
        yield DOCUMENT_KINDS[collection].parse(json.loads(text))


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database file with the fixtures, to be copied."""
    path = tmp_path_factory.mktemp("seeded") / "hubs.sqlite"
    with Store.open(path) as store:
        store.seed([*(hubfixtures.load(name) for name in hubfixtures.names()), *_others()])
    return path


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory, seeded: Path) -> Iterator[TestClient[Any]]:
    """Give a client for tests that only read."""
    path = shutil.copy(seeded, tmp_path_factory.mktemp("reader") / "hubs.sqlite")
    with _served(Settings(database=path, seed=False)) as client:
        yield client


@pytest.fixture(scope="session")
def networks(tmp_path_factory: pytest.TempPathFactory, seeded: Path, checker: Checker) -> Iterator[TestClient[Any]]:
    """Give a client of a server with a corridor of two ways, and one of the real ones, for tests that only read."""
    path = Path(shutil.copy(seeded, tmp_path_factory.mktemp("networks") / "hubs.sqlite"))
    with Store.open(path) as store:
        texts = {name: (DOCUMENTS / f"{name}.json").read_text(encoding="utf-8") for name in LOOP}
        made_up = [DOCUMENT_KINDS[LOOP[name]].parse(json.loads(text)) for name, text in texts.items()]
        real = hubfixtures.load("lianyungang-almaty", "corridors")
        lines = sorted({link.line for link in real.links.values()})
        store.seed([*made_up, real, *(hubfixtures.load(name, "lines") for name in lines)])
    with _served(Settings(database=path, seed=False), checker) as client:
        yield client


@pytest.fixture(scope="session")
def checker(reader: TestClient[Any]) -> Checker:
    hook = reader.event_hooks["response"][0]
    assert isinstance(hook, Checker)
    return hook


@pytest.fixture
def database(tmp_path: Path, seeded: Path) -> Path:
    """Give a database file with the fixtures that a test may spoil."""
    return Path(shutil.copy(seeded, tmp_path / "hubs.sqlite"))


Serve = Callable[..., Any]


@pytest.fixture
def serve(database: Path, checker: Checker) -> Serve:
    """Give a context manager that serves the test's own database, with another engine or settings if asked for."""

    def serve(engine: Engine | None = None, **changes: Any) -> Any:
        return _served(Settings(**{"database": database, "seed": False, **changes}), checker, engine)

    return serve


@pytest.fixture
def gate() -> Gate:
    """Give what holds the work of `held`."""
    return Gate()


@pytest.fixture
def held(serve: Serve, gate: Gate) -> Iterator[TestClient[Any]]:
    """Give a client of a server that works on jobs piece by piece, as it is let."""
    with serve(gate.engine()) as client:
        yield client
        gate.let_go()


@pytest.fixture
def writer(serve: Serve) -> Iterator[TestClient[Any]]:
    """Give a client for tests that write."""
    with serve() as client:
        yield client


@pytest.fixture
def analyzed(reader: TestClient[Any]) -> Callable[..., list[dict[str, Any]]]:
    """Give a function that analyzes Khorgos and returns the scenarios."""

    def analyze(query: str = "") -> list[dict[str, Any]]:
        response = reader.get(f"{KHORGOS}/analysis?{query}")
        assert response.status_code == 200, response.text
        return response.json()["results"]

    return analyze


@pytest.fixture
def xian() -> dict[str, Any]:
    """Give a document that may be changed."""
    return hubfixtures.load("xian").model_dump(mode="json", exclude_unset=True)
