"""The two clients are one interface; answers become tables; importing them stays cheap."""

import asyncio
import inspect
import subprocess
import sys
import typing
from typing import Any

import httpx
import pandas as pd
import polars as pl
import pytest

import hubcalc.client
from hubcalc.client import Analysis, AsyncClient, Client
from hubmodels.results import AnalysisReport
from hubmodels.tables import report_rows

METHODS = sorted(name for name in vars(Client) if not name.startswith("_"))
CALLS = [name for name in METHODS if name != "close"]
STUDIES = {"study", "sweep", "montecarlo", "sensitivity", "size", "stage", "wait_for_job"}
ITERATED = {"job_events", "job_rows"}
"""Methods that give things one by one; they are iterated, not awaited."""

ROWS = [
    {"stages.front.cranes": 3, "wait_mean_hours": None, "bottleneck": "front"},
    {"stages.front.cranes": 4, "wait_mean_hours": 1.5, "bottleneck": "front"},
]


def test_both_clients_have_the_same_methods() -> None:
    assert sorted(name for name in vars(AsyncClient) if not name.startswith("_")) == METHODS
    assert len(CALLS) == 67


@pytest.mark.parametrize("name", METHODS)
def test_methods_have_the_same_parameters_and_words(name: str) -> None:
    blocking, awaited = getattr(Client, name), getattr(AsyncClient, name)
    assert inspect.signature(blocking).parameters == inspect.signature(awaited).parameters
    gives, gives_awaited = (str(inspect.signature(method).return_annotation) for method in (blocking, awaited))
    if name in STUDIES | ITERATED:
        gives_awaited = gives_awaited.replace("AsyncStudy", "Study").replace("AsyncIterator", "Iterator")
    assert gives == gives_awaited
    assert blocking.__doc__ == awaited.__doc__
    assert blocking.__name__ == awaited.__name__ == name
    assert inspect.iscoroutinefunction(awaited) == (name not in ITERATED)
    assert not inspect.iscoroutinefunction(blocking)


@pytest.mark.parametrize("name", CALLS)
def test_methods_are_documented(name: str) -> None:
    method = getattr(Client, name)
    documentation = inspect.getdoc(method) or ""
    assert all(f"\n{parameter}" in documentation for parameter in list(inspect.signature(method).parameters)[1:])
    assert "Call" not in str(inspect.signature(method).return_annotation)


def test_constructors_differ_only_in_the_transport() -> None:
    blocking, awaited = (dict(inspect.signature(client).parameters) for client in (Client, AsyncClient))
    blocking.pop("transport")
    awaited.pop("transport")
    assert blocking == awaited


def test_everything_public_is_exported_in_order() -> None:
    exported = hubcalc.client.__all__
    assert exported == sorted(exported)
    assert all(hasattr(hubcalc.client, name) for name in exported)


def test_context_managers_close_the_connections() -> None:
    class Transport(httpx.MockTransport):
        closed = 0

        def close(self) -> None:
            self.closed += 1

        async def aclose(self) -> None:
            self.closed += 1

    transport = Transport(lambda _: httpx.Response(200))
    with Client(transport=transport) as client:
        assert client.ready()

    async def use() -> None:
        async with AsyncClient(transport=transport) as client:
            assert all(await asyncio.gather(client.ready(), client.ready()))

    asyncio.run(use())
    assert transport.closed == 2


def test_types_are_those_of_the_answers() -> None:
    assert typing.get_type_hints(Client.analysis)["return"] is Analysis


def test_rows_are_overrides_and_metrics(report: AnalysisReport) -> None:
    assert report_rows(report) == Analysis(report).to_rows() == ROWS


def test_frames(report: AnalysisReport) -> None:
    frame = Analysis(report).to_pandas()
    assert list(frame.columns) == list(ROWS[0])
    assert frame["wait_mean_hours"].isna().tolist() == [True, False]
    assert Analysis(report).to_polars().to_dicts() == ROWS
    assert Analysis(report).to_polars()["wait_mean_hours"].dtype == pl.Float64
    assert isinstance(frame, pd.DataFrame)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames_name_what_is_missing(report: AnalysisReport, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    method: Any = getattr(Analysis(report), f"to_{library}")
    with pytest.raises(ImportError, match=rf"pip install 'hubcalc\[{library}\]'"):
        method()


def test_importing_the_client_is_cheap() -> None:
    script = (
        "import sys, hubcalc.client\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'polars', 'litestar', 'sqlite_utils', 'hubcalc.analysis'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
