"""`hubcalc sweep`, `montecarlo`, `sensitivity` and `study`, without a server."""

import csv
import json
from pathlib import Path

import pytest

import hubcalc

KHORGOS = "khorgos-gateway"
CRANES = "stages.front.cranes"


def rows_of(path):
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_sweep_in_text_json_and_csv(run):
    asked = ("sweep", KHORGOS, "--set", "flow.per_day=9..11", "--set", f"{CRANES}=3,4", "--fields", "utilization")
    text = run(*asked).stdout
    assert "Khorgos Gateway dry port" in text
    assert "sweep, 6 rows" in text
    found = json.loads(run(*asked, "--json").stdout)
    assert found["statuses"] == {"ok": 6}
    assert [item["name"] for item in found["summaries"]] == ["flows.westbound.per_day", CRANES, "utilization"]
    lines = run(*asked, "--csv").stdout.splitlines()
    assert lines[0].startswith("name,unit,description")
    assert len(lines) == 4


def test_rows_go_into_files_with_all_digits(run):
    asked = ("sweep", KHORGOS, "--set", "flow.per_day=9..11", "--fields", "wait_mean_hours")
    said = run(*asked, "--out", "rows.csv").stderr
    assert "rows.csv: 3 rows" in said
    plain = hubcalc.analyze(KHORGOS, {"flow.per_day": [9, 10, 11]}, metrics=["wait_mean_hours"], method="fast")
    waits = [float(row["wait_mean_hours [h]"]) for row in rows_of("rows.csv")]
    assert waits == pytest.approx([row["wait_mean_hours"] for row in plain.to_rows()], rel=1e-12)
    run(*asked, "--out", "rows.parquet")
    import pyarrow.parquet

    assert pyarrow.parquet.read_table("rows.parquet")["wait_mean_hours"].to_pylist() == waits
    assert "rows are written as CSV or Parquet" in run(*asked, "--out", "rows.xlsx", code=2).stderr


