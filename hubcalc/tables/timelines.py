"""Capacity curves, days, clearings and recoveries as tables."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args

from pydantic import BaseModel

from hubcalc.tables.rectangles import Column, Table, identifying
from hubmodels.paths import split_unit
from hubmodels.results import (
    CapacityCurve,
    Clearing,
    CurvePoint,
    DayProfile,
    HourOfDay,
    Recovery,
    StageProfile,
    Verdict,
    WaitLevel,
)

CurveView = Literal["points", "levels"]
CURVE_VIEWS: tuple[CurveView, ...] = get_args(CurveView)
DayView = Literal["hours", "stages"]
DAY_VIEWS: tuple[DayView, ...] = get_args(DayView)
DayMethod = Literal["auto", "exact", "birth_death", "fluid"]
DAY_METHODS: tuple[DayMethod, ...] = get_args(DayMethod)
"""How a day can be solved; see hubcalc.queueing.solve_general_time_of_day."""

_NOT_SHOWN = frozenset({"hub", "model_version", "overrides", "hours"})


def curve_table(curve: CapacityCurve, view: CurveView) -> Table:
    """Make one row a point, or one a level of the wait."""
    if view == "levels":
        return _table("level", WaitLevel, curve.levels)
    return _table("point", CurvePoint, curve.points)


def day_table(day: DayProfile, view: DayView) -> Table:
    """Make one row a stage and hour, or one a stage."""
    if view == "stages":
        return _table("stage", StageProfile, day.stages)
    rows = [[stage.stage, *_values(hour)] for stage in day.stages for hour in stage.hours]
    return Table("hour", [Column("stage"), *_columns(HourOfDay)], rows, keys=("stage", "day", "hour"))


def clearing_table(clearing: Clearing) -> Table:
    """Make one row."""
    return _table("clearing", Clearing, [clearing])


def recovery_table(recovery: Recovery) -> Table:
    """Make one row."""
    return _table("recovery", Recovery, [recovery])


def _table(item: str, model: type[BaseModel], results: Sequence[BaseModel]) -> Table:
    """Make one row a result."""
    columns = _columns(model)
    rows = [list(_values(result)) for result in results]
    return Table(item, columns, rows, identifying([column.name for column in columns]))


def _columns(model: type[BaseModel]) -> list[Column]:
    fields = {name: field for name, field in model.model_fields.items() if name not in _NOT_SHOWN}
    return [Column(name, split_unit(field.description or "")[1]) for name, field in fields.items()]


def _values(result: BaseModel) -> Iterator[Any]:
    """Give the values of a row; a verdict by its status."""
    for name, value in result:
        if name not in _NOT_SHOWN:
            yield value.status if isinstance(value, Verdict) else value
