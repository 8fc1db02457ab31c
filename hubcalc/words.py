"""Words: suggestions for a word that is not known, plurals, lists that end before they tire, decimal marks."""

import difflib
from collections.abc import Iterable, Sequence
from typing import Literal, get_args

DecimalMark = Literal["dot", "comma"]
"""What separates decimals in numbers that are written or read."""
DECIMAL_MARKS: tuple[DecimalMark, ...] = get_args(DecimalMark)
_HISSING = ("s", "x", "z", "ch", "sh")


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Suggest the nearest known word.

    >>> did_you_mean("stages.front.crane", ["stages.front.cranes", "stages.yard.tiers"])
    'did you mean stages.front.cranes?'
    """
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else None


def plural(unit: str) -> str:
    """Write the plural of a unit.

    >>> plural("truck"), plural("bus"), plural("teu")
    ('trucks', 'buses', 'teu')
    """
    if unit == "teu":
        return unit
    return f"{unit}es" if unit.endswith(_HISSING) else f"{unit}s"


def some(names: Sequence[str], most: int = 3) -> str:
    """List names, the last of many by their number only.

    >>> some(["gate", "yard"]), some(["gate", "yard", "front", "tower", "scale"])
    ('gate, yard', 'gate, yard, front and 2 more')
    """
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
