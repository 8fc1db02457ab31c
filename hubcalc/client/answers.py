"""What calls are answered with, typed."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, field_validator

from hubcalc.frames import to_pandas, to_polars
from hubmodels import Corridor, Hub, LineDocument, Scenario
from hubmodels.calculators.answers import CalculatorNote, CalculatorReport
from hubmodels.results import AnalysisReport, Metric
from hubmodels.tables import calculation_rows, report_rows

if TYPE_CHECKING:
    import pandas
    import polars


D = TypeVar("D", bound=Hub | LineDocument | Corridor | Scenario)


class Answer(BaseModel):
    """Base of what only the interface answers; documents and results are models of hubmodels."""

    model_config = ConfigDict(frozen=True)


class DocumentSummary(Answer):
    """One document of a list; only hubs and lines lie in countries."""

    id: str
    name: str
    kind: str
    countries: tuple[str, ...]
    version: int
    summary: str
    updated_at: datetime


class DocumentPage(Answer):
    """One page of the list."""

    items: tuple[DocumentSummary, ...]
    total: int
    next_url: str | None


class DocumentVersion(Answer):
    """One version of a document; `origin` says who wrote it, `fixture` or `user`."""

    version: int
    created_at: datetime
    origin: str
    deleted: bool


class DocumentVersions(Answer):
    """All versions of a document."""

    items: list[DocumentVersion]


class PathInfo(Answer):
    """One input of a document: its path, what it holds and may hold, and where it comes from."""

    path: str
    type: str
    unit: str
    value: int | float | str | None
    allowed: str
    lower: float | None = None
    upper: float | None = None
    choices: tuple[str, ...] = ()
    basis: str | None = None
    source: str | None = None
    year: int | None = None
    note: str | None = None
    description: str

    @field_validator("choices", mode="before")
    @classmethod
    def _split(cls, choices: object) -> object:
        """Take choices in the form that they have in a cell of a table, too: one text, or none."""
        return choices.split() if isinstance(choices, str) else choices or ()


class PathCatalogue(Answer):
    """All inputs of a document."""

    items: list[PathInfo]


class MetricValue(Metric):
    """One metric of one scenario."""

    metric: str


class Limits(Answer):
    """The most that one request may ask for, and one client have under way."""

    body_bytes: int
    scenarios: int
    simulation_events: int | None = None
    study_body_bytes: int | None = None
    job_rows: int | None = None
    open_jobs: int | None = None


class MetricInfo(Answer):
    """One metric that the server computes."""

    name: str
    unit: str
    description: str


class ServerInfo(Answer):
    """What the server is and what it can do."""

    name: str
    version: str
    model_version: str
    limits: Limits
    metrics: tuple[MetricInfo, ...]
    stage_kinds: tuple[str, ...]
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredDocument(Generic[D]):
    """A document as the server holds it; `version` is what a change of it has to name."""

    document: D
    version: int
    etag: str


class CalculatorList(Answer):
    """The capacity calculators of a server."""

    items: list[CalculatorNote]


@dataclass(frozen=True, slots=True)
class Calculations:
    """The answers of a calculator: the full report, and flat tables of it."""

    report: CalculatorReport

    def to_rows(self) -> list[dict[str, object]]:
        """Give one flat row a question: what was given or found, the targets, then the values of the metrics."""
        return calculation_rows(self.report)

    def to_pandas(self) -> "pandas.DataFrame":
        """Give the rows as a pandas DataFrame (pandas must be installed)."""
        return to_pandas(self.to_rows())

    def to_polars(self) -> "polars.DataFrame":
        """Give the rows as a polars DataFrame (polars must be installed)."""
        return to_polars(self.to_rows())


@dataclass(frozen=True, slots=True)
class Analysis:
    """The analysis of a hub or a line in one or more scenarios: the full report, and flat tables of it."""

    report: AnalysisReport

    def to_rows(self) -> list[dict[str, object]]:
        """Give one flat row a scenario: the overrides, then the values of the metrics."""
        return report_rows(self.report)

    def to_pandas(self) -> "pandas.DataFrame":
        """Give the rows as a pandas DataFrame (pandas must be installed)."""
        return to_pandas(self.to_rows())

    def to_polars(self) -> "polars.DataFrame":
        """Give the rows as a polars DataFrame (polars must be installed)."""
        return to_polars(self.to_rows())
