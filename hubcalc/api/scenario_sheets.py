"""Sheets of scenarios over HTTP: the empty form, and the filled one that becomes scenarios."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, Operation
from litestar.params import RawBody
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartParser,
    parse_options_header,
)

from hubcalc.api import openapi
from hubcalc.api.caching import answer, matches, not_modified, tag
from hubcalc.api.parameters import Query, choice
from hubcalc.api.pictures import disposition
from hubcalc.api.routing import ANALYZED, CORRIDORS, Call, Served, id_in, reading, served_by
from hubcalc.api.services import store_of
from hubcalc.errors import BodyError, MediaTypeError, Problem
from hubcalc.sheets.form import FORM_FORMATS, form_of, render_form
from hubcalc.sheets.subjects import SheetSubject
from hubcalc.sheets.upload import StoreShelf, upload
from hubcalc.store import StoreDocuments
from hubcalc.tables import MEDIA_TYPES
from hubcalc.version import PACKAGE_VERSION

_ROWS, _EXISTING, _SWITCH = ("all", "good"), ("refuse", "replace"), ("false", "true")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FORM = "multipart/form-data"
_SHEETS = ("text/csv", MEDIA_TYPES["xlsx"], MEDIA_TYPES["ods"], "application/octet-stream")
_ALSO_SHEETS = ("", "text/plain", "text/tab-separated-values", "application/vnd.ms-excel", "application/csv")
"""What programs and browsers call the same files."""


def get_form(request: Call) -> Response[bytes]:
    """Give the empty form: a column for each path, and the documented values as a comment."""
    query = Query.of(request, ("format", "fields", "version"))
    format_ = query.format_of(FORM_FORMATS) or "xlsx"
    query.refuse(("header", "decimal"), "says nothing in a form", "dialect=eu has semicolons and decimal commas")
    layout = query.layout(format_)
    store, collection = store_of(request), served_by(request).collection
    stored = store.get(collection, id_in(request), query.whole("version", None, 1, 10**9))
    documents = StoreDocuments(store)
    subject = SheetSubject(stored.document, documents)
    etag = tag(stored.id, stored.version, documents.versions, query.canonical, format_, PACKAGE_VERSION)
    if matches(request, etag):
        return not_modified(etag)
    content = render_form(form_of(subject, query.names("fields"), layout.shape), format_, layout.dialect)
    if format_ == "csv" and layout.attachment:
        content = _BYTE_ORDER_MARK + content
    return answer(content, format_, etag, disposition(query, format_))


def post_sheet(request: Call, body: RawBody) -> Response[bytes]:
    """Make scenarios of a filled sheet: of all rows or of none, or by choice of the good ones."""
    query = Query.of(request, ("rows", "existing", "dry_run", "sheet"))
    named = query.named
    rows = choice("rows", named.get("rows", _ROWS[0]), _ROWS)
    existing = choice("existing", named.get("existing", _EXISTING[0]), _EXISTING)
    dry_run = choice("dry_run", named.get("dry_run", _SWITCH[0]), _SWITCH)
    content = _file_in(request, body)
    store = store_of(request)
    document = store.get(served_by(request).collection, id_in(request)).document
    report = upload(
        content,
        document,
        StoreShelf(store),
        keep_good=rows == "good",
        replace=existing == "replace",
        dry_run=dry_run == "true",
        sheet=named.get("sheet"),
    )
    created = not report.dry_run and any(item.outcome == "created" for item in report.scenarios)
    return Response(
        report.model_dump_json().encode(),
        status_code=201 if created else 200,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _file_in(request: Call, body: bytes) -> bytes:
    """Take the file out of a request: the body itself, or the one file of a browser's form."""
    given: str = request.headers.get("content-type", "")
    media_type, options = parse_options_header(given)
    if media_type.lower() in (*_SHEETS, *_ALSO_SHEETS):
        return body
    if media_type.lower() != _FORM:
        hint = "say what it is: curl -H 'Content-Type: text/csv' --data-binary @form.csv"
        raise MediaTypeError.of(
            Problem("cannot read this media type", given=given, allowed=", ".join((*_SHEETS, _FORM)), hint=hint)
        )
    files = _parts(body, options.get("boundary", ""))
    if len(files) != 1:
        message = f"the form has {len(files)} files" if files else "the form has no file"
        raise BodyError.of(Problem(message, pointer="", allowed="one file, and nothing else"))
    return files[0]


