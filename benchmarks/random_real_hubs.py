"""Random hubs with every kind of stage, as documents: what the study of the verdicts draws from.

A hub is a rail yard, a road crossing, a port or a passenger post: a main flow and mostly a second one, one to six
stages, some with calendars, breakdowns, storms, finite waiting rooms and priorities, some of the routes a graph. The
busiest stage is loaded at 0.25 to 0.95; ranges are those of the documented hubs.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

Document = dict[str, Any]
LAWS = (
    "two_moments",
    "gamma",
    "lognormal",
    "exponential",
    "deterministic",
    "shifted_lognormal",
    "erlang",
    "triangular",
)
BUSIEST = (0.25, 0.95)


def random_real_hub(number: int) -> Document:
    """Make the document of one random hub; the same number gives the same hub."""
    rng = np.random.default_rng([20_261, number])
    world = str(rng.choice(["rail", "road", "port", "bus"], p=[0.45, 0.3, 0.18, 0.07]))
    busiest = float(rng.uniform(*BUSIEST))
    flows = {"main": _flow(rng, world)}
    if rng.random() < 0.6:
        flows["other"] = _flow(rng, world) | {"direction": "return" if rng.random() < 0.5 else "forward"}
        if rng.random() < 0.3:
            flows["other"]["priority"] = int(rng.choice([2, 8]))
    names = _routes(rng, flows)
    loads = busiest * rng.uniform(0.3, 1.0, len(names))
    loads[rng.integers(len(names))] = busiest
    stages = _paired(rng, world, flows)
    for name, load in zip(names, loads, strict=True):
        visitors = [(flow, _reach(flow["route"], name)) for flow in flows.values() if name in _stages(flow["route"])]
        per_hour = sum(flow["per_day"] * reach for flow, reach in visitors) / 24
        contents = [flow.get("contents") for flow, _ in visitors]
        stages[name] = _stage(rng, world, float(load), per_hour, contents[0])
    return {
        "kind": "dry_port",
        "id": f"random-{number}",
        "name": f"Random hub {number}",
        "country": "KZ",
        "location": {"latitude_deg": 44.0, "longitude_deg": 80.0},
        "opening": {"time_zone": "Asia/Almaty"},
        "flows": flows,
        "main_flow": "main",
        "stages": stages,
    }


def _paired(rng: np.random.Generator, world: str, flows: dict[str, Document]) -> dict[str, Document]:
    """Let the two flows of some rail yards meet before all else: the second comes as often, on the other gauge."""
    if world != "rail" or "other" not in flows or isinstance(flows["main"]["route"], dict) or rng.random() < 0.8:
        return {}
    flows["other"]["per_day"] = round(flows["main"]["per_day"] * float(rng.uniform(0.8, 1.25)), 2)
    for flow in flows.values():
        flow["route"] = ["pairing", *flow["route"]]
    rooms = (int(rng.integers(1, 9)), int(rng.integers(1, 9)))
    return {
        "pairing": {
            "kind": "pairing",
            "standard_gauge_flow": "main",
            "broad_gauge_flow": "other",
            "standard_gauge_room": rooms[0],
            "broad_gauge_room": rooms[1],
        }
    }


# --- flows and routes


def _flow(rng: np.random.Generator, world: str) -> Document:
    poisson = rng.random() < 0.5
    scv = 1.0 if poisson else round(float(rng.uniform(0.2, 1.6)), 2)
    if world == "rail":
        contents = {
            "unit": "container",
            "mean": float(rng.integers(41, 61)),
            "scv": float(rng.choice([0.0, 0.01, 0.04])),
        }
        return {"unit": "train", "per_day": round(float(rng.uniform(4, 25)), 2), "scv": scv, "contents": contents}
    if world == "port":
        contents = {
            "unit": "container",
            "mean": float(rng.integers(100, 600)),
            "scv": float(rng.choice([0.0, 0.1, 0.3])),
        }
        return {"unit": "vessel", "per_day": round(float(rng.uniform(0.3, 3.0)), 3), "scv": scv, "contents": contents}
    if world == "bus":
        contents = {"unit": "passenger", "mean": float(rng.integers(40, 56)), "scv": float(rng.choice([0.0, 0.02]))}
        return {"unit": "bus", "per_day": round(float(rng.uniform(20, 200)), 1), "scv": scv, "contents": contents}
    return {"unit": "truck", "per_day": round(float(rng.uniform(100, 1_500)), 1), "scv": scv}


def _routes(rng: np.random.Generator, flows: dict[str, Document]) -> list[str]:
    """Give the main flow a chain or a graph of stages, the other one some of the same in the same order."""
    names = [f"s{i}" for i in range(int(rng.integers(1, 6)))]
    flows["main"]["route"] = names
    if len(names) >= 3 and rng.random() < 0.2:
        detour = round(float(rng.uniform(0.1, 0.6)), 2)
        graph: Document = {name: {following: 1.0} for name, following in pairwise(names)} | {names[-1]: {}}
        graph[names[0]] = {names[1]: detour, names[2]: round(1 - detour, 2)}
        flows["main"]["route"] = graph
    if "other" in flows:
        kept = sorted(rng.choice(len(names), int(rng.integers(1, len(names) + 1)), replace=False))
        flows["other"]["route"] = [names[i] for i in kept]
    return names


def _stages(route: Any) -> list[str]:
    return list(route)


def _reach(route: Any, name: str) -> float:
    """Give the share of a flow's units that reach a stage; graphs here have one detour, around the second stage."""
    if isinstance(route, list):
        return 1.0
    second = next(iter(next(iter(route.values()))))
    return float(next(iter(route.values()))[second]) if name == second else 1.0


