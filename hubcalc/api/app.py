"""The application: routes, errors, request ids, and the store's life."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any, cast

from litestar import HttpMethod, Litestar, Router
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection, Request
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.types import HTTPScope, LifeSpanReceive, LifeSpanScope, LifeSpanSend, Receive, Scope, Send

import hubfixtures
from hubcalc.api import (
    analysis,
    answers,
    capacity,
    cells,
    copy_as,
    corridors,
    differences,
    documents,
    info,
    job_events,
    job_rows,
    jobs,
    paths,
    queue,
    scenario_sheets,
    simulations,
    studies,
    timelines,
    workbooks,
)
from hubcalc.api.access import Gate, keep_out_of_logs, take_keys
from hubcalc.api.answer_cache import AnswerCache
from hubcalc.api.cross_origin import Methods, answer_options, readable
from hubcalc.api.job_runner import limits_of, runner_for
from hubcalc.api.problems import http_error, hubcalc_error, unexpected_error
from hubcalc.api.recent import Recent
from hubcalc.api.request_ids import REQUEST_ID, name_request
from hubcalc.api.suffixes import strip_suffix
from hubcalc.errors import AccessError, HubcalcError, StoreError
from hubcalc.jobs.engine import Engine
from hubcalc.jobs.store import JobStore
from hubcalc.settings import Settings
from hubcalc.store import Document, Store
from hubcalc.version import PACKAGE_VERSION

_LOG = logging.getLogger("hubcalc.api")
_HANDLERS = [
    *copy_as.ROUTES,
    *(*documents.ROUTES, *paths.ROUTES, *analysis.ROUTES, *cells.ROUTES, *simulations.ROUTES, *timelines.ROUTES),
    *(*corridors.ROUTES, *answers.ROUTES, *differences.ROUTES),
    *workbooks.ROUTES,
    *(*queue.ROUTES, *capacity.ROUTES, *info.ROUTES),
    *(*jobs.ROUTES, *job_events.ROUTES, *job_rows.ROUTES),
]
_CELL_ANALYSES = 64
"""So many analyses are kept for further cells of the same scenarios."""
_TIMELINES = 32
"""So many days, curves, clearings and recoveries are kept for further formats of the same."""
_LARGE_HANDLERS = [*studies.ROUTES, *scenario_sheets.ROUTES]
"""What may have a large body."""


class HubcalcApp(Litestar):
    """Litestar with what comes before a route is chosen: keys, OPTIONS, formats by suffix, and the request's id."""

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        """Take the key and the suffix off the address and name the request, then go on as Litestar does."""
        if scope["type"] == ScopeType.HTTP:
            await self._answer(cast("HTTPScope", scope), cast("Receive", receive), cast("Send", send))
            return
        if scope["type"] == ScopeType.WEBSOCKET:
            take_keys(cast("Scope", scope))
        await super().__call__(scope, receive, send)

    async def _answer(self, received: HTTPScope, receive: Receive, send: Send) -> None:
        keys = take_keys(received)
        scope = cast("HTTPScope", {**received})  # the server's own is for its log, which names the path as it came
        strip_suffix(scope)
        request_id = name_request(scope)

        async def send_named(message: Any) -> None:
            if message["type"] == "http.response.start":
                named = (REQUEST_ID.lower().encode(), request_id.encode())
                message["headers"] = readable((*message["headers"], named))
            await send(message)

        if scope["method"] == HttpMethod.OPTIONS:
            await answer_options(scope, send_named, self.state.methods.allowed(scope["path"]))
            return
        try:
            self.state.gate.check(scope, keys)
        except AccessError as error:
            scope["app"] = scope["litestar_app"] = self
            request: Request[Any, Any, Any] = Request(scope, receive, send_named)
            refusal = hubcalc_error(request, error).to_asgi_response(None, request)
            await refusal(scope, receive, send_named)
            return
        await super().__call__(scope, receive, send_named)


def create_app(settings: Settings | None = None, *, engine: Engine | None = None) -> Litestar:
    """Make the application; the database is opened, migrated and seeded when it starts.

    Parameters
    ----------
    settings : Settings, optional
        Settings; from the environment by default.
    engine : Engine, optional
        What works on jobs; by default the processes or the cluster that the settings name.

    Returns
    -------
    Litestar
        An ASGI application.
    """
    chosen = settings or Settings()
    keep_out_of_logs(chosen.api_key)
    app = HubcalcApp(
        # one router: handlers that share a path would each be registered again as the next is added, and wrapped twice
        route_handlers=[
            Router("/", route_handlers=_HANDLERS),
            Router(
                "/",
                route_handlers=_LARGE_HANDLERS,
                request_max_body_size=chosen.study_body_limit_bytes,
            ),
        ],
        lifespan=[_store_open],
        state=State({"settings": chosen, "engine": engine}),
        exception_handlers={
            HubcalcError: hubcalc_error,
            HTTPException: http_error,
            Exception: unexpected_error,
        },
        request_max_body_size=chosen.body_limit_bytes,
        openapi_config=OpenAPIConfig(
            title="hubcalc",
            version=PACKAGE_VERSION,
            summary="Throughput, waiting and capacity of logistics hubs",
            openapi_router=Router("/schema", route_handlers=[], include_in_schema=False, guards=[_not_here]),
            render_plugins=[],
        ),
        logging_config=None,
    )
    app.state.methods = Methods(app.routes)
    app.state.gate = Gate(chosen.api_key)
    app.state.answer_cache = AnswerCache(chosen.answer_cache_bytes)
    app.state.cells = Recent(_CELL_ANALYSES if chosen.answer_cache_bytes else 0)
    app.state.timelines = Recent(_TIMELINES if chosen.answer_cache_bytes else 0)
    return app


def _not_here(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Close Litestar's own pages of the OpenAPI document, which need the network; ours are /openapi.json and /docs."""
    raise NotFoundException(detail=connection.url.path)


def _fixtures() -> Iterator[Document]:
    """Give all documents that come with hubcalc."""
    for collection in hubfixtures.COLLECTIONS:
        for name in hubfixtures.names(collection):
            yield hubfixtures.load(name, collection)


@asynccontextmanager
async def _store_open(app: Litestar) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    with ExitStack() as stack:
        try:
            store = stack.enter_context(
                Store.open(settings.database, busy_timeout_seconds=settings.busy_timeout_seconds)
            )
            if settings.seed and not store.read_only:
                store.seed(_fixtures())
        except StoreError as error:
            # one line, before the server's own long account of a start that failed
            _LOG.critical("%s: %s", error.title, error)
            raise
        app.state.store = store
        app.state.jobs = JobStore(store.database, limits_of(settings))
        runner = runner_for(settings, app.state.jobs, app.state.engine)
        if runner is None:
            yield
            return
        try:
            runner.start()
            yield
        finally:
            await sync_to_thread(runner.stop)
