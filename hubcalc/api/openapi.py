"""What the OpenAPI document says beyond what Litestar infers: parameters by path, bodies, tables and problems.

Schemas come from the Pydantic models themselves, so that bounds, unions and forbidden extras are those that validate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Parameter,
    Reference,
    RequestBody,
    Schema,
)
from litestar.types import Method

from hubcalc.analysis import METRIC_NAMES
from hubcalc.analysis.methods import ANALYSIS_METHODS
from hubcalc.api.pictures import MEDIA_TYPES as PICTURE_MEDIA_TYPES
from hubcalc.api.pictures import PICTURES
from hubcalc.tables import DIALECTS, FORMATS, MEDIA_TYPES, SHAPES
from hubcalc.tables.geojson import GEOJSON, GEOJSON_MEDIA_TYPE
from hubcalc.tables.simulations import SIMULATION_VIEWS
from hubcalc.tables.timelines import CURVE_VIEWS, DAY_METHODS, DAY_VIEWS

Named = Mapping[str, Any]
_PROBLEM = "application/problem+json"


def json_schema(name: str) -> Named:
    """Refer to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def query(name: str, description: str, schema: Named) -> Parameter:
    """Document a query parameter."""
    return Parameter(name=name, param_in="query", description=description, required=False, schema=schema_of(schema))


def header(name: str, description: str) -> Parameter:
    """Document a header of a request."""
    return Parameter(
        name=name, param_in="header", description=description, required=False, schema=schema_of({"type": "string"})
    )


def schema_of(given: Named) -> Any:
    """Pass a JSON schema through: Litestar writes mappings as they are."""
    return Reference(ref=given["$ref"]) if "$ref" in given else _Raw(given)


class _Raw(Schema):
    """A schema given as JSON."""

    def __init__(self, given: Named) -> None:
        super().__init__()
        self._given = dict(given)

    def to_schema(self) -> dict[str, Any]:
        return self._given


