"""The observations are sound, none of them is an input, and the page is what its script writes."""

import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import hubfixtures
from hubcalc import METRIC_NAMES
from hubmodels.paths import leaves
from hubmodels.results import StationResult

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
SCRIPT = ROOT / "benchmarks" / "validation.py"
NEEDED = {"id", "group", "subject", "what", "metric", "what_is_compared", "observed", "unit", "year", "source_title"}
NEEDED |= {"url", "quote", "independent", "shares_with_inputs", "explanation"}
ALLOWED = NEEDED | {"low", "high", "bound", "flow", "overrides", "journeys"}
JOURNEY_RESULTS = {"mean_hours", "distance_km", "cost_usd", "SWD", "SWOD", "TFI1", "TFI2", "TFI3"}
UNITS = (1, 24, 60, 24 * 60, 1 / 24, 1 / 60, 365, 366, 1 / 365, 1 / 366, 1000, 1 / 1000)
"""An input in hours may stand in a source in days, one a day in a source a year."""
TOLERANCE = 0.001
JUDGING = (".deadline_hours",)
"""Inputs that a time is judged by and not made of."""
CHANCE = {("urumqi-kazakhstan-2023", "flows.westbound.per_day")}
"""Two days and two trains a day."""
LEAST_INDEPENDENT = 25
RECOMPUTED = [
    "horgos-clearance-2024",
    "horgos-best-day-2022",
    "bolashak-mt",
    "alakol-cpmm-2022",
    "dostyk-moiynty-single-2022",
    "zhezkazgan-beyneu-mt",
    "belarus-speed-2015",
    "feeder-teu-2025",
    "road-sea-to-sea-2018",
    "cpmm-swd-kazakhstan-road-2022",
]


