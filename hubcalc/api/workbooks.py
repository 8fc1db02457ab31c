"""The analysis of a hub or a line as a workbook: inputs, evidence, live results and charts in one file."""

from collections.abc import Callable
from typing import Literal, get_args

from litestar import Response
from litestar.handlers import HTTPRouteHandler

from hubcalc.analysis import analyze
from hubcalc.analysis.curve import single_scenario
from hubcalc.api import openapi
from hubcalc.api.analysis import SCENARIO, scenario_overrides, stored_subject
from hubcalc.api.caching import kept, sent, tag
from hubcalc.api.job_options import answering
from hubcalc.api.links import with_links
from hubcalc.api.parameters import Query
from hubcalc.api.routing import ANALYZED, Call, Served, reading, served_by
from hubcalc.api.services import store_of
from hubcalc.scenarios.stated import changed_by
from hubcalc.store import StoreDocuments
from hubcalc.tables import MEDIA_TYPES
from hubcalc.version import MODEL_VERSION, PACKAGE_VERSION

WorkbookFormat = Literal["xlsx", "ods"]
WORKBOOK_FORMATS: tuple[WorkbookFormat, ...] = get_args(WorkbookFormat)
_ASKED = ("scenario", "scale", "method", "version")
_IDLE = ("shape", "header", "fields")


def get_workbook(request: Call) -> Response[bytes]:
    """Give the workbook of one scenario, whose live cells ask the server by the address that this request came to."""
    query = Query.of(request, ("format", *_ASKED, "model_version"), with_paths=True)
    format_ = query.format_of(WORKBOOK_FORMATS) or WORKBOOK_FORMATS[0]
    query.refuse(_IDLE, "says nothing of a workbook, which has a layout of its own")
    stored = stored_subject(request, query)
    documents, base_url = StoreDocuments(store_of(request)), str(request.base_url)
    held = scenario_overrides(query, served_by(request).noun, stored.id, documents)
    etag = tag(
        *(stored.id, stored.version, documents.versions, query.canonical, format_),
        *(MODEL_VERSION, PACKAGE_VERSION, base_url),
    )
    if (ready := kept(request, etag)) is not None:
        return ready
    _, overrides = single_scenario(stored.document, changed_by(stored.document, held, query.single_values()))
    asked = {name: query.named[name] for name in _ASKED if name in query.named}
    analysis = analyze(stored.document, overrides, scale=asked.get("scale"), method=asked.get("method"))
    report = with_links(analysis.report, analysis, stored, base_url=base_url)
    from hubcalc.workbooks import analysis_workbook  # what writes files is loaded when the first one is written

    workbook = analysis_workbook(stored.document, stored.collection, report, server=base_url, asked=asked)
    headers = {"Content-Disposition": f'attachment; filename="{query.file_name(format_)}"'}
    return sent(_writer(format_)(workbook), MEDIA_TYPES[format_], etag, headers)


def _writer(format_: WorkbookFormat) -> Callable[..., bytes]:
    from hubcalc.workbooks import write_ods, write_xlsx

    return write_xlsx if format_ == "xlsx" else write_ods


def _route_of(served: Served) -> HTTPRouteHandler:
    formats = openapi.query(
        "format",
        "Format, by default xlsx; a suffix of the path does the same (`.ods`)",
        {"type": "string", "enum": [*WORKBOOK_FORMATS]},
    )
    binary = {"type": "string", "format": "binary"}
    operation = openapi.operation(
        f"Give the analysis of a {served.noun} as a workbook with live cells",
        [formats, *openapi.ANALYSIS[1:], SCENARIO, openapi.PATHS_OF_ONE],
        answers={200: openapi.PLAIN_TEXT},
        may_be_cached=True,
    )
    files = answering(operation, {MEDIA_TYPES[format_]: binary for format_ in WORKBOOK_FORMATS})
    return reading(served, served.path("workbook"), get_workbook, f"get_{served.noun}_workbook", files)


ROUTES = [_route_of(served) for served in ANALYZED]
