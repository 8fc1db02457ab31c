"""How numbers are answered for cells: bare, in a table, or as JSON; and what an endless wait looks like there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

import msgspec
from litestar import Response

from hubcalc.answers.cells import NOT_THERE
from hubcalc.api import openapi
from hubcalc.api.caching import answer
from hubcalc.api.parameters import Query, choice
from hubcalc.api.pictures import table_answer
from hubcalc.errors import ParameterError, Problem, RefusedError
from hubcalc.tables import UNSTABLE, Column, Format, Table, cell_text
from hubmodels.results import Metric

UnstableForm = Literal["inf", "text"]
UNSTABLE_FORMS: tuple[UnstableForm, ...] = get_args(UnstableForm)
UNSTABLE_PARAMETER = openapi.query(
    "unstable",
    "What a cell shows where there is no steady state: inf, or a text that says how the queue grows",
    {"type": "string", "enum": [*UNSTABLE_FORMS], "default": UNSTABLE_FORMS[0]},
)

_OF_TABLES = ("shape", "header", "dl", "fields")
Said = Callable[[], str]
"""Says why there is no steady state; called only where that is asked for."""


def cell_format(query: Query) -> Format:
    """Read the format of a cell, by default a bare value, which has no layout."""
    format_ = query.format("txt")
    if format_ == "txt":
        query.refuse(_OF_TABLES if query.fields_are_columns else _OF_TABLES[:-1], "says nothing of a bare value")
    return format_


def unstable_form(query: Query, format_: Format) -> UnstableForm:
    """Read what a cell shows where there is no steady state; JSON has the verdict."""
    form = choice("unstable", query.named.get("unstable", UNSTABLE_FORMS[0]), UNSTABLE_FORMS)
    if "unstable" in query.named and format_ == "json":
        raise ParameterError.of(Problem("JSON has the verdict", parameter="unstable", given=form, hint="leave it out"))
    return form


def shown(name: str, cell: Metric, form: UnstableForm, why: Said, *, endless: bool) -> float | str:
    """Give what a cell shows.

    Parameters
    ----------
    name : str
        What the cell is called; errors name it.
    cell : Metric
        The value with its verdict.
    form : {"inf", "text"}
        What is shown where there is no steady state.
    why : callable
        Says why there is none.
    endless : bool
        Whether the value is then without end, as a wait is, and not just missing.

    Returns
    -------
    float or str

    Raises
    ------
    RefusedError
        If there is no value.
    """
    if cell.verdict.status == "refused":
        raise RefusedError.of(Problem(cell.verdict.reason, parameter=name))
    if cell.value is not None:
        return cell.value
    if cell.verdict.status == "unstable" and form == "text":
        return f"UNSTABLE {why()}"
    if cell.verdict.status == "unstable" and endless:
        return UNSTABLE
    raise RefusedError.of(Problem(NOT_THERE, parameter=name))


def cell_answer(
    query: Query,
    format_: Format,
    etag: str,
    cell: tuple[str, Metric],
    value: Callable[[], float | str],
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    """Answer with one cell: its name and metric; `value` is what is shown outside JSON."""
    name, metric = cell
    if format_ == "json":
        content = msgspec.json.encode({"metric": name, **metric.model_dump()})
    elif format_ == "txt":
        content = cell_text(value(), query.decimal or "dot").encode()
    else:
        columns = [Column(name, metric.unit), Column("verdict")]
        return table_answer(query, format_, Table("cell", columns, [[value(), metric.verdict.status]]), etag, headers)
    return answer(content, format_, etag, headers)


def cells_answer(
    query: Query,
    format_: Format,
    etag: str,
    cells: Mapping[str, Metric],
    values: Sequence[float | str | None],
) -> Response[bytes]:
    """Answer with several cells: one row each; as plain text one line each, with the value alone."""
    if format_ == "json":
        content = msgspec.json.encode({"items": [{"metric": n, **cell.model_dump()} for n, cell in cells.items()]})
    elif format_ == "txt":
        content = "\n".join(cell_text(value, query.decimal or "dot") for value in values).encode()
    else:
        rows = [
            [name, value, cell.unit, cell.verdict.status]
            for (name, cell), value in zip(cells.items(), values, strict=True)
        ]
        columns = [Column(heading) for heading in ("name", "value", "unit", "verdict")]
        return table_answer(query, format_, Table("cell", columns, rows, ("name",)), etag)
    return answer(content, format_, etag)
