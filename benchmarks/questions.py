"""Answers the twelve questions and writes docs/questions: ``python benchmarks/questions.py``.

Each page is made anew from the scenario and its answer; its section "Reading" is written by hand and kept.
"""

import json
import sys
from pathlib import Path
from typing import Any

import hubfixtures
from hubcalc.answers import ask
from hubcalc.charts.pictures import svg
from hubmodels.answers import Answer, AnswerPart

PAGES = Path(__file__).parents[1] / "docs" / "questions"
READING = "## Reading"
MOST_ROWS = 15
MOST_COLUMNS = 11
_LAST = ("verdict", "method", "expected_error", "warnings", "basis", "source")
"""Columns that a page leaves out: the verdict of the part stands above its table."""


def questions() -> list[str]:
    """List the scenarios that answer the questions."""
    return [name for name in hubfixtures.names("scenarios") if name[0] == "q" and name[1:3].isdigit()]


def main() -> None:
    """Write all pages and the list of them."""
    chosen = sys.argv[1:]
    PAGES.mkdir(parents=True, exist_ok=True)
    answers = {name: ask(name) for name in questions() if not chosen or name[:3] in chosen}
    for name, answer in answers.items():
        page = PAGES / f"{name[:3]}.md"
        page.write_text(page_of(name, answer, reading_of(page)), encoding="utf-8")
    if not chosen:
        (PAGES / "index.md").write_text(index_of(answers), encoding="utf-8")


def reading_of(page: Path) -> str:
    """Give the section of a page that is written by hand."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    before, found, after = text.partition(f"{READING}\n")
    return after.partition("\n## ")[0].strip() if found and before else "Not written yet."


def page_of(name: str, answer: Answer, reading: str) -> str:
    """Write one page."""
    scenario = hubfixtures.load(name, "scenarios")
    parts = [
        f"# {scenario.name}\n",
        f"{scenario.question}\n",
        f"{scenario.summary} Scenario `{name}`, model version {answer.model_version}.\n",
        f"```console\n$ hubcalc ask {name}\n```\n",
        f"```http\nGET /v1/scenarios/{name}/answer\n```\n",
        f"{READING}\n\n{reading}\n",
    ]
    parts += [_part(name, number, part) for number, part in enumerate(answer.parts, 1)]
    parts.append(_evidence(answer))
    return "\n".join(parts)


def _part(name: str, number: int, part: AnswerPart) -> str:
    verdict = part.verdict
    error = "" if verdict.expected_error is None else f", expected error {100 * verdict.expected_error:.2g} %"
    reason = f": {_shortened(verdict.reason)}" if verdict.reason else ""
    text = [f"## {number}. {part.title}\n", f"{part.finding[0].upper()}{part.finding[1:]}.\n"]
    text.append(f"Verdict: **{verdict.status}**{error}{reason}.\n")
    if part.chart is not None:
        file = f"{name}-{number}.svg"
        (PAGES / file).write_text(svg(part.chart), encoding="utf-8")
        text.append(f"![{part.title}]({file})\n")
    text.append(_table(part))
    text.append(f"`{part.command}`\n")
    text.append(f"`{part.request}`\n")
    return "\n".join(text)


def _table(part: AnswerPart) -> str:
    shown = [i for i, column in enumerate(part.columns) if column.name not in _LAST and _differs(part, i)]
    shown = shown[:MOST_COLUMNS]
    heads = [part.columns[i].name.replace("_", " ") + _unit(part.columns[i].unit) for i in shown]
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(shown)]
    lines += ["| " + " | ".join(_cell(row[i]) for i in shown) + " |" for row in part.rows[:MOST_ROWS]]
    rest = len(part.rows) - MOST_ROWS
    return "\n".join(lines) + (f"\n\n{rest} further rows.\n" if rest > 0 else "\n")


def _differs(part: AnswerPart, column: int) -> bool:
    """Leave out paths that are the same in all rows: they stand in the evidence."""
    values = {str(row[column]) for row in part.rows}
    return "." not in part.columns[column].name or len(values) > 1


def _evidence(answer: Answer) -> str:
    lines = [
        "## Where the inputs come from\n",
        "Inputs that this scenario changes; those of hubs, lines and corridors have theirs in their documents.\n",
        "| input | value | unit | basis | source | note |",
        "|" + " --- |" * 6,
    ]
    for item in answer.evidence:
        value = ", ".join(map(_cell, item.value)) if isinstance(item.value, list) else _cell(item.value)
        source = f"[{item.source}]({item.url})" if item.url else item.source or ""
        lines.append(f"| `{item.path}` | {value} | {item.unit} | {item.basis} | {source} | {item.note} |")
    return "\n".join(lines) + "\n"


def index_of(answers: dict[str, Answer]) -> str:
    """Write the list of pages."""
    lines = [
        "# Twelve questions\n",
        "Questions that consultants ask about the corridors between China and Europe, each a scenario that comes with "
        "hubcalc: documents with sources, a few changed inputs with theirs, and what is asked. They are written by "
        "`make questions`; all their numbers are computed. `hubcalc ask <id>` gives the same, and "
        "`GET /v1/scenarios/<id>/answer`.\n",
        "| question | scenario | verdicts |",
        "| --- | --- | --- |",
    ]
    for name, answer in answers.items():
        verdicts = ", ".join(dict.fromkeys(part.verdict.status for part in answer.parts))
        lines.append(f"| [{answer.scenario.question}]({name[:3]}.md) | `{name}` | {verdicts} |")
    return "\n".join(lines) + "\n"


def _shortened(reason: str) -> str:
    return reason if len(reason) <= 160 else reason[:160].rsplit(" ", 1)[0] + " ..."


def _unit(unit: str) -> str:
    return "" if unit in ("", "1") else f" [{unit}]"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    return json.dumps(value) if isinstance(value, bool) else str(value).replace("|", "/")


if __name__ == "__main__":
    main()
