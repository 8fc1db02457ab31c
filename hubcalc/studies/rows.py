"""The rows of a study on disk: one Parquet file a chunk, read one column or one chunk at a time."""

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hubcalc.errors import RefusedError
from hubcalc.studies.base import Columns, StudyColumn
from hubcalc.tables.formats import cell_text

if TYPE_CHECKING:
    import pyarrow

_DIGITS = 6
_CSV_BLOCK = 8_192


def encode(columns: Columns, described: Sequence[StudyColumn]) -> bytes:
    """Write a chunk as Parquet: numbers as float64 or int64, texts by dictionary, units in the fields' metadata.

    Parameters
    ----------
    columns : dict of ndarray
        One entry a row.
    described : sequence of StudyColumn
        Which columns, in order.

    Returns
    -------
    bytes
        A Parquet file.
    """
    import pyarrow.parquet

    sink = io.BytesIO()
    pyarrow.parquet.write_table(_table(columns, described), sink, compression="zstd", **_options(described))
    return sink.getvalue()


def _options(described: Sequence[StudyColumn]) -> dict[str, Any]:
    """Encode texts by dictionary only: numbers of scenarios rarely repeat, and looking for repeats costs time."""
    return {"use_dictionary": [column.name for column in described if column.type == "text"], "write_statistics": True}


def _table(columns: Columns, described: Sequence[StudyColumn]) -> "pyarrow.Table":
    import pyarrow

    arrays = [
        _texts(columns[column.name]) if column.type == "text" else _numbers(columns[column.name], column.type)
        for column in described
    ]
    return pyarrow.Table.from_arrays(arrays, schema=schema_of(described))


# Arrow converts arrays of numpy by way of pandas, whose import takes most of a second and 50 MiB of each worker, so
# here they are made of their memory, and read from it.


def _numbers(values: NDArray[Any], type_name: str) -> "pyarrow.Array":
    """Give a column of numbers to Arrow; NaN says "no value" inside, and is null in a file that others read."""
    import pyarrow

    if type_name == "integer":
        whole = np.ascontiguousarray(values, dtype=np.int64)
        return pyarrow.Array.from_buffers(pyarrow.int64(), len(whole), [None, pyarrow.py_buffer(whole)])
    numbers = np.ascontiguousarray(values, dtype=np.float64)
    missing = np.isnan(numbers)
    count = int(np.count_nonzero(missing))
    there = pyarrow.py_buffer(np.packbits(~missing, bitorder="little")) if count else None
    return pyarrow.Array.from_buffers(pyarrow.float64(), len(numbers), [there, pyarrow.py_buffer(numbers)], count)


def _texts(values: NDArray[Any]) -> "pyarrow.Array":
    """Give a column of texts to Arrow."""
    import pyarrow

    contents = [text.encode() for text in values]
    ends = np.zeros(len(contents) + 1, np.int32)
    np.cumsum([len(content) for content in contents], out=ends[1:])
    parts = [None, pyarrow.py_buffer(ends), pyarrow.py_buffer(b"".join(contents))]
    return pyarrow.Array.from_buffers(pyarrow.string(), len(contents), parts)


def _column(read: "pyarrow.Array") -> NDArray[Any]:
    """Read a column of Arrow: texts as objects, else numbers, NaN where there is none."""
    if hasattr(read, "dictionary"):
        texts: NDArray[Any] = np.array(read.dictionary.to_pylist(), dtype=object)[_column(read.indices)]
        return texts
    there, content = read.buffers()
    type_name = {"double": np.float64, "int64": np.int64, "int32": np.int32}[str(read.type)]
    values: NDArray[Any] = np.frombuffer(content, type_name)[read.offset : read.offset + len(read)]
    if not read.null_count:
        return values
    known = np.unpackbits(np.frombuffer(there, np.uint8), bitorder="little")[read.offset : read.offset + len(read)]
    shown: NDArray[Any] = np.where(known, values, np.nan)
    return shown


def schema_of(described: Sequence[StudyColumn]) -> "pyarrow.Schema":
    """Give the schema of the files: types, and the unit and description of each column."""
    import pyarrow

    types = {"number": pyarrow.float64(), "integer": pyarrow.int64(), "text": pyarrow.string()}
    return pyarrow.schema(
        [
            pyarrow.field(
                column.name, types[column.type], metadata={"unit": column.unit, "description": column.description}
            )
            for column in described
        ]
    )


def chunk_path(folder: Path, chunk: int) -> Path:
    """Name the file of a chunk.

    >>> chunk_path(Path("rows"), 12).name
    'chunk-000012.parquet'
    """
    return folder / f"chunk-{chunk:0{_DIGITS}d}.parquet"


