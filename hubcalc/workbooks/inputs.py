"""The sheet of inputs: a row for each path, with a cell to change it and what it then adds to the address."""

from typing import Any

from hubcalc.workbooks.formulas import Compared, Expression, Range, Ref, call, equal, joined
from hubcalc.workbooks.live import LONGEST_ADDRESS, Link
from hubcalc.workbooks.made import INPUTS, Made
from hubcalc.workbooks.model import Cell, Sheet, Style, Validation, heading, text
from hubmodels.paths import Leaf

HEADER = 4
PATH, VALUE, UNIT, DESCRIPTION, DOCUMENTED, ALLOWED, BASIS, QUERY, SO_FAR, CHANGED = range(10)
_HEADINGS = (
    *("path", "value", "unit", "what it is", "documented value", "allowed", "basis"),
    *("query", "query so far", "changed"),
)
_WIDTHS = (16, 14, 46, 16, 34, 12, 44, 30, 10)
"""Of all columns but that of the paths, which is as wide as the longest."""
_ROOM = 5
_DIGITS = 15
"""Digits with which a spreadsheet makes a text of a number."""
LENGTH = Ref(INPUTS, 2, 0)
"""What is said of the length of addresses."""


def value_cell(made: Made, path: str) -> Ref:
    """Say where the value of an input stands."""
    return Ref(INPUTS, HEADER + 1 + list(made.inputs).index(path), VALUE)


def whole_query(made: Made) -> Ref:
    """Say where the part of the address stands that all changed inputs make together."""
    return Ref(INPUTS, HEADER + len(made.inputs), SO_FAR)


def inputs_sheet(made: Made, link: Link) -> Sheet:
    """Make the sheet."""
    widths = (max(map(len, made.inputs)) + _ROOM, *_WIDTHS)
    hidden = frozenset({SO_FAR, CHANGED})
    sheet = Sheet(INPUTS, widths, hidden=hidden, header=HEADER, frozen_columns=2, color="#FFC000")
    sheet.add(text("Inputs", "title"))
    sheet.add(
        text(
            "Change the yellow cells: what differs from the document is sent, and green cells follow. "
            "An empty cell stands for the documented value.",
            "lead",
        )
    )
    sheet.add(Cell(length_text(link.length), Style("lead"), _length_formula(link.longest)))
    sheet.add()
    sheet.add(*heading(*_HEADINGS))
    evidence = {item.path: item for item in made.report.evidence}
    for path, leaf in made.inputs.items():
        basis = evidence[path].basis if path in evidence else "default"
        _add_input(sheet, made, leaf, basis, link.separator)
    return sheet


def changes(made: Made) -> Range:
    """Say where it stands whether each input was changed in the file."""
    return Range(INPUTS, CHANGED, HEADER + 1, HEADER + len(made.inputs))


def length_text(length: int) -> str:
    """Say how long the longest address is, and whether Excel takes it."""
    if length > LONGEST_ADDRESS:
        return (
            f"TOO LONG: the longest address has {length} characters, and Excel takes {LONGEST_ADDRESS}. "
            "Change fewer inputs, or store them as a scenario."
        )
    return f"The longest address has {length} of the {LONGEST_ADDRESS} characters that Excel takes."


def _length_formula(longest: Expression) -> Expression:
    fine, bad = length_text(0).split("0", 1), length_text(LONGEST_ADDRESS + 1).split(str(LONGEST_ADDRESS + 1), 1)
    return call(
        "IF",
        Compared(longest, ">", LONGEST_ADDRESS),
        joined(bad[0], longest, bad[1]),
        joined(fine[0], longest, fine[1]),
    )


def _add_input(sheet: Sheet, made: Made, leaf: Leaf, basis: str, separator: Ref) -> None:
    path, row = leaf.path, len(sheet.rows)
    known = made.documented.get(path)
    value, documented = made.value(path), None if known is None else known.value
    own, base = sheet.ref(row, VALUE), sheet.ref(row, DOCUMENTED)
    added = query_text(path, value, documented)
    query, first = sheet.ref(row, QUERY), row == HEADER + 1
    before = "" if first else str(sheet.rows[row - 1][SO_FAR].value)
    of_document = "default" if known is None else _basis_of_document(made, path)
    sheet.add(
        text(path, "term"),
        Cell(value, Style("input")),
        text(leaf.unit),
        text(leaf.description),
        text(documented, "number"),
        text(leaf.allowed),
        Cell(basis, Style("text"), call("IF", equal(query, ""), of_document, "override")),
        Cell(added, Style("faint"), query_formula(leaf, value, own, base, separator)),
        Cell(before + added, Style("faint"), query if first else joined(sheet.ref(row - 1, SO_FAR), query)),
        Cell(0, Style("faint"), call("IF", equal(own, "" if value is None else value), 0, 1)),
    )
    sheet.validations.append(
        Validation(
            *(row, VALUE, leaf.type, path, f"{leaf.description}: {leaf.allowed}"),
            *(leaf.lower, leaf.upper, leaf.lower_allowed, leaf.upper_allowed, leaf.choices),
        )
    )


def _basis_of_document(made: Made, path: str) -> str:
    evidence = made.document.evidence.get(path)
    return "default" if evidence is None else evidence.basis


def query_text(path: str, value: Any, documented: Any) -> str:
    """Write what an input adds to the address, as made.

    >>> query_text("stages.front.cranes", 4, 3), query_text("stages.front.cranes", 3, 3)
    ('&stages.front.cranes=4', '')
    """
    return "" if value in (None, documented) else f"&{path}={_sent(value)}"


def query_formula(leaf: Leaf, value: Any, own: Ref, base: Ref, separator: Ref) -> Expression:
    """Say what an input adds to the address.

    A number becomes a text with the decimal sign of the program, which is replaced by a dot. That text has 15 digits;
    a value that was made with more is sent with all of them as long as it stands unchanged.
    """
    start = f"&{leaf.path}="
    if leaf.type == "choice":
        changed: Expression = joined(start, own)
    else:
        dotted = call("SUBSTITUTE", joined(own, ""), separator, ".")
        changed = joined(start, call("SUBSTITUTE", dotted, "+", "%2B"))
        if isinstance(value, float) and float(f"{value:.{_DIGITS}g}") != value:
            changed = call("IF", equal(own, value), start + _sent(value), changed)
    return call("IF", call("OR", equal(own, ""), equal(own, base)), "", changed)


def _sent(value: Any) -> str:
    """Write a value as it stands in an address."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10.0**_DIGITS:
        return str(int(value))
    return str(value).replace("+", "%2B")
