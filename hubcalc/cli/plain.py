"""Values in plain words: numbers with the digits that mean something, text without what a terminal would obey."""

import math
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubmodels.results import Verdict

SMALLEST = 0.001
"""Below this a result is shown as less than it."""
_THOUSAND = 1000
_PERCENT = 0.01


def result(value: float | str | None, unit: str = "") -> str:
    """Write a result: three significant digits, four from a thousand on; a share of a whole as a percentage.

    >>> [result(x) for x in (19.686, 490403.57, 0.00002, 999.7, None, "front")]
    ['19.7', '490,400', '<0.001', '1,000', '-', 'front']
    >>> result(0.55877, "%")
    '55.9'
    """
    if value is None or isinstance(value, str):
        return "-" if value is None else value
    scaled = value * 100 if unit == "%" else float(value)
    if not math.isfinite(scaled):
        return str(scaled)
    if 0 < abs(scaled) < SMALLEST:
        return f"<{SMALLEST}" if scaled > 0 else f">-{SMALLEST}"
    short = float(f"{scaled:.{3 if abs(scaled) < _THOUSAND else 4}g}")
    return f"{short:,.0f}" if abs(short) >= _THOUSAND else f"{short:g}"


def entered(value: object) -> str:
    """Write an input as it was given, without digits lost.

    >>> [entered(x) for x in (3.0, 0.05, 10_000_000.0, None, "gamma")]
    ['3', '0.05', '10000000', 'not given', 'gamma']
    """
    if isinstance(value, list | tuple):
        return ", ".join(map(entered, value))
    if isinstance(value, float):
        return f"{value:.15g}"
    return "not given" if value is None else str(value)


def with_unit(value: object, unit: str) -> str:
    """Write an input with its unit; the unit of a ratio goes unsaid.

    >>> with_unit(72.0, "h"), with_unit(0.5, "1")
    ('72 h', '0.5')
    """
    return entered(value) if unit in ("", "1") or value is None else f"{entered(value)} {unit}"


def plain(text: str) -> str:
    """Replace control characters, which a document from elsewhere may hold, by a mark.

    >>> plain("dry" + chr(27) + "[31mport")
    'dry�[31mport'
    """
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def wrapped(text: str, width: int, indent: str = "", hanging: str | None = None) -> str:
    """Break a text into lines; `hanging` indents all but the first. Words stay whole: addresses can be copied."""
    return textwrap.fill(
        plain(text),
        width,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def standing(verdict: "Verdict") -> str:
    """Give a verdict in short, with the error to expect where one has been measured."""
    if verdict.status not in ("approximate", "simulated"):
        return verdict.status
    if verdict.expected_error is None:
        return "approx." if verdict.status == "approximate" else "simul."
    return f"±{verdict.expected_error:.0%}" if verdict.expected_error >= _PERCENT else f"±{verdict.expected_error:.1%}"
