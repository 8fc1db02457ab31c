"""`hubcalc scenarios form` and `upload`, without and with a server."""

import json
from pathlib import Path

import pytest

PARTLY = "scenario,name,front.cranes\none,One,4\nbad,,0\n"


@pytest.fixture
def sheet():
    def write(text, name="sheet.csv"):
        Path(name).write_text(text, encoding="utf-8")
        return name

    return write


@pytest.fixture(params=["local", "server"])
def where(request):
    """Say where the scenarios go: into a file here, or to a server."""
    return [] if request.param == "local" else ["--url", request.getfixturevalue("url")]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["xlsx", "ods", "csv"])
def test_an_empty_form_makes_nothing(run, where, suffix):
    run("scenarios", "form", "khorgos-gateway", "-o", f"form.{suffix}", *where)
    assert Path(f"form.{suffix}").stat().st_size > 100
    result = run("scenarios", "upload", f"form.{suffix}", "--of", "khorgos-gateway", *where)
    assert "no scenario" in result.output


def test_one_bad_row_keeps_all_out_unless_told_otherwise(run, where, sheet):
    refused = run("scenarios", "upload", sheet(PARTLY), "--of", "khorgos-gateway", *where, code=2)
    for text in ("C3", "must be >= 1", "a whole number from 1 to 10000 [cranes]", "Nothing is stored"):
        assert text in refused.stderr
    run("show", "one", *where, code=3)
    kept = run("scenarios", "upload", "sheet.csv", "--of", "khorgos-gateway", "--keep-good", *where)
    assert kept.stdout == "one: created, version 1\n"
    assert "C3" in kept.stderr
    assert "One" in run("show", "one", *where).stdout
    again = run("scenarios", "upload", "sheet.csv", "--of", "khorgos-gateway", "--keep-good", "--replace", *where)
    assert again.stdout == "one: unchanged, version 1\n"


def test_a_report_as_json(run, where, sheet):
    sheet("scenario,front.cranes\nwhole,4\nbroken,many\n")
    options = ("--of", "khorgos-gateway", "--json", *where)
    report = json.loads(run("scenarios", "upload", "sheet.csv", "--keep-good", *options).stdout)
    assert [item["outcome"] for item in report["scenarios"]] == ["created"]
    assert [item["cell"] for item in report["findings"]] == ["B3"]
    problem = json.loads(run("scenarios", "upload", "sheet.csv", *options, code=2).stderr)
    assert problem["code"] == "invalid_sheet"
    assert {error["pointer"] for error in problem["errors"]} == {"A2", "B3"}


def test_a_dry_run_ends_as_the_upload_would(run, where, sheet):
    of = ("--of", "khorgos-gateway", "--dry-run", *where)
    result = run("scenarios", "upload", sheet("scenario,front.cranes\ndry,4\n"), *of)
    assert result.stdout == "dry: would be created\n"
    run("scenarios", "upload", sheet("scenario,front.cranes\ndry,4\nbad,0\n"), *of, code=2)
    run("show", "dry", *where, code=3)


def test_a_line_and_a_corridor(run, where):
    for name in ("akhalkalaki-kars", "lianyungang-almaty"):
        run("scenarios", "form", name, "-o", "form.csv", "--layout", "long", *where)
        assert Path("form.csv").read_text(encoding="utf-8").startswith("scenario,path,value,unit,")
        run("scenarios", "upload", "form.csv", "--of", name, *where)


def test_from_standard_input(run):
    result = run(
        *("scenarios", "upload", "-", "--of", "khorgos-gateway", "--dry-run"),
        input="scenario;flow.per_day\npiped;4,5\n",
    )
    assert result.stdout == "piped: would be created\n"


def test_a_scenario_that_comes_with_hubcalc_exists(run, sheet):
    text = "scenario,front.cranes\nkhorgos-high-case,4\n"
    refused = run("scenarios", "upload", sheet(text), "--of", "khorgos-gateway", code=2)
    assert "exists already" in refused.stderr
    assert not Path("hubcalc.sqlite").exists()
    result = run("scenarios", "upload", "sheet.csv", "--of", "khorgos-gateway", "--replace")
    assert result.stdout == "khorgos-high-case: replaced, version 1\n"


def test_the_list_is_as_before(run):
    listed = run("scenarios", "-q", "khorgos", "--json").stdout
    assert {item["id"] for item in json.loads(listed)["items"]} >= {"khorgos-high-case"}
    assert run("scenarios", "--help").stdout.count("form") > 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("scenarios", "form", "nowhere", "-o", "a.xlsx"), 3, "nowhere"),
        (("scenarios", "form", "khorgos-gateway", "-o", "a.xls"), 2, ".xlsx"),
        (("scenarios", "form", "khorgos-gateway", "-o", "a.csv", "--fields", "front.crane"), 2, "front.cranes"),
        (("scenarios", "upload", "missing.csv", "--of", "khorgos-gateway"), 2, "missing.csv"),
        (("scenarios", "upload", "sheet.csv"), 2, "--of"),
        (("scenarios", "--json", "form", "khorgos-gateway", "-o", "a.csv"), 2, "belongs behind"),
    ],
)
def test_what_cannot_be_is_said(run, arguments, code, said):
    result = run(*arguments, code=code)
    assert said in result.stderr
    assert not Path("a.xls").exists()
    assert not Path("a.csv").exists()
