"""What a study is: a table that is made in chunks, and a result that is made of the table.

A chunk is a pure function of the request, the documents and its number. So chunks may be done in any order, by any
process, on any machine, and again after a failure: the rows are the same, bit for bit on equal machines.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from numpy.typing import NDArray

from hubcalc.documents import Documents
from hubmodels.paths import Leaf
from hubmodels.studies.base import StudyRequest, StudyResult

Columns = dict[str, NDArray[Any]]
"""Columns by name: float64, int64, or object for texts; one entry a row."""

ROW = "row"
"""Name of the first column: the number of the row in the whole table, from 0."""
STATUS, REASON = "status", "reason"
LARGEST_CHUNK = 32_768
SMALLEST_CHUNK = 1_024
CHUNKS_AT_LEAST = 16
"""So many chunks are aimed at, so that progress shows and cores share the work."""


@dataclass(frozen=True, slots=True)
class StudyColumn:
    """One column of the table of a study."""

    name: str
    unit: str = ""
    type: Literal["number", "integer", "text"] = "number"
    description: str = ""


class RowSource(Protocol):
    """The rows of a study, all of them there."""

    @property
    def rows(self) -> int:
        """How many there are."""

    def column(self, name: str) -> NDArray[Any]:
        """Give one whole column."""

    def chunks(self, names: Sequence[str] | None = None) -> Iterator[Columns]:
        """Give the rows in order, chunk by chunk; only some columns if they are named."""


class Study(Protocol):
    """Work in chunks."""

    @property
    def columns(self) -> tuple[StudyColumn, ...]:
        """The columns of its table, `row` first."""

    @property
    def rows(self) -> int:
        """How many rows the whole table has."""

    @property
    def chunk_rows(self) -> int:
        """Rows of each chunk; the last may have fewer."""

    def evaluate(self, chunk: int) -> Columns:
        """Make the rows of one chunk."""

    def conclude(self, source: RowSource) -> StudyResult:
        """Make the result of all rows."""


class Evaluator(Protocol):
    """What turns overrides into metrics, row by row or all at once."""

    row_by_row: bool
    """Whether each row takes as long as many of those that are evaluated all at once."""

    @property
    def inputs(self) -> Mapping[str, Leaf]:
        """Every input that may be varied, by path."""

    @property
    def metrics(self) -> tuple[StudyColumn, ...]:
        """The metrics that it gives."""

    def full_path(self, path: str) -> str:
        """Write out a short form of a path."""

    def evaluate(self, columns: Mapping[str, NDArray[Any]], size: int) -> Columns:
        """Give the metrics, NaN where there is none, and `status` and `reason` of each row; no row is an error."""


@dataclass(frozen=True, slots=True)
class StudyKind:
    """A kind of study: how it is called, and what makes it of a request."""

    name: str
    path: str
    """Below /v1/."""
    summary: str
    request: type[StudyRequest]
    result: type[StudyResult]
    build: Callable[[Any, Documents], Study]
    """Checks what can be checked before the work, and raises errors that name the place."""


def chunk_rows_for(rows: int) -> int:
    """Choose the size of chunks: a power of two, large enough to be worth its sending.

    >>> chunk_rows_for(100), chunk_rows_for(100_000), chunk_rows_for(10**8)
    (1024, 4096, 32768)
    """
    size = SMALLEST_CHUNK
    while size < LARGEST_CHUNK and size * 2 * CHUNKS_AT_LEAST <= rows:
        size *= 2
    return size


def chunk_count(study: Study) -> int:
    """Say how many chunks a study has."""
    return -(-study.rows // study.chunk_rows)


def chunk_bounds(study: Study, chunk: int) -> tuple[int, int]:
    """Give the first row of a chunk, and the first after it."""
    start = chunk * study.chunk_rows
    return start, min(study.rows, start + study.chunk_rows)
