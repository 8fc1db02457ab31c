"""The rows of jobs over HTTP: page by page while they are made, and as whole files when all are there."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, route
from litestar.params import FromPath
from litestar.response import Stream

from hubcalc.api import openapi
from hubcalc.api.caching import CACHE_CONTROL, answer, kept, matches, not_modified, tag
from hubcalc.api.job_options import MOST_ROWS_AT_ONCE, MOST_ROWS_PER_PAGE, OF_ROWS, ROWS_PER_PAGE, answering
from hubcalc.api.jobs import done_result
from hubcalc.api.parameters import SUFFIX_KEY, Query
from hubcalc.api.pictures import disposition
from hubcalc.api.problems import kept_problem
from hubcalc.api.routing import GET_AND_HEAD, Call
from hubcalc.api.services import jobs_of
from hubcalc.errors import JobStateError, NotFoundError, ParameterError, Problem, RefusedError
from hubcalc.jobs.records import StoredJob
from hubcalc.studies.base import ROW, StudyColumn
from hubcalc.studies.rows import RowFolder, csv_parts, parquet_parts
from hubcalc.tables import MEDIA_TYPES, STREAMED, Column, Format, Table, parts
from hubcalc.words import did_you_mean

PARQUET = "application/vnd.apache.parquet"
_FILES: dict[str, tuple[str, Callable[[RowFolder], Iterator[bytes]]]] = {
    "rows.csv": ("text/csv", csv_parts),
    "rows.parquet": (PARQUET, parquet_parts),
}
_BINARY = {"type": "string", "format": "binary"}
_BLOCK = 8_192


@route(
    "/v1/jobs/{job_id:str}/rows",
    http_method=GET_AND_HEAD,
    operation_id=openapi.operation_id("list_job_rows"),
    operation_class=openapi.operation(
        "List the rows of a job, also while it runs",
        OF_ROWS,
        answers={200: openapi.json_schema("JobRows")},
        tables=True,
    ),
    sync_to_thread=True,
)
def list_rows(request: Call, job_id: FromPath[str]) -> Stream | Response[bytes]:
    """List rows in the order of their numbers, as far as there are none missing before them.

    There is a next page for as long as rows may follow: while the job is not finished it may be empty for now. A table
    has all rows, unless it is asked for a page: a sheet would not see that there are more.
    """
    query = Query.of(request, ("fields", "limit", "offset", "format"))
    format_ = query.format("json")
    if format_ != "json" and "limit" not in query.named:
        return _whole(request, query, job_id, format_)
    limit = query.whole("limit", ROWS_PER_PAGE, 1, MOST_ROWS_PER_PAGE) or ROWS_PER_PAGE
    offset = query.whole("offset", 0, 0, 10**12) or 0
    jobs = jobs_of(request)
    job = jobs.get(job_id)  # before the rows: when it is finished, all of them are seen
    source = jobs.rows(job_id)
    columns = _columns(source, query.names("fields"))
    found = source.page(offset, limit)
    following = offset + len(found)
    more = following < source.rows or (not job.finished and following < job.rows)
    next_url = None
    if more:
        given = {key: value for key, value in query.named.items() if (key, value) != ("format", "json")}
        given |= {} if format_ == "json" else {"format": format_}
        page = urlencode({**given, "limit": limit, "offset": following})
        next_url = f"{request.base_url}v1/jobs/{job_id}/rows?{page}"
    said = {"offset": offset, "limit": limit, "there": source.rows, "rows": job.rows, "next_url": next_url}
    content = _page(found, columns, said) if format_ == "json" else _table_page(query, format_, source, found)
    headers = {"Cache-Control": "no-store", **({"Link": f'<{next_url}>; rel="next"'} if next_url else {})}
    etag = tag(content)
    if matches(request, etag):
        return not_modified(etag)
    return answer(content, format_, etag, {**headers, **disposition(query, format_)})


def _whole(request: Call, query: Query, job_id: str, format_: Format) -> Stream | Response[bytes]:
    """Send all rows as a table, as they are read where the format lets it."""
    jobs, offset = jobs_of(request), query.whole("offset", 0, 0, 10**12) or 0
    job = jobs.get(job_id)
    if job.state != "done":
        raise _not_all(job)
    source = jobs.rows(job_id)
    columns = _columns(source, query.names("fields"))
    rows = source.rows - offset
    if format_ not in STREAMED and rows > MOST_ROWS_AT_ONCE:
        raise _too_many(format_, rows)
    etag = tag(job.id, source.rows, query.canonical, format_)
    if (ready := kept(request, etag)) is not None:
        return ready
    names = list(dict.fromkeys([ROW, *(column.name for column in columns)]))
    table = _table([column for column in source.described if column.name in names])
    layout = query.layout(format_, fields_are_columns=True)
    content = parts(table, format_, layout, islice(_rows(source, table), offset, None))
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL, **disposition(query, format_)}
    if format_ not in STREAMED or rows <= MOST_ROWS_PER_PAGE:
        return answer(b"".join(content), format_, etag, headers)
    return Stream(iter(()) if request.method == "HEAD" else content, media_type=MEDIA_TYPES[format_], headers=headers)


def _rows(source: RowFolder, table: Table) -> Iterator[Sequence[Any]]:
    """Read the columns of a table row by row, a block at a time."""
    names = [column.name for column in table.columns]
    for chunk in source.tables(names):
        for batch in chunk.to_batches(max_chunksize=_BLOCK):
            yield from zip(*(batch.column(name).to_pylist() for name in names), strict=True)


def _not_all(job: StoredJob) -> JobStateError:
    hint = f"add limit={ROWS_PER_PAGE} and offset= for those that are there"
    message = "a table has all rows, and the job does not have them yet"
    if job.finished:
        message = "a table has all rows, and the job ended before it had them"
    return JobStateError.of(Problem(message, given=job.state, allowed="done", hint=hint))


def _too_many(format_: Format, rows: int) -> RefusedError:
    return RefusedError.of(
        Problem(
            f"these are too many rows for {format_}",
            parameter="format",
            given=f"{rows:,} rows",
            allowed=f"up to {MOST_ROWS_AT_ONCE:,} rows, of any number in {', '.join(sorted(STREAMED))}",
            hint="take …/files/rows.csv, …/files/rows.parquet, or a page with limit= and offset=",
        )
    )


@route(
    "/v1/jobs/{job_id:str}/files/{name:str}",
    http_method=GET_AND_HEAD,
    operation_id=openapi.operation_id("get_job_file"),
    operation_class=answering(
        openapi.operation(
            f"Give all rows of a job as a file: {' or '.join(_FILES)}", [openapi.ERRORS], answers={200: _BINARY}
        ),
        {media_type: _BINARY for media_type, _ in _FILES.values()},
    ),
    sync_to_thread=True,
)
def get_file(request: Call, job_id: FromPath[str], name: FromPath[str]) -> Stream | Response[bytes]:
    """Send all rows as one file, made as it is sent; it needs no more memory than a chunk."""
    suffix: str | None = request.scope["state"].pop(SUFFIX_KEY, None)  # here it is part of a name, and no format
    Query.of(request, ("errors",))
    file = f"{name}.{suffix}" if suffix else name
    if file not in _FILES:
        raise NotFoundError.of(Problem("there is no such file", given=file, allowed=", ".join(_FILES)))
    jobs = jobs_of(request)
    job = jobs.get(job_id)
    if job.state == "failed" and job.problem is not None:
        return kept_problem(request, job.problem, {})
    etag = tag(job.id, done_result(jobs, job), file)
    if matches(request, etag):
        return not_modified(etag)
    media_type, parts = _FILES[file]
    source = jobs.rows(job_id)
    headers = {
        "ETag": etag,
        "Cache-Control": CACHE_CONTROL,
        "Content-Disposition": f'attachment; filename="{job.kind}-{job.id}.{file.rpartition(".")[2]}"',
    }
    sent = iter(()) if request.method == "HEAD" else parts(source)
    return Stream(sent, media_type=media_type, headers=headers)


def _columns(source: RowFolder, wanted: list[str] | None) -> list[StudyColumn]:
    known = {column.name: column for column in source.described}
    if wanted is None:
        return [*known.values()]
    wrong = [name for name in wanted if name not in known]
    if wrong:
        raise ParameterError.of(
            *(
                Problem("no such column", parameter="fields", given=name, hint=did_you_mean(name, known))
                for name in wrong
            )
        )
    return [known[name] for name in dict.fromkeys(wanted)]


def _page(found: list[dict[str, Any]], columns: list[StudyColumn], said: dict[str, Any]) -> bytes:
    names = [column.name for column in columns]
    units = {column.name: column.unit for column in columns if column.unit}
    items = [{name: row[name] for name in names} for row in found]
    return msgspec.json.encode({"items": items, "units": units, **said})


def _table_page(query: Query, format_: Format, source: RowFolder, found: list[dict[str, Any]]) -> bytes:
    table, layout = _table(source.described), query.layout(format_, fields_are_columns=True)
    rows = ([row[column.name] for column in table.columns] for row in found)
    return b"".join(parts(table, format_, layout, rows))


def _table(columns: Sequence[StudyColumn]) -> Table:
    return Table("entry", [Column(column.name, column.unit) for column in columns], (), keys=(ROW,))


ROUTES = [list_rows, get_file]
