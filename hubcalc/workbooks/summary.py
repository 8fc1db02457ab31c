"""The first sheet: what was analyzed, the main numbers, what to mind, and the link to the server."""

from urllib.parse import urlencode

from hubcalc.analysis.analyses import metric_name
from hubcalc.analysis.metrics import describe
from hubcalc.workbooks.formulas import Ref, call, equal, joined
from hubcalc.workbooks.inputs import LENGTH, changes, length_text, query_text, whole_query
from hubcalc.workbooks.live import Link, answered
from hubcalc.workbooks.made import SUMMARY, Made
from hubcalc.workbooks.model import Cell, Sheet, Style, decimals_for, heading, linked, text
from hubcalc.workbooks.results import addresses, metric_cell
from hubmodels.results import Metric

VALUE = 1
MAIN_NUMBERS = {
    "practical_capacity_per_day": "Practical capacity",
    "sustainable_capacity_per_day": "Sustainable capacity",
    "theoretical_capacity_per_day": "Theoretical capacity",
    "throughput_per_day": "Throughput",
    "utilization": "Utilization",
    "headroom": "Headroom",
    "wait_mean_hours": "Mean wait",
    "dwell_mean_hours": "Mean dwell",
    "dwell_p90_hours": "Dwell, nine of ten within",
    "bottleneck": "Bottleneck",
    "next_bottleneck": "Next bottleneck",
}
"""Metrics that are shown first, in words."""
_PROBE = "utilization"
"""The value that is asked for to find out whether the server answers."""
_NO_ANSWER = "not yet: values as made"
_SHORT_NAMES = {"method": "m", "version": "v", "scale": "scale"}
_STEPS = (
    (
        "Excel for Windows",
        "Enable Editing, then Enable Content. Change an input, or press Ctrl+Alt+F9. "
        "Excel for Mac and on the web have no WEBSERVICE: there values stay as made.",
    ),
    (
        "LibreOffice",
        "Tools, Options, LibreOffice, Security, Macro Security, Trusted Sources: add the folder of this file. Tools, "
        "Options, LibreOffice Calc, General: update links when opening, always. Open the file again; Ctrl+Shift+F9 "
        "computes all cells.",
    ),
    ("Google Sheets", "It has no WEBSERVICE: all values stay as made. docs/spreadsheets.md has what works there."),
)


def summary_sheet(made: Made) -> tuple[Sheet, Link]:
    """Make the sheet; give also the cells in which it has the link to the server."""
    sheet = Sheet(SUMMARY, (32, 30, 14, 15, 100), color="#1F3864", one_page=True)
    sheet.add(text(made.document.name, "title"))
    sheet.add(text("Throughput, waiting and capacity by hubcalc; each number can be followed to its source.", "lead"))
    _add_document(sheet, made)
    _add_numbers(sheet, made)
    _add_warnings(sheet, made)
    return sheet, _add_link(sheet, made)


def _section(sheet: Sheet, *names: str) -> None:
    sheet.add()
    sheet.add(*heading(*names, *("" for _ in range(5 - len(names)))))


def _row(sheet: Sheet, label: str, value: Cell, remark: str = "", unit: str = "", verdict: str = "") -> int:
    return sheet.add(text(label, "label"), value, text(unit), text(verdict), text(remark))


def _add_document(sheet: Sheet, made: Made) -> None:
    hub, unsaved = made.report.hub, made.report.hub.version is None
    follows = "The values as made are of this version; live cells follow the latest one."
    if "version" in made.asked:
        follows = f"The values as made are of this version; live cells ask for version {made.asked['version']}."
    _section(sheet, "Document")
    _row(sheet, "Name", text(hub.name, "strong"), made.document.summary, hub.kind.replace("_", " "))
    _row(sheet, "Id", text(hub.id), f"One of the {made.collection} of the server.")
    _row(sheet, "Document version", text("not stored" if unsaved else hub.version), follows)
    _row(sheet, "Model version", text(made.report.model_version), "It changes only when numbers change.")
    method = made.asked.get("method", "auto")
    _row(sheet, "Method", text(method), "Which formulas may be taken: see the data dictionary.")
    address = made.result.permalink or _address(made)
    _row(sheet, "Address of this result", linked(address, address), "JSON, with all that is here.")
    changed = ", ".join(f"{path} = {value}" for path, value in made.overrides.items())
    scenario = f"Scenario {made.asked['scenario']}. " if "scenario" in made.asked else ""
    told = "as documented" if not changed else f"{len(made.overrides)} differ from the document"
    _row(sheet, "Inputs", text(told), scenario + changed)


def _address(made: Made) -> str:
    """Give the address of the analysis where it has no link of its own."""
    named = {name: made.asked[name] for name in ("version", "method", "scale") if name in made.asked}
    query = urlencode({**named, **made.overrides})
    return f"{made.server}/v1/{made.collection}/{made.document.id}/analysis" + (f"?{query}" if query else "")


