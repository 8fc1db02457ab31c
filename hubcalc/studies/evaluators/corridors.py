"""A corridor in many scenarios of one of its questions: its hubs and lines in columns, its network row by row."""

import inspect
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, TypeAdapter, ValidationError

from hubcalc.analysis.analyses import method_name
from hubcalc.analysis.corridors.case import Case, cases_of
from hubcalc.analysis.corridors.many import ManyCases
from hubcalc.analysis.corridors.questions import QUESTIONS
from hubcalc.cached import cached
from hubcalc.documents import Documents, problems_of
from hubcalc.errors import HubcalcError, InputError, ParameterError, Problem
from hubcalc.scenarios import full_path_in_corridor
from hubcalc.studies.base import REASON, STATUS, Columns, StudyColumn
from hubcalc.tables.corridors import SUMMARY, corridor_table, summary_fields
from hubcalc.tables.formats import cell_text
from hubcalc.words import did_you_mean
from hubmodels import Corridor
from hubmodels.paths import Leaf, leaves
from hubmodels.scenario import Plain
from hubmodels.studies.base import StudyRequest

STORMS = "storms"
"""The question that corridors with several seasons of storms answer of one of them only."""
SEED = "seed"


class CorridorEvaluator:
    """The summary of a corridor's answers in many scenarios.

    Parameters
    ----------
    corridor : Corridor
        The document.
    overrides : mapping
        What holds in every row, by path.
    request : StudyRequest
        Question, its options, metrics and method.
    documents : Documents
        Where its hubs and lines are found; all of them are looked up at once.
    """

    row_by_row = True

    def __init__(
        self, corridor: Corridor, overrides: Mapping[str, Plain], request: StudyRequest, documents: Documents
    ) -> None:
        self._question = QUESTIONS[request.question]
        self._options = _checked_options(request)
        if request.scale is not None:
            message = "corridors have no flow to scale"
            raise ParameterError.of(Problem(message, pointer="/scale", given=request.scale, hint="leave it out"))
        (self._case,) = cases_of(corridor, overrides, documents)
        (self._base,) = cases_of(corridor, {}, documents)
        self._corridor, self._documents = corridor, documents
        self._method = method_name(self._options.get("method", "fast"))
        self._overrides = {self.full_path(path): value for path, value in overrides.items()}
        self._wanted = request.fields
        if request.options or self._question.name == STORMS:
            self._refuse_wrong_options()

    @cached
    def inputs(self) -> Mapping[str, Leaf]:
        """Every input that may be varied, by path; those of its hubs and lines too."""
        found = leaves(self._case.corridor)
        for group, inside in (("hubs", self._case.hubs), ("lines", self._case.lines)):
            for key, document in inside.items():
                named = {f"{group}.{key}.{path}": leaf for path, leaf in leaves(document).items()}
                found |= {path: replace(leaf, path=path) for path, leaf in named.items()}
        return found

    @cached
    def metrics(self) -> tuple[StudyColumn, ...]:
        """The metrics that it gives."""
        known = {
            column.name: StudyColumn(column.name, column.unit, "number" if numeric else "text")
            for column, numeric in summary_fields(self._question.report)
        }
        for i, name in enumerate(self._wanted):
            if name not in known:
                allowed, hint = ", ".join(known), did_you_mean(name, known)
                message = f"{self._question.name} gives no such metric"
                raise ParameterError.of(
                    Problem(message, pointer=f"/fields/{i}", given=name, allowed=allowed, hint=hint)
                )
        return tuple(known[name] for name in dict.fromkeys(self._wanted or known))

    def full_path(self, path: str) -> str:
        """Write out a short form of a path."""
        return _spelled_out(self._case, path)

    def evaluate(self, columns: Mapping[str, NDArray[Any]], size: int) -> Columns:
        """Give the metrics, and `status` and `reason` of each row."""
        found: Columns = {
            column.name: np.full(size, np.nan) if column.type == "number" else np.full(size, "", dtype=object)
            for column in self.metrics
        }
        status, reasons = np.full(size, "", dtype=object), np.full(size, "", dtype=object)
        many = self._many(columns, size)
        for i in range(size):
            try:
                values = self._together(many, i) or self._answer(_row(columns, i))
            except InputError as error:
                status[i], reasons[i] = "invalid", "; ".join(str(problem) for problem in error.problems)
            except HubcalcError as error:
                status[i], reasons[i] = "refused", error.message
            else:
                for name, column in found.items():
                    if values[name] is not None:
                        column[i] = values[name] if column.dtype.kind == "f" else cell_text(values[name])
                status[i] = "unstable" if values.get("verdict") == "unstable" else "ok"
        numbers = [column for column in found.values() if column.dtype.kind == "f"]
        if numbers:
            status[(status == "ok") & np.isnan(numbers).all(axis=0)] = "refused"
        return {**found, STATUS: status, REASON: reasons}

    def _many(self, columns: Mapping[str, NDArray[Any]], size: int) -> ManyCases | None:
        """Put all rows into one; None where not even the network can be, which each row then says of itself."""
        fixed = {path: np.full(size, value, dtype=object) for path, value in self._overrides.items()}
        try:
            return ManyCases(self._base, {**fixed, **columns}, size, self._method)
        except HubcalcError:
            return None

    def _together(self, many: ManyCases | None, i: int) -> dict[str, Any]:
        """Give the metrics of one row of many; nothing where it is asked alone, so that it says itself why it fails."""
        if many is None or not many.usable[i]:
            return {}
        options = {name: value for name, value in self._options.items() if name != "method"}
        try:
            return self._values(self._question.result(many.assembly(i), **options))
        except HubcalcError:
            return {}

    def _refuse_wrong_options(self) -> None:
        """Ask once: an option that is wrong would make each row invalid. What else is wrong is said of the rows."""
        try:
            self._answer({})
        except ParameterError as error:
            if all(problem.parameter in self._question.options for problem in error.problems):
                problems = [
                    replace(problem, parameter=None, pointer=f"/options/{problem.parameter}")
                    for problem in error.problems
                ]
                raise ParameterError.of(*problems) from error
        except HubcalcError:
            pass

    def _answer(self, row: dict[str, Any]) -> dict[str, Any]:
        report = self._question.ask(
            self._corridor, {**self._overrides, **row}, documents=self._documents, **self._options
        )
        return self._values(report.results[0])  # type: ignore[attr-defined]  # every report has them

    def _values(self, result: BaseModel) -> dict[str, Any]:
        report = self._question.report.model_construct(results=[result])  # type: ignore[call-arg]  # every report has them
        table = corridor_table(report, SUMMARY)
        return {column.name: value for column, value in zip(table.columns, table.rows[0], strict=True)}


