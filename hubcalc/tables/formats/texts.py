"""Values as texts: numbers that every locale reads as they are meant, and texts that no spreadsheet runs."""

import json
import math
import re

from hubcalc.words import DecimalMark

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML and HTML cannot hold."""

_THOUSANDS_DIGITS = 3
_LEADS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
"""Beginnings of formulas, the full-width ones too, which spreadsheets of East Asia take for the same."""
_FORMULA = re.compile(rf"[\t\r\n]|[\s\x00-\x20\u200b\ufeff]*[{_LEADS}]")
AFTER_BREAK = rf"(?=[ \xa0]*[{_LEADS}])"
"""Looks ahead for a formula that begins a cell once a text is broken in two."""


def cell_text(value: object, decimal: DecimalMark = "dot") -> str:
    """Write one value for a cell: nothing for None, numbers with all their digits.

    Texts that a spreadsheet would run as a formula are defused with an apostrophe [1]_; numbers never are.

    Parameters
    ----------
    value : object
        A number, a text, a truth value, None, or lists and mappings of them.
    decimal : {"dot", "comma"}, optional
        What separates decimals.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If it is no number (NaN): that must not come out silently.

    References
    ----------
    .. [1] OWASP Application Security Verification Standard 5.0 (2025), requirement 1.2.10.

    Examples
    --------
    >>> cell_text(1.234), cell_text(2), cell_text(-0.5, "comma"), cell_text(None), cell_text("=1+1")
    ('1.2340', '2', '-0,5', '', "'=1+1")
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        text = number_text(value, decimal)
        return f"'{text}" if text == "-inf" else text  # to a spreadsheet it is no number, but something negated
    return defused(plain_text(value))


def number_text(value: float, decimal: DecimalMark = "dot") -> str:
    """Write a number with all its digits, and never with exactly three decimals.

    A German spreadsheet takes `1.234` for thousands, and `1.234e-05` for 0.01234; with a zero more it is what it is, or
    a text, but no other number. Very large and very small numbers have an exponent, which all read.

    >>> number_text(1.234), number_text(1.234e-5), number_text(0.1, "comma"), number_text(1e16)
    ('1.2340', '1.2340e-05', '0,1', '1e+16')
    """
    if isinstance(value, int):
        return str(value)
    if math.isnan(value):
        raise ValueError("NaN is no value of a table")
    mantissa, mark, exponent = repr(float(value)).partition("e")
    if len(mantissa.partition(".")[2]) == _THOUSANDS_DIGITS:
        mantissa += "0"
    if decimal == "comma":
        mantissa = mantissa.replace(".", ",")
    return mantissa + mark + exponent


def plain_text(value: object) -> str:
    """Write what is no number: lists and mappings as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet may take a text for a formula.

    >>> is_formula("=1+1"), is_formula("  @SUM(A1)"), is_formula("\uff0bx"), is_formula("1-2")
    (True, True, True, False)
    """
    return _FORMULA.match(text) is not None


def defused(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet may take for a formula."""
    return f"'{text}" if is_formula(text) else text