def test_what_was_written_can_be_read_again(run):
    run("sweep", KHORGOS, "--law", "flow.per_day=uniform:8,12", "--draws", "16", "--fields", "utilization",
        "--out", "first.csv")  # fmt: skip
    kept = [{"flow.per_day": row["flows.westbound.per_day [units/day]"]} for row in rows_of("first.csv")]
    with Path("again.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["flow.per_day"])
        writer.writeheader()
        writer.writerows(kept)
    run("sweep", KHORGOS, "--rows", "again.csv", "--fields", "utilization", "--out", "second.csv")
    assert [row["utilization [1]"] for row in rows_of("first.csv")] == [
        row["utilization [1]"] for row in rows_of("second.csv")
    ]


def test_a_folder_is_gone_on_with(run):
    asked = ("sweep", KHORGOS, "--set", "flow.per_day=9..11", "--fields", "utilization", "--folder", "rows")
    first = json.loads(run(*asked, "--json").stdout)
    assert json.loads(run(*asked, "--json").stdout) == first
    other = ("sweep", KHORGOS, "--set", "flow.per_day=9..12", "--fields", "utilization", "--folder", "rows")
    assert "another study" in run(*other, code=2).stderr


def test_a_chart_is_drawn(run):
    asked = ("sweep", KHORGOS, "--set", "flow.per_day=9..11", "--fields", "utilization")
    run(*asked, "--chart", "chart.svg")
    assert Path("chart.svg").read_text().startswith("<svg")
    run(*asked, "--chart", "chart.png")
    assert Path("chart.png").read_bytes().startswith(b"\x89PNG")
    assert ".svg, .png, .json" in run(*asked, "--chart", "chart.pdf", code=2).stderr


@pytest.mark.slow
def test_an_id_may_be_of_a_line_a_corridor_or_a_scenario(run):
    line = json.loads(run("sweep", "dostyk-moiynty", "--set", "flow.per_day=5,6", "--json").stdout)
    assert line["subject"]["kind"] == "line"
    corridor = ("sweep", "middle-corridor", "--set", "demand.value_of_time_usd_per_hour=1,2", "--json")
    found = json.loads(run(*corridor, "--fields", "mean_hours").stdout)
    assert found["subject"]["kind"] == "corridor"
    assert found["statuses"] == {"ok": 2}


def test_a_document_in_a_file(run, document):
    document("mine.json", id="mine")
    found = json.loads(run("sweep", "mine.json", "--set", f"{CRANES}=3,4", "--fields", "utilization", "--json").stdout)
    assert found["subject"]["id"] == "mine"


def test_monte_carlo(run):
    asked = ("montecarlo", KHORGOS, "--draws", "400", "--fields", "practical_capacity_per_day", "--seed", "3")
    found = json.loads(run(*asked, "--target", "practical_capacity_per_day>=10", "--json").stdout)
    assert found["rows"] == 400
    assert found["seed"] == 3
    assert 0 < found["targets"][0]["missed"]["value"] < 1
    text = run(*asked).stdout
    assert "Percentiles of practical_capacity_per_day" in text
    one = json.loads(run(*asked, "--only", "flow.per_day", "--law", f"{CRANES}=uniform:2,5", "--json").stdout)
    assert {item["path"] for item in one["inputs"]} == {"flows.westbound.per_day", CRANES}


def test_sensitivity(run):
    asked = ("sensitivity", KHORGOS, "--fields", "theoretical_capacity_per_day", "--only", "stages.front.yard_share")
    found = json.loads(run(*asked, "--analysis", "tornado", "--json").stdout)
    assert [bar["path"] for bar in found["tornado"][0]["bars"]] == ["stages.front.yard_share"]
    assert "Tornado of theoretical_capacity_per_day" in run(*asked, "--analysis", "tornado").stdout


def test_a_request_in_a_file(run):
    request = {"subject": {"kind": "hub", "id": KHORGOS}, "design": {"kind": "grid", "values": {CRANES: [3, 4]}}}
    Path("request.json").write_text(json.dumps(request))
    assert json.loads(run("study", "sweep", "request.json", "--json").stdout)["rows"] == 2
    from_input = run("study", "sweep", "-", "--json", input=json.dumps(request)).stdout
    assert json.loads(from_input)["rows"] == 2
    assert "no such kind of study" in run("study", "sweeps", "request.json", code=2).stderr
    Path("request.json").write_text(json.dumps({**request, "seeds": 1}))
    assert "/seeds" in run("study", "sweep", "request.json", code=2).stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "say which rows"),
        (("--set", f"{CRANES}=3", "--draws", "3"), "say which rows"),
        (("--set", f"{CRANES}"), "not understood"),
        (("--law", f"{CRANES}=uniform:2,5"), "how many there are"),
        (("--draws", "5"), "a law for each input"),
        (("--law", f"{CRANES}=uniform:2", "--draws", "5"), "uniform:low,high"),
        (("--law", f"{CRANES}=unifrom:2,3", "--draws", "5"), "did you mean uniform"),
        (("--law", f"{CRANES}=uniform:2,x", "--draws", "5"), "'x' is no number"),
        (("--set", f"{CRANES}=3", "--view", "summary"), "did you mean summaries"),
        (("--set", "stages.front.crane=3"), "did you mean stages.front.cranes"),
        (("--set", f"{CRANES}=3", "--fields", "wait"), "no such metric"),
    ],
)
def test_what_cannot_be_asked_is_said_in_words(run, given, said):
    assert said in run("sweep", KHORGOS, *given, code=2).stderr


def test_targets_and_correlations_that_cannot_be_read(run):
    assert "METRIC<=VALUE" in run("montecarlo", KHORGOS, "--target", "utilization<0.8", code=2).stderr
    assert "PATH,PATH=CORRELATION" in run("montecarlo", KHORGOS, "--together", "a.b=0.5", code=2).stderr


