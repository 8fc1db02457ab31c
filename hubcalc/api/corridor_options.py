"""What a question about a corridor takes beside the overrides: in a query, and in a body."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar.openapi.spec import Parameter
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from hubcalc.analysis.corridors.questions import QUESTIONS, Question
from hubcalc.analysis.methods import ANALYSIS_METHODS
from hubcalc.api import openapi
from hubcalc.documents import problems_of
from hubcalc.errors import ParameterError, Problem
from hubcalc.tables.corridors import CORRIDOR_VIEWS
from hubcalc.words import did_you_mean


def _split(value: object) -> object:
    """Take a comma list for several names, as a query gives them."""
    return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]


class CorridorOptions(BaseModel):
    """Options of the questions about corridors; each question has some of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    demand: str | None = Field(None, description="Id of the demand; the main demand by default")
    via: Names | None = Field(None, description="Nodes or links that the way must pass, in order")
    method: str | None = Field(
        None,
        description=f"What may be taken at the parts: {', '.join(ANALYSIS_METHODS)}; auto by default, fast for flows",
    )
    capacity: str | None = Field(
        None,
        description="Which capacity limits flows: theoretical, practical or sustainable; by default the corridor's own",
    )
    out: Names | None = Field(
        None, description="Nodes, links, hubs and lines that are lost, each in turn; all hubs and lines by default"
    )
    lost_share: float | None = Field(
        None, gt=0, le=1, description="Share of the capacity that is lost; all of it by default [1]"
    )
    pairs: bool | None = Field(None, description="Whether each two of them are lost together, too")
    storms: str | None = Field(None, description="Id of the season of storms, where the corridor has several")
    wait_target_hours: float | None = Field(
        None,
        gt=0,
        allow_inf_nan=False,
        description="Wait that nine of ten should not exceed in the worst month; 72 by default [h]",
    )
    seed: int | None = Field(None, ge=0, le=2**53, description="Seed of the calendars of storms")

    def given_to(self, question: Question) -> dict[str, Any]:
        """Give what was said, for a question; what it does not take is an error."""
        given = {name: value for name, value in self if value is not None}
        for name in given:
            if name not in question.options:
                allowed = ", ".join(question.options) or f"none: {question.name} has no options"
                hint = did_you_mean(name, question.options)
                place = f"/options/{name}"
                raise ParameterError.of(Problem("no such option", pointer=place, allowed=allowed, hint=hint))
        return given


def read_options(named: Mapping[str, str], question: Question) -> dict[str, Any]:
    """Read the options of a question from a query."""
    given = {name: named[name] for name in question.options if name in named}
    try:
        return CorridorOptions.model_validate(given).given_to(question)
    except ValidationError as error:
        raise ParameterError.of(*problems_of(error, as_paths=True)) from error


def documented(question: Question) -> list[Parameter]:
    """Document the parameters of a question."""
    schemas = CorridorOptions.model_json_schema()["properties"]
    views = CORRIDOR_VIEWS[question.report]
    return [
        openapi.TABLE_OR_PICTURE,
        openapi.query("view", "What a table or a chart shows", {"type": "string", "enum": [*views]}),
        *(openapi.query(name, *_described(schemas[name])) for name in question.options),
        openapi.query("version", "Version of the corridor; the latest by default", {"type": "integer", "minimum": 1}),
        openapi.MODEL_VERSION_PARAMETER,
        openapi.CORRIDOR_PATHS,
    ]


def _described(schema: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Part a schema from its description; lists are texts in a query, and nothing is null in one."""
    (form,) = (kind for kind in schema["anyOf"] if kind["type"] != "null")
    return schema["description"], {"type": "string"} if form["type"] == "array" else form


ALL_VIEWS = tuple(dict.fromkeys(view for question in QUESTIONS.values() for view in CORRIDOR_VIEWS[question.report]))
