"""What an ask gives: a table, a sentence, and how far it may be trusted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubcalc.documents import Documents
from hubcalc.tables import Table
from hubmodels import Corridor, HubBase
from hubmodels.results import Advice, Verdict
from hubmodels.scenario import Subject

_ORDER = ("exact", "approximate", "simulated", "unstable", "refused")
"""From the most trusted to the least."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about: a document with overrides by path, a value or several."""

    subject: Subject
    document: HubBase | Corridor
    overrides: Mapping[str, Any]
    documents: Documents


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
    return f"{number(count)} {'TEU' if unit == 'teu' else unit if count == 1 else unit + 's'}"


def differing(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Leave in each row the inputs that are not the same in all rows, by the last two words of their paths.

    >>> differing([{"stages.gate.lanes": 1, "flow.per_day": 8}, {"stages.gate.lanes": 2, "flow.per_day": 8}])
    [{'gate.lanes': 1}, {'gate.lanes': 2}]
    """
    paths = [path for path in (rows[0] if rows else {}) if len({str(row[path]) for row in rows}) > 1]
    return [{".".join(path.split(".")[-2:]): row[path] for path in paths} for row in rows]


def each(rows: Sequence[Mapping[str, Any]], sentences: Sequence[str]) -> list[str]:
    """Put what is different in its row before each sentence, where there are several."""
    if len(sentences) == 1:
        return list(sentences)
    pairs = zip(differing(rows), sentences, strict=True)
    return [f"with {changes(inputs)}: {sentence}" if inputs else sentence for inputs, sentence in pairs]


def changes(overrides: Mapping[str, Any]) -> str:
    """Write which inputs a row has.

    >>> changes({"stages.front.cranes": 4, "flow.per_day": 12.5})
    'stages.front.cranes = 4, flow.per_day = 12.5'
    """
    return ", ".join(f"{path} = {number(value)}" for path, value in overrides.items())
