"""The sheet of 200 live cells and two linked tables, which the tests check and benchmarks/spreadsheets.py measures."""

from itertools import product

from flat_sheets import Formula, Value, csv_link, flat_sheet

HUB_ID = "khorgos-gateway"
TRAINS_PER_DAY = tuple(round(4.05 + 0.45 * step, 2) for step in range(20))
CRANES = (2, 3, 4, 5, 6)
METRICS = ("utilization", "practical_capacity_per_day")
INPUTS = ("flows.westbound.per_day", "stages.front.cranes")
TABLE_CRANES = (2, 3, 4)
PAIRS = tuple(product(TRAINS_PER_DAY, CRANES))
"""The inputs of each row of live cells, decimal ones among them."""


def cell(address: str) -> Formula:
    """Give the formula of a live cell; an address in OpenDocument's own words, as `"http://…?cranes="&[.A1]`."""
    return Formula(f'NUMBERVALUE(COM.MICROSOFT.WEBSERVICE({address});".")')


def analysis_url(server_url: str, hub_id: str = HUB_ID) -> str:
    """Give the address of an analysis, without its suffix."""
    return f"{server_url}/v1/hubs/{hub_id}/analysis"


def live_sheet(server_url: str) -> str:
    """Write the sheet: inputs in A and B, what they give in C and D, and the same table twice as a link."""
    analysis = analysis_url(server_url)
    rows: list[list[Value]] = []
    for number, pair in enumerate(PAIRS, 1):
        inputs = "&".join(f'"&{path}="&[.{column}{number}]' for path, column in zip(INPUTS, "AB", strict=True))
        rows.append([*pair, *(cell(f'"{analysis}/{metric}.txt?method=fast"&{inputs}') for metric in METRICS)])
    cranes = f"{INPUTS[1]}={TABLE_CRANES[0]}..{TABLE_CRANES[-1]}"
    table = csv_link(f"{analysis}.csv?{cranes}&fields={','.join(METRICS)}&method=fast")
    return flat_sheet({"live": rows, "area": [[table]], "sheet": table})
