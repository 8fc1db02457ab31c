"""Ready texts for a question, beside whatever can be asked: `/v1/hubs/{id}/analysis/copy-as` takes what analysis takes.

The question is answered before it is written down, so what a text asks for is sound, and ready when it is first asked.
"""

import inspect
from collections.abc import Sequence
from typing import cast
from urllib.parse import parse_qsl, quote, urlencode

from litestar import HttpMethod, Request, Response, route
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import Parameter
from litestar.types import Scope

from hubcalc.api import analysis, capacity, cells, corridors, openapi, queue
from hubcalc.api.caching import answer, tag
from hubcalc.api.parameters import SHORT_NAMES, SUFFIX_KEY, Query
from hubcalc.api.pictures import table_answer
from hubcalc.api.routing import GET_AND_HEAD, Call, Handler
from hubcalc.api.services import settings_of
from hubcalc.copying import Asked, ReadyText, ready_texts
from hubcalc.tables import Column, Format, Table

_END = "/copy-as"
_COLUMNS = [Column(name) for name in ("name", "program", "text", "note")]


def _copying(thing: HTTPRouteHandler, path: str) -> HTTPRouteHandler:
    """Make the route that writes down what another one is asked."""
    answered = cast("Handler", thing.fn)
    names = [name for name in inspect.signature(answered).parameters if name != "request"]

    def copy_as(request: Call) -> Response[bytes]:
        query = _own_query(request)
        format_ = query.format("json")
        number = request.path_params.get("metric", request.path_params.get("number"))
        inner = _asked_itself(request, "csv" if number is None else "txt")
        made = answered(inner, **{name: request.path_params[name] for name in names})
        made.to_asgi_response(None, inner)  # by which it is kept
        asked = Asked(
            server=str(request.base_url).rstrip("/"),
            path=inner.scope["path"],
            parameters={SHORT_NAMES.get(name, name): value.strip() for name, value in inner.query_params.items()},
            metric=number,
            wants_key=settings_of(request.app).api_key is not None,
        )
        return _written(ready_texts(asked), query, format_)

    copy_as.__doc__ = "Write a question down for spreadsheets and programs."
    listed = thing.operation_class().parameters or ()
    documented = [item for item in listed if isinstance(item, Parameter) and item.name != "format"]
    operation = openapi.operation(
        f"Copy as a formula, query or program: {path.removeprefix('/v1/')}",
        documented,
        answers={200: openapi.json_schema("Rows")},
        tables=True,
        may_be_cached=True,
    )
    made = route(
        path + _END,
        http_method=GET_AND_HEAD,
        operation_id=openapi.operation_id(_name(path)),
        operation_class=operation,
        opt=thing.opt,
        sync_to_thread=True,
    )
    return made(copy_as)


def _own_query(request: Call) -> Query:
    """Read the format of the list; everything else is of the question."""
    named = {name: value for name, value in request.query_params.items() if name == "format" and value}
    return Query(named, {}, request.scope["state"].get(SUFFIX_KEY), path=request.scope["path"])


def _asked_itself(request: Call, suffix: str) -> Call:
    """Give the request by which the question itself is asked."""
    given = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    path = request.scope["path"].removesuffix(_END)
    scope = {
        **request.scope,
        "method": HttpMethod.GET,
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": urlencode([item for item in given if item[0] != "format"]).encode(),
        "state": {SUFFIX_KEY: suffix},
    }
    return Request(cast("Scope", scope))


def _written(texts: Sequence[ReadyText], query: Query, format_: Format) -> Response[bytes]:
    if format_ == "txt":
        content = "\n\n".join(_paragraph(text) for text in texts).encode() + b"\n"
        return answer(content, format_, tag(content))
    rows = [[text.name, text.program, text.text, text.note] for text in texts]
    return table_answer(query, format_, Table("text", _COLUMNS, rows, ("name",)))


def _paragraph(text: ReadyText) -> str:
    return f"# {text.name}: {text.program}. {text.note}\n{text.text}".rstrip()


def _name(path: str) -> str:
    """Name the operation by the path: copy_hubs_analysis, copy_hubs_analysis_metric."""
    segments = path.removeprefix("/v1/").split("/")
    inner = [segment.strip("{}").partition(":")[0] for segment in segments]
    return "_".join(["copy", *(name for name in inner if not name.endswith("_id"))])


ROUTES = [
    _copying(thing, path)
    for thing in (*analysis.ROUTES, *cells.ROUTES, *corridors.ROUTES, *queue.ROUTES, *capacity.ROUTES)
    for path in sorted(thing.paths)
    if HttpMethod.GET in thing.http_methods and path != "/v1/capacity"
]