_TEXT = {"type": "string"}
PLAIN_TEXT: Named = _TEXT
"""An answer that is no JSON."""
FORMAT = query("format", "Format; a suffix of the path does the same (`.csv`)", {"type": "string", "enum": [*FORMATS]})
MAP_FORMAT = query(
    "format", "JSON, or a map; a suffix of the path does the same", {"type": "string", "enum": ["json", GEOJSON]}
)
TABLE_OR_PICTURE = query(
    "format",
    "Format, or a chart: as a picture, or as its Vega-Lite specification (`vega`); a suffix of the path does the same "
    "(`.csv`, `.svg`, `.vega`)",
    {"type": "string", "enum": [*FORMATS, *PICTURES]},
)
ERRORS = query(
    "errors",
    "How errors are said: `text` answers 200 with a line for a cell, `ERR` and the reason",
    {"type": "string", "enum": ["document", "text"], "default": "document"},
)
_ON_OFF = {"type": "string", "enum": ["on", "off"], "default": "on"}
OF_TABLES = [
    query(
        "shape",
        "Of a table: one column a quantity; or one row a value, with its name, its unit and, of metrics, its verdict",
        {"type": "string", "enum": [*SHAPES], "default": SHAPES[0]},
    ),
    query("header", "Whether a table begins with the names and units of its columns", _ON_OFF),
    query(
        "dialect",
        "Of a table: `eu` has semicolons between values in CSV and decimal commas, as do the numbers of the query then",
        {"type": "string", "enum": [*DIALECTS], "default": DIALECTS[0]},
    ),
    query(
        "decimal",
        "What separates decimals, both in the query and in a table; with `comma` lists are separated by semicolons",
        {"type": "string", "enum": ["dot", "comma"]},
    ),
    query("dl", "`1` gives a table as a file to be kept, with a name", {"type": "string", "enum": ["0", "1"]}),
    ERRORS,
    query("fields", "Columns of a table wanted, a comma list in order; all by default", _TEXT),
]
"""What every route takes whose answer may be a table, unless a parameter means something else there."""
_BINARY = {"type": "string", "format": "binary"}
_BINARY_FORMATS = ("xlsx", "ods")
_TABLE_OR_MAP = query(
    "format", "Format; a suffix of the path does the same (`.csv`)", {"type": "string", "enum": [*FORMATS, GEOJSON]}
)
VERSION = query("version", "Version of the document; the latest by default", {"type": "integer", "minimum": 1})
VIEW = query(
    "view",
    "What a table or a chart shows",
    {"type": "string", "enum": ["metrics", "stations", "evidence"], "default": "metrics"},
)
SIMULATION_VIEW = query(
    "view",
    "What a table or a chart shows",
    {"type": "string", "enum": [*SIMULATION_VIEWS], "default": SIMULATION_VIEWS[0]},
)
FIELDS = query(
    "fields",
    "Metrics wanted (a chart shows the first), or with another view columns of the table; a comma list. Metrics are: "
    + ", ".join(METRIC_NAMES),
    _TEXT,
)
PATHS = Parameter(
    name="overrides",
    param_in="query",
    description=(
        "Any path of the document (see its /paths) as a parameter of its own name, for instance "
        "`stages.front.cranes=2..6&flow.per_day=10,12`: a value, a list or an inclusive range with an optional step. "
        "`front.cranes` is short for `stages.front.cranes`, `flow.` for the main flow."
    ),
    required=False,
    style="form",
    explode=True,
    schema=_Raw({"type": "object", "additionalProperties": {"type": "string"}}),
)
ANALYSIS = [
    FORMAT,
    query("scale", "Id of the one flow that capacities scale; all together by default", _TEXT),
    query(
        "method",
        "The first valid formula, or a simulation where none is enough (at most ten scenarios); closed forms and "
        "approximations; exact formulas; or a simulation. Auto by default, and fast with more than 100 scenarios",
        {"type": "string", "enum": [*ANALYSIS_METHODS]},
    ),
    VERSION,
    query("model_version", "Model version a link was made for; another one is refused with 409", _TEXT),
]
MODEL_VERSION_PARAMETER = ANALYSIS[-1]
STORED = [TABLE_OR_PICTURE, VERSION, MODEL_VERSION_PARAMETER]
PATHS_OF_ONE = Parameter(
    name="overrides",
    param_in="query",
    description=(
        "Any path of the document (see its /paths) as a parameter of its own name, with one value: "
        "`stages.front.cranes=4`."
    ),
    required=False,
    style="form",
    explode=True,
    schema=_Raw({"type": "object", "additionalProperties": {"type": "string"}}),
)
CORRIDOR_PATHS = Parameter(
    name="overrides",
    param_in="query",
    description=(
        "Any path of the corridor, of its hubs (`hubs.<id>.<path>`) or of its lines (`lines.<id>.<path>`) as a "
        "parameter of its own name: a value, a list or an inclusive range; `demand.` is short for the main demand."
    ),
    required=False,
    style="form",
    explode=True,
    schema=_Raw({"type": "object", "additionalProperties": {"type": "string"}}),
)
PART = query("part", "The only part; by default all in JSON, else the first", {"type": "integer", "minimum": 1})
CURVE = [
    query("view", "What a table shows", {"type": "string", "enum": [*CURVE_VIEWS], "default": CURVE_VIEWS[0]}),
    query("points", "Number of flows", {"type": "integer", "minimum": 2, "maximum": 200, "default": 20}),
    *ANALYSIS[1:3],
]
DAY = [
    query("view", "What a table shows", {"type": "string", "enum": [*DAY_VIEWS], "default": DAY_VIEWS[0]}),
    query("method", "How the day is solved", {"type": "string", "enum": [*DAY_METHODS], "default": DAY_METHODS[0]}),
]
_START = [
    query("stage", "Id of the stage; by default that of the main route with the least capacity", _TEXT),
    query("start_hour", "When it begins, since Monday, 0:00 [h]", {"type": "number", "minimum": 0, "default": 0}),
]
CLEARING = [query("queue", "Handling units in line; must be given [units]", {"type": "number", "minimum": 0}), *_START]
RECOVERY = [
    query("closed_hours", "Length of the closure; must be given [h]", {"type": "number", "exclusiveMinimum": 0}),
    *_START,
]
_SOLVE_FOR = query(
    "solve_for", "Input that is looked for, given a target; by default the one that must be given and is not", _TEXT
)
CALCULATION_CELL = [FORMAT, _SOLVE_FOR, ANALYSIS[-1]]
CALCULATION = [
    TABLE_OR_PICTURE,
    *CALCULATION_CELL[1:],
    query(
        "view",
        "What a table shows",
        {"type": "string", "enum": ["metrics", "alternatives", "elasticities", "inputs"], "default": "metrics"},
    ),
    query("fields", "Metrics wanted, a comma list; a chart shows the first", _TEXT),
]
INPUTS = Parameter(
    name="inputs",
    param_in="query",
    description=(
        "Each input of the kind (see `view=inputs` or /v1/capacity) as a parameter of its own name: a value, a list or "
        "an inclusive range. `target_<metric>` makes it an inverse question: the input that is left out is looked for."
    ),
    required=False,
    style="form",
    explode=True,
    schema=_Raw({"type": "object", "additionalProperties": {"type": "string"}}),
)
HUB_KINDS = ("dry_port", "border_crossing", "terminal")
LINE_KINDS = ("railway", "road", "sea_leg", "pipeline")
PRECONDITIONS = [
    header("If-Match", 'Version to be changed, such as `"3"`, or `*`; required over an existing document'),
    header("If-None-Match", "`*` creates only"),
]


