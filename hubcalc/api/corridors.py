"""Questions about corridors over HTTP: any path of the corridor, its hubs and its lines is a parameter."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Annotated, Any

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from hubcalc.analysis.catalogue import catalogue
from hubcalc.analysis.corridors.case import MOST_CASES, Case, cases_of
from hubcalc.analysis.corridors.questions import QUESTIONS, Question
from hubcalc.answers.corridor_charts import corridor_chart
from hubcalc.api import openapi
from hubcalc.api.bodies import read_json, read_model
from hubcalc.api.caching import kept, tag
from hubcalc.api.corridor_options import ALL_VIEWS, CorridorOptions, documented, read_options
from hubcalc.api.links import check_model_version
from hubcalc.api.parameters import Query, choice
from hubcalc.api.pictures import Picture, result_answer, table_or_picture
from hubcalc.api.routing import CORRIDORS, Call, Handler, id_in, reading
from hubcalc.api.services import store_of
from hubcalc.api.simulations import one_of_few
from hubcalc.documents import DOCUMENT_KINDS
from hubcalc.errors import DocumentError, ParameterError, Problem, UnknownPathError
from hubcalc.scenarios import full_path_in_corridor, parse_values
from hubcalc.store import StoredDocument, StoreDocuments
from hubcalc.tables import Format
from hubcalc.tables.corridors import CORRIDOR_VIEWS, corridor_table
from hubcalc.version import MODEL_VERSION
from hubcalc.words import did_you_mean
from hubmodels import Corridor, HubBase
from hubmodels.corridor_results import CorridorReport

_COMMON = ("view", "format", "version", "model_version")


@dataclass(frozen=True, slots=True)
class AskedOfStored:
    """A question about a stored corridor, with all that its answer rests on."""

    question: Question
    stored: StoredDocument[Corridor]
    documents: StoreDocuments
    options: Mapping[str, Any]
    etag: str

    @classmethod
    def of(cls, request: Call, query: Query, question: Question, format_: str) -> "AskedOfStored":
        """Read the question, the corridor and its documents; the ETag names the answer in a format."""
        check_model_version(request, query)
        options = read_options(query.named, question)
        store = store_of(request)
        documents = StoreDocuments(store)
        stored: StoredDocument[Corridor] = store.get(
            "corridors", id_in(request), query.whole("version", None, 1, 10**9)
        )
        # the hubs and lines are read now, since the answer rests on their versions
        (case,) = cases_of(stored.document, documents=documents)
        _check_blank(query, case, documents)
        etag = tag(request.url.path, stored.version, documents.versions, query.canonical, format_, MODEL_VERSION)
        return cls(question, stored, documents, options, etag)

    def report(self, overrides: Mapping[str, Any]) -> CorridorReport:
        """Answer it, with the versions of the documents."""
        with _few_simulated(self.options):
            report = self.question.ask(self.stored.document, overrides, documents=self.documents, **self.options)
        return _with_versions(report, self.stored.version, self.documents)


def _asking(question: Question) -> Handler:
    """Make the handler that asks a question about a stored corridor."""

    def ask(request: Call) -> Response[bytes]:
        query = Query.of(request, (*question.options, *_COMMON), with_paths=True)
        format_ = table_or_picture(query)
        view = _view(query, format_, CORRIDOR_VIEWS[question.report])
        asked = AskedOfStored.of(request, query, question, format_)
        if (ready := kept(request, asked.etag)) is not None:
            return ready
        report = asked.report(query.values(MOST_CASES))
        return _written(query, question, report, view, asked.etag)

    ask.__doc__ = question.summary + "."
    return ask


def _or_id(value: object) -> object:
    if not isinstance(value, dict | str):
        raise ValueError("neither a corridor document nor the id of a stored corridor")  # Pydantic's way
    return value


class CorridorAnalysisRequest(BaseModel):
    """What POST /v1/corridor-analysis takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    corridor: Annotated[dict[str, Any] | str, BeforeValidator(_or_id)] = Field(
        description="A corridor document, or the id of a stored corridor; its hubs and lines are stored ones"
    )
    what: str = Field(description=f"The question: {', '.join(QUESTIONS)}")
    overrides: dict[str, Any] = Field(default_factory=dict, description="A value or a list of values by path")
    options: CorridorOptions = Field(default=CorridorOptions(), description="What else the question takes")


_REQUEST = TypeAdapter(CorridorAnalysisRequest)


