"""The documentation is complete, its links lead somewhere, and the repository tells nothing of machines.

Examples on the pages are run by tests/test_docs_examples.py.
"""

import inspect
import re
import subprocess
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, get_args

import pytest

from hubcalc import capacity, errors, queueing
from hubcalc.analysis import METRIC_NAMES
from hubcalc.analysis import warnings as warnings_module
from hubcalc.analysis.corridors.questions import QUESTIONS
from hubcalc.analysis.methods import Method
from hubcalc.api import create_app
from hubcalc.api.problems import FRAMEWORK_TITLES, status_of
from hubcalc.calculators import CALCULATORS
from hubcalc.settings import Settings
from hubcalc.simulation.trace import TraceEvent
from hubcalc.tables import FORMATS
from hubmodels.durations import LAW_MODELS
from hubmodels.paths import inputs
from hubmodels.results import InputEvidence, VerdictStatus
from hubmodels.simulation_results import SimulationStatus
from hubmodels.stages import STAGE_KINDS
from hubmodels.tables import station_columns

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def rows(name: str) -> dict[str, list[str]]:
    """Map the first cell of each row of a page's tables, where it is code, to the other cells."""
    found = {}
    for line in read(name).splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| `") and len(cells) > 1:
            found[cells[0].strip("`")] = cells[1:]
    return found


# What is public is documented


def public_functions() -> list[Any]:
    """Give the public functions of queueing and of the modules of capacity."""
    found = {f"queueing.{name}": getattr(queueing, name) for name in queueing.__all__}
    for item in iter_modules(capacity.__path__):
        module = import_module(f"hubcalc.capacity.{item.name}")
        own = {k: v for k, v in vars(module).items() if getattr(v, "__module__", "") == module.__name__}
        found |= {f"capacity.{item.name}.{name}": value for name, value in own.items() if name[0] != "_"}
    return [pytest.param(value, id=name) for name, value in found.items() if inspect.isfunction(value)]


@pytest.mark.parametrize("function", public_functions())
def test_functions_document_their_parameters_in_order(function: Callable[..., Any]) -> None:
    text = inspect.cleandoc(function.__doc__ or "")
    sections = dict(re.findall(r"^(\w+)\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", text, re.MULTILINE | re.DOTALL))
    assert {"Parameters", "Returns", "Examples"} <= set(sections)
    assert ">>> " in sections["Examples"]
    documented = re.findall(r"^\**(\w+) : ", sections["Parameters"], re.MULTILINE)
    assert documented == list(inspect.signature(function).parameters)


CORRIDOR_MODULES = sorted((ROOT / "hubcalc" / "analysis" / "corridors").glob("*.py"))
CORRIDOR_WARNINGS = {code for path in CORRIDOR_MODULES for code in re.findall(r'code="(\w+)"', path.read_text())}
WORDS = {
    "metric": ("glossary.md", METRIC_NAMES),
    "kind of stage": ("glossary.md", STAGE_KINDS),
    "kind of stage with a method": ("methods.md", STAGE_KINDS),
    "kind of stage with a section": ("stages.md", STAGE_KINDS),
    "law of service time": ("glossary.md", tuple(LAW_MODELS)),
    "column of the station table": ("glossary.md", tuple(station_columns())),
    "status of a verdict": ("glossary.md", get_args(VerdictStatus)),
    "status of a simulation": ("simulation.md", get_args(SimulationStatus)),
    "event of a trace": ("simulation.md", tuple(event.name.lower() for event in TraceEvent)),
    "basis of evidence": ("glossary.md", get_args(InputEvidence.model_fields["basis"].annotation)),
    "question about a corridor": ("corridors.md", tuple(QUESTIONS)),
    "warning about a corridor": ("corridors.md", CORRIDOR_WARNINGS),
    "question about a corridor with a method": ("methods.md", tuple(QUESTIONS)),
    "format": ("api.md", FORMATS),
    "warning": ("methods.md", tuple(re.findall(r'code="(\w+)"', inspect.getsource(warnings_module)))),
}


@pytest.mark.parametrize("kind", WORDS)
def test_every_word_is_on_its_page(kind: str) -> None:
    page, words = WORDS[kind]
    text = read(page)
    assert words
    assert [word for word in words if f"`{word}`" not in text] == [], f"{kind} missing from docs/{page}"


def test_every_rung_of_the_ladder_is_explained() -> None:
    text = read("methods.md")
    assert [method.label for method in Method if f"`{method.label}`" not in text] == []


