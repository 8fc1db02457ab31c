"""The application: routes, errors, request ids, and the store's life."""

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any, cast

from litestar import Litestar, Router
from litestar.concurrency import sync_to_thread
from litestar.config.cors import CORSConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.types import LifeSpanReceive, LifeSpanScope, LifeSpanSend, Receive, Scope, Send

import hubfixtures
from hubcalc.api import (
    analysis,
    answers,
    capacity,
    cells,
    corridors,
    differences,
    documents,
    info,
    job_events,
    job_rows,
    jobs,
    paths,
    queue,
    simulations,
    studies,
    timelines,
)
from hubcalc.api.job_runner import limits_of, runner_for
from hubcalc.api.problems import http_error, hubcalc_error, unexpected_error
from hubcalc.api.request_ids import REQUEST_ID, name_request
from hubcalc.api.suffixes import strip_suffix
from hubcalc.errors import HubcalcError, StoreError
from hubcalc.jobs.engine import Engine
from hubcalc.jobs.store import JobStore
from hubcalc.settings import Settings
from hubcalc.store import Document, Store
from hubcalc.version import PACKAGE_VERSION

_LOG = logging.getLogger("hubcalc.api")
_HANDLERS = [
    *(*documents.ROUTES, *paths.ROUTES, *analysis.ROUTES, *cells.ROUTES, *simulations.ROUTES, *timelines.ROUTES),
    *(*corridors.ROUTES, *answers.ROUTES, *differences.ROUTES),
    *(*queue.ROUTES, *capacity.ROUTES, *info.ROUTES),
    *(*jobs.ROUTES, *job_events.ROUTES, *job_rows.ROUTES),
]


class HubcalcApp(Litestar):
    """Litestar with formats by suffix, which must be known before a route is chosen."""

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        """Take the suffix off the path and name the request, then go on as Litestar does."""
        if scope["type"] != ScopeType.HTTP:
            await super().__call__(scope, receive, send)
            return
        http_scope = cast("Scope", scope)
        strip_suffix(http_scope)
        request_id = name_request(http_scope)

        async def send_named(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (REQUEST_ID.lower().encode(), request_id.encode())]
            await send(message)

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
    return HubcalcApp(
        # one router: handlers that share a path would each be registered again as the next is added, and wrapped twice
        route_handlers=[
            Router("/", route_handlers=_HANDLERS),
            Router("/", route_handlers=studies.ROUTES, request_max_body_size=chosen.study_body_limit_bytes),
        ],
        lifespan=[_store_open],
        state=State({"settings": chosen, "engine": engine}),
        exception_handlers={
            HubcalcError: hubcalc_error,
            HTTPException: http_error,
            Exception: unexpected_error,
        },
        request_max_body_size=chosen.body_limit_bytes,
        cors_config=CORSConfig(
            allow_origins=["*"],
            expose_headers=["ETag", "Link", "Location", "Preference-Applied", "Retry-After", REQUEST_ID],
        ),
        openapi_config=OpenAPIConfig(
            title="hubcalc",
            version=PACKAGE_VERSION,
            summary="Throughput, waiting and capacity of logistics hubs",
            openapi_router=Router("/schema", route_handlers=[], include_in_schema=False, guards=[_not_here]),
            render_plugins=[],
        ),
        logging_config=None,
    )


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