@post(
    "/v1/corridor-analysis",
    status_code=200,
    operation_id="analyze_corridor",
    operation_class=openapi.operation(
        "Ask a question about a corridor in the body",
        [
            openapi.TABLE_OR_PICTURE,
            openapi.query("view", "What a table or a chart shows", {"type": "string", "enum": [*ALL_VIEWS]}),
        ],
        body=openapi.json_schema("CorridorAnalysisRequest"),
        answers={200: {"anyOf": [openapi.json_schema(q.report.__name__) for q in QUESTIONS.values()]}},
        tables=True,
        pictures=True,
    ),
    sync_to_thread=True,
)
def analyze_corridor(request: Call, body: RawBody) -> Response[bytes]:
    """Ask a question about a corridor that need not be stored."""
    query = Query.of(request, ("format", "view"))
    format_ = table_or_picture(query)
    asked = read_model(_REQUEST, read_json(request, body))
    question = _question(asked.what)
    view = _view(query, format_, CORRIDOR_VIEWS[question.report])
    options = asked.options.given_to(question)
    texts = {
        path: parse_values(path, given, MOST_CASES) for path, given in asked.overrides.items() if isinstance(given, str)
    }
    overrides = {**asked.overrides, **texts}
    store = store_of(request)
    documents = StoreDocuments(store)
    if isinstance(asked.corridor, str):
        stored = store.get("corridors", asked.corridor)
        with _few_simulated(options):
            report = question.ask(stored.document, overrides, documents=documents, **options)
        report = _with_versions(report, stored.version, documents)
    else:
        report = _with_versions(
            _asked_of_body(question, asked.corridor, overrides, options, documents), None, documents
        )
    etag = tag(report.model_dump_json(), view, query.canonical, format_)
    return _written(query, question, report, view, etag)


def _asked_of_body(
    question: Question,
    data: dict[str, Any],
    overrides: Mapping[str, Any],
    options: Mapping[str, Any],
    documents: StoreDocuments,
) -> CorridorReport:
    """Ask about the document in a request; pointers lead into the whole body."""
    try:
        corridor: Corridor = DOCUMENT_KINDS["corridors"].parse(data)
        with _few_simulated(options):
            return question.ask(corridor, overrides, documents=documents, **options)
    except DocumentError as error:
        raise DocumentError.of(*(replace(p, pointer=f"/corridor{p.pointer}") for p in error.problems)) from error


def _few_simulated(options: Mapping[str, Any]) -> AbstractContextManager[None]:
    """Let few requests simulate at once: each simulates all parts of a corridor."""
    return one_of_few() if options.get("method") == "simulate" else nullcontext()


def _question(name: str) -> Question:
    if name not in QUESTIONS:
        allowed, hint = ", ".join(QUESTIONS), did_you_mean(name, QUESTIONS)
        problem = Problem("no such question", pointer="/what", given=name, allowed=allowed, hint=hint)
        raise ParameterError.of(problem)
    return QUESTIONS[name]


def _view(query: Query, format_: Format | Picture, views: tuple[str, ...]) -> str | None:
    """Read what a table or a chart shows; JSON has everything."""
    named = query.named.get("view")
    if named is None:
        return None
    view = choice("view", named, views)
    if format_ == "json":
        message = "JSON has all views at once"
        raise ParameterError.of(Problem(message, parameter="view", given=view, hint="leave it out"))
    return view


def _check_blank(query: Query, case: Case, documents: StoreDocuments) -> None:
    """Refuse paths without a value that do not exist, as a sheet gives them for an empty cell."""
    if not query.blank_paths:
        return
    known = [str(row["path"]) for row in catalogue(case.corridor, documents)]
    for path in query.blank_paths:
        if _full_path(case, path) not in known:
            hint = did_you_mean(path, known)
            raise UnknownPathError.of(Problem("the corridor has no such path", parameter=path, hint=hint))


def _full_path(case: Case, path: str) -> str:
    inside: Mapping[str, Mapping[str, HubBase]] = {"hubs": case.hubs, "lines": case.lines}
    return full_path_in_corridor(case.corridor, path, lambda group, name: inside[group].get(name))


def _with_versions(report: CorridorReport, version: int | None, documents: StoreDocuments) -> CorridorReport:
    """Name the versions of the corridor and of the documents that it used."""
    used = {name: documents.versions.get(name) for name in report.corridor.documents}
    reference = report.corridor.model_copy(update={"version": version, "documents": used})
    return report.model_copy(update={"corridor": reference})


def _written(query: Query, question: Question, report: CorridorReport, view: str | None, etag: str) -> Response[bytes]:
    return result_answer(
        query,
        etag,
        json=lambda: report.model_dump_json().encode(),
        table=lambda: corridor_table(report, view or CORRIDOR_VIEWS[question.report][0]),
        chart=lambda: corridor_chart(question, report, view),
    )


def _route_of(question: Question) -> HTTPRouteHandler:
    operation = openapi.operation(
        question.summary,
        documented(question),
        answers={200: openapi.json_schema(question.report.__name__)},
        tables=True,
        pictures=True,
        may_be_cached=True,
    )
    path, name = CORRIDORS.path(question.name), f"get_corridor_{question.name}"
    return reading(CORRIDORS, path, _asking(question), name, operation)


ROUTES = [*(_route_of(question) for question in QUESTIONS.values()), analyze_corridor]
