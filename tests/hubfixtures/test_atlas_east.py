"""The hubs of the eastern part of the atlas: evidence of each input, and capacities against arithmetic by hand."""

import json
import math
import re
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

import hubcalc
import hubfixtures
from hubmodels import HUB
from hubmodels.paths import leaves, nested_models

HUBS = {  # a town or station nearby, degrees north and east, and how many kilometers away the hub may lie
    "almaty": (43.26, 76.95, 20),
    "bakhty-baketu-road": (46.67, 82.75, 20),
    "dostyk-alashankou-rail": (45.25, 82.48, 10),
    "dostyk-alashankou-road": (45.17, 82.57, 20),
    "dostyk-transterminal": (45.25, 82.48, 10),
    "horgos-rail-port": (44.21, 80.41, 10),
    "icbc-khorgos": (44.21, 80.41, 10),
    "khorgos-eastern-gate": (44.21, 80.41, 20),
    "sarakhs": (36.54, 61.16, 10),
    "urumqi": (43.83, 87.60, 20),
}
RAIL_HUBS = ("almaty", "dostyk-alashankou-rail", "dostyk-transterminal", "horgos-rail-port", "sarakhs", "urumqi")
HOURS = 24
BOXES_PER_TRAIN = 53.6  # of one China-Europe train: 2,077,216 TEU / 19,392 trains / 2


METRICS = (
    "theoretical_capacity_per_day",
    "practical_capacity_per_day",
    "utilization",
    "dwell_mean_hours",
    "bottleneck",
)
WORDS = {"one": 1, "two": 2, "three": 3}  # numbers that the quotes spell


def analyzed(hub_id: str, overrides: dict[str, float] | None = None) -> Any:
    """Analyze a hub without the metrics that cost most."""
    analysis = hubcalc.analyze(hubfixtures.read(hub_id), overrides, metrics=METRICS, method="fast")
    return analysis.report.results[0]


@cache
def result(hub_id: str) -> Any:
    """Analyze a hub once for all tests."""
    return analyzed(hub_id)


def metric(hub_id: str, name: str) -> Any:
    return result(hub_id).metrics[name].value


def station(hub_id: str, stage: str) -> Any:
    return next(row for row in result(hub_id).stations if row.stage == stage)


def detail(hub_id: str, stage: str, name: str) -> float:
    return float(station(hub_id, stage).details[name].value)


