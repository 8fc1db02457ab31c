"""What an input takes, as formulas and conditions."""

from hubcalc.workbooks.formulas import ODF, Compared, Expression, call, written
from hubcalc.workbooks.model import Sheet, Validation


def within(sheet: Sheet, rule: Validation) -> Expression:
    """Say by a formula what a number must be."""
    own = sheet.ref(rule.row, rule.column)
    tests: list[Expression] = [call("ISNUMBER", own)]
    if rule.lower is not None:
        tests.append(Compared(own, ">=" if rule.lower_allowed else ">", rule.lower))
    if rule.upper is not None:
        tests.append(Compared(own, "<=" if rule.upper_allowed else "<", rule.upper))
    if rule.kind == "integer":
        tests.append(Compared(call("INT", own), "=", own))
    return call("AND", *tests)


def is_plain(rule: Validation) -> bool:
    """Say whether a number lies between two bounds that are allowed themselves, so that no formula is needed."""
    bounded = rule.lower is not None and rule.upper is not None
    return rule.kind != "choice" and bounded and rule.lower_allowed and rule.upper_allowed


def condition(sheet: Sheet, rule: Validation) -> str:
    """Write the condition of OpenDocument.

    >>> sheet = Sheet("Inputs", [])
    >>> condition(sheet, Validation(4, 1, "integer", "", "", 1, 10))
    'cell-content-is-whole-number() and cell-content-is-between(1,10)'
    >>> condition(sheet, Validation(4, 1, "choice", "", "", choices=("train", "truck")))
    'cell-content-is-in-list("train";"truck")'
    """
    if rule.kind == "choice":
        return f"cell-content-is-in-list({';'.join(written(choice, ODF) for choice in rule.choices)})"
    if is_plain(rule):
        whole = "whole" if rule.kind == "integer" else "decimal"
        return f"cell-content-is-{whole}-number() and cell-content-is-between({rule.lower:.15g},{rule.upper:.15g})"
    return f"is-true-formula({written(within(sheet, rule), ODF)})"
