"""The same question asked by hubcalc's own client and by its command line, where they can ask it."""

import re
import shlex
from dataclasses import dataclass

from hubcalc.copying.asked import DROPPED, Asked, ReadyText
from hubcalc.copying.programs import KEY_VARIABLE

_MOST_VALUES = 1_000
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]+)?")
_PLAIN = re.compile(r"[A-Za-z0-9_.:+-]+")
_LISTS = frozenset({"fields", "via", "out"})
_FLAGS = frozenset({"pairs"})
_OF_CORRIDORS = {
    "transit": "transit",
    "flow": "corridor_flow",
    "equilibrium": "corridor_equilibrium",
    "resilience": "corridor_resilience",
    "tcd": "time_cost_distance",
    "emissions": "corridor_emissions",
    "storms": "corridor_storms",
}
_BESIDE_INPUTS = frozenset({"fields", "solve_for", "model_version"})
"""What a calculator takes that is no input."""
_VIEWS_OF_THE_SERVER = frozenset({"inputs"})
"""What only the server shows as a table."""
_OPTIONS = frozenset(
    {"demand", "via", "method", "capacity", "out", "lost_share", "pairs", "storms", "wait_target_hours", "seed"}
)
_NAMED = {
    "analysis": frozenset({"fields", "scale", "method", "scenario"}),
    "metric": frozenset({"scale", "method"}),
    "calculator": frozenset({"fields", "solve_for"}),
    **dict.fromkeys(_OF_CORRIDORS, _OPTIONS),
}
"""Parameters beside the inputs that both the client and the command take, by question."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A question as the client and the command take it."""

    kind: str
    command: str
    method: str
    first: tuple[str, ...]
    """What comes before the inputs: the id, the kind of capacity, the metric."""
    more: tuple[str, ...] = ()
    """Arguments of the client that no parameter says."""


def own_texts(asked: Asked) -> list[ReadyText]:
    """Write the question for hubcalc's own client and command; nothing where these cannot ask it."""
    question = _question(asked)
    if question is None or asked.has_comma:
        return []
    if asked.fields_are_columns and asked.parameters.get("fields"):
        return []  # both take metrics there
    given, named = _parts(asked, question)
    from hubcalc.scenarios import parse_values  # it needs numpy, which a client does without

    values = {name: parse_values(name, text, _MOST_VALUES) for name, text in given.items()}
    plain = all(_PLAIN.fullmatch(value) for several in values.values() for value in several)
    if not plain or not named.keys() <= _NAMED[question.kind]:
        return []
    return [_client(asked, question, values, named), *_command(asked, question, given, named)]


def _question(asked: Asked) -> _Question | None:
    match asked.path.strip("/").split("/")[1:]:
        case [("hubs" | "lines") as collection, name, "analysis"]:
            more = () if collection == "hubs" else ("collection='lines'",)
            return _Question("analysis", "analyze", "analysis", (name,), more)
        case [("hubs" | "lines") as collection, name, "analysis", metric] if asked.metric is not None:
            more = () if collection == "hubs" else ("collection='lines'",)
            return _Question("metric", "analyze", "metric", (name, metric), more)
        case ["corridors", name, what] if what in _OF_CORRIDORS:
            return _Question(what, what, _OF_CORRIDORS[what], (name,))
        case ["queue"]:
            return _Question("calculator", "queue", "queue", ())
        case ["capacity", kind]:
            return _Question("calculator", "capacity", "capacity", (kind,))
    return None


def _parts(asked: Asked, question: _Question) -> tuple[dict[str, str], dict[str, str]]:
    """Part the inputs from what else is asked; how a table is written is no part of the question."""
    query = asked.query((*DROPPED, "shape", "header", "dialect", "decimal", "view", "unstable"))
    if question.kind == "calculator":
        named = {name: value for name, value in query.items() if name in _BESIDE_INPUTS}
    else:
        named = {name: value for name, value in query.items() if "." not in name}
    return {name: value for name, value in query.items() if name not in named}, named


def _client(asked: Asked, question: _Question, values: dict[str, list[str]], named: dict[str, str]) -> ReadyText:
    inputs = ", ".join(f"{name!r}: {_several(several)}" for name, several in values.items())
    arguments = [*map(repr, question.first)]
    if inputs or question.kind == "calculator":
        arguments.append(f"{{{inputs}}}")
    arguments += [f"{name}={_argument(name, value)}" for name, value in named.items()]
    call = f"client.{question.method}({', '.join([*arguments, *question.more])})"
    lines = [
        "from hubcalc.client import Client",
        "",
        f"with Client({asked.server.rstrip('/')!r}) as client:",
        f"    answer = {call}",
    ]
    return ReadyText("hubcalc-client", "Python", "\n".join(lines), _note("With hubcalc.", asked))


def _command(asked: Asked, question: _Question, given: dict[str, str], named: dict[str, str]) -> list[ReadyText]:
    metric = question.first[1] if question.kind == "metric" else None
    if metric is not None and "." in metric:
        return []  # a column of a stage; the command shows whole tables
    if asked.parameters.get("view") in _VIEWS_OF_THE_SERVER:
        return []
    words = ["hubcalc", question.command, *question.first[:1]]
    setting = [] if question.kind == "calculator" else ["--set"]
    for name, value in given.items():
        words += [*setting, f"{name}={value}"]
    for name, value in named.items():
        option = f"--{name.replace('_', '-')}"
        if name not in _FLAGS:
            words += [option, value]
        elif value == "true":
            words.append(option)
    words += ["--fields", metric] if metric is not None else []
    if view := asked.parameters.get("view"):
        words += ["--view", view]
    words += ["--csv", "--url", asked.server.rstrip("/")]
    note = _note("For bash and other shells of Unix.", asked)
    return [ReadyText("hubcalc-command", "Command line", " ".join(shlex.quote(word) for word in words), note)]


def _several(values: list[str]) -> str:
    return _value(values[0]) if len(values) == 1 else f"[{', '.join(map(_value, values))}]"


def _argument(name: str, value: str) -> str:
    if name in _LISTS:
        return repr([item.strip() for item in value.split(",") if item.strip()])
    if name in _FLAGS:
        return str(value == "true")
    return _value(value)


def _value(text: str) -> str:
    """Write a value in Python: numbers as such, where they stay the same."""
    return text if _NUMBER.fullmatch(text) else repr(text)


def _note(note: str, asked: Asked) -> str:
    return f"{note} The key is taken from the environment variable {KEY_VARIABLE}." if asked.wants_key else note