def _parts(body: bytes, boundary: str) -> list[bytes]:
    if not boundary:
        raise BodyError.of(
            Problem("the form names no boundary", parameter="Content-Type", allowed=f"{_FORM}; boundary=")
        )
    room = len(body) + 1
    files = []
    try:
        parser = MultipartParser(BytesIO(body), boundary, strict=True, spool_limit=room, memory_limit=room)
        for part in parser:
            if part.filename is None:
                hint = "give it in the query"
                raise BodyError.of(Problem("the form has more than a file", pointer="", given=part.name, hint=hint))
            files.append(part.raw)
    except MultipartError as error:
        raise BodyError.of(Problem(f"the form cannot be read: {error}", pointer="")) from error
    return files


def _form_operation(noun: str) -> type[Operation]:
    base = openapi.operation(
        f"Give the empty sheet for scenarios of a {noun}",
        [
            openapi.query(
                "format",
                "Format, by default xlsx; a suffix of the path does the same (`.csv`)",
                {"type": "string", "enum": [*FORM_FORMATS]},
            ),
            openapi.query(
                "fields",
                "Paths that get a column, or beginnings of paths such as `stages.front`, a comma list; `*` for all. By "
                "default uncertain numbers, flows and demands, and counts of servers, tracks, lanes and places",
                {"type": "string"},
            ),
            openapi.query(
                "shape",
                "One row a scenario, or one row an input of a scenario",
                {"type": "string", "enum": ["wide", "long"], "default": "wide"},
            ),
            openapi.query(
                "dialect",
                "What separates values in CSV: commas, or semicolons beside decimal commas",
                {"type": "string", "enum": ["us", "eu"], "default": "us"},
            ),
            openapi.query("dl", "Whether it is kept as a file", {"type": "string", "enum": ["0", "1"]}),
            openapi.VERSION,
        ],
        answers={200: openapi.PLAIN_TEXT},
        may_be_cached=True,
    )

    @dataclass
    class Files(base):  # type: ignore[valid-type,misc]  # a class that was made just before
        def __post_init__(self) -> None:
            super().__post_init__()
            content = {MEDIA_TYPES[name]: _binary() for name in FORM_FORMATS}
            self.responses["200"] = OpenAPIResponse(description="The form", content=content)

    return Files


def _upload_operation(noun: str) -> type[Operation]:
    report = openapi.json_schema("ScenarioSheetReport")
    base = openapi.operation(
        f"Make scenarios of a {noun} of a filled sheet",
        [
            openapi.query(
                "rows",
                "Store all, or nothing if a row cannot be used (then 422 names each cell); or store the good ones",
                {"type": "string", "enum": [*_ROWS], "default": _ROWS[0]},
            ),
            openapi.query(
                "existing",
                "Refuse ids of scenarios that exist, or replace them",
                {"type": "string", "enum": [*_EXISTING], "default": _EXISTING[0]},
            ),
            openapi.query(
                "dry_run", "Only look at the sheet", {"type": "string", "enum": [*_SWITCH], "default": _SWITCH[0]}
            ),
            openapi.query(
                "sheet",
                "Name of the sheet; by default Scenarios, else the first that is not hidden",
                {"type": "string"},
            ),
        ],
        body={"type": "string", "format": "binary"},
        body_type=_SHEETS[0],
        answers={200: report, 201: report},
    )

    @dataclass
    class Uploads(base):  # type: ignore[valid-type,misc]  # a class that was made just before
        def __post_init__(self) -> None:
            super().__post_init__()
            self.request_body.content.update({name: _binary() for name in _SHEETS})
            form: dict[str, Any] = {"file": {"type": "string", "format": "binary"}}
            schema = openapi.schema_of({"type": "object", "required": ["file"], "properties": form})
            self.request_body.content[_FORM] = OpenAPIMediaType(schema=schema)

    return Uploads


def _binary() -> OpenAPIMediaType:
    return OpenAPIMediaType(schema=openapi.schema_of({"type": "string", "format": "binary"}))


def _routes_of(served: Served) -> list[HTTPRouteHandler]:
    noun, path = served.noun, served.path("scenario-sheet")
    made = post(
        path,
        status_code=200,
        operation_id=f"upload_{noun}_scenario_sheet",
        operation_class=_upload_operation(noun),
        opt=served.options,
        sync_to_thread=True,
    )
    return [
        reading(served, path, get_form, f"get_{noun}_scenario_sheet", _form_operation(noun)),
        made(post_sheet),
    ]


ROUTES = [route for served in (*ANALYZED, CORRIDORS) for route in _routes_of(served)]
