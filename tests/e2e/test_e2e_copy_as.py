"""Copied texts are run against a server, as they are; all give the same numbers."""

import csv
import io
import os
import shutil
import subprocess
import sys

import httpx
import pytest
from click.testing import CliRunner

from hubcalc.cli.copy_as import copy_as
from hubcalc.client import Client

KEY = "key+of&this-server"
TABLE = ("hubs", "khorgos-gateway", "analysis")
GIVEN = {"stages.front.cranes": "2..4", "fields": "theoretical_capacity_per_day", "method": "fast"}
CELL = (*TABLE, "theoretical_capacity_per_day")
ONE = {"stages.front.cranes": "3", "method": "fast"}


def capacity(cranes):
    """Trains a day to the West: over the cranes, which trains to China share, and as far as the tracks take them."""
    over_cranes = 24 * cranes * 16.5 * 0.95 / (45.5 * 1.2 * 1.05) / (1 + 1.65 / 11)
    return min(over_cranes, 15.7115117892)


@pytest.fixture(params=[False, True], ids=["open", "with a key"], scope="module")
def served(request, tmp_path_factory):
    """Give the address of a server; the environment has its key, if it has one."""
    server = request.getfixturevalue("server") if not request.param else None
    if server is not None:
        yield server.url
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUBCALC_API_KEY", KEY)
        keyed = type(request.getfixturevalue("server"))(tmp_path_factory.mktemp("keyed") / "hubs.sqlite")
        keyed.start()
        yield keyed.url
        keyed.end(9)


def texts(url, what, given):
    with Client(url) as client:
        return {text.name: text.text for text in client.copy_as(*what, given=given)}


def python(text, name):
    """Run a program and give one of its variables."""
    space = {}
    exec(text, space)
    return space[name]


@pytest.mark.slow
def test_programs_give_the_same_numbers(served):
    found = texts(served, TABLE, GIVEN)
    expected = [pytest.approx(capacity(cranes), rel=1e-6) for cranes in (2, 3, 4)]
    name = "theoretical_capacity_per_day"
    answer = python(found["httpx"], "answer")
    assert [scenario["metrics"][name]["value"] for scenario in answer["results"]] == expected
    table = python(found["pandas"], "table")
    assert list(table[name]) == expected
    assert python(found["pandas"], "units")[name] == "trains/day"
    report = python(found["hubcalc-client"], "answer").report
    assert [scenario.metrics[name].value for scenario in report.results] == expected


def test_programs_give_one_number(served):
    found = texts(served, CELL, ONE)
    expected = pytest.approx(capacity(3), rel=1e-6)
    assert python(found["httpx"], "value") == expected
    assert python(found["hubcalc-client"], "answer").value == expected


@pytest.mark.slow
def test_commands_give_the_same_numbers(served):
    found = texts(served, TABLE, GIVEN)
    commands = [found["hubcalc-command"].replace("hubcalc", f"{sys.executable} -m hubcalc", 1)]
    if shutil.which("curl"):
        commands.append(found["curl"])
    for command in commands:
        done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=120, env=os.environ)
        assert done.returncode == 0, done.stderr
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        (column,) = (name for name in rows[0] if name.startswith("theoretical_capacity_per_day"))
        assert [float(row[column]) for row in rows] == [
            pytest.approx(capacity(cranes), rel=1e-6) for cranes in (2, 3, 4)
        ]


def test_addresses_of_formulas_answer(served):
    formula = texts(served, CELL, ONE)["excel"]
    address = formula.split('"')[1]
    key = {"key": os.environ["HUBCALC_API_KEY"]} if "hubcalc_key" in formula else {}
    joined = httpx.URL(address.removesuffix("&key=")).copy_merge_params(key)
    assert float(httpx.get(joined, timeout=60).text) == pytest.approx(capacity(3), rel=1e-6)


@pytest.mark.slow
def test_the_command_prints_texts(served):
    asked = ["--set", "stages.front.cranes=3", "--set", "method=fast", "--url", served]
    metric = "theoretical_capacity_per_day"
    result = CliRunner().invoke(copy_as, ["khorgos-gateway", metric, *asked, "--only", "curl"])
    assert result.exit_code == 0, result.output
    assert result.output.strip() == texts(served, CELL, ONE)["curl"]
    corridor = CliRunner().invoke(copy_as, ["middle-corridor", "--set", "method=fast", "--url", served])
    assert "corridors/middle-corridor/transit.csv?method=fast" in corridor.output
    queue = ["queue", "utilization", "--set", "arrivals_per_hour=1", "--set", "service_hours=1", "--set", "servers=2"]
    assert "/v1/queue/utilization.txt?" in CliRunner().invoke(copy_as, [*queue, "--url", served]).output
    assert KEY not in result.output + corridor.output
