"""Sweeps: many scenarios of one document, each a row."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from hubmodels.base import Model, Rule
from hubmodels.studies.base import RowColumn, StudyRequest, StudyResult, Value
from hubmodels.studies.laws import InputLaw

MOST_ROWS = 10_000_000_000
MOST_LISTED = 1_000_000
"""Rows of a list; more are better made by a rule."""


class Grid(Model):
    """All combinations of the values of each input, the last input fastest."""

    kind: Literal["grid"] = "grid"
    values: dict[str, tuple[Value, ...] | str] = Field(
        min_length=1, max_length=50, description="By path a list, or a text such as 2..6, 2..6:0.5 or 2,4,8"
    )


class Listed(Model):
    """Rows as they are given; an input that a row leaves out has its value in the document."""

    kind: Literal["list"] = "list"
    rows: tuple[dict[str, Value | None], ...] = Field(
        min_length=1, max_length=MOST_LISTED, description="One value by path in each row"
    )


class Csv(Model):
    """Rows as CSV: paths in the header, with or without a unit in brackets; an empty cell leaves the input as it is."""

    kind: Literal["csv"] = "csv"
    text: str = Field(
        min_length=1,
        description="The table; comma, semicolon or tab between cells, decimal commas only with semicolons",
    )


class RandomDesign(Model):
    """Rows drawn from laws of the inputs."""

    kind: Literal["random", "sobol", "latin_hypercube"] = Field(
        description="Independent draws, scrambled Sobol points, or Latin hypercubes, one in each chunk"
    )
    rows: int = Field(ge=1, le=MOST_ROWS, description="So many rows; Sobol points are best by powers of two [rows]")
    inputs: dict[str, InputLaw] = Field(min_length=1, max_length=200, description="Law of each input, by path")


Design = Annotated[Grid | Listed | Csv | RandomDesign, Field(discriminator="kind")]


class SweepRequest(StudyRequest):
    """What POST /v1/sweeps takes."""

    design: Design = Field(description="Which scenarios: a grid, a list, a CSV table, or random points")

    def rules(self) -> Iterator[Rule]:
        """Take a seed only where something is drawn."""
        yield from super().rules()
        drawn = isinstance(self.design, RandomDesign) or self.question == "storms"
        message = "nothing is drawn in a grid, a list or a table: leave it out"
        yield Rule(drawn or not self.given("seed"), ("seed",), message)


class ColumnSummary(RowColumn):
    """One numeric column of a sweep in a glance."""

    rows_with_value: int = Field(description="Rows in which it has a value [rows]")
    least: float | None = Field(description="Least value [unit of the column]")
    mean: float | None = Field(description="Mean of the values [unit of the column]")
    greatest: float | None = Field(description="Greatest value [unit of the column]")
    least_row: int | None = Field(description="Number of the first row with the least value")
    greatest_row: int | None = Field(description="Number of the first row with the greatest value")


class SweepResult(StudyResult):
    """What a sweep gives besides its rows."""

    kind: Literal["sweep"] = "sweep"
    design: Literal["grid", "list", "csv", "random", "sobol", "latin_hypercube"]
    seed: int | None = Field(description="Seed of random rows")
    statuses: dict[str, int] = Field(description="Rows by status: ok, unstable, refused, invalid [rows]")
    summaries: list[ColumnSummary]
    first_invalid: list[dict[str, Any]] = Field(description="The first rows that could not be, with the reason")
