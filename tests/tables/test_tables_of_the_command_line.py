"""`--output FILE` of the commands: what --csv prints, in a file of the kind that its suffix names."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from readback import page, separated, workbook

from hubcalc.cli import main

ANALYZE = (
    "analyze",
    "khorgos-gateway",
    "--set",
    "stages.front.cranes=2,3",
    "--fields",
    "utilization",
    "--method",
    "fast",
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUBCALC_DATABASE", str(tmp_path / "hubs.sqlite"))

    def invoke(*arguments, code=0):
        result = CliRunner().invoke(main, list(arguments))
        assert result.exit_code == code, result.output
        return result

    return invoke


@pytest.mark.parametrize("suffix", ["csv", "tsv", "html", "xlsx", "ods", "XLSX"])
def test_a_file_has_what_csv_prints(run, suffix):
    printed = separated(run(*ANALYZE, "--csv").stdout.encode())
    result = run(*ANALYZE, "--output", f"found.{suffix}")
    assert result.stdout == ""
    assert result.stderr == f"found.{suffix}: 2 rows\n"
    content = Path(f"found.{suffix}").read_bytes()
    if suffix in ("csv", "tsv"):
        rows = separated(content, suffix)
    elif suffix == "html":
        rows = page(content)[0]
    else:
        rows = workbook(content)
    assert [[float(c) if r and i < 2 else c for i, c in enumerate(row)] for r, row in enumerate(rows)] == [
        [float(c) if r and i < 2 else c for i, c in enumerate(row)] for r, row in enumerate(printed)
    ]


def test_lists_are_tables_too(run):
    run("hubs", "--output", "hubs.xml")
    assert Path("hubs.xml").read_text(encoding="utf-8").count("<item>") > 5


def test_a_file_of_another_kind_is_refused_before_anything_is_done(run):
    result = run("hubs", "--output", "hubs.pdf", code=2)
    assert ".xlsx" in result.stderr
    assert not Path("hubs.pdf").exists()


def test_json_is_no_table(run):
    result = run("hubs", "--output", "hubs.csv", "--json", code=2)
    assert "exclude each other" in json.loads(result.stderr or result.stdout)["detail"]


def test_a_folder_that_is_not_there(run):
    result = run("hubs", "--output", "none/hubs.csv", code=2)
    assert "cannot be written" in result.stderr
