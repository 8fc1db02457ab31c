"""From an analysis to a workbook."""

from collections.abc import Mapping

from hubcalc.analysis.curve import capacity_curve
from hubcalc.errors import ParameterError, Problem, RefusedError
from hubcalc.workbooks.assumptions import assumptions_sheet, sources_sheet
from hubcalc.workbooks.charts import chart_sheets
from hubcalc.workbooks.dictionary import dictionary_sheet
from hubcalc.workbooks.inputs import inputs_sheet
from hubcalc.workbooks.made import Made
from hubcalc.workbooks.model import Workbook
from hubcalc.workbooks.results import results_sheet, stages_sheet
from hubcalc.workbooks.summary import summary_sheet
from hubmodels import HubBase
from hubmodels.results import AnalysisReport, CapacityCurve

CURVE_POINTS = 20


def analysis_workbook(
    document: HubBase, collection: str, report: AnalysisReport, *, server: str, asked: Mapping[str, str]
) -> Workbook:
    """Make the workbook of an analysis in one scenario.

    Parameters
    ----------
    document : HubBase
        The document, without overrides.
    collection : str
        Where it is served: `hubs` or `lines`.
    report : AnalysisReport
        Its analysis with all metrics, in one scenario.
    server : str
        Address of the server that live cells ask.
    asked : mapping
        What was asked for by name: `scenario`, `method`, `scale`, `version`; those that the live cells shall ask, too.

    Returns
    -------
    Workbook
        Its sheets, to be written as one kind of file or another.

    Raises
    ------
    ParameterError
        If there are several scenarios.

    Examples
    --------
    >>> from hubcalc.analysis import analyze
    >>> from hubcalc.documents import hub_or_line_fixture
    >>> line = hub_or_line_fixture("khorgos-almaty-road")
    >>> made = analysis_workbook(line, "lines", analyze(line).report, server="http://127.0.0.1:8000", asked={})
    >>> [sheet.name for sheet in made.sheets][:3]
    ['Summary', 'Inputs', 'Assumptions']
    """
    if len(report.results) != 1:
        given = f"{len(report.results)} scenarios"
        hint = "give one value for each path, also for those of the scenario"
        raise ParameterError.of(Problem("a workbook has one scenario", given=given, allowed="1", hint=hint))
    overrides = report.results[0].overrides
    curve = _curve(document, overrides, asked.get("scale"))
    made = Made(document, collection, report, curve, server.rstrip("/"), asked)
    summary, link = summary_sheet(made)
    charts, data = chart_sheets(made)
    sheets = [
        summary,
        inputs_sheet(made, link),
        assumptions_sheet(made),
        sources_sheet(made),
        results_sheet(made, link),
        stages_sheet(made, link),
        charts,
        data,
        dictionary_sheet(made),
    ]
    version = "" if report.hub.version is None else f", version {report.hub.version}"
    return Workbook(document.name, f"{document.id}{version}, model version {report.model_version}", sheets)


def _curve(document: HubBase, overrides: Mapping[str, object], scale: str | None) -> CapacityCurve | None:
    """Draw the capacity curve by fast formulas; none where no flow loads a stage."""
    try:
        return capacity_curve(document, CURVE_POINTS, overrides, scale=scale, method="fast")
    except RefusedError:
        return None
