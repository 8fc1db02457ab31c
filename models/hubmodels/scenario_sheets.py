"""What became of a sheet of scenarios: each scenario, and each cell that cannot be used."""

from typing import Literal

from pydantic import Field

from hubmodels.base import Model
from hubmodels.scenario import Subject

SheetLayout = Literal["wide", "long"]
SheetOutcome = Literal["created", "replaced", "unchanged"]


class SheetFinding(Model):
    """A cell, a row or a column that cannot be used, and what would be allowed."""

    cell: str = Field(description="Address as spreadsheets write it, such as Scenarios!D7; D7 in a CSV file")
    sheet: str | None = Field(description="Name of the sheet; null for a CSV file, which has only one")
    row: int = Field(description="Row, the first one is 1 [1]")
    column: str = Field(description="Letters of the column")
    header: str = Field(description="What the column is, such as a path; empty where it has no header")
    scenario: str | None = Field(None, description="Id of the scenario of the row, as far as it is known")
    message: str = Field(description="What is wrong")
    given: str | None = Field(None, description="What stands there")
    allowed: str | None = Field(None, description="What may stand there")
    hint: str | None = Field(None, description="What to do")


class SheetScenario(Model):
    """A scenario that the sheet makes."""

    id: str
    name: str
    rows: list[int] = Field(description="Rows of the sheet that it stands in")
    outcome: SheetOutcome = Field(description="What was done with it; in a dry run what would be")
    version: int | None = Field(None, description="Version that is stored now; null in a dry run")


class ScenarioSheetReport(Model):
    """What became of a sheet of scenarios."""

    subject: Subject = Field(description="What the scenarios change")
    sheet: str | None = Field(description="Name of the sheet that was read; null for a CSV file")
    layout: SheetLayout = Field(description="One row a scenario, or one row an input of a scenario")
    rows: int = Field(description="Rows that are filled, without the header and comments [rows]")
    dry_run: bool = Field(description="Whether the sheet was only looked at, so that nothing is stored")
    scenarios: list[SheetScenario] = Field(description="Scenarios that can be used, in the order of the sheet")
    findings: list[SheetFinding] = Field(
        default_factory=list, description="What cannot be used, from the first row to the last"
    )
