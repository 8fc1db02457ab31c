"""The empty form: a sheet with the columns of scenarios, to be filled and uploaded.

Its second row holds the documented values, as a comment: a form that comes back as it was makes no scenario.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hubcalc.documents import Documents
from hubcalc.errors import ParameterError, Problem
from hubcalc.sheets.columns import WORDS
from hubcalc.sheets.findings import shown
from hubcalc.sheets.subjects import SheetSubject
from hubcalc.words import did_you_mean
from hubmodels import Corridor, HubBase
from hubmodels.paths import Leaf
from hubmodels.scenario_sheets import SheetLayout

FormFormat = Literal["csv", "xlsx", "ods"]
FORM_FORMATS: tuple[FormFormat, ...] = ("csv", "xlsx", "ods")
Dialect = Literal["us", "eu"]

DOCUMENTED = "# as documented"
"""First cell of the row with the documented values."""
_ALL = "*"
_LONG = ("scenario", "path", "value", "unit", "name", "base", "summary", "note", "source")
_COUNTED_ELSEWHERE = ("waiting_room", "priority", "units_per_arrival")
"""Whole numbers of stages that are no servers, tracks, lanes or places."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its header, its row of documented values, and the inputs that it is about."""

    title: str
    layout: SheetLayout
    header: Sequence[str]
    documented: Sequence[Sequence[Any]]
    """Comment rows below the header."""
    inputs: Sequence[Leaf]
    all_inputs: Sequence[Leaf]


def form_of(subject: SheetSubject, fields: Sequence[str] | None = None, layout: SheetLayout = "wide") -> Form:
    """Make the form for scenarios of a document.

    Parameters
    ----------
    subject : SheetSubject
        What the scenarios change.
    fields : sequence of str, optional
        Paths, or beginnings of paths such as ``stages.front``; ``*`` stands for all. By default the numbers that are
        uncertain, flows and demands, and what stages have: servers, tracks, lanes, places.
    layout : {"wide", "long"}
        A row for each scenario, or one for each input of a scenario.

    Returns
    -------
    Form
        The form.

    Raises
    ------
    ParameterError
        If a field is no path of the document.

    Examples
    --------
    >>> import hubfixtures
    >>> from hubcalc.documents import Fixtures
    >>> form_of(SheetSubject(hubfixtures.load("xian"), Fixtures()), ["flow.per_day"]).header[-1]
    'flows.westbound.per_day [units/day]'
    """
    inputs = [subject.leaves[path] for path in _chosen(subject, fields)]
    if layout == "wide":
        header = [*WORDS, *(headed(leaf) for leaf in inputs)]
        rows = [[DOCUMENTED, *([None] * (len(WORDS) - 1)), *(leaf.value for leaf in inputs)]]
    else:
        header = [*_LONG]
        rows = [[DOCUMENTED, leaf.path, leaf.value, *([leaf.unit] if leaf.unit else [])] for leaf in inputs]
    return Form(subject.document.name, layout, header, rows, inputs, [*subject.leaves.values()])


def headed(leaf: Leaf) -> str:
    """Write the header of an input's column."""
    return f"{leaf.path} [{leaf.unit}]" if leaf.unit else leaf.path


def _chosen(subject: SheetSubject, fields: Sequence[str] | None) -> list[str]:
    if fields is None:
        return [path for path in subject.leaves if _is_usual(path, subject)] or [*subject.leaves]
    chosen: dict[str, None] = {}
    for field in fields:
        # a beginning may be short, too: `front` for stages.front, `flow` for the main flow
        full = subject.full(f"{field}.{_ALL}").removesuffix(f".{_ALL}")
        found = [path for path in subject.leaves if field == _ALL or path == full or path.startswith(f"{full}.")]
        if not found:
            raise ParameterError.of(
                Problem(
                    "the document has no such path",
                    parameter="fields",
                    given=field,
                    allowed="paths, beginnings of paths such as stages.front, or *",
                    hint=did_you_mean(field, subject.leaves),
                )
            )
        chosen.update(dict.fromkeys(found))
    return [*chosen]


def _is_usual(path: str, subject: SheetSubject) -> bool:
    leaf = subject.leaves[path]
    if leaf.type == "choice" or path.startswith(("hubs.", "lines.")):
        return False
    counts = leaf.type == "integer" and leaf.value is not None and path.startswith("stages.")
    return (
        path in subject.document.uncertainty
        or (path.startswith(("flows.", "demands.")) and path.endswith(".per_day"))
        or (counts and not path.endswith(_COUNTED_ELSEWHERE))
    )


def how_to_fill(form: Form) -> list[str]:
    """Say how the form is filled, a line each."""
    one = (
        "Write one scenario in each row, below the header."
        if form.layout == "wide"
        else "Write one input of a scenario in each row; rows with the same scenario belong together."
    )
    return [
        f"Scenarios of {form.title}",
        one,
        "scenario: its id, of small letters, digits and hyphens, such as third-crew. Left empty, the name makes one.",
        "name, summary: what people read.",
        "base: id of another scenario, of this sheet or one that is stored, whose values come first.",
        "note, source: where values come from. With a source they count as published, with a note alone as assumed.",
        "An empty cell leaves the input as the document, or the base, has it.",
        "Several values make a scenario with a row for each in results: 2;3;4 or 2..4.",
        "Inputs are named by their paths; the sheet Paths lists all, with their units and what is allowed.",
        "Columns may be added, left out and moved. The unit in brackets may be left out; another unit is refused.",
        "Rows and columns whose first cell begins with # are comments, as the row with the documented values is.",
        "Hidden rows and columns count as others do. Merged cells, formulas with errors, and dates are refused.",
    ]


def form_csv(form: Form, dialect: Dialect = "us") -> bytes:
    """Write a form as CSV; where `dialect` is "eu", with semicolons and decimal commas."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if dialect == "eu" else ",", lineterminator="\r\n")
    writer.writerow(form.header)
    for row in form.documented:
        writer.writerow([_cell(value, dialect) for value in row])
    return out.getvalue().encode()


def _cell(value: Any, dialect: Dialect) -> str:
    if value is None:
        return ""
    text = shown(value)
    return text.replace(".", ",") if dialect == "eu" and isinstance(value, float) else text


def render_form(form: Form, format_: FormFormat, dialect: Dialect = "us") -> bytes:
    """Write a form as a file."""
    if format_ == "csv":
        return form_csv(form, dialect)
    from hubcalc.sheets.form_workbooks import form_ods, form_xlsx

    return form_xlsx(form) if format_ == "xlsx" else form_ods(form)


def form_file(
    document: HubBase | Corridor,
    documents: Documents,
    suffix: str,
    fields: Sequence[str] | None = None,
    layout: SheetLayout = "wide",
) -> bytes:
    """Write the form for scenarios of a document as a file whose name has a suffix.

    Raises
    ------
    ParameterError
        If forms are not written so, or a field is no path of the document.
    """
    format_ = next((name for name in FORM_FORMATS if suffix.lower() == f".{name}"), None)
    if format_ is None:
        allowed = ", ".join(f".{name}" for name in FORM_FORMATS)
        raise ParameterError.of(Problem("no form is written so", parameter="format", given=suffix, allowed=allowed))
    return render_form(form_of(SheetSubject(document, documents), fields, layout), format_)
