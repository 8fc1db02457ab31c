"""Scenarios side by side in words and text tables."""

from collections.abc import Callable, Iterator, Mapping

from hubcalc.cli.fitted import fitted
from hubcalc.cli.output import Column, text_width
from hubcalc.cli.plain import entered, result, standing, wrapped
from hubcalc.tables.differences import DiffView
from hubmodels.scenario_diffs import DiffResult, DiffSide, InputOnSide, ResultOnSide, ScenarioDiff

_SHOWN = 30
"""Rows of a long table."""
_PAIR = 2


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
    numbers = [item for item in diff.results if not _is_text(item)]
    blocks = []
    if numbers:
        blocks.append(_pairs(numbers) if len(diff.sides) == _PAIR else _numbers_of_sides(_letters(diff), numbers))
    names = [
        [item.name, *(_value(side, "") for side in item.sides), _verdicts(item)]
        for item in diff.results
        if _is_text(item)
    ]
    columns = [*(Column(title, whole=True) for title in ("result", *_letters(diff))), Column("verdict")]
    blocks += [fitted(columns, names)] if names else []
    yield "Results\n" + "\n\n".join(blocks)


def _is_text(item: DiffResult) -> bool:
    return any(isinstance(side.value, str) for side in item.sides)


def _pairs(items: list[DiffResult]) -> str:
    """Write results of two sides that are numbers, one row each."""
    columns = [Column("result", whole=True), *(Column(title, right=True) for title in ("A", "B", "B-A", "B/A-1 [%]"))]
    columns += [Column("unit", whole=True), Column("verdict")]
    rows = []
    for item in items:
        (first, second), unit = item.sides, _unit(item.unit)
        change = [_signed(second.difference, unit), _signed(second.relative_difference, "%")]
        rows.append([item.name, _value(first, unit), _value(second, unit), *change, unit, _verdicts(item)])
    return fitted(columns, rows)


def _numbers_of_sides(letters: list[str], items: list[DiffResult]) -> str:
    """Write results of many sides that are numbers: below the name of each, a row for each side."""
    columns = [Column("result", whole=True), *(Column(title, right=True) for title in ("value", "to A", "to A [%]"))]
    rows = []
    for item in items:
        unit = _unit(item.unit)
        rows.append([_with_unit(item.name, unit), *([""] * 4)])
        for letter, side in zip(letters, item.sides, strict=True):
            change = (_signed(side.difference, unit), _signed(side.relative_difference, "%"))
            first = letter == letters[0]
            rows.append([f"  {letter}", _value(side, unit), *(("", "") if first else change), standing(side.verdict)])
    return fitted([*columns, Column("verdict")], rows)


def _verdicts(item: DiffResult) -> str:
    return ", ".join(dict.fromkeys(standing(side.verdict) for side in item.sides))


def _with_unit(name: str, unit: str) -> str:
    return f"{name} [{unit}]" if unit not in ("", "1") else name


def _unit(unit: str) -> str:
    return "%" if unit == "1" else "" if unit in ("stage", "place") else unit


def _value(side: ResultOnSide, unit: str) -> str:
    return side.verdict.status if side.value is None else result(side.value, unit)


def _signed(value: float | None, unit: str) -> str:
    text = result(value, unit)
    return f"+{text}" if value is not None and value > 0 else text


def _inputs(diff: ScenarioDiff) -> Iterator[str]:
    if not diff.inputs:
        yield "Inputs\nNo input differs."
        return
    if len(diff.sides) > _PAIR:
        yield "Inputs\n" + _inputs_of_sides(diff)
        return
    columns = [Column("input", whole=True), Column("A", right=True), Column("B", right=True)]
    columns += [Column("unit", whole=True), Column("stated by")]
    rows = [
        [item.path, *(entered(side.value) for side in item.sides), item.unit, "; ".join(_origins(diff, item.sides))]
        for item in diff.inputs
    ]
    yield "Inputs\n" + fitted(columns, rows)


def _inputs_of_sides(diff: ScenarioDiff) -> str:
    """Write inputs of many sides: below the path of each, a row for each side."""
    columns = [Column("input", whole=True), Column("value", right=True), Column("stated by")]
    rows = []
    for item in diff.inputs:
        rows.append([_with_unit(item.path, item.unit), "", ""])
        for letter, side in zip(_letters(diff), item.sides, strict=True):
            rows.append([f"  {letter}", entered(side.value), _origin(side)])
    return fitted(columns, rows)


def _origins(diff: ScenarioDiff, sides: list[InputOnSide]) -> Iterator[str]:
    for letter, side in zip(_letters(diff), sides, strict=True):
        yield f"{letter} {_origin(side)}"


def _origin(side: InputOnSide) -> str:
    return f"{side.stated_by or 'document'} ({side.basis})"


def _effects(diff: ScenarioDiff) -> Iterator[str]:
    if not diff.effects:
        return
    columns = [Column("input changed alone", whole=True), Column("change", right=True), Column("[%]", right=True)]
    written: list[list[str]] = []
    shown = rows = 0
    for item in diff.effects:
        unit, size = _unit(item.unit), abs(item.first)
        lines = [(cause.path, cause.difference, cause.relative_difference) for cause in item.inputs]
        lines = [line for line in lines if line[1] != 0]
        for name, value in (("(together, beyond that)", item.interaction), ("(all)", item.difference)):
            lines.append((name, value, value / size if value is not None and size else None))
        rows += len(lines)
        if shown and shown + len(lines) > _SHOWN:
            continue
        shown += len(lines)
        written.append([_with_unit(item.name, unit), "", ""])
        written += [[f"  {name}", _signed(value, unit), _signed(relative, "%")] for name, value, relative in lines]
    text = "What each input does alone\n" + fitted(columns, written)
    yield f"{text}\n… and {rows - shown} more rows: --view effects --csv" if rows > shown else text


_VIEWS: Mapping[DiffView, Callable[[ScenarioDiff], Iterator[str]]] = {
    "results": _results,
    "inputs": _inputs,
    "effects": _effects,
}