NAME = "stages.documents.service_time.excess_mean_minutes"
SIZING = {
    "subject": {"kind": "hub", "id": KHORGOS},
    "overrides": {"flow.per_day": 14},
    "choices": {
        CRANES: {"from": 3, "to": 5, "existing": 3, "capital_usd": 9e6, "life_years": 25},
        "stages.platforms.platforms": {"from": 10000, "to": 16000, "step": 1000, "cost_usd_per_year": 400},
    },
    "targets": {"wait_mean_hours": {"at_most": 2}, "practical_capacity_per_day": {"at_least": 14}},
    "front": {"metric": "dwell_mean_hours"},
}
STAGING = {
    "subject": {"kind": "hub", "id": KHORGOS},
    "first_year": 2026,
    "demand": {"2026": {"p10": 10, "p50": 11, "p90": 12}, "2036": {"p10": 12, "p50": 17, "p90": 22}},
    "expansions": [
        {"id": "crane", "increments": {CRANES: 1}, "capital_usd": 12e6, "lead_years": 2, "life_years": 25},
        {"id": "platforms-of-the-second-yard", "increments": {"stages.platforms.platforms": 4000},
         "capital_usd": 8e6, "lead_years": 1, "life_years": 20},
    ],
    "economics": {"discount_rate": 0.08, "revenue_usd_per_unit": 3000, "waiting_usd_per_unit_hour": 200},
}  # fmt: skip
SCREENS = {
    "sweep": (("sweep", KHORGOS, "--set", f"{NAME}=60..240:20", "--set", f"{CRANES}=3,4,-1"), (NAME, "-1")),
    "montecarlo": (
        ("montecarlo", KHORGOS, "--draws", "200", "--target", "practical_capacity_per_day>=10"),
        (NAME, "Percentiles of practical_capacity_per_day [trains/day]", "What to measure first"),
    ),
    "sensitivity": (
        ("sensitivity", KHORGOS, "--fields", "wait_mean_hours", "--analysis", "tornado,elasticities,sobol",
         "--base-points", "8", "--only", f"{NAME},stages.front.yard_share"),
        (NAME, "Tornado of wait_mean_hours [h], base 1.06", "swing", "Elasticities of", "Sobol indices of"),
    ),
    "sizing": (
        ("study", "sizing", "sizing.json"),
        ("21 mixes, all analyzed", "stages.platforms.platforms", "practical_capacity_per_day", "[USD/year]"),
    ),
    "staging": (
        ("study", "staging", "staging.json"),
        ("best schedule: crane:", "wait and see", "hindsight", "nothing built", "platforms-of-the-second-yard never"),
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", SCREENS)
@pytest.mark.parametrize("width", [80, 60, None])
def test_nothing_is_cut_on_the_screen(run, kind, width, monkeypatch):
    Path("sizing.json").write_text(json.dumps(SIZING))
    Path("staging.json").write_text(json.dumps(STAGING))
    if width is not None:
        monkeypatch.setenv("COLUMNS", str(width))
    asked, said = SCREENS[kind]
    text = run(*asked).stdout
    assert width is None or max(map(len, text.splitlines())) <= width, text
    words = " ".join(text.split())
    assert [name for name in said if name not in words] == []
    assert "metric's" not in text
    assert "[unit]" not in words
    assert "[unit of" not in words


def test_money_and_years_on_the_screen(run):
    Path("staging.json").write_text(json.dumps(STAGING))
    Path("sizing.json").write_text(json.dumps(SIZING))
    plan = json.loads(run("study", "staging", "staging.json", "--json").stdout)
    text = run("study", "staging", "staging.json").stdout
    assert f"{plan['best']['expected_npv_usd']:,.0f}" in text
    assert f"{plan['rule']['expected_npv_usd']:,.0f}" in text
    assert f"decide at {plan['rule']['share'] * 100:g}% of the capacity" in text
    assert f" {plan['triggers'][2]['trigger_year']} " in text
    mix = json.loads(run("study", "sizing", "sizing.json", "--json").stdout)
    text = run("study", "sizing", "sizing.json").stdout
    for change in (item["cost_change_usd_per_year"] for item in mix["neighbors"]):
        assert f"{change:,.0f}" in text


def test_a_short_sweep_shows_its_rows_and_why_some_could_not_be(run):
    asked = ("sweep", KHORGOS, "--fields", "utilization", "--set")
    text = run(*asked, f"{CRANES}=3,0").stdout
    assert "must be >= 1" in text
    assert "Rows\n" in text
    assert "Summaries" not in text
    long = run(*asked, "flow.per_day=-1..20").stdout
    assert "Summaries" in long
    assert "First rows that could not be" in long


def test_why_a_number_is_missing_stands_below_it(run):
    asked = ("sensitivity", KHORGOS, "--fields", "wait_mean_hours", "--law", "flow.per_day=uniform:8,30")
    text = run(*asked, "--only", "flow.per_day", "--analysis", "tornado,sobol", "--base-points", "64").stdout
    found = json.loads(
        run(*asked, "--only", "flow.per_day", "--analysis", "tornado,sobol", "--base-points", "64", "--json").stdout
    )
    words = " ".join(text.split())
    reasons = [found["tornado"][0]["bars"][0]["reason"], found["sobol"][0]["reason"]]
    assert all(reasons)
    assert [reason for reason in reasons if " ".join(reason.split()) not in words] == []


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_seed_is_refused_where_nothing_is_drawn(run, seed):
    said = run("sweep", KHORGOS, "--set", f"{CRANES}=3,4", "--seed", seed, code=2).stderr
    assert "nothing is drawn in a grid, a list or a table: leave it out" in said
