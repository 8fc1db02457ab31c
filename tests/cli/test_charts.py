"""`--chart`: a chart of the result beside its text, as a picture or as its specification."""

import json

import pytest

KHORGOS = "khorgos-gateway"
COMMANDS = [
    ("analyze", KHORGOS, "--method", "fast"),
    ("analyze", KHORGOS, "--method", "fast", "--set", "flow.per_day=9..11", "--fields", "wait_mean_hours"),
    ("curve", KHORGOS, "--points", "4", "--method", "fast"),
    ("day", "nur-zholy-khorgos"),
    ("clearing", KHORGOS, "--queue", "30"),
    ("recovery", KHORGOS, "--closed-hours", "72"),
    ("simulate", KHORGOS, "--precision", "0.1", "--seed", "1"),
    ("queue", "arrivals_per_hour=4,5,6", "service_hours=0.3", "servers=3"),
    ("capacity", "gate", "lanes=1,2,3", "service_minutes=3", "vehicles_per_hour=10"),
    ("transit", "middle-corridor", "--method", "fast"),
    ("flow", "middle-corridor", "--method", "fast", "--view", "elements"),
]


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_chart_is_written_beside_the_text(run, tmp_path, command):
    result = run(*command, "--chart", "chart.json")
    spec = json.loads((tmp_path / "chart.json").read_text(encoding="utf-8"))
    assert spec["$schema"].endswith("vega-lite/v5.json")
    title = " ".join(spec["title"]["text"])
    assert f"chart.json: {title}" in result.stderr
    assert result.stdout
    assert "chart.json" not in result.stdout


@pytest.mark.parametrize(("suffix", "start"), [("svg", b"<svg"), ("PNG", b"\x89PNG")])
def test_pictures(run, tmp_path, suffix, start):
    pytest.importorskip("vl_convert")
    run("analyze", KHORGOS, "--method", "fast", "--chart", f"ladder.{suffix}")
    assert (tmp_path / f"ladder.{suffix}").read_bytes().startswith(start)


def test_the_chart_shows_the_numbers_of_the_report(run, tmp_path):
    asked = ("analyze", KHORGOS, "--method", "fast", "--set", "flow.per_day=9..11", "--fields", "wait_mean_hours")
    report = json.loads(run(*asked, "--chart", "waits.json", "--json").stdout)
    spec = json.loads((tmp_path / "waits.json").read_text(encoding="utf-8"))
    values = [result["metrics"]["wait_mean_hours"]["value"] for result in report["results"]]
    assert [record["value"] for record in spec["data"]["values"]] == values


def test_the_capacity_curve_marks_the_sustainable_capacity(run, tmp_path):
    run("curve", KHORGOS, "--points", "4", "--method", "fast", "--set", "flow.per_day=8", "--chart", "curve.json")
    spec = json.loads((tmp_path / "curve.json").read_text(encoding="utf-8"))
    marks = {record.get("mark"): record["flow"] for layer in spec["layer"] for record in layer["data"]["values"]}
    asked = ("--set", "flow.per_day=8", "--method", "fast", "--fields", "sustainable_capacity_per_day", "--json")
    report = json.loads(run("analyze", KHORGOS, *asked).stdout)
    found = report["results"][0]["metrics"]["sustainable_capacity_per_day"]["value"]
    assert (marks["present"], marks["sustainable"]) == (8.0, pytest.approx(found))


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("analyze", KHORGOS, "--chart", "a.pdf"), ".svg, .png, .json"),
        (("analyze", KHORGOS, "--method", "fast", "--chart", "nowhere/a.svg"), "cannot be written"),
        (("analyze", KHORGOS, "--method", "fast", "--view", "evidence", "--chart", "a.svg"), "no chart"),
        (("queue", "--chart", "a.svg"), "no chart"),
        (("capacity", "--chart", "a.svg"), "no chart"),
        (("queue", "arrivals_per_hour=4", "service_hours=0.3", "servers=3", "--chart", "a.svg"), "no chart"),
    ],
)
def test_what_cannot_be_drawn_is_said(run, tmp_path, command, said):
    assert said in " ".join(run(*command, code=2).output.split())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_server_is_asked_for_the_numbers(run, url, tmp_path):
    run("analyze", KHORGOS, "--method", "fast", "--url", url, "--chart", "remote.json")
    run("curve", KHORGOS, "--points", "3", "--method", "fast", "--url", url, "--chart", "curve.json")
    run("analyze", KHORGOS, "--method", "fast", "--chart", "local.json")
    remote, local = (json.loads((tmp_path / f"{name}.json").read_text("utf-8")) for name in ("remote", "local"))
    assert remote == local
    assert "sustainable" in (tmp_path / "curve.json").read_text("utf-8")