def write_chunk(folder: Path, chunk: int, content: bytes) -> Path:
    """Put the file of a chunk in its place, whole or not at all, so that it outlives a loss of power."""
    path = chunk_path(folder, chunk)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return path


class RowFolder:
    """A folder of chunks, as the `RowSource` of a study.

    Parameters
    ----------
    folder : Path
        Where the files are.
    described : sequence of StudyColumn
        The columns of the table.
    rows, chunk_rows : int
        Rows of the whole table and of one chunk.
    chunks : sequence of int, optional
        The chunks that are there, in order; by default all of them.
    """

    def __init__(
        self,
        folder: Path,
        described: Sequence[StudyColumn],
        rows: int,
        chunk_rows: int,
        chunks: Sequence[int] | None = None,
    ) -> None:
        self.folder, self.described, self.chunk_rows = folder, tuple(described), chunk_rows
        self.numbers = range(-(-rows // chunk_rows)) if chunks is None else chunks
        self.rows = sum(min(rows, (chunk + 1) * chunk_rows) - chunk * chunk_rows for chunk in self.numbers)

    def column(self, name: str) -> NDArray[Any]:
        """Give one whole column."""
        parts = [chunk[name] for chunk in self.chunks([name])]
        return np.concatenate(parts) if parts else np.empty(0)

    def chunks(self, names: Sequence[str] | None = None) -> Iterator[Columns]:
        """Give the rows in order, chunk by chunk; only some columns if they are named."""
        for number in self.numbers:
            yield self.chunk(number, names)

    def chunk(self, number: int, names: Sequence[str] | None = None) -> Columns:
        """Give the rows of one chunk."""
        texts = [column.name for column in self.described if column.type == "text"]
        table = self._read(number, names, coded=texts)
        return {name: _column(table[name].combine_chunks()) for name in table.column_names}

    def page(self, offset: int, limit: int) -> list[dict[str, Any]]:
        """Give some of the rows that are there, counted in their order, as plain values."""
        found: list[dict[str, Any]] = []
        first = 0
        for number in self.numbers:
            if len(found) >= limit:
                break
            size = self.chunk_rows if number != self.numbers[-1] else self.rows - first
            if first + size > offset:
                table = self._read(number, None).slice(max(0, offset - first), limit - len(found))
                found += table.to_pylist()
            first += size
        return found

    def tables(self, names: Sequence[str] | None = None) -> "Iterator[pyarrow.Table]":
        """Give the chunks as Arrow tables, in order."""
        for number in self.numbers:
            yield self._read(number, names)

    def _read(self, number: int, names: Sequence[str] | None, coded: Sequence[str] | None = None) -> "pyarrow.Table":
        import pyarrow.parquet

        path = chunk_path(self.folder, number)
        try:
            with pyarrow.parquet.ParquetFile(path, memory_map=True, read_dictionary=coded) as file:
                # one thread: readers share the machine with the workers
                return file.read(columns=names, use_threads=False)
        except FileNotFoundError as error:
            raise RefusedError(f"{path} is gone; make the study again") from error


def parquet_parts(source: RowFolder) -> Iterator[bytes]:
    """Give all rows as one Parquet file, part by part: a chunk at a time, and the footer at last."""
    import pyarrow.parquet

    schema, sink = schema_of(source.described), _Parts()
    with pyarrow.parquet.ParquetWriter(sink, schema, compression="zstd", **_options(source.described)) as writer:
        for table in source.tables():
            writer.write_table(table.cast(schema))
            yield sink.take()
    yield sink.take()


class _Parts(io.RawIOBase):
    """A file that is only written, and handed on as it grows."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        part = bytes(content)
        self._parts.append(part)
        self._size += len(part)
        return len(part)

    def tell(self) -> int:
        return self._size

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def write_parquet(source: RowFolder, sink: IO[bytes]) -> None:
    """Write all rows as one Parquet file, a chunk at a time."""
    for part in parquet_parts(source):
        sink.write(part)


def csv_parts(source: RowFolder) -> Iterator[bytes]:
    """Give all rows as CSV, part by part: the header with units first, as in every other table of hubcalc."""
    header = [f"{column.name} [{column.unit}]" if column.unit else column.name for column in source.described]
    yield _csv_text([header])
    for table in source.tables():
        for batch in table.to_batches(max_chunksize=_CSV_BLOCK):
            columns = [batch.column(column.name).to_pylist() for column in source.described]
            yield _csv_text([cell_text(value) for value in row] for row in zip(*columns, strict=True))


def write_csv(source: RowFolder, write: Callable[[bytes], object]) -> None:
    """Write all rows as CSV."""
    for part in csv_parts(source):
        write(part)


def _csv_text(rows: Any) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()
