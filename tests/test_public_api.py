"""What is public: names that each package gives out, and errors with their codes."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import hubcalc
import hubfixtures
import hubmodels
from hubcalc import errors
from hubcalc.api.problems import FRAMEWORK_TITLES, STATUS, status_of
from hubcalc.errors import HubcalcError

TABLES = {"hubcalc.analysis.stages", "hubcalc.calculators.capacity", "hubcalc.calculators.queue"}
"""Packages whose __init__ holds a table of what is inside, and gives nothing out."""


def packages() -> list[str]:
    """Name every package of ours that gives names out."""
    found = []
    for root in (hubcalc, hubmodels, hubfixtures):
        inner = [item.name for item in walk_packages(root.__path__, f"{root.__name__}.") if item.ispkg]
        found += [root.__name__, *inner]
    return [name for name in found if name not in TABLES and given_out(name)]


def given_out(package: str) -> set[str]:
    """Name what a package defines in its __init__, or imports there from its own modules."""
    tree = ast.parse(Path(str(import_module(package).__file__)).read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(f"{package}."):
            names |= {alias.asname or alias.name for alias in node.names}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in names if not name.startswith("_")}


def test_the_packages_are_found() -> None:
    assert {"hubcalc", "hubcalc.queueing", "hubcalc.api", "hubmodels", "hubmodels.stages"} <= set(packages())


@pytest.mark.parametrize("package", packages())
def test_all_is_complete_and_true(package: str) -> None:
    module = import_module(package)
    assert "__all__" in vars(module), f"{module.__file__}: no __all__"
    assert len(set(module.__all__)) == len(module.__all__)
    assert given_out(package) == set(module.__all__)
    for name in module.__all__:
        assert getattr(module, name) is not None


def test_hubcalc_gives_out_what_it_says_and_no_more() -> None:
    assert dir(hubcalc) == sorted(hubcalc.__all__)
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        _ = hubcalc.analyse


ERRORS = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, HubcalcError)]


def tree_of_the_docstring() -> dict[str, str]:
    """Map each class that the module's docstring draws to the class above it."""
    above: dict[str, str] = {}
    way: list[str] = []
    for line in str(errors.__doc__).splitlines():
        match = re.match(r"^ {4}((?:│   |    )*)(?:[├└]── )?(\w+Error)\b", line)
        if match:
            depth = 0 if line.strip() == match[2] else len(match[1]) // 4 + 1
            way[depth:] = [match[2]]
            above[match[2]] = way[depth - 1] if depth else ""
    return above


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    real = {cls.__name__: "" if cls is HubcalcError else cls.__mro__[1].__name__ for cls in ERRORS}
    assert tree_of_the_docstring() == real


@pytest.mark.parametrize("cls", ERRORS, ids=lambda cls: cls.__name__)
def test_each_error_says_what_it_is(cls: type[HubcalcError]) -> None:
    assert "code" in vars(cls), "an error does not borrow the code of its base"
    assert "title" in vars(cls)
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", cls.code)
    assert re.fullmatch(r"[A-Z].*[^.]", cls.title), "a title is a sentence without its full stop"
    assert cls.__doc__
    assert cls.__name__.endswith("Error")


def test_codes_are_unique() -> None:
    codes = [cls.code for cls in ERRORS]
    assert len(set(codes)) == len(codes)
    assert set(codes) == set(errors.by_code())
    assert not set(codes) & set(FRAMEWORK_TITLES)


@pytest.mark.parametrize("cls", ERRORS, ids=lambda cls: cls.__name__)
def test_each_error_has_a_status(cls: type[HubcalcError]) -> None:
    mapped = [base for base in cls.__mro__ if base in STATUS]
    if cls is HubcalcError or issubclass(cls, errors.RemoteError):
        assert mapped == [], "no server raises it"
        return
    assert mapped, f"{cls.__name__} would be answered as an internal error"
    error = cls.of(errors.Problem("wrong"))
    assert status_of(error) == STATUS[mapped[0]]
    assert 400 <= status_of(error) < 600
