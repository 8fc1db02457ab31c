"""What a document gives with some overrides: of a hub or a line its metrics, of a corridor its totals."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from hubcalc.analysis.analyses import analyze, analyze_scenarios, metric_name
from hubcalc.analysis.corridors.case import INSIDE, cases_of
from hubcalc.analysis.corridors.questions import QUESTIONS
from hubcalc.analysis.evidence import input_evidence
from hubcalc.analysis.methods import AnalysisMethod
from hubcalc.analysis.metrics import read
from hubcalc.answers.found import distinct
from hubcalc.documents import Documents
from hubcalc.errors import HubcalcError, InputError, ParameterError, Problem, RefusedError
from hubcalc.readings import metric_of
from hubcalc.scenarios import gather
from hubcalc.tables.corridors import SUMMARY, corridor_table
from hubcalc.words import did_you_mean
from hubmodels import Corridor, HubBase, Scenario
from hubmodels.corridor_results import FlowResult, TransitResult
from hubmodels.paths import leaves
from hubmodels.results import Advice, InputEvidence, Metric, Verdict
from hubmodels.scenario import AskEquilibrium, AskFlow, AskTransit

Options = Mapping[str, Any]
Overrides = Mapping[str, Any]
Values = Mapping[str, Metric]
_COMPARED = ("transit", "flow", "equilibrium", "emissions")
"""Questions whose answer has one number for the whole corridor, or for one demand."""
_USUAL = ("transit", "flow")
_WITH_METHOD = ("transit", "flow")
_NO_RESULTS = frozenset({"relative_gap", "iterations", "deadline_hours"})
"""Numbers of a summary that tell of the calculation, or repeat an input."""
_BOTTLENECK = "bottleneck"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The results under some overrides, and the inputs as they were read."""

    values: Mapping[str, Metric]
    inputs: Mapping[str, Any]
    """Values of the inputs that were asked for, by full path; None where the changed document has no such input."""
    warnings: Sequence[Advice]


class Computation(Protocol):
    """What computes the results of a document under some overrides."""

    documented: dict[str, InputEvidence]
    """The document's own inputs with their evidence, by full path."""

    def outcome(self, overrides: Overrides, paths: Sequence[str]) -> Outcome:
        """Compute all results, and read these inputs."""

    def values(self, rows: Sequence[Overrides], names: Sequence[str]) -> list[Values | HubcalcError]:
        """Compute some results for each of several sets of overrides, without ranges; or say why there are none."""


class HubComputation:
    """Metrics of a hub or a line."""

    def __init__(self, document: HubBase, fields: Sequence[str] | None, method: AnalysisMethod) -> None:
        self._document, self._fields, self._method = document, fields, method
        self.documented = {item.path: item for item in input_evidence(document, {})}

    def outcome(self, overrides: Overrides, paths: Sequence[str]) -> Outcome:
        """Analyze with all metrics that are wanted."""
        analysis = analyze(self._document, overrides, metrics=self._fields, method=self._method)
        (result,) = analysis.report.results
        known = leaves(analysis.scenarios.document(analysis.scenarios.groups[0], 0))
        inputs = {path: known[path].value if path in known else None for path in paths}
        return Outcome(result.metrics, inputs, result.warnings)

    def values(self, rows: Sequence[Overrides], names: Sequence[str]) -> list[Values | HubcalcError]:
        """Analyze all at once; where that cannot be, or rows may be simulated, one after the other."""
        together = self._columns(rows) if self._method in ("fast", "exact") and len(rows) > 1 else None
        if together is not None:
            with suppress(InputError):
                return [*self._analyzed(together, len(rows), names)]
        return [self._one(row, names) for row in rows]

    def _columns(self, rows: Sequence[Overrides]) -> dict[str, list[Any]] | None:
        """Fill the overrides that a row does not have with the values of the document, where it has them."""
        paths = dict.fromkeys(path for row in rows for path in row)
        own = {path: self.documented[path].value if path in self.documented else None for path in paths}
        columns = {path: [row.get(path, own[path]) for row in rows] for path in paths}
        return None if any(value is None for column in columns.values() for value in column) else columns

    def _one(self, row: Overrides, names: Sequence[str]) -> Values | HubcalcError:
        try:
            (values,) = self._analyzed({path: [value] for path, value in row.items()}, 1, names)
        except InputError as error:
            return error
        return values

    def _analyzed(self, columns: Mapping[str, Sequence[Any]], size: int, names: Sequence[str]) -> list[Values]:
        scenarios = gather(self._document, columns, size)
        analysis = analyze_scenarios(self._document, scenarios, metrics=names, method=self._method)
        values: list[dict[str, Metric]] = [{} for _ in range(size)]
        for group, rows in analysis.groups:
            for name in names:
                reading = read(group, metric_name(name))
                for place, row in enumerate(rows):
                    values[row][name] = metric_of(reading, place)
        return [*values]


