"""Structure: who may import whom, how large things may grow, and where each kind of stage has its files."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import get_args

import pytest

import hubcalc
import hubfixtures
import hubmodels
from hubcalc.analysis.stages import STAGE_METHODS
from hubmodels.stages import STAGE_KINDS

ROOTS = {package.__name__: Path(str(package.__file__)).parent for package in (hubcalc, hubmodels, hubfixtures)}

FACE = {
    *("hubcalc.answers", "hubcalc.charts", "hubcalc.jobs", "hubcalc.studies"),
    *("hubcalc.copying", "hubcalc.sheets", "hubcalc.workbooks"),
    *("hubcalc.analysis", "hubcalc.scenarios", "hubcalc.store", "hubcalc.documents", "hubcalc.settings"),
    *(
        "hubcalc.cached",
        "hubcalc.calculators",
        "hubcalc.errors",
        "hubcalc.frames",
        "hubcalc.tables",
        "hubcalc.version",
        "hubcalc.warming",
    ),
    *("hubcalc.words", "hubmodels", "hubfixtures"),
}
ALLOWED = {
    "hubmodels": set(),
    "hubfixtures": {"hubmodels"},
    "hubcalc.cached": set(),
    "hubcalc.errors": set(),
    "hubcalc.frames": set(),
    "hubcalc.settings": set(),
    "hubcalc.units": set(),
    "hubcalc.version": set(),
    "hubcalc.words": set(),
    "hubcalc.arguments": {"hubcalc.errors"},
    "hubcalc.compiled": {"hubcalc.arguments"},
    "hubcalc.queueing": {"hubcalc.arguments", "hubcalc.cached", "hubcalc.compiled", "hubcalc.errors", "hubcalc.units"},
    "hubcalc.capacity": {
        *("hubcalc.arguments", "hubcalc.compiled", "hubcalc.errors", "hubcalc.queueing", "hubcalc.units"),
    },
    "hubcalc.simulation": {
        *(
            "hubcalc.arguments",
            "hubcalc.cached",
            "hubcalc.compiled",
            "hubcalc.errors",
            "hubcalc.queueing",
            "hubcalc.units",
        ),
    },
    "hubcalc.network": {
        *(
            "hubcalc.arguments",
            "hubcalc.cached",
            "hubcalc.compiled",
            "hubcalc.errors",
            "hubcalc.queueing",
            "hubcalc.units",
        ),
    },
    "hubcalc.documents": {"hubcalc.errors", "hubcalc.words", "hubmodels", "hubfixtures"},
    "hubcalc.scenarios": {"hubcalc.documents", "hubcalc.errors", "hubcalc.words", "hubmodels"},
    "hubcalc.analysis": {
        *("hubcalc.queueing", "hubcalc.capacity", "hubcalc.simulation", "hubcalc.network", "hubcalc.scenarios"),
        *("hubcalc.documents", "hubcalc.arguments", "hubcalc.cached", "hubcalc.frames"),
        *("hubcalc.errors", "hubcalc.readings", "hubcalc.units", "hubcalc.version", "hubcalc.words", "hubmodels"),
    },
    "hubcalc.calculators": {
        *("hubcalc.queueing", "hubcalc.capacity", "hubcalc.scenarios", "hubcalc.frames", "hubcalc.readings"),
        *(
            "hubcalc.arguments",
            "hubcalc.cached",
            "hubcalc.errors",
            "hubcalc.units",
            "hubcalc.version",
            "hubcalc.words",
            "hubmodels",
        ),
    },
    "hubcalc.readings": {"hubmodels"},
    "hubcalc.warming": {
        *("hubcalc.compiled", "hubcalc.queueing", "hubcalc.capacity", "hubcalc.simulation", "hubcalc.network"),
    },
    "hubcalc.tables": {"hubcalc.errors", "hubcalc.words", "hubmodels"},
    "hubcalc.copying": {"hubcalc.errors", "hubcalc.scenarios", "hubcalc.version", "hubcalc.words"},
    "hubcalc.sheets": {
        *("hubcalc.analysis", "hubcalc.answers", "hubcalc.documents", "hubcalc.errors", "hubcalc.scenarios"),
        *("hubcalc.store", "hubcalc.tables", "hubcalc.version", "hubcalc.words", "hubmodels"),
    },
    "hubcalc.workbooks": {
        *("hubcalc.analysis", "hubcalc.answers", "hubcalc.cached", "hubcalc.charts", "hubcalc.documents"),
        *("hubcalc.errors", "hubcalc.scenarios", "hubcalc.tables", "hubcalc.units", "hubcalc.version"),
        *("hubcalc.words", "hubmodels"),
    },
    "hubcalc.answers": {
        *("hubcalc.analysis", "hubcalc.calculators", "hubcalc.charts", "hubcalc.documents", "hubcalc.errors"),
        *("hubcalc.readings", "hubcalc.scenarios", "hubcalc.tables", "hubcalc.units", "hubcalc.version"),
        *("hubcalc.words", "hubmodels"),
    },
    "hubcalc.charts": {"hubcalc.errors", "hubmodels"},
    "hubcalc.sampling": {"hubcalc.arguments", "hubcalc.cached", "hubcalc.errors"},
    "hubcalc.studies": {
        *("hubcalc.analysis", "hubcalc.answers", "hubcalc.charts", "hubcalc.sampling", "hubcalc.scenarios"),
        *("hubcalc.arguments", "hubcalc.cached", "hubcalc.documents", "hubcalc.errors", "hubcalc.frames"),
        *("hubcalc.readings", "hubcalc.tables", "hubcalc.units", "hubcalc.version", "hubcalc.words"),
        *("hubfixtures", "hubmodels"),
    },
    "hubcalc.jobs": {
        *("hubcalc.studies", "hubcalc.store", "hubcalc.documents", "hubcalc.errors", "hubcalc.settings"),
        *("hubcalc.version", "hubcalc.words", "hubmodels"),
    },
    "hubcalc.store": {"hubcalc.documents", "hubcalc.errors", "hubcalc.words", "hubfixtures", "hubmodels"},
    "hubcalc.api": FACE,
    "hubcalc.client": FACE,
    "hubcalc.cli": FACE | {"hubcalc.api", "hubcalc.client"},
    "hubcalc.__main__": {"hubcalc.cli"},
}
"""What each part may import of ours, besides itself."""

FORMULAS = {"hubcalc.queueing", "hubcalc.capacity", "hubcalc.simulation", "hubcalc.network"}
FACES = {"hubcalc.api", "hubcalc.cli", "hubcalc.client"}

MOST_LINES = 400
MEDIAN_LINES = 150
MOST_LINES_OF_CODE = 60


@cache
def modules() -> dict[str, Path]:
    """Map the dotted name of each module of ours to its file."""
    found = {}
    for package, root in ROOTS.items():
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join((package, *parts)).removesuffix(".__init__")] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


def part_of(module: str) -> str:
    """Give the part of the design that a module belongs to: hubcalc.analysis.hub is of hubcalc.analysis."""
    return ".".join(module.split(".")[:2]) if module.startswith("hubcalc.") else module.partition(".")[0]


def imports(module: str) -> Iterator[tuple[str, int]]:
    """Give every module that a module imports, anywhere in it, with the line."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{modules()[module]}:{node.lineno}: a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield (inner if inner in modules() else str(node.module)), node.lineno


