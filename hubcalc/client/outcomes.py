"""Studies that are done: job and result, and the way to the rows, which stay at the server."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from hubmodels.studies.base import StudyResult
from hubmodels.studies.job import Job

R = TypeVar("R", bound=StudyResult)


class _Client(Protocol):
    def job_rows(self, job_id: str, *, fields: Sequence[str] | None = None, start: int = 0) -> Iterator[Any]: ...

    def download_rows(self, job_id: str, path: Path | str) -> Path: ...


class _AsyncClient(Protocol):
    def job_rows(self, job_id: str, *, fields: Sequence[str] | None = None, start: int = 0) -> AsyncIterator[Any]: ...

    async def download_rows(self, job_id: str, path: Path | str) -> Path: ...


@dataclass(frozen=True, slots=True)
class Study(Generic[R]):
    """A study that is done."""

    job: Job
    result: R
    _client: _Client = field(repr=False, compare=False)

    def rows(self, fields: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        """Give the rows one by one, values by column, fetched page by page.

        Parameters
        ----------
        fields : sequence of str, optional
            Names of the columns wanted; all by default.
        """
        return self._client.job_rows(self.job.id, fields=fields)

    def download(self, path: Path | str) -> Path:
        """Put all rows into a file, CSV or Parquet by its suffix, and give its path."""
        return self._client.download_rows(self.job.id, path)


@dataclass(frozen=True, slots=True)
class AsyncStudy(Generic[R]):
    """A study that is done, of an AsyncClient."""

    job: Job
    result: R
    _client: _AsyncClient = field(repr=False, compare=False)

    def rows(self, fields: Sequence[str] | None = None) -> AsyncIterator[dict[str, Any]]:
        """Give the rows one by one, values by column, fetched page by page: ``async for row in study.rows()``.

        Parameters
        ----------
        fields : sequence of str, optional
            Names of the columns wanted; all by default.
        """
        return self._client.job_rows(self.job.id, fields=fields)

    async def download(self, path: Path | str) -> Path:
        """Put all rows into a file, CSV or Parquet by its suffix, and give its path."""
        return await self._client.download_rows(self.job.id, path)
