"""Values in a query: one each in a cell, lists and ranges in a table; a decimal comma where that is meant."""

from collections.abc import Mapping

from hubcalc.errors import ParameterError, Problem
from hubcalc.scenarios import parse_values
from hubcalc.scenarios.texts import one_value
from hubcalc.words import DECIMAL_MARKS, DecimalMark

__all__ = ["DECIMAL_MARKS", "DecimalMark", "listed", "one_each", "single"]


def listed(texts: Mapping[str, str], most: int, decimal: DecimalMark | None = None) -> dict[str, list[str]]:
    """Read lists and ranges: separated by commas, or by semicolons where the comma is decimal."""
    return {name: parse_values(name, text, most, decimal or "dot") for name, text in texts.items()}


def single(texts: Mapping[str, str], decimal: DecimalMark | None = None) -> dict[str, str]:
    """Read one value each, where a comma is a decimal comma."""
    # whoever says that the dot is decimal still means no list by a comma
    return {name: _one(name, text, "comma" if decimal == "comma" else None) for name, text in texts.items()}


def one_each(texts: Mapping[str, str], decimal: DecimalMark | None = None) -> dict[str, str]:
    """Read one value each, where a comma would separate in a table: it is decimal only where that is said."""
    for name, text in texts.items():
        if "," in text and decimal != "comma":
            hint = "lists and ranges are for …/analysis.csv; for a decimal comma say decimal=comma"
            raise ParameterError.of(Problem("here one value is taken", parameter=name, given=text, hint=hint))
    return single(texts, decimal)


def _one(name: str, text: str, mark: DecimalMark | None) -> str:
    if ".." in text or ";" in text or text.count(",") > 1:
        # digits in groups are told how they are to be written
        one_value(name, text, mark)
        hint = "lists and ranges are for …/analysis.csv"
        raise ParameterError.of(Problem("here one value is taken", parameter=name, given=text, hint=hint))
    return one_value(name, text, mark)
