"""Workbooks of real hubs, by fast formulas so that they are made quickly."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

import hubfixtures
from hubcalc.analysis import analyze
from hubcalc.workbooks import analysis_workbook
from hubcalc.workbooks.model import Workbook
from hubmodels.results import AnalysisReport

SERVER = "http://hub.example:8000"
Made = tuple[Workbook, AnalysisReport]
Make = Callable[..., Made]


@pytest.fixture(scope="session")
def make() -> Make:
    """Give a function that makes the workbook of a fixture."""

    def make(name: str, values: Mapping[str, Any] | None = None, method: str = "fast", **asked: str) -> Made:
        collection = "hubs" if name in hubfixtures.names("hubs") else "lines"
        document = hubfixtures.load(name, collection)
        report = analyze(document, values, method=method).report
        given = {"method": method, **asked}
        return analysis_workbook(document, collection, report, server=SERVER, asked=given), report

    return make


@pytest.fixture(scope="session")
def khorgos(make: Make) -> Made:
    """Give the workbook of Khorgos Gateway as documented, and the report that it was made of."""
    return make("khorgos-gateway")
