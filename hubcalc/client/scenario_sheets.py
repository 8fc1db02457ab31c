"""Calls on sheets of scenarios. "Returns" says what the server's answer is read into."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from hubcalc.client.core import Call, Download, body_as, get, path_of
from hubcalc.errors import ParameterError, Problem
from hubmodels.scenario_sheets import ScenarioSheetReport, SheetLayout

SheetCollection = Literal["hubs", "lines", "corridors"]
_SUFFIXES = (".xlsx", ".ods", ".csv")
_LONGEST_WAIT_SECONDS = 300.0
"""Ten thousand rows take a while to be checked."""


def scenario_form(
    document_id: str,
    path: str | Path,
    fields: Sequence[str] | None = None,
    *,
    collection: SheetCollection = "hubs",
    layout: SheetLayout = "wide",
) -> Download:
    """Get the empty sheet for scenarios of a document.

    Parameters
    ----------
    document_id : str
        Id of the hub, the line or the corridor.
    path : str or Path
        File to write; its suffix says the format: ``.xlsx``, ``.ods`` or ``.csv``.
    fields : sequence of str, optional
        Paths that get a column, or beginnings of paths such as ``stages.front``; ``*`` stands for all.
    collection : {"hubs", "lines", "corridors"}
        Its collection.
    layout : {"wide", "long"}
        One row a scenario, or one row an input of a scenario.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ParameterError
        If the file has another suffix.

    Examples
    --------
    >>> print(scenario_form("xian", "form.xlsx", ["flow.per_day", "stages.front"]).call)
    GET /v1/hubs/xian/scenario-sheet.xlsx?fields=flow.per_day,stages.front
    """
    file = Path(path)
    if file.suffix.lower() not in _SUFFIXES:
        raise ParameterError.of(
            Problem("no form is written so", parameter="path", given=str(file), allowed=", ".join(_SUFFIXES))
        )
    query = {"fields": ",".join(fields) if fields else None, "shape": None if layout == "wide" else layout}
    address = path_of(collection, document_id, f"scenario-sheet{file.suffix.lower()}")
    return Download(get(address, lambda _: None, query), file)


def upload_scenarios(
    document_id: str,
    file: str | Path | bytes,
    *,
    collection: SheetCollection = "hubs",
    keep_good: bool = False,
    replace: bool = False,
    dry_run: bool = False,
    sheet: str | None = None,
) -> Call[ScenarioSheetReport]:
    """Make scenarios of a filled sheet.

    Parameters
    ----------
    document_id : str
        Id of the hub, the line or the corridor that they change.
    file : str, Path or bytes
        The file, or what stands in it: CSV, an Excel workbook or an OpenDocument spreadsheet.
    collection : {"hubs", "lines", "corridors"}
        Its collection.
    keep_good : bool
        Whether the good rows are stored if others cannot be used; else nothing is, and the error names each cell.
    replace : bool
        Whether scenarios that exist are replaced.
    dry_run : bool
        Only look at the sheet.
    sheet : str, optional
        Name of the sheet; by default ``Scenarios``, else the first that is not hidden.

    Returns
    -------
    ScenarioSheetReport
        What became of each scenario, and each cell that cannot be used.

    Raises
    ------
    ParameterError
        If the file cannot be read.

    Examples
    --------
    >>> print(upload_scenarios("xian", b"scenario,flow.per_day", replace=True))
    POST /v1/hubs/xian/scenario-sheet?existing=replace
    """
    given = {
        "rows": "good" if keep_good else None,
        "existing": "replace" if replace else None,
        "dry_run": "true" if dry_run else None,
        "sheet": sheet,
    }
    return Call(
        "POST",
        path_of(collection, document_id, "scenario-sheet"),
        body_as(ScenarioSheetReport),
        {name: value for name, value in given.items() if value is not None},
        headers={"Content-Type": "application/octet-stream"},
        content=file if isinstance(file, bytes) else _content(Path(file)),
        timeout_seconds=_LONGEST_WAIT_SECONDS,
    )


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ParameterError.of(Problem(f"cannot be read: {reason}", parameter="file", given=str(file))) from error
