"""Text tables that lose nothing: what is too wide for the screen goes onto further lines."""

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Sequence

import click

from hubcalc.cli.output import READABLE_WIDTH, Column
from hubcalc.cli.plain import plain

_GAP = 2
_LEAST_NAME = 16
"""A first column is not made narrower than this; names that are longer stand on lines of their own."""
_LEAST_FOLDED = 18
_UNLIMITED = 100_000


def fitted(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> str:
    """Set a table in the width of the screen; in a pipe without COLUMNS there is no limit.

    Titles are broken at words. The last column is broken at words too unless it is `whole`. If that is not enough, long
    names in the first column stand on lines of their own, above the rest of their rows; and if the rest is too wide
    for one line, each row becomes a list of its cells. A row of a first cell alone is a heading of those that follow.
    """
    cells = [[plain(cell) for cell in row] for row in rows]
    limit = _limit()
    set_ = [row for row in cells if any(row[1:])]
    widths = [_width(column.title, [row[i] for row in set_]) for i, column in enumerate(columns)]
    folded = len(columns) > 1 and not (columns[-1].right or columns[-1].whole)
    room = limit - sum(widths[:-1]) - _GAP * (len(widths) - 1)
    if folded and room < widths[-1]:
        widths[-1] = max(min(_LEAST_FOLDED, widths[-1]), room)
    rest = sum(widths[1:]) + _GAP * (len(widths) - 1)
    if widths[0] + rest > limit:
        if limit - rest < _LEAST_NAME and rest + _GAP > limit - _GAP:
            return _listed(columns, cells, limit)
        widths[0] = max(limit - rest, _GAP)
    lines = _head(columns, widths)
    for row in cells:
        lines += _lines(columns, widths, row)
    return "\n".join(lines)


def _limit() -> int:
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return _UNLIMITED
    return shutil.get_terminal_size((READABLE_WIDTH, 24)).columns


def _width(title: str, cells: Sequence[str]) -> int:
    """Give the width of a column: that of its widest cell, or of the longest word of its title."""
    return max([*map(len, cells), *map(len, _words(title)), 1])


def _words(title: str) -> list[str]:
    """Cut a title where it may be broken: at spaces, and after dots and underscores."""
    return [part for word in title.split() for part in re.findall(r"[^._]+[._]*|[._]+", word)]


def _head(columns: Sequence[Column], widths: Sequence[int]) -> list[str]:
    titles = [_broken(column.title, width) for column, width in zip(columns, widths, strict=True)]
    deepest = max(map(len, titles))
    lines = [
        _line(columns, widths, ["" if i < deepest - len(title) else title[i - deepest] for title in titles])
        for i in range(deepest)
    ]
    return [click.style(line, bold=True) for line in lines] if sys.stdout.isatty() else lines


def _broken(title: str, width: int) -> list[str]:
    """Break a title into lines: at its own line breaks, at spaces, and only then after dots and underscores."""
    lines: list[str] = []
    for word in title.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        elif len(word) <= width:
            lines.append(word)
        else:
            lines.append("")
            for part in _words(word):
                if lines[-1] and len(lines[-1]) + len(part) > width:
                    lines.append("")
                lines[-1] += part
    return lines or [""]


def _lines(columns: Sequence[Column], widths: Sequence[int], row: Sequence[str]) -> list[str]:
    """Write one row: a name that is too long on a line before it, a last cell that is too long on lines after it."""
    if not any(row[1:]):
        return [row[0]]
    before = [row[0]] if len(row[0]) > widths[0] else []
    first = "" if before else row[0]
    last = textwrap.wrap(row[-1], widths[-1], break_on_hyphens=False) if len(row) > 1 else []
    if len(last) < 2:
        return [*before, _line(columns, widths, [first, *row[1:]])]
    lines = [_line(columns, widths, [first, *row[1:-1], last[0]])]
    return [*before, *lines, *(_line(columns, widths, [""] * (len(row) - 1) + [more]) for more in last[1:])]


def _line(columns: Sequence[Column], widths: Sequence[int], cells: Sequence[str]) -> str:
    set_ = [
        cell.rjust(width) if column.right else cell.ljust(width)
        for column, width, cell in zip(columns, widths, cells, strict=True)
    ]
    return (" " * _GAP).join(set_).rstrip()


def _listed(columns: Sequence[Column], rows: Sequence[Sequence[str]], limit: int) -> str:
    """Write each row as a list of its cells."""
    titles = [" ".join(column.title.split()) for column in columns]
    lines = []
    for row in rows:
        lines += [row[0]]
        for title, cell in zip(titles[1:], row[1:], strict=True):
            lines += textwrap.wrap(
                f"{title}: {cell}", limit, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
            )
    return "\n".join(lines)
