"""Studies and jobs on a server, by the command line."""

import csv
import json
from pathlib import Path

import pytest

from hubcalc.client import Client

CRANES = "stages.front.cranes"
ASKED = ("khorgos-gateway", "--set", f"{CRANES}=3,4", "--set", "flow.per_day=9..11", "--fields", "utilization")


@pytest.fixture(autouse=True)
def server(url, monkeypatch):
    monkeypatch.setenv("HUBCALC_URL", url)


def values_in(text):
    """Give the numbers of the table of rows."""
    return [line.split() for line in text.partition("Rows\n")[2].splitlines() if line.strip()[:1].isdigit()]


@pytest.mark.slow
def test_rows_of_a_sweep_are_the_same_as_without_a_server(run, monkeypatch):
    there = run("sweep", *ASKED).stdout
    run("sweep", *ASKED, "--out", "there.csv")
    monkeypatch.delenv("HUBCALC_URL")
    here = run("sweep", *ASKED).stdout
    run("sweep", *ASKED, "--out", "here.csv")
    assert values_in(there) == values_in(here)
    assert len(values_in(there)) == 6
    assert Path("there.csv").read_bytes() == Path("here.csv").read_bytes()


def test_a_job_that_is_done_shows_its_rows(run, url):
    with Client(url) as client:
        made = client.sweep(
            {
                "subject": {"kind": "hub", "id": "khorgos-gateway"},
                "fields": ["utilization"],
                "design": {"kind": "grid", "values": {CRANES: [3, 4]}},
            }
        )
    text = run("job", made.job.id, "--wait").stdout
    assert len(values_in(text)) == 2
    assert [job["id"] for job in json.loads(run("jobs", "--json").stdout)].count(made.job.id) == 1
    run("job", made.job.id, "--out", "rows.csv")
    with Path("rows.csv").open(newline="", encoding="utf-8") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["ok", "ok"]
    run("job", made.job.id, "--delete")
    assert run("job", made.job.id, code=3).stderr