def of_ours(module: str) -> bool:
    return module.partition(".")[0] in ROOTS


PARTS = sorted({part_of(module) for module in modules()} - {"hubcalc"})


def test_every_part_is_known() -> None:
    assert set(PARTS) == set(ALLOWED), "a new part of hubcalc needs a line in ALLOWED"


@pytest.mark.parametrize("part", PARTS)
def test_imports_go_one_way(part: str) -> None:
    wrong = [
        f"{modules()[module]}:{line} imports {imported}"
        for module in modules()
        if part_of(module) == part
        for imported, line in imports(module)
        if of_ours(imported) and part_of(imported) not in ALLOWED[part] | {part}
    ]
    assert wrong == []


def test_only_analysis_and_calculators_import_formulas_and_models() -> None:
    both = {part for part in PARTS if ALLOWED[part] & (FORMULAS - {part}) and "hubmodels" in ALLOWED[part]}
    assert both == {"hubcalc.analysis", "hubcalc.calculators"}
    assert not any("hubmodels" in ALLOWED[part] for part in FORMULAS)


@pytest.mark.parametrize("part", sorted(FACES))
def test_faces_see_no_insides_of_each_other(part: str) -> None:
    wrong = [
        f"{modules()[module]}:{line} imports {imported}"
        for module in modules()
        if part_of(module) == part
        for imported, line in imports(module)
        if part_of(imported) in FACES - {part} and imported not in FACES
    ]
    assert wrong == []