def numbers_in(note: str) -> set[float]:
    """Give the numbers that a note writes or spells."""
    digits = {float(text.replace(",", "")) for text in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", note)}
    return digits | {float(number) for word, number in WORDS.items() if re.search(rf"\b{word}\b", note)}


def stated_numbers(hub_id: str) -> dict[str, Any]:
    """Give the numbers that a document states itself, and the shares of its routes that are no certainty."""
    document = hubfixtures.load(hub_id)
    stated = {
        f"{path}.{name}".lstrip(".") for path, model in nested_models(document) for name in model.model_fields_set
    }
    return {
        path: leaf.value
        for path, leaf in leaves(document).items()
        if leaf.type != "choice"
        and leaf.value is not None
        and (path in stated or (".route." in path and leaf.value != 1))
    }


@pytest.mark.parametrize("hub_id", HUBS)
class TestEachHub:
    def test_file_is_indented_json_with_its_id(self, hub_id: str) -> None:
        text = (files(hubfixtures) / "hubs" / f"{hub_id}.json").read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"
        assert hubfixtures.load(hub_id).id == hub_id

    def test_round_trip_gives_the_same_document(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        assert HUB.dump_python(document, mode="json", exclude_unset=True) == hubfixtures.read(hub_id)

    def test_summary_states_the_reference_year(self, hub_id: str) -> None:
        assert re.search(r"\b20[12]\d\b", hubfixtures.load(hub_id).summary)

    def test_every_number_has_evidence(self, hub_id: str) -> None:
        assert stated_numbers(hub_id).keys() - hubfixtures.load(hub_id).evidence.keys() == set()

    def test_published_numbers_have_an_address_and_stand_in_their_quote(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        for path, evidence in document.evidence.items():
            if evidence.basis == "published":
                url = document.sources[str(evidence.source)].url
                assert url is not None, path
                assert re.fullmatch(r"https?://\S+", url), path
                assert leaves(document)[path].value in numbers_in(evidence.note), path

    def test_derived_numbers_stand_at_the_end_of_their_arithmetic(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        for path, evidence in document.evidence.items():
            if evidence.basis == "derived":
                assert leaves(document)[path].value in numbers_in(evidence.note), path

    def test_ranges_hold_the_value_and_flows_have_one(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        known = leaves(document)
        assert {f"flows.{flow_id}.per_day" for flow_id in document.flows} <= document.uncertainty.keys()
        for path, spread in document.uncertainty.items():
            assert spread.low <= known[path].value <= spread.high, path

    def test_every_source_is_used_or_named(self, hub_id: str) -> None:
        document = hubfixtures.load(hub_id)
        used = {evidence.source for evidence in document.evidence.values()}
        notes = " ".join(evidence.note for evidence in document.evidence.values())
        for source_id, source in document.sources.items():
            publisher = re.split(r"[:,(]| via ", source.title)[0].strip().removeprefix("The ")
            assert source_id in used or publisher in notes, source_id

    def test_it_lies_where_it_should(self, hub_id: str) -> None:
        north, east, distance = HUBS[hub_id]
        location = hubfixtures.load(hub_id).location
        off_north = location.latitude_deg - north
        off_east = (location.longitude_deg - east) * math.cos(math.radians(north))
        assert 111.2 * math.hypot(off_north, off_east) < distance

    def test_the_base_is_stable_with_a_finite_capacity(self, hub_id: str) -> None:
        for name in ("theoretical_capacity_per_day", "practical_capacity_per_day", "dwell_mean_hours"):
            value = metric(hub_id, name)
            assert value is not None, name
            assert math.isfinite(value), name
            assert value > 0, name
        assert metric(hub_id, "theoretical_capacity_per_day") > hubfixtures.load(hub_id).main.per_day
        assert metric(hub_id, "practical_capacity_per_day") <= metric(hub_id, "theoretical_capacity_per_day")
        assert 0 < metric(hub_id, "utilization") < 1


@pytest.mark.parametrize("hub_id", RAIL_HUBS)
def test_container_trains_run_both_ways_and_say_what_they_carry(hub_id: str) -> None:
    flows = hubfixtures.load(hub_id).flows
    for flow_id, direction in (("westbound", "forward"), ("eastbound", "return")):
        contents = flows[flow_id].contents
        assert flows[flow_id].unit == "train"
        assert flows[flow_id].direction == direction
        assert contents is not None
        assert contents.unit == "container"
        assert contents.teu_per_unit is not None
        assert 1 <= contents.teu_per_unit <= 2


@pytest.mark.parametrize("hub_id", ["dostyk-alashankou-road", "bakhty-baketu-road", "khorgos-eastern-gate"])
def test_trucks_run_both_ways(hub_id: str) -> None:
    flows = hubfixtures.load(hub_id).flows
    assert flows["westbound"].unit == flows["eastbound"].unit == "truck"


class TestDostykRail:
    hub = "dostyk-alashankou-rail"

    def test_front_of_the_station_takes_what_its_track_pairs_take(self) -> None:
        # boxes moved 1.2 times and 1.05 times; two cuts placed and removed at 30 min; storms 12 h after each 600 h
        handling = BOXES_PER_TRAIN * 1.2 * 1.05 / (4 * 16.5 * 0.95)
        on_track = BOXES_PER_TRAIN * 1.2 * 1.05 / (2 * 16.5 * 0.95) + 2
        by_cranes = HOURS / handling * 600 / 612
        front = station(self.hub, "front")
        trains = front.theoretical_capacity_per_day * 0.6  # the stage counts in trains of the hub, of which 0.6 come
        assert trains < by_cranes
        assert trains < 2 * HOURS / (handling + 2)  # no train is done faster than with all cranes
        assert trains > 2 * HOURS / on_track * 600 / 612 * 0.99  # nor slower than with its part of them

    def test_quota_carries_the_two_flows_to_china_and_is_the_bottleneck(self) -> None:
        quota = station(self.hub, "chinese-quota")
        assert quota.arrivals_per_day == pytest.approx(9.6 + 1.7)
        assert quota.utilization == pytest.approx((9.6 + 1.7) / 14)
        assert metric(self.hub, "bottleneck") == "chinese-quota"
        assert metric(self.hub, "theoretical_capacity_per_day") == pytest.approx(11.4 * 14 / 11.3)

    def test_twenty_eight_trains_a_day_move_the_bottleneck_into_kazakhstan(self) -> None:
        more = analyzed(self.hub, {"stages.chinese-quota.per_day": 28})
        assert more.metrics["bottleneck"].value == "platforms"

    def test_exports_in_bulk_alone_make_the_queue_of_2024(self) -> None:
        full = analyzed(self.hub, {"flows.bulk-eastbound.per_day": 6.9})
        quota = next(row for row in full.stations if row.stage == "chinese-quota")
        assert quota.growth_per_day == pytest.approx(9.6 + 6.9 - 14)

    def test_broad_gauge_trains_carry_41_boxes(self) -> None:
        assert detail(self.hub, "forming", "contents_per_leaving_train") == 57 * 41 // 57
        leaving = detail(self.hub, "forming", "leaving_trains_per_day")
        assert leaving == pytest.approx(11.4 * BOXES_PER_TRAIN / 41, rel=1e-3)

    def test_line_takes_a_train_of_each_direction_every_45_minutes(self) -> None:
        assert station(self.hub, "line").theoretical_capacity_per_day == pytest.approx(24 * 60 / 45, rel=1e-3)


class TestTransTerminal:
    hub = "dostyk-transterminal"

    def test_reach_stackers_take_what_their_moves_take(self) -> None:
        moves = 6 * 12.5 * 0.95 * HOURS * 600 / 612
        trains = moves / (BOXES_PER_TRAIN * 1.5 * 1.05) * 4.6 / (4.6 + 0.7)
        assert station(self.hub, "front").theoretical_capacity_per_day == pytest.approx(trains, rel=1e-3)

    def test_platforms_take_the_fleet_over_its_cycle(self) -> None:
        groups, cycle_days = 5340 // 54, (21_600 + 30) / 1440
        assert station(self.hub, "platforms").theoretical_capacity_per_day == pytest.approx(
            groups / cycle_days, rel=0.01
        )

    def test_yard_holds_by_little_what_stays_three_days(self) -> None:
        boxes = (4.6 + 0.7) * BOXES_PER_TRAIN * 0.5  # half of them through the yard
        assert detail(self.hub, "yard", "yard_mean_teu") == pytest.approx(boxes * 2 * 3, rel=0.01)


class TestHorgosRailPort:
    hub = "horgos-rail-port"

    def test_clearance_is_loaded_by_all_trains_of_the_port(self) -> None:
        hours = (12 + 10 + 23) * (30 + 120) / 60
        assert station(self.hub, "clearance").utilization == pytest.approx(hours / (8 * HOURS))

    def test_reception_takes_four_trains_an_hour(self) -> None:
        share = 12 / (12 + 10 + 23)
        assert station(self.hub, "reception").theoretical_capacity_per_day == pytest.approx(4 * HOURS * share)

    def test_all_trains_are_those_that_were_counted(self) -> None:
        flows = hubfixtures.load(self.hub).flows
        assert sum(flow.per_day for flow in flows.values()) == 45  # 'vierzig bis fünfzig'


class TestPassengers:
    hub = "icbc-khorgos"

    def test_kazakh_booths_take_the_hours_that_they_are_open(self) -> None:
        persons = 10 * 60 / 1.125 * 12
        buses = persons / 45
        assert station(self.hub, "kazakh-booths-in").theoretical_capacity_per_day == pytest.approx(buses, rel=1e-3)

    def test_whoever_comes_in_goes_out_by_the_same_checkpoint(self) -> None:
        flows = hubfixtures.load(self.hub).flows
        assert flows["inbound"].per_day == flows["outbound"].per_day
        assert flows["chinese-inbound"].per_day == flows["chinese-outbound"].per_day

    def test_visitors_come_while_it_is_open(self) -> None:
        for flow in hubfixtures.load(self.hub).flows.values():
            weights = flow.hourly_weights
            assert weights is not None
            assert not any(weights[:7])
            assert not any(weights[21:])


class TestRoad:
    @pytest.mark.parametrize(
        ("hub_id", "officers", "hours"), [("dostyk-alashankou-road", 8, 12), ("bakhty-baketu-road", 5, 10)]
    )
    def test_chinese_control_takes_its_officers_over_its_hours(self, hub_id: str, officers: int, hours: int) -> None:
        trucks = officers * hours * 60 / (8 + 10)
        assert station(hub_id, "chinese-exit").theoretical_capacity_per_day == pytest.approx(trucks, rel=1e-3)

    @pytest.mark.parametrize(
        ("hub_id", "trucks", "officers", "closed"),
        [("dostyk-alashankou-road", 192, 8, 12), ("bakhty-baketu-road", 76, 5, 14)],
    )
    def test_trucks_wait_for_the_morning_like_a_fluid(
        self, hub_id: str, trucks: int, officers: int, closed: int
    ) -> None:
        rate = trucks / HOURS
        while_open = officers * 60 / (8 + 10)
        fluid = closed**2 / (2 * HOURS) / (1 - rate / while_open)
        assert station(hub_id, "chinese-exit").closure_mean_hours == pytest.approx(fluid, rel=1e-3)


class TestOthers:
    def test_gantry_crane_of_almaty_moves_each_box_twice(self) -> None:
        moves = 2 * 48.0
        assert station("almaty", "terminal-crane").utilization == pytest.approx(moves * 3 / 1440)

    def test_locomotives_of_almaty_are_changed_for_all_trains(self) -> None:
        trains = 13.4 + 8 + 2 * 11.5
        assert station("almaty", "locomotive-change").utilization == pytest.approx(trains * 2 / (6 * HOURS))

    def test_positions_of_sarakhs_lift_two_wagons_an_hour(self) -> None:
        wagons = 10 * 2 * HOURS
        assert station("sarakhs", "bogie-exchange").theoretical_capacity_per_day == pytest.approx(
            wagons / 40 / 2, rel=1e-3
        )

    def test_wagons_of_sarakhs_are_those_that_were_counted(self) -> None:
        flows = hubfixtures.load("sarakhs").flows
        wagons = [flow.per_day * flow.contents.mean for key, flow in flows.items() if flow.contents and "wagons" in key]
        assert sum(wagons) == 200

    def test_boxes_of_urumqi_come_and_go_by_truck(self) -> None:
        flows = hubfixtures.load("urumqi").flows
        boxes = sum(flow.per_day * flow.contents.mean for flow in flows.values() if flow.contents)
        assert flows["trucks"].per_day == pytest.approx(boxes, rel=0.01)

    def test_cranes_of_urumqi_take_fifteen_boxes_an_hour_each(self) -> None:
        share = 2.0 / (2.0 + 1.66 + 1.58)
        trains = 4 * 15 * HOURS / BOXES_PER_TRAIN * share
        assert station("urumqi", "rail-cranes").theoretical_capacity_per_day == pytest.approx(trains, rel=1e-3)

    def test_docks_of_the_zone_take_a_truck_in_ninety_minutes(self) -> None:
        trucks = 10 * 12 / 1.5 * 40 / (40 + 10)
        assert station("khorgos-eastern-gate", "docks").theoretical_capacity_per_day == pytest.approx(trucks)

    def test_half_of_the_loads_of_the_zone_lie_three_days(self) -> None:
        assert detail("khorgos-eastern-gate", "warehouse", "yard_mean_teu") == pytest.approx(40 * 0.5 * 2 * 3, rel=1e-3)
