"""Hubs of the corridors to the west: complete evidence, published volumes, and capacities by hand."""

import math
import re

import pytest

import hubcalc
import hubfixtures
from hubmodels.evidence import Evidence
from hubmodels.paths import Leaf, leaves, nested_models
from hubmodels.results import ScenarioResult, StationResult

NEAR = {  # towns, degrees north and east, how many kilometers away a hub may lie, and its time zone
    "akhalkalaki": (41.41, 43.49, 10, "Asia/Tbilisi"),
    "aktau": (43.60, 51.22, 10, "Asia/Almaty"),
    "baku-alat": (39.95, 49.41, 15, "Asia/Baku"),
    "batumi": (41.65, 41.64, 5, "Asia/Tbilisi"),
    "bolashak-serkhetyaka": (43.34, 52.86, 146, "Asia/Almaty"),  # Uzen, from which the line of 146 km begins
    "brest-malaszewicze": (52.07, 23.61, 15, "Europe/Warsaw"),  # Terespol
    "chengdu": (30.88, 104.25, 20, "Asia/Shanghai"),  # Qingbaijiang district
    "chongqing": (29.56, 106.45, 20, "Asia/Shanghai"),  # Shapingba district
    "duisburg": (51.43, 6.76, 10, "Europe/Berlin"),
    "kuryk": (43.18, 51.68, 15, "Asia/Almaty"),
    "poti": (42.15, 41.67, 10, "Asia/Tbilisi"),
    "saryagash": (41.46, 69.17, 10, "Asia/Almaty"),
}
HUBS = tuple(NEAR)
PORTS = ("aktau", "baku-alat", "batumi", "kuryk", "poti")

METRICS = ["theoretical_capacity_per_day", "practical_capacity_per_day", "capacity_teu_per_year", "bottleneck"]

Results = dict[str, ScenarioResult]


def stated(hub_id: str) -> dict[str, Leaf]:
    """Give the numeric inputs of a document that are not left to the model's defaults."""
    document = hubfixtures.load(hub_id)
    paths = {f"{path}.{name}".lstrip(".") for path, model in nested_models(document) for name in model.model_fields_set}
    return {
        path: leaf
        for path, leaf in leaves(document).items()
        if leaf.type != "choice" and leaf.value is not None and path in paths
    }


def figures(evidence: Evidence) -> list[float]:
    return [float(text.replace(",", "")) for text in re.findall(r"\d[\d,]*(?:\.\d+)?", evidence.note)]


def per_day(hub_id: str, *flow_ids: str, of: str = "units") -> float:
    """Sum what flows bring in a day: units, contents or TEU."""
    flows = hubfixtures.load(hub_id).flows
    total = 0.0
    for flow_id in flow_ids:
        contents = flows[flow_id].contents
        each = 1.0
        if of != "units":
            assert contents is not None
            each = contents.mean * (contents.teu_per_unit or math.nan if of == "TEU" else 1.0)
        total += flows[flow_id].per_day * each
    return total


def analyzed(hub_id: str, overrides: dict[str, float] | None = None) -> ScenarioResult:
    """Analyze a hub by formulas, without the ranges that its uncertainty makes."""
    certain = hubfixtures.read(hub_id) | {"uncertainty": {}}
    return hubcalc.analyze(certain, overrides, metrics=METRICS, method="fast").report.results[0]


@pytest.fixture(scope="module")
def results() -> Results:
    return {hub_id: analyzed(hub_id) for hub_id in HUBS}


def station(results: Results, hub_id: str, stage_id: str) -> StationResult:
    return next(found for found in results[hub_id].stations if found.stage == stage_id)


def known(value: float | str | None) -> float:
    assert isinstance(value, float)
    return value


def load(results: Results, hub_id: str, stage_id: str) -> float:
    return station(results, hub_id, stage_id).utilization


