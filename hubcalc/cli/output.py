"""Writing to standard output: text tables, CSV and JSON."""

import io
import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hubcalc.cli.options import TABLE_FILE
from hubcalc.cli.plain import plain
from hubcalc.errors import ParameterError, Problem

if TYPE_CHECKING:
    from hubcalc.tables import Table

READABLE_WIDTH = 80
_UNLIMITED = 100_000
_TABLE_OPTION = "--output"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a text table; `title` may have several lines, and `whole` cells are never folded."""

    title: str
    right: bool = False
    whole: bool = False


def text_width() -> int:
    """Give the width for running text: that of the terminal, within what is readable; 80 if there is none."""
    return min(shutil.get_terminal_size((READABLE_WIDTH, 24)).columns, 100)


def table_text(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> str:
    """Set a table, without frame; in a terminal its cells are folded to fit, in a pipe nothing is folded or cut."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    narrow = terminal or "COLUMNS" in os.environ
    width = shutil.get_terminal_size((READABLE_WIDTH, 24)).columns if narrow else _UNLIMITED
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(
            Text(plain(column.title)),
            justify="right" if column.right else "left",
            min_width=max(map(len, column.title.split("\n"))),
            no_wrap=column.right or column.whole,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=terminal, legacy_windows=False, highlight=False).print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def echo_csv(table: "Table") -> None:
    """Write a table as CSV with all digits, or into the file that --output names, in the format of its suffix."""
    from hubcalc.tables import FORMATS, render

    context = click.get_current_context(silent=True)
    file: Path | None = context.meta.get(TABLE_FILE) if context else None
    if file is None:
        click.echo(render(table, "csv").decode().replace("\r\n", "\n"), nl=False)
        return
    from hubcalc.cli.files import write_bytes

    (format_,) = (name for name in FORMATS if f".{name}" == file.suffix.lower())
    write_bytes(file, render(table, format_), _TABLE_OPTION)
    click.echo(f"{file}: {len(table.rows)} rows", err=True)


def check_table_suffix(file: Path) -> Path:
    """Refuse a file of another kind before anything is computed."""
    from hubcalc.tables import FORMATS

    suffixes = [f".{name}" for name in FORMATS if name != "json"]
    if file.suffix.lower() not in suffixes:
        allowed = ", ".join(suffixes)
        raise ParameterError.of(Problem("no kind of table", parameter=_TABLE_OPTION, given=file.name, allowed=allowed))
    return file


def echo_json(value: Any) -> None:
    """Write JSON, indented."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_json_value))


def csv_of(items: Sequence[Mapping[str, Any]], names: Sequence[str]) -> None:
    """Write items as CSV, one row each."""
    from hubcalc.tables import Column as TableColumn
    from hubcalc.tables import Table

    rows = [[_words(item.get(name)) for name in names] for item in items]
    echo_csv(Table("item", [TableColumn(name) for name in names], rows))


def _words(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _json_value(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
