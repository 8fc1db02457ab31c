"""What the OpenAPI document says of studies and jobs beyond what all routes have."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, Operation, RequestBody

from hubcalc.api import openapi
from hubcalc.api.services import CLIENT
from hubmodels.studies.base import StudyRequest
from hubmodels.studies.job import JobState

LONGEST_WAIT_SECONDS = 30
USUAL_WAIT_SECONDS = 2
ROWS_PER_PAGE, MOST_ROWS_PER_PAGE = 1_000, 10_000
MOST_ROWS_AT_ONCE = 100_000
"""Of a table in a format that is written as a whole, not as it is sent."""
JOBS_PER_PAGE, MOST_JOBS_PER_PAGE = 50, 1_000
STATES: tuple[JobState, ...] = get_args(JobState)
LONG_PARTS = ("request", "result")
"""Parts of a job that are only given when they are asked for: they may be many times longer than the rest."""
SUBJECTS = ("hub", "line", "corridor")
OF_TABLES = (*SUBJECTS, "scenario", "fields", "method", "scale", "question")
"""What a sweep whose body is a table takes in its query, besides paths."""

_TEXT = {"type": "string"}


OF_CLIENT = openapi.header(CLIENT, "Name of who asks, whose jobs these are; by default the address that asks")
OF_STUDY = [
    openapi.header("Idempotency-Key", "A name of the caller's own for this request: sent again, it gives the same job"),
    openapi.header(
        "Prefer",
        f"`wait=10` waits so many seconds for the result, {USUAL_WAIT_SECONDS} by default, at most "
        f"{LONGEST_WAIT_SECONDS}; `respond-async` does not wait (RFC 7240)",
    ),
    OF_CLIENT,
]
_DESCRIBED = StudyRequest.model_json_schema()["properties"]
OF_TABLE = [
    *(openapi.query(kind, f"With a table in the body: id of the {kind}", _TEXT) for kind in SUBJECTS),
    *(
        openapi.query(name, f"With a table in the body: {_DESCRIBED[name]['description']}", _TEXT)
        for name in OF_TABLES
        if name not in SUBJECTS
    ),
    openapi.PATHS_OF_ONE,
]
OF_LIST = [
    openapi.query("state", "Only jobs in this state", {"type": "string", "enum": [*STATES]}),
    openapi.query(
        "limit",
        "Jobs per page",
        {"type": "integer", "minimum": 1, "maximum": MOST_JOBS_PER_PAGE, "default": JOBS_PER_PAGE},
    ),
    openapi.query("offset", "Jobs to leave out", {"type": "integer", "minimum": 0, "default": 0}),
    OF_CLIENT,
]
OF_JOB = [openapi.query("fields", "Long parts wanted, a comma list of: " + ", ".join(LONG_PARTS), _TEXT)]
OF_EVENTS = [openapi.header("Last-Event-ID", "The last event that was received; a browser sends it by itself")]
OF_RESULT = [
    openapi.TABLE_OR_PICTURE,
    openapi.query(
        "view",
        "Which list of the result a table shows, such as `summaries` or `tornado.bars`; the main one by default",
        _TEXT,
    ),
    openapi.query("chart", "Which chart of the result a picture shows; by default the first", _TEXT),
]
OF_ROWS = [
    openapi.query("fields", "Columns wanted, a comma list; all by default", _TEXT),
    openapi.query(
        "limit",
        f"Rows per page, in JSON {ROWS_PER_PAGE:,} by default; without it a table has all rows of a job that is done",
        {"type": "integer", "minimum": 1, "maximum": MOST_ROWS_PER_PAGE},
    ),
    openapi.query("offset", "Number of the first row", {"type": "integer", "minimum": 0, "default": 0}),
]


def answering(base: type[Operation], answers: Mapping[str, Mapping[str, Any]]) -> type[Operation]:
    """Let an operation answer with other media types, each with its schema."""

    @dataclass
    class Also(base):  # type: ignore[valid-type,misc]  # a class that was made just before
        def __post_init__(self) -> None:
            super().__post_init__()
            content = {name: OpenAPIMediaType(schema=openapi.schema_of(schema)) for name, schema in answers.items()}
            self.responses["200"] = OpenAPIResponse(description="The answer", content=content)

    return Also


def taking(base: type[Operation], media_type: str) -> type[Operation]:
    """Let the body of an operation be text of another media type."""

    @dataclass
    class Also(base):  # type: ignore[valid-type,misc]  # a class that was made just before
        def __post_init__(self) -> None:
            super().__post_init__()
            body: RequestBody = self.request_body
            body.content[media_type] = OpenAPIMediaType(schema=openapi.schema_of(_TEXT))

    return Also
