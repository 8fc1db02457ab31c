"""The same question at the command line and over HTTP, ready to be copied."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from hubmodels.scenario import Subject

_COLLECTIONS = {"hub": "hubs", "line": "lines", "corridor": "corridors"}


def command_of(words: Sequence[str], options: Mapping[str, Any], overrides: Mapping[str, Any]) -> str:
    """Write a command.

    >>> command_of(["analyze", "xian"], {"fields": ["bottleneck"]}, {"flow.per_day": (8, 10)})
    'hubcalc analyze xian --fields bottleneck --set flow.per_day=8,10'
    """
    said = ["hubcalc", *words]
    for name, value in options.items():
        if value is True:
            said.append(f"--{name.replace('_', '-')}")
        elif _given(value):
            said += [f"--{name.replace('_', '-')}", joined(value)]
    for path, value in overrides.items():
        said += ["--set", f"{path}={joined(value)}"]
    return shlex.join(said)


def request_of(subject: Subject, part: str, options: Mapping[str, Any], overrides: Mapping[str, Any]) -> str:
    """Write a request.

    >>> request_of(Subject(kind="hub", id="xian"), "analysis", {}, {"flow.per_day": (8, 10)})
    'GET /v1/hubs/xian/analysis?flow.per_day=8,10'
    """
    return get_request(f"/v1/{_COLLECTIONS[subject.kind]}/{subject.id}/{part}", options, overrides)


def calls_of_part(scenario: str, part: int) -> tuple[str, str]:
    """Write the command and the request that give one part of the answer to a scenario.

    >>> calls_of_part("dostyk-queue", 2)
    ('hubcalc ask dostyk-queue --part 2', 'GET /v1/scenarios/dostyk-queue/answer.csv?part=2')
    """
    return (
        command_of(["ask", scenario], {"part": part}, {}),
        get_request(f"/v1/scenarios/{scenario}/answer.csv", {"part": part}, {}),
    )


def get_request(path: str, options: Mapping[str, Any], overrides: Mapping[str, Any]) -> str:
    """Write a request for a path of the server."""
    given = {name: joined(value) for name, value in options.items() if _given(value)}
    asked = urlencode({**given, **{name: joined(value) for name, value in overrides.items()}}, safe=",.:")
    return f"GET {path}" + (f"?{asked}" if asked else "")


def joined(value: Any) -> str:
    """Write one value, or several with commas between them.

    >>> joined((1.5, 2)), joined(True)
    ('1.5,2', 'true')
    """
    if isinstance(value, list | tuple):
        return ",".join(joined(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _given(value: Any) -> bool:
    return value is not None and value is not False and value not in ((), [], "")