# --- stages


def _stage(rng: np.random.Generator, world: str, load: float, per_hour: float, contents: Document | None) -> Document:
    kinds, weights = zip(*KINDS[world].items(), strict=True)
    kind = str(rng.choice(kinds, p=np.array(weights) / sum(weights)))
    stage = _MAKERS[kind](rng, load, per_hour, contents or {"mean": 1.0})
    return stage | _circumstances(rng, load) if kind in _SERVED else stage


def _circumstances(rng: np.random.Generator, load: float) -> Document:
    """Give some stages breakdowns, hours, storms or a short line; `load` stays what the engine will see, roughly."""
    found: Document = {}
    if rng.random() < 0.12 and load < 0.8:
        found["breakdowns"] = {
            "between_hours": round(float(rng.uniform(30, 300)), 1),
            "repair_hours": round(float(rng.uniform(0.5, 4.0)), 2),
        }
    if rng.random() < 0.1 and load < 0.6:
        hours = float(rng.choice([hours for hours in (12.0, 16.0, 20.0) if load * 24 / hours < 0.9]))
        found["calendar"] = {"shifts": {"day": {"starts_hour": 6.0, "hours": hours}}}
    elif rng.random() < 0.06 and load < 0.75:
        found["interruptions"] = {
            "open_hours": round(float(rng.uniform(50, 300)), 1),
            "closed_hours": round(float(rng.uniform(2, 12)), 1),
        }
    if rng.random() < 0.15:
        found["waiting_room"] = int(rng.integers(1, 12))
    return found


def _service(rng: np.random.Generator, load: float, per_hour: float, _: Document) -> Document:
    servers, share = int(rng.integers(1, 9)), _share(rng)
    minutes = 60 * load * servers / (per_hour * share)
    return {"kind": "service", "servers": servers, "share": share, "service_time": _time(rng, minutes)}


def _contents(rng: np.random.Generator, load: float, per_hour: float, contents: Document) -> Document:
    servers = int(rng.integers(1, 6))
    minutes = 60 * load * servers / (per_hour * contents["mean"])
    time = {"mean_minutes": minutes, "scv": 0.3}
    return {"kind": "service", "servers": servers, "serves": "contents", "service_time": time}


def _gate(rng: np.random.Generator, load: float, per_hour: float, _: Document) -> Document:
    lanes = int(rng.integers(1, 9))
    return {"kind": "gate", "lanes": lanes, "service_time": _time(rng, 60 * load * lanes / per_hour)}


