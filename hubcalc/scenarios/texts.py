"""Numbers as people and spreadsheets write them: read where there is one reading, refused where there are two.

A sheet sends what its cell shows or holds: `1,5` where the locale has a decimal comma, a non-breaking space before a
percent sign, a plus sign that has become a space on its way through an address. Digits in groups are never read:
`1,234` is one number in London and another in Berlin.
"""

import math
import re
from dataclasses import dataclass

from hubcalc.errors import OverrideError, Problem
from hubcalc.words import DecimalMark

_STRAY = " \t\n\r\x0b\x0c\x85\xa0\u202f\u2060\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200C)))
"""Spaces of all widths, none and the byte order mark included, around a value."""
_MINUS = "\u2212"
_GAPS = " '\u2019\xa0\u2007\u2009\u202f"
_NUMBER = re.compile(
    rf"(?P<sign>[+-]?)(?P<body>[0-9](?:[0-9.,{_GAPS}]*[0-9.,])?|[.,][0-9]+)"
    # `1E+05` comes out of an address as `1E 05`
    r"(?P<exponent>[eE][+\- ]?[0-9]{1,9})?(?P<percent>[ \xa0\u2009\u202f]?%)?"
)
_PLAIN = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE]([+-]?[0-9]+))?(%?)")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_GROUPS = re.compile(rf"([0-9]{{1,3}}(?:([.,{_GAPS}])[0-9]{{3}})(?:\2[0-9]{{3}})*)(?:([.,])([0-9]*))?")
_SHEET_ERROR = re.compile(r"#.*|Err:[0-9]{3}", re.DOTALL)
_SAYING = " or say decimal=comma"
SHEET_ERROR = Problem("is an error that the sheet sends", hint="mend the cell that it comes from")


@dataclass(frozen=True, slots=True)
class NumberText:
    """A number written plainly: a decimal point, no spaces, perhaps a percent sign."""

    text: str

    @property
    def is_percent(self) -> bool:
        """Whether it is given in hundredths."""
        return self.text.endswith("%")

    @property
    def value(self) -> float:
        """The nearest float, of `40%` that of 0.4; infinite where it is too large.

        >>> NumberText("40%").value, NumberText("1e999").value
        (0.4, inf)
        """
        match = _PLAIN.fullmatch(self.text)
        if match is None:
            return math.nan
        mantissa, exponent, percent = match.groups()
        # hundredths by the exponent: to divide a float would round twice
        return float(f"{mantissa}e{int(exponent or 0) - (2 if percent else 0)}")


def read_text(text: str, mark: DecimalMark | None = "dot") -> NumberText | Problem | None:
    """Read a text as a number.

    Parameters
    ----------
    text : str
        What was given.
    mark : {"dot", "comma"}, optional
        What separates decimals. With "dot" a comma is refused; with "comma" a dot before three digits is, since it may
        separate thousands. None takes both, and refuses a comma before three digits: one value, of unknown origin.

    Returns
    -------
    NumberText, Problem or None
        The number; or why it is refused though it looks like one; or None for any other text.

    Examples
    --------
    >>> read_text("1,5", None), read_text("exponential")
    (NumberText(text='1.5'), None)
    >>> read_text(" +40 %").value, read_text("1E 05").value
    (0.4, 100000.0)
    >>> read_text("1,234", None).hint
    'write 1.234 or say decimal=comma if the comma is decimal, or 1234 if it is not'
    """
    tidy = text.strip(_STRAY).replace(_MINUS, "-")
    if is_sheet_error(tidy):
        return SHEET_ERROR
    match = _NUMBER.fullmatch(tidy)
    if match is None:
        return None
    sign, body = match["sign"].removeprefix("+"), match["body"]
    exponent = (match["exponent"] or "").replace(" ", "")
    end = f"{exponent}{'%' if match['percent'] else ''}"
    separators = [character for character in body if not character.isdigit()]
    if separators in ([], ["."], [","]):
        # nobody groups the digits of a number with an exponent
        may_be_thousands = not exponent and _THOUSANDS.fullmatch(body) is not None
        refusal = _refusal(sign, body, end, mark, may_be_thousands=may_be_thousands)
        return refusal or NumberText(f"{sign}{body.replace(',', '.')}{end}")
    return _in_groups(sign, body, end, mark)


def is_sheet_error(text: str) -> bool:
    """Say whether a text is what a broken cell holds.

    >>> is_sheet_error("#N/A"), is_sheet_error("Err:502"), is_sheet_error("error")
    (True, True, False)
    """
    return _SHEET_ERROR.fullmatch(text.strip(_STRAY)) is not None


def one_value(name: str, text: str, mark: DecimalMark | None = None) -> str:
    """Read one value, as a cell takes it: a number with a decimal point; any other text as it is, without stray spaces.

    Parameters
    ----------
    name : str
        Path or input that the value is for; errors name it.
    text : str
        What was given.
    mark : {"dot", "comma"}, optional
        What separates decimals; see `read_text`.

    Returns
    -------
    str
        The value, as a text that `read_numbers` and `read_choices` take.

    Raises
    ------
    OverrideError
        If it is a number that may be read in two ways, or that is written in groups of digits.

    Examples
    --------
    >>> one_value("flow.per_day", "10,5"), one_value("stages.gate.service_time.law", " exponential ")
    ('10.5', 'exponential')
    """
    found = read_text(text, mark)
    if isinstance(found, Problem):
        raise OverrideError.of(Problem(found.message, parameter=name, given=text, hint=found.hint))
    return text.strip(_STRAY) if found is None else found.text


def _refusal(sign: str, body: str, end: str, mark: DecimalMark | None, *, may_be_thousands: bool) -> Problem | None:
    """Say why a number with at most one mark is refused, if it is."""
    if may_be_thousands and ("," in body if mark != "comma" else "." in body):
        said, other = ("comma", ".") if mark != "comma" else ("dot", ",")
        whole, decimals = re.split("[.,]", body)
        decimal, plain = f"{sign}{whole}{other}{decimals}{end}", f"{sign}{whole}{decimals}{end}"
        return Problem(
            f"a {said} before three digits may separate decimals or thousands",
            hint=f"write {decimal}{_SAYING if mark is None else ''} if the {said} is decimal, or {plain} if it is not",
        )
    if "," in body and mark == "dot":
        return Problem("is not a number with a decimal point", hint=f"write {sign}{body.replace(',', '.')}{end}")
    return None


def _in_groups(sign: str, body: str, end: str, mark: DecimalMark | None) -> Problem | None:
    """Say how digits in groups are to be written; other texts with several marks are no numbers."""
    match = _GROUPS.fullmatch(body.strip(_GAPS))
    if match is None or match[3] == match[2]:
        return None
    whole, decimals = re.sub("[^0-9]", "", match[1]), match[4]
    plain = f"{sign}{whole}{'.' if mark != 'comma' else ','}{decimals}{end}" if decimals else f"{sign}{whole}{end}"
    return Problem("digits in groups are not read", hint=f"write {plain}")
