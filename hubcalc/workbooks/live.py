"""Live cells: the text that the server answers, and the number in it. Both come with their values."""

from dataclasses import dataclass

from hubcalc.answers.cells import NOT_THERE, is_endless
from hubcalc.errors import Problem
from hubcalc.tables import UNSTABLE, cell_text
from hubcalc.tables.reasons import error_line
from hubcalc.workbooks.formulas import Expression, Ref, call, equal, joined
from hubcalc.workbooks.model import Cell, Style, Value, decimals_for
from hubmodels.results import Metric

NOT_FETCHED = "not fetched: see Summary"
LONGEST_ADDRESS = 2_048
"""What Excel takes."""


def answered(name: str, metric: Metric) -> str:
    """Give the text with which the cell endpoint answers where errors are asked for as text.

    >>> from hubmodels.results import Verdict
    >>> verdict = Verdict(status="exact", method="arithmetic", expected_error=0)
    >>> answered("utilization", Metric(value=0.5, unit="1", verdict=verdict))
    '0.5'
    >>> refused = Verdict(status="refused", method="", reason="the main flow has no contents")
    >>> answered("content_wait_mean_hours", Metric(value=None, unit="h", verdict=refused))
    'ERR content_wait_mean_hours: the main flow has no contents'
    """
    if metric.verdict.status == "refused":
        return _line(name, metric.verdict.reason)
    if metric.value is not None:
        return cell_text(metric.value)
    if metric.verdict.status == "unstable" and is_endless(name):
        return UNSTABLE
    return _line(name, NOT_THERE)


def _line(name: str, reason: str) -> str:
    return error_line("", [Problem(reason, parameter=name)])


@dataclass(frozen=True, slots=True)
class Link:
    """Where the parts of the link to the server stand, and how long the longest address is as made."""

    separator: Ref
    """The decimal sign of the program."""
    before: Ref
    """What stands before the name of a value in its address."""
    after: Ref
    """What stands after it."""
    changed: Ref
    """How many inputs were changed in the file."""
    longest: Expression
    length: int

    def asked(self, name: str) -> Expression:
        """Fetch one value."""
        return call("WEBSERVICE", joined(self.before, f"{name}.txt?", self.after))


def fetched(name: str, metric: Metric, link: Link) -> Cell:
    """Make the cell that asks the server for one value.

    Where it cannot, the value as made stays as long as no input is changed: a program computes such cells again when it
    opens the file, though links are not allowed yet.
    """
    answer = answered(name, metric)
    as_made = call("IF", equal(link.changed, 0), answer, NOT_FETCHED)
    return Cell(answer, Style("faint"), call("IFERROR", link.asked(name), as_made))


def shown(metric: Metric, raw: Ref, answer: Value) -> Cell:
    """Make the cell that shows what another has fetched: the number, or the text that says why there is none.

    The number is read with a decimal dot, whatever the locale of the program.
    """
    value: Value = metric.value
    if isinstance(value, int | float):
        answer = value
    number = metric.unit not in ("stage", "")
    found = call("IFERROR", call("NUMBERVALUE", raw, ".", ","), raw) if number else raw
    return Cell(answer, Style("live", decimals_for(value)), found)
