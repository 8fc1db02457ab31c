"""Values in a query: one each in a cell, lists and ranges in a table; a decimal comma where that is meant."""

from collections.abc import Mapping
from typing import Literal, get_args

from hubcalc.errors import ParameterError, Problem
from hubcalc.scenarios import parse_values

DecimalMark = Literal["dot", "comma"]
DECIMAL_MARKS: tuple[DecimalMark, ...] = get_args(DecimalMark)
_THOUSANDS_DIGITS = 3


def listed(texts: Mapping[str, str], most: int, decimal: DecimalMark | None = None) -> dict[str, list[str]]:
    """Read lists and ranges."""
    return {name: parse_values(name, text, most) for name, text in texts.items()}


def single(texts: Mapping[str, str], decimal: DecimalMark | None = None) -> dict[str, str]:
    """Read one value each, where a comma is a decimal comma."""
    return {name: _one_number(name, text) if "," in text else text for name, text in texts.items()}


def one_each(texts: Mapping[str, str], decimal: DecimalMark | None = None) -> dict[str, str]:
    """Read one value each, with a decimal point."""
    for name, text in texts.items():
        if "," in text or ".." in text:
            raise ParameterError.of(_not_one(name, text))
    return dict(texts)


def _one_number(name: str, text: str) -> str:
    """Read a decimal comma; three digits after it may as well be thousands, so they are refused."""
    whole, _, decimals = text.partition(",")
    if not decimals.isdecimal() or not whole.removeprefix("-").removeprefix("+").isdecimal():
        raise ParameterError.of(_not_one(name, text))
    if len(decimals) == _THOUSANDS_DIGITS:
        hint = f"write {whole}.{decimals} or {text}0 if the comma is decimal, {whole}{decimals} if it is not"
        raise ParameterError.of(
            Problem("a comma before three digits is ambiguous", parameter=name, given=text, hint=hint)
        )
    return f"{whole}.{decimals}"


def _not_one(name: str, text: str) -> Problem:
    """Say that there is one scenario only."""
    return Problem(
        "here one value is taken", parameter=name, given=text, hint="lists and ranges are for …/analysis.csv"
    )