def _add_numbers(sheet: Sheet, made: Made) -> None:
    _section(sheet, "Main numbers", "value", "unit", "verdict", "what it is, and how far it may be trusted")
    for name, label in MAIN_NUMBERS.items():
        metric = made.result.metrics[name]
        unit = "" if metric.unit in ("1", "stage") else metric.unit
        told = f"{describe(metric_name(name))['description']}. {_trust(metric)}"
        _row(sheet, label, Cell(*_shown(metric), metric_cell(name)), told.strip(), unit, metric.verdict.status)


def _shown(metric: Metric) -> tuple[str | float, Style]:
    if metric.value is None:
        return answered("", metric), Style("live")
    return metric.value, Style("live", decimals_for(metric.value), percent=metric.unit == "1")


def _trust(metric: Metric) -> str:
    """Say in words what verdict, error and range tell."""
    verdict, said = metric.verdict, []
    if verdict.half_width is not None:
        said.append(f"± {verdict.half_width:.3g} at 95 %")
    elif verdict.expected_error:
        said.append(f"expected error {verdict.expected_error:.0%}")
    if metric.low is not None and metric.high is not None and metric.low != metric.high:
        low, high = (f"{end:.0%}" if metric.unit == "1" else f"{end:,.4g}" for end in (metric.low, metric.high))
        said.append(f"{low} to {high} as inputs go from P10 to P90")
    whole = "; ".join([*said, *([verdict.reason] if verdict.reason else [])])
    return f"{whole[:1].upper()}{whole[1:]}." if whole else ""


def _add_warnings(sheet: Sheet, made: Made) -> None:
    _section(sheet, "What to know", "", "", "", "warnings of the analysis")
    for advice in made.result.warnings:
        _row(sheet, advice.code, text(None), advice.message)
    if not made.result.warnings:
        _row(sheet, "none", text(None), "The analysis has no warnings.")


def _add_link(sheet: Sheet, made: Made) -> Link:
    _section(sheet, "Live link", "", "", "", "how to make it live")
    start = len(sheet.rows)
    server, key, separator, before, after, changed = (Ref(SUMMARY, start + i, VALUE) for i in range(6))
    resource = f"v1/{made.collection}/{made.document.id}/analysis/"
    named = [f"{short}={made.asked[name]}" for name, short in _SHORT_NAMES.items() if name in made.asked]
    fixed, sent = "&".join(["e=text", *named]), "".join(_sent(made))
    _row(sheet, "Server", Cell(made.server, Style("setting")), "Where live cells ask; this computer must reach it.")
    note = "Empty unless the server asks for a key. Whoever has the file then has the key."
    _row(sheet, "Key", Cell(None, Style("setting"), note=note), note)
    half = call("MID", 0.5, 2, 1)
    _row(sheet, "Decimal sign", Cell(".", Style("faint"), half), "Found by this program; numbers are sent with a dot.")
    slash = call("IF", equal(call("RIGHT", server, 1), "/"), "", "/")
    begins = Cell(f"{made.server}/{resource}", Style("faint"), joined(server, slash, resource))
    _row(sheet, "Address begins", begins, "Before the name of the value.")
    keyed = call("IF", equal(key, ""), "", joined("&key=", call("ENCODEURL", key)))
    tail = joined(fixed, keyed, whole_query(made))
    _row(sheet, "Parameters", Cell(fixed + sent, Style("faint"), tail), "What the inputs make of the address.")
    count = Cell(0, Style("faint"), call("SUM", changes(made)))
    _row(
        sheet,
        "Inputs changed here",
        count,
        "Since the file was made; while there are none, values as made are shown too.",
    )
    name = max(addresses(made), key=len)
    longest = call("SUM", call("LEN", before), call("LEN", after), len(f"{name}.txt?"))
    length = len(f"{made.server}/{resource}{name}.txt?{fixed}{sent}")
    link = Link(separator, before, after, changed, longest, length)
    told = Cell(length_text(length), Style("text"), LENGTH)
    sheet.add(text("Longest address", "label"), text(None), text(None), text(None), told)
    state = call("IF", call("ISERROR", link.asked(_PROBE)), _NO_ANSWER, "yes: green cells show its answers")
    _row(sheet, "Server answers", Cell(_NO_ANSWER, Style("strong"), state), "Whether the cells are live.")
    for program, steps in _STEPS:
        _row(sheet, program, text(None), steps)
    return link


def _sent(made: Made) -> list[str]:
    documented = {path: leaf.value for path, leaf in made.documented.items()}
    return [query_text(path, made.value(path), documented.get(path)) for path in made.inputs]
