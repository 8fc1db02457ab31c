"""The data dictionary: what each column and metric means, in which unit, and where more is said of it."""

from hubcalc.analysis.metrics import METRIC_NAMES, describe
from hubcalc.workbooks.made import DICTIONARY, Made
from hubcalc.workbooks.model import Sheet, heading, text
from hubcalc.workbooks.results import LIVE_COLUMNS
from hubmodels.paths import split_unit
from hubmodels.results import StationResult

_HEADER = 3
_GLOSSARY, _WHOLE, _METHODS = "docs/glossary.md", "docs/whole-hubs.md", "docs/methods.md"
_COLUMNS = {
    "path": ("", "The dotted address of one input in a document", _GLOSSARY),
    "value": ("its own", "What was analyzed; in Inputs the cell to change", _GLOSSARY),
    "documented value": ("its own", "What the document says", "docs/hub-document.md"),
    "allowed": ("", "What the input takes", "docs/hub-document.md"),
    "query": ("", "What a changed input adds to the address that live cells ask", "docs/spreadsheets.md"),
    "P10, P90": ("its own", "The range in which an input lies in four cases of five", "docs/uncertainty.md"),
    "low, high": ("its own", "What inputs at P10 and P90, one at a time, make of it", "docs/uncertainty.md"),
    "expected error": ("1", "Relative error to expect; empty where none has been measured", _METHODS),
    "half width": ("its own", "Half of the interval of 95 % of a simulated number", "docs/simulation.md"),
}
WORDS = {
    "verdict": {
        "exact": "follows from the inputs without approximation",
        "approximate": "an approximation",
        "simulated": "from simulation; `half_width` is half of its interval of 95 %",
        "unstable": "no steady state: the value is null, and the station table tells growth and backlog",
        "refused": "no value, and `reason` says why",
    },
    "basis": {
        "published": "read in the source that is named",
        "derived": "worked out from sources; the note has the arithmetic",
        "assumption": "assumed; the note has the reason",
        "default": "the model's own",
        "override": "given by the caller of this analysis",
    },
    "method": {
        "auto": "the first valid rung of the ladder: closed forms, numerically exact ones, then approximations",
        "fast": "closed forms and approximations only",
        "exact": "exact rungs only; what rests on anything else is refused",
        "simulate": "times are simulated",
    },
    "word": {
        "utilization": "offered load per server, over the time the stage is open",
        "wait": "time in queue",
        "dwell": "time from arrival to departure: wait, service, synchronization, closure and quota",
        "synchronization": "waiting for others: a load, a partner, the rest of the same train or batch",
        "closure": "waiting for the hub, a stage or a window to open, or for the end of an interruption",
        "quota": "waiting for a permit",
        "stage": "one thing a flow goes through in a hub",
        "main flow": "the flow that `flow.` is short for, and that capacities are counted in",
        "scv": "squared coefficient of variation: variance over squared mean",
    },
}
"""Words of the glossary, as they stand there."""


def dictionary_sheet(made: Made) -> Sheet:
    """Make the sheet."""
    sheet = Sheet(DICTIONARY, (14, 34, 14, 84, 26), header=_HEADER, frozen_columns=2, color="#A6A6A6")
    sheet.add(text("Data dictionary", "title"))
    sheet.add(text("What each column and metric means. The pages named on the right come with hubcalc.", "lead"))
    sheet.add()
    sheet.add(*heading("what", "name", "unit", "meaning", "where to read more"))
    for metric in METRIC_NAMES:
        _add(sheet, "metric", metric, made.result.metrics[metric].unit, describe(metric)["description"], _WHOLE)
    for column in ("stage", "kind", *LIVE_COLUMNS):
        meaning, unit = split_unit(StationResult.model_fields[column].description or "")
        _add(sheet, "column of Stages", column, unit, meaning, "docs/stages.md")
    for name, (unit, meaning, page) in _COLUMNS.items():
        _add(sheet, "column", name, unit, meaning, page)
    for group, words in WORDS.items():
        for word, meaning in words.items():
            _add(sheet, group, word, "", meaning.replace("`", ""), _GLOSSARY)
    return sheet


def _add(sheet: Sheet, what: str, name: str, unit: str, meaning: str, page: str) -> None:
    sheet.add(text(what), text(name, "term"), text(unit), text(meaning), text(page, "faint"))
