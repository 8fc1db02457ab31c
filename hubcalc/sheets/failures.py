"""What is wrong with a file or with its cells."""

from collections.abc import Sequence

from hubcalc.errors import Problem, SheetError
from hubmodels.scenario_sheets import SheetFinding


def problem_of(finding: SheetFinding) -> Problem:
    """Say a finding as a problem, whose pointer is the address of the cell."""
    message = f"{finding.header}: {finding.message}" if finding.header else finding.message
    return Problem(message, pointer=finding.cell, given=finding.given, allowed=finding.allowed, hint=finding.hint)


def refused(findings: Sequence[SheetFinding], rows: int) -> SheetError:
    """Make the error for a sheet of which nothing is stored."""
    bad = len({finding.row for finding in findings})
    said = f"{bad} of {rows} rows" if rows >= bad else f"{bad} rows"
    return SheetError(f"{said} cannot be used, so nothing is stored", [problem_of(finding) for finding in findings])
