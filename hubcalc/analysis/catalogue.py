"""The inputs of a document as rows: each path with its unit, bounds, value and evidence."""

from collections.abc import Iterator
from typing import Any

from hubcalc.analysis.corridors.case import INSIDE, cases_of
from hubcalc.analysis.evidence import input_evidence
from hubcalc.documents import Documents
from hubmodels import Corridor, HubBase
from hubmodels.paths import leaves

CATALOGUE_COLUMNS = (
    *("path", "type", "unit", "value", "allowed", "lower", "upper", "choices"),
    *("basis", "source", "year", "note", "description"),
)
_OF_EVIDENCE = ("basis", "source", "year", "note")
Row = dict[str, Any]


def catalogue(document: HubBase | Corridor, documents: Documents) -> list[Row]:
    """List the inputs of a document, by path.

    Parameters
    ----------
    document : HubBase or Corridor
        A hub, a line or a corridor. The inputs of a corridor are its own and those of its hubs and lines, as
        ``hubs.<id>.<path>`` and ``lines.<id>.<path>``.
    documents : Documents
        Where the hubs and lines of a corridor are found.

    Returns
    -------
    list of dict
        A row for each path, with the `CATALOGUE_COLUMNS`.

    Raises
    ------
    DocumentError
        If the corridor names a hub or a line that is not there.

    Examples
    --------
    >>> import hubfixtures
    >>> from hubcalc.documents import Fixtures
    >>> rows = catalogue(hubfixtures.load("xian"), Fixtures())
    >>> next(row["unit"] for row in rows if row["path"] == "targets.wait_hours")
    'h'
    """
    rows = list(_rows(document))
    if isinstance(document, Corridor):
        (case,) = cases_of(document, documents=documents)
        for group, found in zip(INSIDE, (case.hubs, case.lines), strict=True):
            for document_id, inner in found.items():
                rows += [{**row, "path": f"{group}.{document_id}.{row['path']}"} for row in _rows(inner)]
    return rows


def _rows(document: HubBase | Corridor) -> Iterator[Row]:
    evidence = {item.path: item for item in input_evidence(document, {})}
    for path, leaf in leaves(document).items():
        yield {name: getattr(evidence[path] if name in _OF_EVIDENCE else leaf, name) for name in CATALOGUE_COLUMNS}