class CorridorComputation:
    """Numbers of a corridor: those of some questions, as ``<question>.<name>``."""

    def __init__(
        self,
        document: Corridor,
        questions: Mapping[str, Options],
        fields: Sequence[str] | None,
        method: AnalysisMethod,
        library: Documents,
    ) -> None:
        self._document, self._library, self._method = document, library, method
        self._fields = fields
        self._questions = questions
        (case,) = cases_of(document, documents=library)
        self._inside = {"hubs": case.hubs, "lines": case.lines}
        self.documented = {item.path: item for item in input_evidence(document, {})}
        for group in INSIDE:
            for document_id, inner in self._inside[group].items():
                for item in input_evidence(inner, {}):
                    path = f"{group}.{document_id}.{item.path}"
                    self.documented[path] = item.model_copy(update={"path": path})

    def outcome(self, overrides: Overrides, paths: Sequence[str]) -> Outcome:
        """Ask all questions."""
        values, warnings = self._asked(overrides, self._questions)
        for name in self._fields or ():
            if name not in values:
                known = ", ".join(values)
                hint = did_you_mean(name, values)
                raise ParameterError.of(
                    Problem("no such result", parameter="fields", given=name, allowed=known, hint=hint)
                )
        wanted = {name: values[name] for name in self._fields} if self._fields else values
        (case,) = cases_of(self._document, overrides, self._library)
        inside = {"hubs": case.hubs, "lines": case.lines}
        return Outcome(wanted, {path: _input(case.corridor, inside, path) for path in paths}, warnings)

    def values(self, rows: Sequence[Overrides], names: Sequence[str]) -> list[Values | HubcalcError]:
        """Ask the questions that give these, of one set after the other."""
        wanted = {name.partition(".")[0] for name in names}
        questions = {name: options for name, options in self._questions.items() if name in wanted}
        found: list[Values | HubcalcError] = []
        for row in rows:
            try:
                found.append(self._asked(row, questions)[0])
            except (InputError, RefusedError) as error:
                found.append(error)
        return found

    def _asked(self, overrides: Overrides, questions: Mapping[str, Options]) -> tuple[dict[str, Metric], list[Advice]]:
        values: dict[str, Metric] = {}
        warnings: list[Advice] = []
        for name, options in questions.items():
            method = {"method": self._method} if name in _WITH_METHOD else {}
            report = QUESTIONS[name].ask(self._document, overrides, documents=self._library, **options, **method)
            (result,) = report.results  # type: ignore[attr-defined]  # every report has them
            verdict = result.time.verdict if isinstance(result, TransitResult) else result.verdict
            table = corridor_table(report, SUMMARY)
            for column, value in zip(table.columns, table.rows[0], strict=True):
                if column.unit and column.name not in _NO_RESULTS and column.name not in result.overrides:
                    values[f"{name}.{column.name}"] = _metric(value, column.unit, verdict)
            if isinstance(result, FlowResult):
                values[f"{name}.{_BOTTLENECK}"] = _bottleneck(result)
            warnings += result.warnings
        return values, distinct(warnings)


def questions_of(scenarios: Sequence[Scenario], fields: Sequence[str] | None) -> dict[str, Options]:
    """Choose the questions by which corridors are compared, with the options that the scenarios ask them with.

    Those that `fields` begin with; else those that the scenarios ask about their subject; else time and flows.
    """
    asked: dict[str, Options] = {}
    for scenario in scenarios:
        for item in scenario.asks:
            if item.what not in _COMPARED or item.of not in (None, scenario.subject) or item.what in asked:
                continue
            if isinstance(item, AskTransit):
                asked[item.what] = {"demand": item.demand, "via": item.via}
            elif isinstance(item, AskFlow):
                asked[item.what] = {"capacity": item.capacity}
            else:
                asked[item.what] = {} if isinstance(item, AskEquilibrium) else {"demand": getattr(item, "demand", None)}
    if not fields:
        return {name: asked.get(name, {}) for name in _COMPARED if name in (asked or _USUAL)}
    for field in fields:
        if field.partition(".")[0] not in _COMPARED:
            allowed = "a number of " + ", ".join(f"{name}.…" for name in _COMPARED)
            hint = "such as transit.mean_hours or flow.served_share"
            raise ParameterError.of(
                Problem("no such result", parameter="fields", given=field, allowed=allowed, hint=hint)
            )
    wanted = {field.partition(".")[0] for field in fields}
    return {name: asked.get(name, {}) for name in _COMPARED if name in wanted}


def _metric(value: Any, unit: str, verdict: Verdict) -> Metric:
    return Metric(value=None if value is None else float(value), unit=unit, verdict=verdict)


def _bottleneck(result: FlowResult) -> Metric:
    """Name the first bottleneck; a network in which nothing is full has none."""
    if result.bottlenecks:
        return Metric(value=result.bottlenecks[0].element, unit="place", verdict=result.verdict)
    reason = "nothing limits what is carried"
    return Metric(value=None, unit="place", verdict=result.verdict.model_copy(update={"reason": reason}))


def _input(corridor: Corridor, inside: Mapping[str, Mapping[str, HubBase]], path: str) -> Any:
    group, _, rest = path.partition(".")
    document_id, _, inner = rest.partition(".")
    document: HubBase | Corridor = corridor
    if group in INSIDE:
        document, path = inside[group][document_id], inner
    leaf = leaves(document).get(path)
    return None if leaf is None else leaf.value


def computation_of(
    document: HubBase | Corridor,
    scenarios: Sequence[Scenario],
    fields: Sequence[str] | None,
    method: AnalysisMethod,
    library: Documents,
) -> Computation:
    """Choose what computes the results of a document."""
    if isinstance(document, Corridor):
        return CorridorComputation(document, questions_of(scenarios, fields), fields, method, library)
    return HubComputation(document, fields, method)