def _row(columns: Mapping[str, NDArray[Any]], i: int) -> dict[str, Any]:
    return {path: _plain(column[i]) for path, column in columns.items() if column[i] is not None}


def changed_in_corridor(
    corridor: Corridor, overrides: Mapping[str, Plain], further: Mapping[str, Plain], documents: Documents
) -> dict[str, Plain]:
    """Put further overrides behind those of a scenario; they win, whatever form their paths have."""
    if not overrides or not further:
        return {**overrides, **further}
    (case,) = cases_of(corridor, {}, documents)
    changed = {_spelled_out(case, path) for path in further}
    return {**{path: value for path, value in overrides.items() if _spelled_out(case, path) not in changed}, **further}


def _spelled_out(case: Case, path: str) -> str:
    inside = {"hubs": case.hubs, "lines": case.lines}
    return full_path_in_corridor(case.corridor, path, lambda group, name: inside[group].get(name))


def _checked_options(request: StudyRequest) -> dict[str, Any]:
    """Refuse options that the question does not take; their values are checked by the question itself."""
    question = QUESTIONS[request.question]
    for name in request.options:
        if name not in question.options or name == "method":
            allowed = ", ".join(option for option in question.options if option != "method") or "none"
            hint = did_you_mean(name, question.options)
            message = f"{question.name} has no such option"
            raise ParameterError.of(
                Problem(message, pointer=f"/options/{name}", given=request.options[name], allowed=allowed, hint=hint)
            )
    forms = {p.name: p.annotation for p in inspect.signature(question.ask).parameters.values()}
    for name, value in request.options.items():
        try:
            TypeAdapter(forms[name]).validate_python(value)
        except ValidationError as error:
            found = problems_of(error, prefix=f"/options/{name}")
            raise ParameterError.of(*found) from error
    given = dict(request.options)
    if SEED in question.options:
        given.setdefault(SEED, request.seed)
    if "method" in question.options:
        return {**given, "method": request.method}
    if request.given("method"):
        message, hint = f"{question.name} takes no method", "leave it out"
        raise ParameterError.of(Problem(message, pointer="/method", given=request.method, hint=hint))
    return given


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
