"""The catalogue of docs/formulas.md is what its script writes now, and the page speaks of what there is."""

import importlib.util
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from hubcalc import capacity, queueing

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "formulas.md").read_text(encoding="utf-8")
TEXT, CATALOGUE = PAGE.split("\n## Catalogue\n")
SCRIPT = ROOT / "benchmarks" / "formula_catalogue.py"


@pytest.fixture(scope="module")
def script() -> Any:
    spec = importlib.util.spec_from_file_location("formula_catalogue", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_catalogue_is_what_the_script_writes(script):
    written = CATALOGUE.partition(script.BEGIN)[2].partition(script.END)[0].strip()
    assert written == script.catalogue(), "run python benchmarks/formula_catalogue.py"


def test_every_public_function_has_a_row():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", CATALOGUE, re.MULTILINE))
    public = [name for name in queueing.__all__ if inspect.isfunction(getattr(queueing, name))]
    public += [name for name in capacity.__all__ if inspect.isfunction(getattr(capacity, name))]
    assert [name for name in public if name not in rows] == []
    assert all(len(cells.split(" | ")) == 3 and all(cells.split(" | ")) for cells in map(rows.get, public))


def test_every_standing_is_of_something_and_is_explained(script):
    functions = [*script.queueing_functions().values(), *script.capacity_functions().values()]
    known = {function.__name__ for function in functions} | {script.module_of(function) for function in functions}
    assert [name for name in script.STANDINGS if name not in known] == []
    explained = TEXT.partition("| standing | meaning |")[2].partition("\n\n")[0]
    plain = {script.standing(function).partition(";")[0] for function in functions}
    for name in (script.EXACT, script.SOLVED, script.BOUND, script.FLUID, script.BALANCE, script.RULE, "approximation"):
        assert name in plain
        assert f"| {name} |" in explained


def test_the_page_names_nothing_that_is_gone(script):
    known = {*queueing.__all__, *capacity.__all__}
    known |= {
        name for function in script.queueing_functions().values() for name in inspect.signature(function).parameters
    }
    named = re.findall(r"`([A-Za-z]\w*_\w*[A-Za-z0-9])`", PAGE)
    assert [name for name in named if name not in known] == []


def test_works_that_the_text_names_are_listed():
    works = CATALOGUE.partition("### Works")[2].splitlines()
    found = re.findall(r"([A-Z][\w-]+) \((\d{4}(?:, \d{4})*)\)", TEXT)
    named = [(name, year) for name, years in found for year in years.split(", ")]
    assert len(named) > 50
    assert [pair for pair in named if not any(all(part in work for part in pair) for work in works)] == []


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ('A. K. Erlang (1917), "Solution of some problems", Elektroteknikeren 13, 5-13.', "Erlang (1917)"),
        ('A. J. E. M. Janssen, J. S. H. van Leeuwaarden (2005), "Title"', "Janssen, van Leeuwaarden (2005)"),
        ("Liu, L., Kashyap, B. R. K. & Templeton, J. G. C. (1990). Title.", "Liu, Kashyap, Templeton (1990)"),
        ('F. Baskett, K. M. Chandy, R. R. Muntz, F. G. Palacios (1975), "Title"', "Baskett et al. (1975)"),
        ("W.-P. Wang, D. Tipper, S. Banerjee (1996), Title", "Wang, Tipper, Banerjee (1996)"),
        ("UIC (2013). UIC Code 406.", "UIC (2013)"),
        ("A worked example of lecture notes: periods of 58 minutes.", "A worked example of lecture notes"),
    ],
)
def test_references_in_short(script, reference, expected):
    assert script.short(reference) == expected