def filters(kinds: Sequence[str]) -> list[Parameter]:
    """Document the parameters of a list; documents that have kinds lie in countries and are on maps."""
    of_places = [
        query("kind", "Kind of document", {"type": "string", "enum": [*kinds]}),
        query("country", "ISO 3166-1 code of a country it lies in", {"type": "string", "pattern": "^[A-Za-z]{2}$"}),
    ]
    return [
        _TABLE_OR_MAP if kinds else FORMAT,
        *(of_places if kinds else []),
        query("q", "Words in id, name or summary", _TEXT),
        query("limit", "Documents per page", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}),
        query("offset", "Documents to leave out", {"type": "integer", "minimum": 0, "default": 0}),
    ]


def operation(
    summary: str,
    parameters: Sequence[Parameter] = (),
    *,
    body: Named | None = None,
    body_type: str = "application/json",
    answers: Mapping[int, Named | None],
    tables: bool = False,
    map_too: bool = False,
    pictures: bool = False,
    may_be_cached: bool = False,
) -> type[Operation]:
    """Make the operation class that a handler hands to Litestar."""
    named = {parameter.name for parameter in parameters}
    extra = [parameter for parameter in (FORMAT, *OF_TABLES) if parameter.name not in named] if tables else []

    @dataclass
    class Documented(Operation):
        def __post_init__(self) -> None:
            self.summary = summary
            self.parameters = [*(self.parameters or []), *extra, *parameters]
            if body is not None:
                self.request_body = RequestBody(
                    content={body_type: OpenAPIMediaType(schema=schema_of(body))}, required=True
                )
            responses: dict[str, OpenAPIResponse | Reference] = {
                str(status): _response(schema, tables=tables, map_too=map_too, pictures=pictures)
                for status, schema in answers.items()
            }
            if may_be_cached:
                responses["304"] = OpenAPIResponse(description="Not changed since If-None-Match")
            problem = OpenAPIMediaType(schema=schema_of(json_schema("Problem")))
            responses["default"] = OpenAPIResponse(description="A problem (RFC 9457)", content={_PROBLEM: problem})
            self.responses = responses

    return Documented


def _response(schema: Named | None, *, tables: bool, map_too: bool, pictures: bool) -> OpenAPIResponse:
    if schema is None:
        return OpenAPIResponse(description="Done")
    if schema is PLAIN_TEXT:
        return OpenAPIResponse(description="The answer", content={"text/plain": OpenAPIMediaType(schema=_Raw(_TEXT))})
    content = {"application/json": OpenAPIMediaType(schema=schema_of(schema))}
    if tables:
        for format_ in FORMATS[1:]:
            form = _BINARY if format_ in _BINARY_FORMATS else _TEXT
            content[MEDIA_TYPES[format_].partition(";")[0]] = OpenAPIMediaType(schema=_Raw(form))
    if map_too:
        content[GEOJSON_MEDIA_TYPE] = OpenAPIMediaType(schema=schema_of(json_schema("FeatureCollection")))
    if pictures:
        for media_type in PICTURE_MEDIA_TYPES.values():
            form = {"type": "object"} if media_type.endswith("json") else _BINARY
            content[media_type] = OpenAPIMediaType(schema=_Raw(form))
    return OpenAPIResponse(description="The answer", content=content)


def operation_id(name: str) -> Any:
    """Name an operation; the HEAD twin of a GET has its own name."""

    def named(_: HTTPRouteHandler, method: Method, __: list[Any]) -> str:
        return name if str(getattr(method, "value", method)) == "GET" else f"{name}_head"

    return named
