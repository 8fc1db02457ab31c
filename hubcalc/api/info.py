"""What the server is, and whether it is well."""

from importlib.resources import files
from typing import Any

import msgspec
from litestar import HttpMethod, Request, Response, route
from litestar.params import FromPath
from litestar.response import Redirect

from hubcalc import errors
from hubcalc.analysis import METRIC_NAMES
from hubcalc.analysis.metrics import describe
from hubcalc.api import openapi
from hubcalc.api.caching import answer, tag
from hubcalc.api.openapi_groups import arranged
from hubcalc.api.parameters import Query
from hubcalc.api.problems import FRAMEWORK_TITLES
from hubcalc.api.schemas import component_schemas
from hubcalc.api.services import settings_of, store_of
from hubcalc.api.simulations import MOST_EVENTS_OF_A_REQUEST
from hubcalc.tables import FORMATS
from hubcalc.version import MODEL_VERSION, PACKAGE_VERSION
from hubmodels.stages import STAGE_KINDS

_GET_AND_HEAD = [HttpMethod.GET, HttpMethod.HEAD]
_Call = Request[Any, Any, Any]


@route(
    "/v1/info",
    http_method=_GET_AND_HEAD,
    operation_id=openapi.operation_id("get_info"),
    operation_class=openapi.operation("What this server can do", answers={200: openapi.json_schema("Info")}),
    sync_to_thread=False,
)
def get_info(request: _Call) -> Response[bytes]:
    """Name versions, limits, metrics, kinds of stages and formats."""
    Query.of(request, ("format",)).json_only()
    settings = settings_of(request.app)
    content = msgspec.json.encode(
        {
            "name": "hubcalc",
            "version": PACKAGE_VERSION,
            "model_version": MODEL_VERSION,
            "limits": {
                "body_bytes": settings.body_limit_bytes,
                "scenarios": settings.scenario_limit,
                "simulation_events": MOST_EVENTS_OF_A_REQUEST,
                "study_body_bytes": settings.study_body_limit_bytes,
                "job_rows": settings.job_rows_limit,
                "open_jobs": settings.jobs_per_client,
            },
            "metrics": [{"name": name, **describe(name)} for name in METRIC_NAMES],
            "stage_kinds": list(STAGE_KINDS),
            "formats": list(FORMATS),
        }
    )
    return answer(content, "json", tag(content))


@route(
    "/healthz",
    http_method=_GET_AND_HEAD,
    operation_id=openapi.operation_id("get_health"),
    operation_class=openapi.operation("Is the process alive?", answers={200: openapi.json_schema("Status")}),
    sync_to_thread=False,
)
def get_health() -> Response[bytes]:
    """Answer as long as the process runs."""
    return _status()


@route(
    "/readyz",
    http_method=_GET_AND_HEAD,
    operation_id=openapi.operation_id("get_readiness"),
    operation_class=openapi.operation("Can it answer?", answers={200: openapi.json_schema("Status")}),
    sync_to_thread=True,
)
def get_readiness(request: _Call) -> Response[bytes]:
    """Answer when the database can be read; else a problem with status 503."""
    store_of(request).check()
    return _status()


def _status() -> Response[bytes]:
    return Response(b'{"status":"ok"}', media_type="application/json", headers={"Cache-Control": "no-store"})


@route(
    "/errors/{code:str}",
    http_method=_GET_AND_HEAD,
    operation_id=openapi.operation_id("explain_error"),
    operation_class=openapi.operation("Explain an error code", answers={200: openapi.PLAIN_TEXT}),
    sync_to_thread=False,
)
def explain_error(code: FromPath[str]) -> Response[str]:
    """Explain the code of a problem document."""
    known = errors.by_code()
    if code in FRAMEWORK_TITLES:
        return Response(f"{code}\n\n{FRAMEWORK_TITLES[code]}.\n", media_type="text/plain")
    if code not in known:
        raise errors.NotFoundError.of(
            errors.Problem("no such error code", given=code, allowed=", ".join(sorted(known)))
        )
    error = known[code]
    return Response(f"{code}\n\n{error.title}.\n\n{error.__doc__}\n", media_type="text/plain")


@route("/openapi.json", http_method=_GET_AND_HEAD, include_in_schema=False, sync_to_thread=True)
def get_openapi(request: _Call) -> Response[bytes]:
    """Give the OpenAPI document."""
    document = request.app.openapi_schema.to_schema()
    document["components"] = {"schemas": component_schemas()}
    document = arranged(document, keyed=settings_of(request.app).api_key is not None)
    return Response(msgspec.json.encode(document), media_type="application/json")


@route("/", http_method=_GET_AND_HEAD, include_in_schema=False, sync_to_thread=False)
def get_root() -> Redirect:
    """Lead whoever opens the bare address to the API page."""
    return Redirect("/docs")


@route("/docs", http_method=_GET_AND_HEAD, include_in_schema=False, sync_to_thread=True)
def get_docs() -> Response[bytes]:
    """Serve the interactive API page."""
    return _asset("index.html")


@route("/docs/{name:str}", http_method=_GET_AND_HEAD, include_in_schema=False, sync_to_thread=True)
def get_docs_asset(name: FromPath[str]) -> Response[bytes]:
    """Serve what the API page needs from the package, so that it works offline."""
    return _asset(name)


def _asset(name: str) -> Response[bytes]:
    media_type = _ASSETS.get(name)
    if media_type is None:
        raise errors.NotFoundError.of(errors.Problem("no such page", given=name, allowed=", ".join(_ASSETS)))
    content = files("hubcalc.api").joinpath("static", "swagger-ui", name).read_bytes()
    return Response(content, media_type=media_type)


_ASSETS = {
    "index.html": "text/html",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
}

ROUTES = [
    get_info,
    get_health,
    get_readiness,
    explain_error,
    get_openapi,
    get_root,
    get_docs,
    get_docs_asset,
]
