"""`hubcalc curve`, `day`, `clearing` and `recovery`, without a server and with one."""

import csv
import io
import json

import pytest

from hubcalc import capacity_curve, clearing, day_profile, recovery, simulate

COMMANDS = {
    "curve": ("--points", "3"),
    "day": ("--method", "fluid"),
    "clearing": ("--queue", "30"),
    "recovery": ("--closed-hours", "72"),
}
GIVEN = {"stages.front.cranes": 4}
EXPECTED = {
    "curve": lambda: capacity_curve("khorgos-gateway", 3, GIVEN),
    "day": lambda: day_profile("khorgos-gateway", GIVEN, method="fluid"),
    "clearing": lambda: clearing("khorgos-gateway", 30, overrides=GIVEN),
    "recovery": lambda: recovery("khorgos-gateway", 72, overrides=GIVEN),
}


@pytest.fixture
def ask(run):
    def asked(name, *more, **settings):
        return run(name, "khorgos-gateway", "--set", "stages.front.cranes=4", *COMMANDS[name], *more, **settings)

    return asked


def rows(result):
    return list(csv.DictReader(io.StringIO(result.stdout)))


@pytest.mark.parametrize("name", COMMANDS)
def test_json_is_the_result(ask, name):
    assert json.loads(ask(name, "--json").stdout) == EXPECTED[name]().model_dump(mode="json")


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_server_answers_the_same(ask, name, url):
    there = json.loads(ask(name, "--json", "--url", url).stdout)
    assert there["hub"].pop("version") == 1
    here = EXPECTED[name]().model_dump(mode="json")
    here["hub"].pop("version")
    assert there == here


@pytest.mark.slow
def test_a_server_simulates_the_same(run, url):
    asked = ("--set", "stages.front.cranes=4", "--precision", "0.1", "--most-events", "2000000", "--json")
    there = json.loads(run("simulate", "khorgos-gateway", *asked, "--url", url).stdout)
    here = simulate("khorgos-gateway", GIVEN, precision=0.1, most_events=2_000_000).model_dump(mode="json")
    assert there["metrics"] == here["metrics"]
    assert there["inputs"] == here["inputs"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "view", "count"),
    [
        *(("curve", None, 3), ("curve", "levels", 4), ("day", None, 120), ("day", "stages", 5)),
        *(("clearing", None, 1), ("recovery", None, 1)),
    ],
)
def test_tables(ask, name, view, count):
    assert len(rows(ask(name, "--csv", *(("--view", view) if view else ())))) == count


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("curve", (), "wait / service"),
        ("curve", ("--view", "points"), "flow"),
        ("day", (), "longest line"),
        ("day", ("--view", "hours"), "23:00"),
        ("clearing", (), "cleared after"),
        ("clearing", ("--set", "flow.per_day=60"), "never clears"),
        ("clearing", ("--stage", "gate"), "trucks before gate"),
        ("recovery", (), "closed for 72 h (3 days)"),
        ("recovery", ("--set", "flow.per_day=60"), "never recovers"),
    ],
)
def test_words(ask, name, more, said):
    text = ask(name, *more).stdout
    assert said in text
    assert "with flows.westbound.per_day = 60" in text or "with stages.front.cranes = 4" in text


@pytest.mark.slow
def test_days_of_the_week_where_they_differ(run):
    five_days = ("--set", "opening.days_per_week=5")
    text = run("day", "khorgos-gateway", *five_days, "--view", "hours", "--method", "fluid").stdout
    assert "Sat 12:00" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("curve", "xian", "--points", "1"), "from 2 to 200"),
        (("curve", "xian", "--method", "magic"), "no such method"),
        (("day", "xian", "--method", "magic"), "method"),
        (("clearing", "xian"), "Missing option '--queue'"),
        (("clearing", "xian", "--queue", "-1"), "queue"),
        (("clearing", "xian", "--queue", "3", "--stage", "nowhere"), "no stage that units wait for"),
        (("recovery", "xian", "--closed-hours", "0"), "closed_hours"),
        (("recovery", "xian", "--closed-hours", "3", "--set", "stages.front.cranes=2,3"), "here one value is taken"),
    ],
)
def test_bad_input(run, arguments, said):
    assert said in run(*arguments, code=2).stderr


def test_a_file_is_not_sent(run, document, url):
    path = str(document("mine.json", id="mine"))
    assert run("curve", path, "--points", "2").stdout.startswith("Khorgos")
    assert "not sent to the server" in run("curve", path, "--url", url, code=2).stderr


def test_a_line_that_is_only_run_has_no_hours(run):
    text = run("day", "khorgos-almaty-road").stdout
    assert "No stage of the main route has hours" in text
    assert "Hour by hour" not in text
    assert "Hour by hour" in run("day", "khorgos-gateway", "--method", "fluid").stdout
