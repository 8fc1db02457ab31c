"""Commands and programs that fetch an answer from any server."""

import shlex

from hubcalc.copying.asked import LAYOUT, Asked, ReadyText

KEY_VARIABLE = "HUBCALC_API_KEY"
KEY_HEADER = "X-API-Key"
_OF_JSON = LAYOUT - {"fields", "decimal"}
"""What JSON does not have; `fields` chooses metrics, `decimal` says how values are read."""
_KEY_NOTE = f"The key is taken from the environment variable {KEY_VARIABLE}."


def curl_text(asked: Asked) -> ReadyText:
    """Write a command that prints the answer."""
    address = asked.address("txt" if asked.metric is not None else "csv")
    key = f'-H "{KEY_HEADER}: ${KEY_VARIABLE}" ' if asked.wants_key else ""
    note = "For bash and other shells of Unix."
    return ReadyText("curl", "curl", f"curl -sS {key}{shlex.quote(address)}", _with_key(note, asked))


def httpx_text(asked: Asked) -> ReadyText:
    """Write a program that reads the answer as JSON."""
    left_out = _OF_JSON if asked.metric is None else _OF_JSON - {"view"}
    query = asked.query(left_out | {"fields"} if asked.fields_are_columns else left_out)
    if asked.has_comma:
        query["decimal"] = "comma"  # JSON has no dialects
    address = f"{asked.server.rstrip('/')}{asked.path}.json"
    inner = [f"    {address!r},"]
    if query:
        inner.append(f"    params={query!r},")
    if asked.wants_key:
        inner.append(f'    headers={{"{KEY_HEADER}": os.environ["{KEY_VARIABLE}"]}},')
    imports = ["import os", "", "import httpx"] if asked.wants_key else ["import httpx"]
    read = ["answer = response.json()"] if asked.metric is None else ['value = response.json()["value"]']
    lines = [
        *imports,
        "",
        "response = httpx.get(",
        *inner,
        "    timeout=60,",
        ")",
        "response.raise_for_status()",
        *read,
    ]
    return ReadyText("httpx", "Python", "\n".join(lines), _with_key("With httpx.", asked))


def pandas_text(asked: Asked) -> ReadyText:
    """Write a program that reads a table."""
    arguments = [repr(asked.address("csv"))]
    if asked.is_european:
        arguments.append('sep=";"')
    if asked.has_comma:
        arguments.append('decimal=","')
    if not asked.has_header:
        arguments.append("header=None")
    if asked.wants_key:
        arguments.append(f'storage_options={{"{KEY_HEADER}": os.environ["{KEY_VARIABLE}"]}}')
    lines = ["import os", "", "import pandas"] if asked.wants_key else ["import pandas"]
    lines += ["", "table = pandas.read_csv(", *(f"    {argument}," for argument in arguments), ")"]
    note = "With pandas."
    if asked.has_header:
        lines += [
            'units = {name.partition(" [")[0]: name.partition(" [")[2].rstrip("]") for name in table.columns}',
            'table.columns = [name.partition(" [")[0] for name in table.columns]',
        ]
        note += " The heading `wait_mean_hours [h]` becomes the name of the column, and its unit goes into `units`."
    return ReadyText("pandas", "Python", "\n".join(lines), _with_key(note, asked))


def _with_key(note: str, asked: Asked) -> str:
    return f"{note} {_KEY_NOTE}" if asked.wants_key else note