@pytest.mark.parametrize("hub_id", HUBS)
class TestEachHub:
    def test_every_stated_number_has_evidence(self, hub_id: str) -> None:
        assert stated(hub_id).keys() - hubfixtures.load(hub_id).evidence.keys() == set()

    def test_published_and_derived_inputs_name_a_source_with_an_address(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        for path, evidence in document.evidence.items():
            if evidence.basis != "assumption":
                assert evidence.source is not None, path
                assert re.fullmatch(r"https?://\S+", document.sources[evidence.source].url or ""), path

    def test_derived_inputs_show_their_value(self, hub_id: str) -> None:
        values = leaves(hubfixtures.load(hub_id))
        for path, evidence in hubfixtures.load(hub_id).evidence.items():
            if evidence.basis == "derived":
                assert values[path].value in figures(evidence), f"{path} = {values[path].value}: {evidence.note}"

    def test_some_of_the_demand_comes_from_a_source(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        assert any(document.evidence[f"flows.{flow_id}.per_day"].basis != "assumption" for flow_id in document.flows)

    def test_containers_can_be_routed_both_ways_in_teu(self, hub_id: str) -> None:
        flows = hubfixtures.load(hub_id).flows
        for flow_id, direction in (("westbound", "forward"), ("eastbound", "return")):
            contents = flows[flow_id].contents
            assert flows[flow_id].direction == direction
            assert contents is not None
            assert contents.teu_per_unit is not None
            assert contents.units_per_wagon == 1.0
        assert hubfixtures.load(hub_id).main_flow == "westbound"

    def test_it_lies_where_it_should(self, hub_id: str) -> None:
        north, east, kilometers, zone = NEAR[hub_id]
        document = hubfixtures.load(hub_id)
        northward = 111.2 * (document.location.latitude_deg - north)
        eastward = 111.2 * math.cos(math.radians(north)) * (document.location.longitude_deg - east)
        assert math.hypot(northward, eastward) < kilometers
        assert document.opening.time_zone == zone

    def test_flows_have_a_range(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        assert {f"flows.{flow_id}.per_day" for flow_id in document.flows} <= document.uncertainty.keys()

    def test_capacities_are_finite_and_above_the_present_load_of_each_stage(
        self, hub_id: str, results: Results
    ) -> None:
        metrics = results[hub_id].metrics
        for name in ("theoretical_capacity_per_day", "practical_capacity_per_day", "capacity_teu_per_year"):
            assert 0 < known(metrics[name].value) < math.inf
        assert all(found.utilization < 1 for found in results[hub_id].stations)
        assert known(metrics["theoretical_capacity_per_day"].value) > per_day(hub_id, "westbound")


@pytest.mark.parametrize("hub_id", PORTS)
def test_one_vessel_is_the_unit_of_a_port_in_both_directions(hub_id: str) -> None:
    document = hubfixtures.load(hub_id)
    assert {document.flows[flow_id].unit for flow_id in ("westbound", "eastbound")} == {"vessel"}
    assert "unit of westbound and eastbound is a vessel" in document.summary


class TestTheFlowsMakeThePublishedVolume:
    def test_aktau_baku(self) -> None:
        assert 366 * per_day("aktau", "westbound", "eastbound", of="TEU") == pytest.approx(55_000, rel=0.01)

    def test_baku_alat(self) -> None:
        assert 366 * per_day("baku-alat", "westbound", "eastbound", of="TEU") == pytest.approx(76_775, rel=0.01)
        wagons = per_day("baku-alat", "ferries-westbound", "ferries-eastbound", of="contents")
        assert 366 * wagons == pytest.approx(37_515, rel=0.01)

    def test_kuryk(self) -> None:
        assert 304 * per_day("kuryk", "westbound", "eastbound", of="contents") == pytest.approx(16_500, rel=0.01)
        assert 304 * per_day("kuryk", "trucks-westbound", "trucks-eastbound") == pytest.approx(23_600, rel=0.01)
        on_ferries = per_day("kuryk", "truck-ferries-loaded", of="contents")
        assert on_ferries == pytest.approx(per_day("kuryk", "trucks-westbound"), rel=0.01)

    def test_kuryk_loads_of_ferries_make_the_calls_that_were_counted(self) -> None:
        assert 304 * per_day("kuryk", "westbound", "truck-ferries-loaded") == pytest.approx(600, rel=0.02)

    def test_poti_and_batumi(self) -> None:
        flows = ("westbound", "eastbound", "gateway-vessels")
        assert 366 * per_day("poti", *flows, of="TEU") == pytest.approx(545_297, rel=0.01)
        assert 365 * per_day("batumi", *flows, of="TEU") == pytest.approx(119_500, rel=0.01)

    def test_stations_in_china(self) -> None:
        flows = ("westbound", "eastbound", "domestic-arrivals", "domestic-departures")
        assert 365 * per_day("chongqing", *flows, of="TEU") == pytest.approx(700_000, rel=0.02)
        assert 212 * per_day("chengdu", *flows, of="TEU") == pytest.approx(428_400, rel=0.02)
        assert 366 * per_day("chongqing", "westbound", "eastbound") == pytest.approx(2_059, rel=0.02)
        assert 366 * per_day("chengdu", "westbound", "eastbound") == pytest.approx(2_285, rel=0.02)

    def test_duisburg_and_the_border_of_poland(self) -> None:
        assert 35 <= 7 * per_day("duisburg", "westbound", "eastbound") <= 40
        both = per_day("brest-malaszewicze", "westbound", "eastbound", of="TEU")
        assert 366 * both == pytest.approx(0.8 * 550_000, rel=0.01)

    def test_crossings_to_the_south(self) -> None:
        assert per_day("saryagash", "westbound", "freight-into-uzbekistan") == 24
        southbound = 3_000 * per_day("bolashak-serkhetyaka", "freight-southbound") * 366
        assert southbound == pytest.approx(0.7 * 1_600_000, rel=0.01)
        tonnes = per_day("akhalkalaki", "westbound", of="contents") * 16 * 365
        assert tonnes == pytest.approx(203_000, rel=0.01)


class TestRailHubsByHand:
    def test_gantry_cranes_of_chongqing_and_chengdu(self, results: Results) -> None:
        # boxes a day x 2.7 min over six cranes
        assert load(results, "chongqing", "rail-cranes") == pytest.approx((5.7 * 40.6 + 14.6 * 50) * 2.7 / 6 / 1440)
        assert load(results, "chengdu", "rail-cranes") == pytest.approx((6.2 * 40.6 + 15.2 * 50) * 2.7 / 6 / 1440)

    def test_yards_hold_what_comes_in_their_dwell(self, results: Results) -> None:
        held = station(results, "chongqing", "yard").details["yard_mean_teu"].value
        assert held == pytest.approx(5.7 * 40.6 * 2 * 5)
        held = station(results, "duisburg", "yard").details["yard_mean_teu"].value
        assert held == pytest.approx(5.3 * 48 * 2 * 4)

    def test_duisburg_cranes_and_barges(self, results: Results) -> None:
        boxes = 5.3 * 48 + 3.1 * 40
        assert load(results, "duisburg", "cranes") == pytest.approx(boxes * 2.7 / 60 / (5 * 24))
        barge = station(results, "duisburg", "barge-berths")
        assert barge.utilization == pytest.approx(3.0 * (28 / (0.33 * 22) + 0.25) / (3 * 24))

    def test_brest_line_in_pairs_of_trains(self, results: Results) -> None:
        line = station(results, "brest-malaszewicze", "border-line")
        assert line.utilization == pytest.approx((6.8 + 4.0 + 10.8) * (24 + 15) / 1440)
        pairs = known(line.theoretical_capacity_per_day) * 10.8 / 6.8
        assert pairs == pytest.approx(1440 / (2 * 39))
        assert results["brest-malaszewicze"].metrics["bottleneck"].value == "border-line"

    def test_malaszewicze_cranes_move_what_they_can(self, results: Results) -> None:
        front = station(results, "brest-malaszewicze", "malaszewicze-front")
        assert known(front.theoretical_capacity_per_day) == pytest.approx(8 * 12 * 0.9 * 24 / (48 * 1.3 * 1.05))

    def test_akhalkalaki_front_and_bogies(self, results: Results) -> None:
        front = station(results, "akhalkalaki", "front")
        assert 2 * known(front.theoretical_capacity_per_day) == pytest.approx(2 * 15 * 0.9 * 24 / (41 * 1.3 * 1.05))
        assert known(front.practical_capacity_per_day) == pytest.approx(
            0.75 * known(front.theoretical_capacity_per_day)
        )
        bogies = station(results, "akhalkalaki", "bogie-change")
        assert (
            3.0 < known(bogies.dwell_mean_hours) < 4.5
        )  # two rounds of six wagons, an hour each, and an hour of moves

    def test_saryagash_line_and_entry(self, results: Results) -> None:
        paths = 1440 / 20 - 1.3 * 4
        assert load(results, "saryagash", "line") == pytest.approx(24 / paths)
        documents = station(results, "saryagash", "uzbek-entry")
        assert documents.utilization == pytest.approx((24 + 20) * 2.5 / (7 * 24))
        assert results["saryagash"].metrics["bottleneck"].value == "uzbek-entry"

    def test_bolashak_with_one_officer_on_either_side(self, results: Results) -> None:
        trains = 2 * (0.15 + 1.02)
        assert load(results, "bolashak-serkhetyaka", "documents") == pytest.approx(trains * 2.0 / 24)
        assert load(results, "bolashak-serkhetyaka", "turkmen-entry") == pytest.approx(trains * 3.0 / 24)
        assert load(results, "bolashak-serkhetyaka", "line") == pytest.approx(trains * 1.0 / 24)


class TestPortsByHand:
    def test_aktau_berth_is_busy_with_half_calls_between_storms(self, results: Results) -> None:
        half_call = 112 / 12.5 + 1.5
        berth = station(results, "aktau", "berth")
        assert berth.details["berth_hours_per_vessel"].value == pytest.approx(half_call)
        assert berth.utilization == pytest.approx(2 * 0.395 * half_call / 24 / (1026 / 1080))
        assert results["aktau"].metrics["bottleneck"].value == "berth"

    def test_storms_close_the_share_of_the_year_that_is_assumed(self) -> None:
        closed_shares = {("aktau", "berth"): 0.05, ("kuryk", "rail-berths"): 0.1, ("kuryk", "truck-berths"): 0.1}
        for (hub_id, stage_id), share in closed_shares.items():
            stage = hubfixtures.load(hub_id).stages[stage_id]
            assert stage.kind == "berth"
            assert stage.interruptions is not None
            closed, opened = stage.interruptions.closed_hours, stage.interruptions.open_hours
            assert closed / (closed + opened) == pytest.approx(share)

    def test_kuryk_berths_and_truck_control(self, results: Results) -> None:
        half_call = 27 / 10.8 + 1.0
        assert load(results, "kuryk", "rail-berths") == pytest.approx(2 * 1.0 * half_call / (2 * 24) / 0.9)
        assert load(results, "kuryk", "truck-berths") == pytest.approx(2 * 0.97 * (40 / 20 + 1) / (2 * 24) / 0.9)
        assert load(results, "kuryk", "truck-customs") == pytest.approx(2 * 38.8 * 35 / 60 / (4 * 24))

    def test_kuryk_in_november_has_half_of_its_berths(self) -> None:
        winter = {"stages.rail-berths.interruptions.open_hours": 54.0}
        year, november = (
            station({"kuryk": analyzed("kuryk", change)}, "kuryk", "rail-berths") for change in (None, winter)
        )
        assert november.utilization == pytest.approx(year.utilization * 0.9 / 0.5)
        assert known(november.closure_mean_hours) > 4 * known(year.closure_mean_hours)

    def test_baku_berths_yard_and_ferries(self, results: Results) -> None:
        half_call = 112 / (1.1 * 12.5) + 1.5
        berths = station(results, "baku-alat", "container-berths")
        assert berths.details["berth_hours_per_vessel"].value == pytest.approx(half_call)
        assert berths.utilization == pytest.approx(2 * 0.55 * half_call / (3 * 24) / 0.95)
        assert load(results, "baku-alat", "ferry-berths") == pytest.approx(2 * 1.9 * 3.5 / (2 * 24) / 0.95)
        held = station(results, "baku-alat", "yard").details["yard_mean_teu"].value
        assert held == pytest.approx(2 * 0.55 * 112 * 1.7 * 4)

    def test_poti_berths_are_beyond_what_is_practical(self, results: Results) -> None:
        calls = 0.855 * (1027 / 34 + 3) + 2 * 0.085 * (112 / 34 + 3)
        assert load(results, "poti", "berths") == pytest.approx(calls / (2 * 24) / (700 / 736))
        assert 0.6 < load(results, "poti", "berths") < 0.75
        assert results["poti"].metrics["bottleneck"].value == "berths"

    def test_batumi_berth(self, results: Results) -> None:
        calls = 0.505 * (360 / 34 + 3) + 2 * 0.07 * (112 / 34 + 3)
        assert load(results, "batumi", "berths") == pytest.approx(calls / 24 / (2900 / 2924))
        assert load(results, "batumi", "gate") == pytest.approx(182 * 4 / (2 * 1440))
