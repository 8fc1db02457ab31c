"""The call for a workbook. "Returns" says what the server's answer is read into."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import httpx

from hubcalc.client.analyses import Scalar, one_scenario
from hubcalc.client.core import AnalyzedCollection, Call, get, path_of

PATIENCE_SECONDS = 120.0
"""How long to wait for a workbook, for which the server may have to simulate."""


def workbook(
    hub_id: str,
    overrides: Mapping[str, Scalar] | None = None,
    *,
    file_format: Literal["xlsx", "ods"] = "xlsx",
    scenario: str | None = None,
    scale: str | None = None,
    method: str | None = None,
    version: int | None = None,
    collection: AnalyzedCollection = "hubs",
) -> Call[bytes]:
    """Get the analysis of a hub or a line as a workbook: inputs, evidence, live results and charts in one file.

    Parameters
    ----------
    hub_id : str
        Id of the hub or line.
    overrides : mapping, optional
        One value by path.
    file_format : {"xlsx", "ods"}
        For Excel, or as OpenDocument.
    scenario : str, optional
        Id of a scenario of this document; its overrides come first.
    scale : str, optional
        Id of the one flow that capacities scale; by default all grow together.
    method : {"auto", "fast", "exact", "simulate"}, optional
        What may give the answers, in the live cells too; by default auto.
    version : int, optional
        Version of the stored document, in the live cells too; by default the present one.
    collection : {"hubs", "lines"}
        Where the stored document is found.

    Returns
    -------
    bytes
        The file. Its live cells ask the server that made it.

    Examples
    --------
    >>> print(workbook("xian", {"stages.front.cranes": 4}, file_format="ods"))
    GET /v1/hubs/xian/workbook.ods?stages.front.cranes=4
    """
    asked = {"scenario": scenario, "scale": scale, "method": method, "version": version}
    path = f"{path_of(collection, hub_id, 'workbook')}.{file_format}"
    return replace(get(path, _content, {**one_scenario(overrides), **asked}), timeout_seconds=PATIENCE_SECONDS)


def _content(response: httpx.Response) -> bytes:
    return response.content
