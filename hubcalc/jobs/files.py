"""The rows of jobs: a folder for each job beside the database, in it one Parquet file a chunk."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hubcalc.errors import StoreError
from hubcalc.studies.rows import chunk_path

_PARTIAL = ".partial"


class JobFiles:
    """The files of all jobs of one database.

    Parameters
    ----------
    database : Path
        The database file; the folder is named after it.
    """

    def __init__(self, database: Path) -> None:
        self.root = database.with_name(f"{database.name}.jobs")

    def folder(self, job_id: str) -> Path:
        """Name the folder of a job."""
        return self.root / job_id

    def step(self, job_id: str, writer: str) -> Path:
        """Name the file in which a worker tells its steps; it is removed with what is unfinished."""
        return self.folder(job_id) / f"{writer}.step{_PARTIAL}"

    @contextmanager
    def written(self, job_id: str, content: bytes, writer: str) -> Iterator[Path]:
        """Write a file under a name of the writer's own, safe on the disk, and remove it if it was not put in place.

        Two writers of one chunk so never write into each other's file.
        """
        path = self.folder(job_id) / f"{writer}{_PARTIAL}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            yield path
        except OSError as error:
            raise StoreError(
                f"{path.parent} cannot be written ({error.strerror}); look after the disk, then resume the job"
            ) from error
        finally:
            path.unlink(missing_ok=True)

    def place(self, written: Path, job_id: str, chunk: int) -> None:
        """Put a written file where the chunk belongs, whole or not at all, and so that it outlives a loss of power."""
        written.replace(chunk_path(self.folder(job_id), chunk))
        if hasattr(os, "O_DIRECTORY"):  # elsewhere a folder cannot be opened, nor need be
            folder = os.open(self.folder(job_id), os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def lost(self, job_id: str, sizes: Iterable[tuple[int, int]]) -> list[int]:
        """Name the chunks, given with their sizes in bytes, whose file is gone or of another size."""
        return [chunk for chunk, size in sizes if _size(chunk_path(self.folder(job_id), chunk)) != size]

    def tidy(self, job_id: str) -> None:
        """Remove what earlier writers left unfinished."""
        for path in self.folder(job_id).glob(f"*{_PARTIAL}"):
            path.unlink(missing_ok=True)

    def remove(self, job_id: str) -> None:
        """Remove all files of a job."""
        shutil.rmtree(self.folder(job_id), ignore_errors=True)

    def jobs(self) -> list[str]:
        """List the jobs that have a folder."""
        try:
            return sorted(path.name for path in self.root.iterdir() if path.is_dir())
        except FileNotFoundError:
            return []


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None
