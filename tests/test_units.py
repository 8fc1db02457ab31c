"""Units: what a name's end promises is the unit in brackets, in formulas, results and metrics alike.

The inputs of hub documents are held to the same rule in tests/hubmodels/test_documents.py.
"""

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import hubcalc
import hubfixtures
from hubcalc import capacity, queueing
from hubcalc.analysis import METRIC_NAMES
from hubcalc.analysis.metrics import describe
from hubcalc.settings import Settings
from hubmodels import results
from hubmodels.paths import split_unit

UNITS = {
    r"backlog_after_hours": r"items",
    r"hours_per_day": r"h/day",
    r"days_per_week": r"days/week",
    r"hours_per_train": r"h",
    r"boxes_per_train": r"boxes",
    r"moves_per_box": r"moves",
    r"moves_per_crane_hour": r"moves/h",
    r"per_hour": r"[^/]+/h",
    r"per_day": r"[^/]+/day",
    r"per_year": r"[^/]+/year",
    r"hours2": r"h2",
    r"hours3": r"h3",
    r"hours": r"h",
    r"minutes": r"min",
    r"seconds": r"s",
    r"bytes": r"bytes",
    r"days": r"days",
    r"teu": r"TEU",
    r"(scvs?|share|utilization|probability|availability|expected_error)": r"1",
}
"""Unit by the form of a name; the first form that fits holds."""


def unit_of_name(name: str) -> str | None:
    """Give the pattern of the unit that a name promises, if it promises one."""
    for form, unit in UNITS.items():
        if re.fullmatch(rf"(.*_)?{form}", name):
            return unit
    return None


def check(name: str, unit: str, where: str) -> None:
    promised = unit_of_name(name)
    assert promised is None or re.fullmatch(promised, unit), f"{where}: {name} is in [{unit}], not in [{promised}]"


def formulas() -> list[Any]:
    """Give every public function of queueing and capacity."""
    found: dict[str, Callable[..., Any]] = {}
    for package in (queueing, capacity):
        names = [f"{package.__name__}.{item.name}" for item in iter_modules(package.__path__) if item.name[0] != "_"]
        for module in map(import_module, names):
            for name, value in vars(module).items():
                if inspect.isfunction(value) and name[0] != "_" and value.__module__ == module.__name__:
                    found[f"{module.__name__}.{name}"] = value
    return [pytest.param(function, id=name.removeprefix("hubcalc.")) for name, function in found.items()]


def section(function: Callable[..., Any], title: str) -> dict[str, tuple[str, str]]:
    """Read a section of a numpy docstring: the type and the description of each entry."""
    text = inspect.cleandoc(function.__doc__ or "")
    match = re.search(rf"^{title}\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", text, re.MULTILINE | re.DOTALL)
    entries: dict[str, tuple[str, str]] = {}
    for entry in re.split(r"\n(?=\S)", match[1].strip()) if match else []:
        head, _, body = entry.partition("\n")
        name, _, type_ = head.partition(" : ")
        entries[name] = (type_, " ".join(body.split()))
    return entries


NUMERIC = ("array_like", "float", "int", "ndarray")


def test_all_formulas_are_found() -> None:
    names = {param.id for param in formulas()}
    assert {f"queueing.markovian.{name}" for name in ("mmc_wait_mean_hours", "mmc_wait_tail")} <= names
    assert "capacity.yard.occupancy_moments" in names
    assert len(names) >= 35


@pytest.mark.parametrize("function", formulas())
def test_parameters_are_in_the_unit_of_their_names(function: Callable[..., Any]) -> None:
    where = f"{inspect.getsourcefile(function)}:{inspect.getsourcelines(function)[1]}"
    for name, (type_, description) in section(function, "Parameters").items():
        if type_.startswith(NUMERIC):
            text, unit = split_unit(description)
            assert unit, f"{where}: {name} says no unit"
            assert text
            check(name, unit, where)


@pytest.mark.parametrize("function", formulas())
def test_a_result_is_in_the_unit_of_the_functions_name(function: Callable[..., Any]) -> None:
    where = f"{inspect.getsourcefile(function)}:{inspect.getsourcelines(function)[1]}"
    for type_, (_, description) in section(function, "Returns").items():
        if type_.startswith("ndarray"):
            unit = split_unit(description)[1]
            assert unit, f"{where}: the result says no unit"
            check(function.__name__, unit, where)


VALUE_WITH_UNIT = (results.Metric, results.Quantity)
"""Their unit stands in a field beside the number."""
ORDINALS = frozenset({"version"})
"""Numbers that measure nothing."""


def result_fields() -> list[Any]:
    """Give every numeric field of the result models."""
    models = [m for _, m in inspect.getmembers(results, inspect.isclass) if m.__module__ == results.__name__]
    return [
        pytest.param(name, field.description or "", id=f"{model.__name__}.{name}")
        for model in models
        if issubclass(model, BaseModel) and model not in VALUE_WITH_UNIT
        for name, field in model.model_fields.items()
        if name not in ORDINALS and {int, float} & {field.annotation, *get_args(field.annotation)}
    ]


@pytest.mark.parametrize(("name", "description"), result_fields())
def test_results_are_in_the_unit_of_their_names(name: str, description: str) -> None:
    text, unit = split_unit(description)
    assert unit, f"{name}: {description!r} has no unit"
    assert text[:1].isupper()
    check(name, unit, "hubmodels.results")


@pytest.mark.parametrize("name", METRIC_NAMES)
def test_metrics_are_in_the_unit_of_their_names(name: Any) -> None:
    assert describe(name)["unit"]
    check(name, describe(name)["unit"], "hubcalc.analysis.metrics")


@pytest.mark.slow
@pytest.mark.parametrize("hub_id", hubfixtures.names())
def test_metrics_and_details_of_a_hub_are_in_the_unit_of_their_names(hub_id: str) -> None:
    (result,) = hubcalc.analyze(hub_id, metrics=[m for m in METRIC_NAMES if "sustainable" not in m]).report.results
    for name, metric in result.metrics.items():
        check(name, metric.unit, hub_id)
    for station in result.stations:
        for name, detail in station.details.items():
            assert detail.unit
            check(name, detail.unit, f"{hub_id} {station.stage}")


@pytest.mark.parametrize(("name", "field"), Settings.model_fields.items())
def test_settings_are_in_the_unit_of_their_names(name: str, field: Any) -> None:
    text, unit = split_unit(field.description)
    assert text
    if unit_of_name(name):
        check(name, unit, "hubcalc.settings")
