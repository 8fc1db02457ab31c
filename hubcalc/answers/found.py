"""What an ask gives: a table, a sentence, and how far it may be trusted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubcalc.documents import Documents
from hubcalc.tables import Table
from hubcalc.words import plural
from hubmodels import Corridor, HubBase
from hubmodels.results import Advice, Verdict
from hubmodels.scenario import Subject

_ORDER = ("exact", "approximate", "simulated", "unstable", "refused")
"""From the most trusted to the least."""
_TRACE = 1e-4
"""Share below which the digits do not count [1]."""
_ENDS = ("_teu_per_year", "_m3_per_hour", "_per_day", "_hours")
"""Endings of names that tell the unit."""
_JOINED = {"flows": " ", "demands": " of "}
"""What stands between an input and what it belongs to."""
_TIMES = {"_minutes": "min", "_hours": "h"}
"""Endings of inputs that are times, with the units that a sentence has."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about: a document with overrides by path, a value or several."""

    subject: Subject
    document: HubBase | Corridor
    overrides: Mapping[str, Any]
    documents: Documents
    part: tuple[str, int]
    """Scenario, and which of its parts this is."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an ask gives."""

    table: Table
    finding: str
    verdict: Verdict
    command: str
    request: str
    warnings: list[Advice] = field(default_factory=list)


def weakest_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """Give the least trusted verdict; of several alike the one with the largest error, an unknown one first."""
    found = list(verdicts)
    if not found:
        return Verdict(status="exact", method="no number", expected_error=0.0)
    return max(found, key=lambda v: (_ORDER.index(v.status), v.expected_error is None, v.expected_error or 0.0))


def distinct(warnings: Iterable[Advice]) -> list[Advice]:
    """Say each warning once."""
    return list({(advice.code, advice.message): advice for advice in warnings}.values())


def number(value: Any, unit: str = "") -> str:
    """Write a number for a sentence, with four digits that count and its unit.

    >>> number(426412.3, "TEU/year"), number(0.12345), number(None, "h"), number("front")
    ('426,400 TEU/year', '0.1235', 'none', 'front')
    """
    if value is None:
        return "none"
    if isinstance(value, str | bool):
        return str(value)
    size = abs(float(value))
    digits = round(float(value), -len(str(int(size))) + 4) if size >= 10_000 else float(value)
    text = f"{digits:,.0f}" if size >= 10_000 else f"{digits:,.4g}" if size < 1_000 else f"{digits:,.0f}"
    return f"{text} {unit}".rstrip() if unit != "1" else text


def units(count: float, unit: str) -> str:
    """Write a number of units.

    >>> units(1, "day"), units(2.5, "truck"), units(80, "teu")
    ('1 day', '2.5 trucks', '80 TEU')
    """
    return f"{number(count)} {'TEU' if unit == 'teu' else unit if count == 1 else plural(unit)}"


def percent(share: float) -> str:
    """Write a share in percent; a trace only as that.

    >>> percent(0.41234), percent(1.0), percent(7e-7), percent(0.0)
    ('41.23 %', '100 %', 'less than 0.01 %', '0 %')
    """
    return f"less than {100 * _TRACE:g} %" if 0 < share < _TRACE else f"{number(100 * share)} %"


def metric_words(name: str) -> str:
    """Write the name of a metric without its unit.

    >>> metric_words("capacity_teu_per_year"), metric_words("wait_mean_hours")
    ('capacity', 'wait mean')
    """
    base = next((name.removesuffix(end) for end in _ENDS if name.endswith(end)), name)
    return base.replace("_", " ")


def measured(name: str, value: Any, unit: str) -> str:
    """Write the value of a metric: a share in percent, a rate in words.

    >>> measured("utilization", 0.5, "1"), measured("throughput_per_day", 12.0, "trains/day")
    ('50 %', '12 trains a day')
    """
    if isinstance(value, str):
        return value
    if unit == "1" and value is not None and name.endswith(("utilization", "share")):
        return percent(value)
    return number(value, rate(unit))


def rate(unit: str) -> str:
    """Write a unit of a rate in words.

    >>> rate("trains/day"), rate("TEU/year"), rate("km/h")
    ('trains a day', 'TEU a year', 'km/h')
    """
    return unit.replace("/day", " a day").replace("/year", " a year")


def differing(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Leave in each row the inputs that are not the same in all rows.

    >>> differing([{"stages.gate.lanes": 1, "flow.per_day": 8}, {"stages.gate.lanes": 2, "flow.per_day": 8}])
    [{'stages.gate.lanes': 1}, {'stages.gate.lanes': 2}]
    """
    paths = [path for path in (rows[0] if rows else {}) if len({str(row[path]) for row in rows}) > 1]
    return [{path: row[path] for path in paths} for row in rows]


def each(rows: Sequence[Mapping[str, Any]], sentences: Sequence[str]) -> list[str]:
    """Put what is different in its row before each sentence, where there are several; rows that say the same are one.

    >>> each([{"gate.lanes": 1}, {"gate.lanes": 2}], ["full", "not full"])
    ['with gate lanes 1: full', 'with gate lanes 2: not full']
    """
    if len(sentences) == 1:
        return list(sentences)
    found: dict[str, None] = {}
    inputs = differing(rows)
    for given, sentence in zip(inputs, sentences, strict=True):
        alike = [other for other, said in zip(inputs, sentences, strict=True) if said == sentence]
        common = {path: value for path, value in given.items() if all(other[path] == value for other in alike)}
        # what these rows share must tell them from all others
        if [other for other in inputs if common.items() <= other.items()] != alike:
            common = given
        found[f"with {changes(common)}: {sentence}" if common else sentence] = None
    return list(found)


def changes(overrides: Mapping[str, Any]) -> str:
    """Write which inputs a row has; those of one stage stand together.

    >>> changes({"stages.front.cranes": 4, "stages.front.broad_gauge_tracks": 1, "demands.grain.per_day": 150})
    '4 cranes and 1 broad gauge track at front, 150 a day of grain'
    >>> changes({"moorings_lost": 1, "opening.hours_per_day": 12, "shocks.held.probability": 0.5})
    'moorings lost 1, opening 12 hours a day, held probability 0.5'
    """
    said: dict[str, list[str]] = {}
    for path, value in overrides.items():
        text, place = _change(path.split("."), value)
        said.setdefault(place or path, []).append(text)
    return ", ".join(listed(texts) + (place if place not in overrides else "") for place, texts in said.items())


def listed(texts: Sequence[str]) -> str:
    """Write a list in words.

    >>> listed(["one"]), listed(["one", "two", "three"])
    ('one', 'one, two and three')
    """
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def _change(path: Sequence[str], value: Any) -> tuple[str, str]:
    """Write one input, and where it is, which may be shared with others."""
    *_, kind, owner, name = ["", "", *path]
    words, text = name.replace("_", " "), number(value)
    place = "" if owner in ("", "flow", "demand") else f"{_JOINED.get(kind, ' at ')}{owner}"
    if name == "per_day":
        return f"{text} a day", place
    if name == "hours_per_day":
        return f"{owner} {text} hours a day", ""
    if kind == "stages" and name.endswith("s") and not name.endswith(tuple(_TIMES)) and not isinstance(value, str):
        counted = words[:-1] if value == 1 else words
        return f"{text} {counted}", "" if owner == name else place
    for end, unit in _TIMES.items():
        if name.endswith(end):
            words, text = words[: -len(end)], f"{text} {unit}"
    return f"{owner} {words} {text}".strip().replace("_", " "), ""
