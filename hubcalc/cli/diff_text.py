"""Scenarios side by side in words and text tables."""

from collections.abc import Callable, Iterator, Mapping

from hubcalc.cli.output import Column, table_text, text_width
from hubcalc.cli.plain import entered, result, standing, wrapped
from hubcalc.tables.differences import DiffView
from hubmodels.scenario_diffs import DiffSide, InputOnSide, ResultOnSide, ScenarioDiff

_SHOWN = 30
"""Rows of a long table."""


def diff_text(diff: ScenarioDiff, view: DiffView | None) -> str:
    """Write scenarios side by side, or one view of them."""
    blocks = [_heading(diff)]
    for name, write in _VIEWS.items():
        if view in (None, name):
            blocks += write(diff)
    if view is None and diff.warnings:
        lines = [wrapped(f"{advice.message} [{advice.code}]", text_width(), "- ", "  ") for advice in diff.warnings]
        blocks.append("Warnings\n" + "\n".join(lines))
    return "\n\n".join(blocks)


def _heading(diff: ScenarioDiff) -> str:
    subject = f"{diff.subject.kind} {diff.subject.id}; model version {diff.model_version}; method {diff.method}"
    lines = [subject, *(f"{letter}  {_named(side)}" for letter, side in zip(_letters(diff), diff.sides, strict=True))]
    return "\n".join(wrapped(line, text_width(), "", "   ") for line in lines)


def _named(side: DiffSide) -> str:
    what = "as documented" if side.kind == "document" else "scenario"
    version = f", version {side.version}" if side.version else ""
    built = f", on {' on '.join(side.bases)}" if side.bases else ""
    return f"{side.name} ({side.id}, {what}{version}{built})"


def _letters(diff: ScenarioDiff) -> list[str]:
    return [chr(ord("A") + place) for place in range(len(diff.sides))]


def _results(diff: ScenarioDiff) -> Iterator[str]:
    letters = _letters(diff)
    columns = [Column("result", whole=True), *(Column(letter, right=True) for letter in letters)]
    columns += [Column(f"{letter}-{letters[0]}", right=True) for letter in letters[1:]]
    columns += [Column(f"{letter}/{letters[0]}-1\n[%]", right=True) for letter in letters[1:]]
    columns += [Column("unit", whole=True), Column("verdict", whole=True)]
    rows = []
    for item in diff.results:
        unit = "%" if item.unit == "1" else item.unit
        verdicts = dict.fromkeys(standing(side.verdict) for side in item.sides)
        rows.append(
            [
                item.name,
                *(_value(side, unit) for side in item.sides),
                *(_signed(side.difference, unit) for side in item.sides[1:]),
                *(_signed(side.relative_difference, "%") for side in item.sides[1:]),
                *("" if unit in ("stage", "place") else unit, ", ".join(verdicts)),
            ]
        )
    yield "Results\n" + table_text(columns, rows)


def _value(side: ResultOnSide, unit: str) -> str:
    return side.verdict.status if side.value is None else result(side.value, unit)


def _signed(value: float | None, unit: str) -> str:
    text = result(value, unit)
    return f"+{text}" if value is not None and value > 0 else text


def _inputs(diff: ScenarioDiff) -> Iterator[str]:
    if not diff.inputs:
        yield "Inputs\nNo input differs."
        return
    columns = [Column("input", whole=True), *(Column(letter, right=True) for letter in _letters(diff))]
    columns += [Column("unit", whole=True), Column("stated by")]
    rows = [
        [item.path, *(entered(side.value) for side in item.sides), item.unit, "; ".join(_origins(diff, item.sides))]
        for item in diff.inputs
    ]
    yield "Inputs\n" + table_text(columns, rows)


def _origins(diff: ScenarioDiff, sides: list[InputOnSide]) -> Iterator[str]:
    for letter, side in zip(_letters(diff), sides, strict=True):
        yield f"{letter} {side.stated_by or 'document'} ({side.basis})"


def _effects(diff: ScenarioDiff) -> Iterator[str]:
    if not diff.effects:
        return
    columns = [Column("result", whole=True), Column("input changed alone", whole=True), Column("change", right=True)]
    columns += [Column("[%]", right=True), Column("unit", whole=True)]
    rows = []
    for item in diff.effects:
        unit = "%" if item.unit == "1" else item.unit
        size = abs(item.first)
        lines = [(cause.path, cause.difference, cause.relative_difference) for cause in item.inputs]
        lines = [line for line in lines if line[1] != 0]
        for name, value in (("(together, beyond that)", item.interaction), ("(all)", item.difference)):
            lines.append((name, value, value / size if value is not None and size else None))
        for place, (name, value, relative) in enumerate(lines):
            rows.append([item.name if place == 0 else "", name, _signed(value, unit), _signed(relative, "%"), unit])
    text = "What each input does alone\n" + table_text(columns, rows[:_SHOWN])
    left = len(rows) - _SHOWN
    yield f"{text}\n… and {left} more rows: --view effects --csv" if left > 0 else text


_VIEWS: Mapping[DiffView, Callable[[ScenarioDiff], Iterator[str]]] = {
    "results": _results,
    "inputs": _inputs,
    "effects": _effects,
}