def test_the_models_need_pydantic_only() -> None:
    known = {"pydantic", "pydantic_core", "annotated_types", "hubmodels", *sys.stdlib_module_names}
    wrong = [
        f"{modules()[module]}:{line} imports {imported}"
        for module in modules()
        if part_of(module) == "hubmodels"
        for imported, line in imports(module)
        if imported.partition(".")[0] not in known
    ]
    assert wrong == []


def test_no_part_is_imported_by_what_it_imports() -> None:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for module in modules():
        if part_of(module) != "hubcalc":
            used = {part_of(imported) for imported, _ in imports(module) if of_ours(imported)}
            sorter.add(part_of(module), *(used - {part_of(module)}))
    order = list(sorter.static_order())  # raises CycleError with the cycle
    assert order.index("hubcalc.analysis") < order.index("hubcalc.api")


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_module_is_long() -> None:
    tests = sorted(Path(__file__).parent.rglob("*.py"))
    long = {str(path): lines for path in (*modules().values(), *tests) if (lines := lines_of(path)) > MOST_LINES}
    assert long == {}


def test_modules_are_short_in_the_median() -> None:
    assert median(lines_of(path) for path in modules().values()) <= MEDIAN_LINES


@pytest.mark.parametrize("part", PARTS)
def test_functions_are_short(part: str) -> None:
    long = {
        f"{modules()[module]}:{node.lineno} {node.name}": lines
        for module in modules()
        if part_of(module) == part
        for node in ast.walk(tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := lines_of_code(module, node)) > MOST_LINES_OF_CODE
    }
    assert long == {}


def lines_of_code(module: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without decorators, docstrings, comments and blank lines."""
    text = modules()[module].read_text(encoding="utf-8").splitlines()
    counted = set(range(node.lineno, int(node.end_lineno or 0) + 1))
    for inner in ast.walk(node):
        if isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Constant) and isinstance(inner.value.value, str):
            counted -= set(range(inner.lineno, int(inner.end_lineno or 0) + 1))
    return sum(1 for line in counted if text[line - 1].strip() and not text[line - 1].strip().startswith("#"))


@pytest.mark.parametrize("package", ["hubmodels.stages", "hubcalc.analysis.stages"])
def test_each_kind_of_stage_has_its_file(package: str) -> None:
    here = {name.removeprefix(f"{package}.") for name in modules() if name.startswith(f"{package}.")}
    assert here - {"base"} == set(STAGE_KINDS)


def test_each_kind_of_stage_has_its_method() -> None:
    kinds = {get_args(stage.model_fields["kind"].annotation)[0]: stage for stage in STAGE_METHODS}
    assert list(kinds) != []
    assert set(kinds) == set(STAGE_KINDS)
    for kind, stage in kinds.items():
        assert stage.__module__ == f"hubmodels.stages.{kind}"
        inside = vars(import_module(f"hubcalc.analysis.stages.{kind}")).values()
        assert any(value is STAGE_METHODS[stage] for value in inside), f"{kind}: its method is defined elsewhere"


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import hubcalc", "numpy scipy pandas polars litestar uvicorn httpx hubmodels"),
        ("import hubmodels", "numpy scipy pandas polars litestar hubcalc"),
        ("from hubcalc import Client", "numpy scipy pandas polars litestar"),
        ("from hubcalc import Store", "scipy polars litestar"),  # sqlite-utils itself imports pandas where there is one
        ("from hubcalc import create_app", "scipy.stats polars"),
    ],
)
def test_imports_are_lazy(statement: str, unwanted: str) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", f"{statement}; import sys; print(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert set(unwanted.split()) & set(loaded) == set()