def operations() -> dict[tuple[str, str], list[str]]:
    """Give each operation of the OpenAPI document with the names of its query parameters."""
    document: dict[str, Any] = create_app(Settings()).openapi_schema.to_schema()
    return {
        (method.upper(), path): [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "head"
    }


COPY_AS = "/copy-as"


def test_every_route_is_on_the_page_of_the_api() -> None:
    text = re.sub(r"\{\w+\}", "{}", read("api.md"))
    missing = [f"{method} {path}" for method, path in operations() if f"`{method} {plain(path)}`" not in text]
    assert missing == []


def plain(path: str) -> str:
    """Write a path as the page does: what stands beside many routes is named once."""
    return f"...{COPY_AS}" if path.endswith(COPY_AS) else re.sub(r"\{\w+\}", "{}", path)


def test_every_reserved_parameter_is_on_the_page_of_the_api() -> None:
    inputs_of_calculators = {leaf for calculator in CALCULATORS.values() for leaf in inputs(calculator.question)}
    named = {name for names in operations().values() for name in names} - {"overrides", "inputs"}
    named = {name for name in named if not name.startswith("target_")} - (inputs_of_calculators - {"method"})
    assert {"format", "fields", "view", "scale", "version", "model_version"} <= named
    text = read("api.md")
    assert [name for name in sorted(named) if f"`{name}`" not in text] == []


def test_the_table_of_settings_is_true() -> None:
    fields = Settings.model_fields
    table = {name: cells for name, cells in rows("deploy.md").items() if name.startswith("HUBCALC_")}
    assert set(table) == {f"HUBCALC_{name.upper()}" for name in fields}
    for name, field in fields.items():
        assert table[f"HUBCALC_{name.upper()}"][0].strip("`") == str(field.default)


def test_the_table_of_errors_is_true() -> None:
    ours = {code: cls for code, cls in errors.by_code().items() if cls is not errors.HubcalcError}
    remote = {code for code, cls in ours.items() if issubclass(cls, errors.RemoteError)}
    framework = {"method_not_allowed": "405", "bad_request": "4xx", "internal_error": "500", "busy": "503"}
    assert set(framework) == set(FRAMEWORK_TITLES)
    statuses = {code: "none" if code in remote else str(status_of(cls.of())) for code, cls in ours.items()} | framework
    table = rows("errors.md")
    assert {code: cells[0] for code, cells in table.items()} == statuses
    assert all(len(cells) == 3 and all(cells) for cells in table.values()), "each code has a meaning and a remedy"


# Links


LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


def anchors(path: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


FOLDERS = (ROOT, DOCS / "atlas", DOCS / "questions", ROOT / "benchmarks")
MARKDOWN = [*PAGES, *(page for folder in FOLDERS for page in sorted(folder.glob("*.md")))]


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


def test_the_pages_are_linked_to_each_other() -> None:
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in MARKDOWN
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target)
    }
    assert [page.name for page in PAGES if page.name != "index.md" and page.resolve() not in linked] == []


# What the repository does not tell


LEAKS = {
    "address of a package index": r"(pythonhosted|pypi)\.org|(?<![\w-])--(extra-)?index-url|/simple/",
    "folder of a machine": r"(?<![\w.<])/(root|work|home|Users|workspace)/|\b[A-Z]:\\Users",
    "address of a private network": r"(?<![\d.])(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+(?![\d.])",
    "key": r"-----BEGIN [A-Z ]*PRIVATE KEY|\b(ghp|glpat|xox[bp])[-_]\w{10}|\bAKIA[0-9A-Z]{16}\b",
}
SCRATCH = r"(?<![\w.<])/tmp/"
MADE_ELSEWHERE = ("hubcalc/api/static/swagger-ui/", "LICENSE")


def repository() -> list[str]:
    """List the files under version control, and those that are about to be."""
    wanted = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(wanted, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return [name for name in listed.splitlines() if not name.startswith(MADE_ELSEWHERE) and (ROOT / name).is_file()]


@pytest.mark.skipif(not repository(), reason="no git checkout")
@pytest.mark.parametrize("leak", [*LEAKS, "scratch folder"])
def test_nothing_tells_of_the_machine_it_was_made_on(leak: str) -> None:
    pattern = re.compile(LEAKS.get(leak, SCRATCH))
    # an image has folders of its own
    names = [name for name in repository() if leak != "scratch folder" or name.endswith((".py", ".md", ".json"))]
    found = []
    for name in names:
        if (ROOT / name) == Path(__file__):
            continue
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{name}:{number}: {line.strip()[:120]}")
    assert found == []


def test_no_file_lies_about() -> None:
    stray = re.compile(r"(^|/)(\.hypothesis|__pycache__|\.DS_Store)(/|$)|\.(sqlite|sqlite-wal|log|pyc|orig|rej|swp)$")
    assert [name for name in repository() if stray.search(name)] == []
