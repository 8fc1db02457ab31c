"""One handler for several collections: each route names its collection, and its path the document."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from litestar import HttpMethod, Request, Response, route
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import Operation

from hubcalc.api import openapi
from hubfixtures import Collection
from hubmodels import Hub, LineDocument

Call = Request[Any, Any, Any]
Handler = Callable[..., Response[bytes]]
Analyzed = Hub | LineDocument
"""What is analyzed alone: flows go through its stages."""

GET_AND_HEAD = [HttpMethod.GET, HttpMethod.HEAD]
_COLLECTION = "collection"


@dataclass(frozen=True, slots=True)
class Served:
    """How the documents of a collection are called in the interface."""

    collection: Collection
    noun: str
    schema: str
    kinds: tuple[str, ...] = ()
    """Kinds to choose from; those that have kinds lie in countries, too."""

    def path(self, *rest: str) -> str:
        """Give the path of a document, or of something below it."""
        return "/".join([f"/v1/{self.collection}", f"{{{self.noun}_id:str}}", *rest])

    @property
    def options(self) -> dict[str, Collection]:
        """What a route must carry, so that its handler knows the collection."""
        return {_COLLECTION: self.collection}


HUBS = Served("hubs", "hub", "Hub", openapi.HUB_KINDS)
LINES = Served("lines", "line", "Line", openapi.LINE_KINDS)
CORRIDORS = Served("corridors", "corridor", "Corridor")
SCENARIOS = Served("scenarios", "scenario", "Scenario")
SERVED = {served.collection: served for served in (HUBS, LINES, CORRIDORS, SCENARIOS)}
ANALYZED = (HUBS, LINES)
ANALYZED_COLLECTIONS: tuple[Collection, ...] = ("hubs", "lines")


def reading(
    served: Served, path: str, handler: Handler, operation_id: str, operation: type[Operation]
) -> HTTPRouteHandler:
    """Make the route by which something is read of a collection."""
    made = route(
        path,
        http_method=GET_AND_HEAD,
        operation_id=openapi.operation_id(operation_id),
        operation_class=operation,
        opt=served.options,
        sync_to_thread=True,
    )
    return made(handler)


def served_by(request: Call) -> Served:
    """Say which collection a request is about."""
    return SERVED[request.route_handler.opt[_COLLECTION]]


def id_in(request: Call) -> str:
    """Give the id of the document that a request is about."""
    document_id: str = request.path_params[f"{served_by(request).noun}_id"]
    return document_id
