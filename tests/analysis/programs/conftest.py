import pytest

BOX = {"unit": "container", "mean": 10.0, "teu_per_unit": 2.0}


def constant(minutes):
    return {"law": "deterministic", "mean_minutes": minutes}


KINDS = {
    "service": {"kind": "service", "servers": 2, "service_time": constant(30)},
    "gate": {"kind": "gate", "lanes": 2, "service_time": constant(30)},
    "booths": {"kind": "booths", "booths": 5, "service_time": constant(3)},
    "inspection": {
        "kind": "inspection",
        "officers": 2,
        "service_time": constant(30),
        "scan": {"share": 0.5, "places": 2, "service_time": constant(20)},
        "physical": {"share": 0.2, "places": 2, "service_time": constant(60)},
    },
    "transshipment_front": {
        "kind": "transshipment_front",
        "standard_gauge_tracks": 2,
        "broad_gauge_tracks": 3,
        "cranes": 2,
        "moves_per_crane_hour": 20.0,
        "place_minutes": 30.0,
        "remove_minutes": 15.0,
    },
    "gauge_change": {
        "kind": "gauge_change",
        "tracks": 2,
        "positions": 5,
        "service_time": constant(60),
        "place_minutes": 30.0,
        "remove_minutes": 15.0,
    },
    "yard": {"kind": "yard", "ground_slots": 500, "tiers": 2.0, "dwell_hours": 24.0},
    "berth": {
        "kind": "berth",
        "berths": 2,
        "cranes_per_berth": 2.0,
        "moves_per_crane_hour": 5.0,
        "mooring_hours": 2.0,
    },
    "ferry_or_vessel": {
        "kind": "ferry_or_vessel",
        "vessels": 3,
        "load": 4,
        "least_load": 4,
        "passage_time": constant(120),
        "return_time": constant(60),
    },
    "platform_pool": {
        "kind": "platform_pool",
        "platforms": 10,
        "loading_time": constant(30),
        "return_time": constant(240),
    },
    "train_forming": {
        "kind": "train_forming",
        "length_limit_wagons": 20.0,
        "wagons_per_content": 1.0,
        "mass_limit_tonnes": 5_000.0,
        "content_tonnes": 20.0,
        "crews": 2,
        "service_time": constant(30),
    },
    "line_section": {
        "kind": "line_section",
        "tracks": "single",
        "headway_minutes": 10.0,
        "running_minutes": 20.0,
        "interval_minutes": 10.0,
        "occupation_scv": 0.0,
        "line_running_hours": 2.0,
    },
    "quota": {"kind": "quota", "per_day": 40},
    "run": {"kind": "run", "length_km": 100.0, "speed_km_per_hour": 50.0, "stops_hours": 0.5},
    "road_section": {
        "kind": "road_section",
        "length_km": 100.0,
        "free_speed_km_per_hour": 50.0,
        "lanes": 1,
        "capacity_vehicles_per_lane_hour": 4.0,
        "delay_factor": 0.0,
    },
}
"""One stage of each kind that one flow can pass; all times constant."""


@pytest.fixture(scope="session")
def kinds():
    """Return one stage of each kind that one flow can pass."""
    return KINDS


@pytest.fixture(scope="session")
def box():
    """Return the contents of a train: ten boxes of 40 feet."""
    return BOX


@pytest.fixture(scope="session")
def every_hour(document, box):
    """Return a function that writes a hub to which a train of ten boxes comes every hour on the hour."""

    def write(stages, **fields):
        flow = {"unit": "train", "per_day": 24.0, "scv": 0.0, "contents": box, **fields}
        return document(stages, flows={"trains": flow})

    return write