def _booths(rng: np.random.Generator, load: float, per_hour: float, contents: Document) -> Document:
    booths = int(rng.integers(1, 9))
    minutes = 60 * load * booths / (per_hour * contents["mean"])
    return {"kind": "booths", "booths": booths, "service_time": {"mean_minutes": minutes, "scv": 0.5}}


def _inspection(rng: np.random.Generator, load: float, per_hour: float, _: Document) -> Document:
    officers = int(rng.integers(1, 9))
    stage = {"kind": "inspection", "officers": officers, "service_time": _time(rng, 60 * load * officers / per_hour)}
    for name, low, high in (("scan", 0.1, 0.6), ("physical", 0.02, 0.2)):
        if rng.random() < 0.6:
            share, places = round(float(rng.uniform(low, high)), 2), int(rng.integers(1, 6))
            minutes = 60 * load * float(rng.uniform(0.4, 1.0)) * places / (per_hour * share)
            stage[name] = {"share": share, "places": places, "service_time": _time(rng, minutes)}
    return stage


def _front(rng: np.random.Generator, load: float, per_hour: float, contents: Document) -> Document:
    cranes, tracks, shunting = _on_tracks(rng, load, per_hour)
    moves = contents["mean"] * per_hour / (load * cranes)
    return {
        "kind": "transshipment_front",
        "standard_gauge_tracks": tracks,
        "broad_gauge_tracks": tracks,
        "cranes": cranes,
        "moves_per_crane_hour": min(moves, 1_000.0),
        "move_scv": float(rng.choice([0.0, 0.3])),
        "place_minutes": 30 * shunting,
        "remove_minutes": 30 * shunting,
    }


def _gauge_change(rng: np.random.Generator, load: float, per_hour: float, contents: Document) -> Document:
    positions, tracks, shunting = _on_tracks(rng, load, per_hour)
    minutes = 60 * load * positions / (per_hour * contents["mean"])
    return {
        "kind": "gauge_change",
        "tracks": tracks,
        "positions": positions,
        "service_time": {"mean_minutes": minutes, "scv": 0.2},
        "place_minutes": 30 * shunting,
        "remove_minutes": 30 * shunting,
    }


def _on_tracks(rng: np.random.Generator, load: float, per_hour: float) -> tuple[int, int, float]:
    """Draw cranes or positions, as many tracks as the load leaves room for, and the shunting time [h]."""
    shunting, handling = float(rng.uniform(0.5, 2.0)), load / per_hour
    tracks = int(np.ceil(per_hour * (shunting + handling) / load)) + int(rng.integers(0, 3))
    return int(rng.integers(2, 6)), tracks, shunting


def _line(rng: np.random.Generator, load: float, per_hour: float, _: Document) -> Document:
    minutes = 60 * load / per_hour
    return {
        "kind": "line_section",
        "tracks": "single",
        "headway_minutes": minutes,
        "running_minutes": 0.8 * minutes,
        "interval_minutes": 0.2 * minutes,
        "occupation_scv": round(float(rng.uniform(0.02, 0.3)), 2),
        "line_running_hours": round(float(rng.uniform(0, 5)), 1),
    }


def _pool(rng: np.random.Generator, load: float, per_hour: float, _: Document) -> Document:
    each, loading = int(rng.integers(1, 50)), float(rng.uniform(0.5, 3.0))
    back = float(rng.uniform(24, 400))
    platforms = int(np.ceil(per_hour * (loading + back) * each / load))
    return {
        "kind": "platform_pool",
        "platforms": platforms,
        "platforms_per_unit": each,
        "loading_time": _time(rng, 60 * loading),
        "return_time": {"mean_minutes": 60 * back, "scv": round(float(rng.uniform(0.05, 0.5)), 2)},
    }


def _forming(rng: np.random.Generator, load: float, per_hour: float, contents: Document) -> Document:
    crews, length = int(rng.integers(1, 5)), float(rng.integers(50, 90))
    per_train = np.floor(length / 1.39 + 1e-9)
    return {
        "kind": "train_forming",
        "length_limit_wagons": length,
        "mass_limit_tonnes": 6_000.0,
        "content_tonnes": 18.0,
        "crews": crews,
        "service_time": _time(rng, 60 * load * crews / (per_hour * contents["mean"] / per_train)),
    }


