"""What may be asked and how: names, values, combinations, choices and rules; and that everything says its unit."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from hubcalc import calculators
from hubcalc.calculators import CAPACITY, calculate, describe
from hubcalc.errors import OverrideError, ParameterError, TooManyScenariosError
from hubmodels.calculators.answers import CalculatorReport
from hubmodels.paths import inputs

BERTH, FLEET, GATE = CAPACITY["berth"], CAPACITY["fleet"], CAPACITY["gate"]
TRIP = {"vehicles": 10, "cycle_hours": 48}
EXAMPLES = json.loads((Path(__file__).parent / "capacity_examples.json").read_text(encoding="utf-8"))


def units():
    """Load the rule between names and units that all of the project is held to."""
    place = Path(__file__).parents[1] / "test_units.py"
    spec = importlib.util.spec_from_file_location("units_of_names", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_kinds_are_the_files_of_the_package():
    here = {path.stem for path in Path(calculators.__file__).parent.glob("capacity/*.py") if path.stem[0] != "_"}
    assert here == set(CAPACITY)
    for kind, calculator in CAPACITY.items():
        assert calculator.question.__module__ == f"hubmodels.calculators.{kind}"


def test_every_kind_of_capacity_is_asked_for():
    assert len(CAPACITY) == 14
    assert calculators.CALCULATORS["gate"] is GATE
    assert calculators.CALCULATORS["queue"] is calculators.QUEUE
    with pytest.raises(AttributeError, match="QUEUES"):
        calculators.QUEUES  # noqa: B018


@pytest.mark.parametrize("kind", CAPACITY)
def test_every_input_and_output_is_in_the_unit_of_its_name(kind):
    check = units().check
    for name, leaf in inputs(CAPACITY[kind].question).items():
        assert leaf.unit, f"{kind}: {name} says no unit"
        assert leaf.description[:1].isupper()
        check(name, leaf.unit, kind)
    for output in CAPACITY[kind].outputs:
        assert output.unit
        assert output.meaning[:1].isupper()
        check(output.name, output.unit, kind)


@pytest.mark.parametrize("kind", CAPACITY)
def test_every_field_is_an_input_with_bounds_or_choices(kind):
    calculator = CAPACITY[kind]
    leaves = inputs(calculator.question)
    assert list(leaves) == list(calculator.question.model_fields)
    for leaf in leaves.values():
        assert leaf.choices or (leaf.lower is not None and leaf.upper is not None), leaf.path
    assert not set(leaves) & {output.name for output in calculator.outputs}, "a row holds inputs and outputs"
    assert not {"format", "method", "fields", "errors", "seed", "solve_for"} & set(leaves)
    assert calculator.references


@pytest.mark.parametrize("kind", CAPACITY)
def test_capacities_are_met_from_their_value_upward(kind):
    for output in CAPACITY[kind].outputs:
        if "capacity" in output.name and "consumption" not in output.name:
            assert output.met_from, output.name
        if output.name.startswith(("utilization", "wait", "growth", "backlog", "needed", "fewest")):
            assert not output.met_from, output.name


@pytest.mark.parametrize("kind", CAPACITY)
def test_what_can_be_asked_is_described(kind):
    note = describe(CAPACITY[kind])
    assert note.name == kind
    assert all(text.endswith("]") for text in note.metrics.values())
    assert any(item.required for item in note.inputs.values())
    for item in note.inputs.values():
        assert item.allowed
        assert not (item.required and item.default is not None)


def test_lists_make_all_combinations_and_the_last_varies_fastest():
    asked = calculate(FLEET, {"vehicles": [10, 20], "cycle_hours": np.array([24.0, 48.0]), "availability": 0.5})
    columns = asked.columns()
    assert asked.size == 4
    assert columns["vehicles"].tolist() == [10, 10, 20, 20]
    assert columns["cycle_hours"].tolist() == [24, 48, 24, 48]
    assert columns["practical_capacity_per_day"] == pytest.approx(np.array([5, 2.5, 10, 5]) / 1.1)


def test_one_row_a_question():
    rows = calculate(FLEET, {**TRIP, "vehicles": range(10, 13)}, metrics=["theoretical_capacity_per_day"]).to_rows()
    assert rows == [
        {"vehicles": n, "cycle_hours": 48.0, "theoretical_capacity_per_day": pytest.approx(n / 2)} for n in (10, 11, 12)
    ]


def test_a_report_can_be_asked_again():
    report = calculate(GATE, {"lanes": [3, 4], "service_minutes": 2, "vehicles_per_hour": 60}).report
    first, second = report.results
    again = calculate(GATE, second.inputs).report.results[0]
    assert again.metrics == second.metrics
    assert first.metrics != second.metrics
    assert CalculatorReport.model_validate_json(report.model_dump_json()) == report


def test_frames_hold_the_same():
    asked = calculate(BERTH, {"berths": [1, 2], "service_hours": 20, "queue": ["M/M/n", "E2/E2/n"]})
    frame = asked.to_pandas()
    assert frame["queue"].tolist() == ["M/M/n", "E2/E2/n"] * 2
    assert asked.to_polars()["sustainable_utilization"].to_list() == frame["sustainable_utilization"].tolist()


def test_choices_are_groups_and_rows_keep_their_places():
    given = {"service_hours": 20, "calls_per_year": 600}
    rows = calculate(
        BERTH, {"queue": ["M/M/n", "E2/E2/n"], "berths": [3, 2], **given}, metrics=["wait_ratio"]
    ).to_rows()
    for row in rows:
        alone = calculate(BERTH, {"queue": row["queue"], "berths": row["berths"], **given}, metrics=["wait_ratio"])
        assert row["wait_ratio"] == pytest.approx(alone.column("wait_ratio")[0], rel=1e-12)
    assert [(row["queue"], row["berths"]) for row in rows] == [
        *(("M/M/n", 3), ("M/M/n", 2), ("E2/E2/n", 3), ("E2/E2/n", 2)),
    ]


def test_texts_are_columns_too():
    front = {"standard_gauge_tracks": [1, 4], "broad_gauge_tracks": 4, "cranes": 2, "moves_per_crane_hour": 20}
    asked = calculate(
        CAPACITY["transshipment_front"],
        {**front, "boxes_per_train": 50, "place_minutes": 60, "remove_minutes": 30},
        metrics=["bottleneck"],
    )
    assert asked.column("bottleneck").tolist() == ["tracks", "cranes"]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"vehicels": 10}, ParameterError, "did you mean 'vehicles'|vehicles"),
        ({"vehicles": 10}, ParameterError, "cycle_hours: must be given"),
        ({**TRIP, "cycle_hours": 0}, OverrideError, "must be > 0"),
        ({**TRIP, "vehicles": 1.5}, OverrideError, "not a whole number"),
        ({**TRIP, "vehicles": "many"}, OverrideError, "not a number"),
        ({**TRIP, "vehicles": True}, OverrideError, "not a number"),
        ({**TRIP, "vehicles": []}, OverrideError, "an empty list"),
        ({**TRIP, "trips_per_day": float("nan")}, OverrideError, "is not a number"),
        ({**TRIP, "target_trips": 3}, ParameterError, "no such target"),
    ],
)
def test_what_cannot_be_asked_is_refused(given, error, message):
    with pytest.raises(error, match=message):
        calculate(FLEET, given)


def test_metrics_must_exist():
    with pytest.raises(ParameterError, match="no such metric"):
        calculate(FLEET, TRIP, metrics=["capacity"])
    with pytest.raises(ParameterError, match="an empty list"):
        calculate(FLEET, TRIP, metrics=[])


def test_choices_must_exist():
    with pytest.raises(OverrideError, match="M/M/n"):
        calculate(BERTH, {"berths": 1, "service_hours": 2, "queue": "M/M/1"})


def test_too_many_combinations_are_refused():
    with pytest.raises(TooManyScenariosError, match="up to 5 combinations"):
        calculate(FLEET, {"vehicles": [1, 2], "cycle_hours": [1, 2, 3]}, most=5)


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        (
            "gate",
            {"lanes": 2, "service_minutes": 2, "vehicles_per_hour": 5, "vehicles_per_year": 9},
            "give one of the two",
        ),
        ("railway_line", {"formula": "single_track"}, "needs its period"),
        ("railway_line", {"formula": "double_track", "period_minutes": 5}, "needs its headway"),
        ("railway_line", {"formula": "scott"}, "needs the running time"),
        ("railway_division", {"train_tons": 5}, "give the density"),
        ("railway_division", {"train_tons": 5, "trains_per_day": 5, "terminal_hours": 2}, "engines need"),
        ("yard", {"batch_mean": 5, "dwell_hours": 2, "ground_slots": 3}, "need the stacking height"),
        ("yard", {"batch_mean": [5, 1], "dwell_hours": 2, "batch_scv": 1}, "cannot vary"),
    ],
)
def test_rules_between_inputs_are_kept(kind, given, message):
    with pytest.raises(OverrideError, match=message):
        calculate(CAPACITY[kind], given).columns()


def test_a_pipe_must_lift_its_liquid_and_not_be_too_rough():
    for wrong in ({"rise_m": 500}, {"roughness_m": 0.06}):
        with pytest.raises(OverrideError, match=r"pressure must lift|at most 0\.1"):
            calculate(CAPACITY["pipeline"], {**EXAMPLES["pipeline"], **wrong}).columns()


def test_wagons_of_a_front_need_all_that_belongs_to_them():
    given = {k: v for k, v in EXAMPLES["transshipment_front"].items() if k != "wagon_cycle_hours"}
    with pytest.raises(OverrideError, match="all must be given, or none"):
        calculate(CAPACITY["transshipment_front"], given).columns()
    given = {k: v for k, v in EXAMPLES["transshipment_front"].items() if k != "yard_places"}
    with pytest.raises(OverrideError, match="both must be given, or neither"):
        calculate(CAPACITY["transshipment_front"], given).columns()


def test_many_rows_are_one_array_program():
    cycles = np.linspace(10, 500, 100_000)
    columns = calculate(FLEET, {"vehicles": 100, "cycle_hours": cycles, "trips_per_day": 90}).columns()
    assert columns["theoretical_capacity_per_day"] == pytest.approx(2400 / cycles)
    assert np.all(columns["growth_per_day"] >= 0)


def test_reports_of_many_rows_leave_out_what_multiplies_the_work():
    given = {"berths": 2, "service_hours": list(range(10, 21)), "calls_per_year": 300, "queue": "M/M/n"}
    many = calculate(BERTH, given).report.results
    few = calculate(BERTH, {**given, "service_hours": [10, 20]}).report.results
    assert [len(result.alternatives) for result in many] == [0] * 11
    assert [len(result.alternatives) for result in few] == [2, 2]
    assert not many[0].elasticities
    assert few[0].elasticities