@pytest.fixture(scope="module")
def script() -> Any:
    spec = importlib.util.spec_from_file_location("validation", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rows(script) -> list[dict[str, Any]]:
    return script.observations()


@cache
def load(document_id, collection):
    return hubfixtures.load(document_id, collection)


def subject_of(row):
    return load(row["subject"]["id"], f"{row['subject']['kind']}s")


def test_each_observation_says_all_that_it_must(script, rows):
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row.keys() >= NEEDED, row["id"]
        assert row.keys() <= ALLOWED, row["id"]
        assert row["group"] in script.GROUPS
        assert row["independent"] in ("yes", "in sight")
        assert row.get("bound", "at least") in ("at least", "at most")
        assert row.get("low", row["observed"]) <= row["observed"] <= row.get("high", row["observed"])
        assert row["observed"] > 0
        assert all(row[key] for key in ("unit", "source_title", "quote", "explanation", "shares_with_inputs"))


def test_there_are_enough_independent_ones_of_all_kinds(script, rows):
    independent = [row for row in rows if row["independent"] == "yes"]
    assert len(independent) >= LEAST_INDEPENDENT
    assert {row["group"] for row in independent} == set(script.GROUPS)
    assert {row["subject"]["kind"] for row in independent} == {"hub", "line", "corridor"}


def test_every_subject_and_metric_exists(script, rows):
    fields = set(StationResult.model_fields)
    for row in rows:
        document, known = subject_of(row), None
        if row["subject"]["kind"] == "corridor":
            allowed = {f"{name}.{result}" for name in row["journeys"] for result in JOURNEY_RESULTS}
            assert set(script.names_in(row["metric"])) <= allowed, row["id"]
            for journey in row["journeys"].values():
                corridor = load(journey.get("corridor", row["subject"]["id"]), "corridors")
                assert {journey["origin"], journey["destination"]} <= corridor.nodes.keys(), row["id"]
                assert set(journey.get("via", ())) <= corridor.links.keys() | corridor.nodes.keys(), row["id"]
            continue
        known = leaves(document)
        assert row.get("flow", document.main_flow) in document.flows, row["id"]
        assert row.get("overrides", {}).keys() <= known.keys(), row["id"]
        for name in script.names_in(row["metric"]):
            if name.startswith("stations."):
                _, stage, field, *detail = name.split(".")
                assert stage in document.stages, (row["id"], name)
                assert field in fields, (row["id"], name)
                assert bool(detail) == (field == "details"), (row["id"], name)
            else:
                assert name in METRIC_NAMES or name in known or hasattr(document, name), (row["id"], name)


def documents_of(row):
    """The documents whose inputs an answer can rest on: of a corridor, all that it joins."""
    document = subject_of(row)
    found = [document]
    if row["subject"]["kind"] == "corridor":
        found += [load(node.hub, "hubs") for node in document.nodes.values() if node.hub]
        found += [load(link.line, "lines") for link in document.links.values()]
    return {one.id: one for one in found}.values()


@pytest.fixture(scope="module")
def inputs_by_source():
    """Values of the inputs that name a source, by its address or title, for each document."""
    cache: dict[str, dict[str, list[tuple[str, float]]]] = {}

    def of(document):
        if document.id not in cache:
            found: dict[str, list[tuple[str, float]]] = {}
            known = leaves(document)
            for path, evidence in document.evidence.items():
                value = known[path].value
                if evidence.source and isinstance(value, int | float) and not path.endswith(JUDGING):
                    source = document.sources[evidence.source]
                    for key in (source.url, source.title):
                        if key:
                            found.setdefault(key, []).append((path, float(value)))
            cache[document.id] = found
        return cache[document.id]

    return of


def test_no_observation_is_an_input_of_its_documents(rows, inputs_by_source):
    returned = []
    for row in rows:
        figures = {row["observed"], row.get("low", row["observed"]), row.get("high", row["observed"])}
        for document in documents_of(row):
            known = inputs_by_source(document)
            inputs = {*known.get(row["url"] or "", ()), *known.get(row["source_title"], ())}
            returned += [
                (row["id"], document.id, path, value)
                for path, value in inputs
                for figure in figures
                for unit in UNITS
                if abs(value - figure * unit) <= TOLERANCE * abs(figure * unit) and (row["id"], path) not in CHANCE
            ]
    assert returned == []


def test_the_page_has_every_observation(script, rows):
    lines = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert len(lines) == len(rows)
    assert "](validation.svg)" in PAGE
    for row in rows:
        assert row["source_title"].replace("|", "/") in PAGE, row["id"]
    assert f"| All | {len(rows)} |" in PAGE


@pytest.mark.slow
@pytest.mark.parametrize("name", RECOMPUTED)
def test_the_page_is_what_the_script_writes(name, script, rows):
    row = next(row for row in rows if row["id"] == name)
    compared = script.Compared(row, script.modeled(row))
    written = list(script.table([compared]))[2]
    assert written in PAGE.splitlines(), "run python benchmarks/validation.py"
    assert script.missed(compared) == (row["explanation"] in PAGE.partition("## Misses explained")[2])


def test_every_miss_is_explained():
    section = PAGE.partition("## Misses explained")[2]
    misses = re.findall(r"^\* \*\*.+?\*\* \(.+?\): (.*)$", section, re.MULTILINE)
    assert len(misses) > LEAST_INDEPENDENT
    assert all(len(said) > 20 and said != "Near." for said in misses)


@pytest.mark.parametrize(
    ("metric", "value"),
    [("a.x + b", 5.0), ("(a.x - 1) * b-c / 2", 2.0), ("a.x * b-c / b", 8 / 3)],
)
def test_arithmetic_of_a_metric(metric, value, script):
    assert script.evaluated(metric, {"a.x": 2.0, "b": 3.0, "b-c": 4.0}) == pytest.approx(value)


def test_a_metric_that_is_no_arithmetic_is_refused(script):
    with pytest.raises(ValueError, match="only"):
        script.evaluated("-a", {"a": 1.0})


def test_a_bound_is_missed_only_from_its_wrong_side(script):
    row = {"observed": 10.0, "bound": "at least"}
    assert script.Compared(row, script.Modeled(30.0, None, None, "exact")).factor == 1
    assert script.Compared(row, script.Modeled(5.0, None, None, "exact")).factor == 2
    row = {"observed": 10.0, "bound": "at most"}
    assert script.Compared(row, script.Modeled(3.0, None, None, "exact")).factor == 1
    assert script.Compared(row, script.Modeled(20.0, None, None, "exact")).factor == 2


def test_an_observed_range_is_missed_only_outside(script):
    row = {"observed": 10.0, "low": 8.0, "high": 12.0}
    assert script.Compared(row, script.Modeled(11.5, None, None, "exact")).factor == 1
    assert script.Compared(row, script.Modeled(4.0, 3.0, 7.0, "exact")).factor == 2
    assert script.Compared(row, script.Modeled(4.0, 3.0, 7.0, "exact")).inside is False
    assert script.Compared(row, script.Modeled(4.0, 3.0, 9.0, "exact")).inside is True
    assert script.Compared(row, script.Modeled(4.0, 3.0, None, "exact")).inside is None