def _berth(rng: np.random.Generator, load: float, per_hour: float, contents: Document) -> Document:
    berths, mooring = int(rng.integers(1, 6)), float(rng.uniform(1, 4))
    handling = max(load * berths / per_hour - mooring, 1.0)
    cranes = float(rng.integers(1, 4))
    stage = {
        "kind": "berth",
        "berths": berths,
        "cranes_per_berth": cranes,
        "moves_per_crane_hour": min(contents["mean"] / (cranes * handling), 1_000.0),
        "handling_scv": float(rng.choice([0.0, 0.1, 0.3])),
        "mooring_hours": mooring,
    }
    if rng.random() < 0.2 and load < 0.7:
        stage["access"] = {"period_hours": 12.42, "open_hours": round(float(rng.uniform(4, 10)), 1)}
    return stage


def _quota(_: np.random.Generator, load: float, per_hour: float, __: Document) -> Document:
    return {"kind": "quota", "per_day": max(int(np.ceil(24 * per_hour / max(load, 0.3))), 1)}


def _ferry(rng: np.random.Generator, load: float, per_hour: float, _: Document) -> Document:
    size, vessels = int(rng.integers(10, 60)), int(rng.integers(1, 7))
    cycle = load * vessels * size / per_hour
    return {
        "kind": "ferry_or_vessel",
        "vessels": vessels,
        "load": size,
        "least_load": max(1, round(size * float(rng.choice([0.02, 0.5, 1.0])))),
        "passage_time": {"mean_minutes": 30 * cycle, "scv": 0.1},
        "return_time": {"mean_minutes": 30 * cycle, "scv": 0.1},
    }


def _share(rng: np.random.Generator) -> float:
    return 1.0 if rng.random() < 0.75 else round(float(rng.uniform(0.2, 0.9)), 2)


def _time(rng: np.random.Generator, minutes: float) -> Document:
    law, scv = str(rng.choice(LAWS)), float(np.exp(rng.uniform(np.log(0.02), np.log(2.0))))
    match law:
        case "exponential" | "deterministic":
            return {"law": law, "mean_minutes": minutes}
        case "erlang":
            return {"law": law, "mean_minutes": minutes, "k": int(rng.integers(2, 6))}
        case "triangular":
            low, high = 0.4 * minutes, 2.0 * minutes
            return {"law": law, "low_minutes": low, "mode_minutes": 3 * minutes - low - high, "high_minutes": high}
        case "shifted_lognormal":
            shift = float(rng.uniform(0.1, 0.5))
            excess_scv = float(rng.uniform(0.25, 2.25))
            return {
                "law": law,
                "shift_minutes": shift * minutes,
                "excess_mean_minutes": (1 - shift) * minutes,
                "excess_scv": excess_scv,
            }
        case _:
            return {"law": law, "mean_minutes": minutes, "scv": scv}


_MAKERS: dict[str, Callable[[np.random.Generator, float, float, Document], Document]] = {
    "service": _service,
    "contents": _contents,
    "gate": _gate,
    "booths": _booths,
    "inspection": _inspection,
    "transshipment_front": _front,
    "gauge_change": _gauge_change,
    "line_section": _line,
    "platform_pool": _pool,
    "train_forming": _forming,
    "berth": _berth,
    "quota": _quota,
    "ferry_or_vessel": _ferry,
}
_SERVED = {
    "service",
    "contents",
    "gate",
    "booths",
    "inspection",
    "transshipment_front",
    "gauge_change",
    "train_forming",
    "berth",
}
KINDS: dict[str, dict[str, float]] = {
    "rail": {
        "service": 5,
        "contents": 1,
        "inspection": 2,
        "transshipment_front": 3,
        "gauge_change": 1,
        "line_section": 1.5,
        "platform_pool": 1.5,
        "train_forming": 1,
        "quota": 1,
    },
    "road": {"service": 4, "gate": 4, "inspection": 4, "quota": 1, "ferry_or_vessel": 1.5},
    "bus": {"booths": 3, "service": 1},
    "port": {"berth": 5, "service": 2, "contents": 1, "gate": 1},
}
"""How often each kind is drawn."""
