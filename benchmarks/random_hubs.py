"""Random hubs over realistic ranges, as documents: trains of 41 to 60 boxes, 2 to 5 stages, one or two flows."""

from typing import Any

import numpy as np

LAWS = ("two_moments", "gamma", "lognormal", "exponential", "deterministic", "shifted_lognormal")
Document = dict[str, Any]


def random_hub(rng: np.random.Generator, number: int) -> tuple[Document, float]:
    """Make the document of a random hub, and the utilization of its busiest stage."""
    busiest = float(rng.uniform(0.2, 0.9))
    poisson = rng.random() < 0.4
    names = [f"s{i}" for i in range(int(rng.integers(2, 6)))]
    flows = {"main": _flow(rng, names, poisson=poisson)}
    if rng.random() < 0.5:
        kept = sorted(rng.choice(len(names), int(rng.integers(1, len(names) + 1)), replace=False))
        flows["other"] = _flow(rng, [names[i] for i in kept], poisson=poisson)
        flows["other"]["contents"] = flows["main"]["contents"]
    loads = busiest * rng.uniform(0.3, 1.0, len(names))
    loads[rng.integers(len(names))] = busiest
    stages = {}
    for name, load in zip(names, loads, strict=True):
        per_day = sum(flow["per_day"] for flow in flows.values() if name in flow["route"])
        stages[name] = _stage(rng, float(load), per_day / 24, flows["main"]["contents"]["mean"])
    document = {
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
    return document, busiest


def _flow(rng: np.random.Generator, route: list[str], *, poisson: bool) -> Document:
    return {
        "unit": "train",
        "per_day": round(float(rng.uniform(4, 25)), 2),
        "scv": 1.0 if poisson else round(float(rng.uniform(0.3, 1.5)), 2),
        "contents": {
            "unit": "container",
            "mean": float(rng.integers(41, 61)),
            "scv": float(rng.choice([0.0, 0.01, 0.04])),
        },
        "route": route,
    }


def _stage(rng: np.random.Generator, load: float, per_hour: float, boxes: float) -> Document:
    kind = rng.choice(["service", "gate", "front", "contents"], p=[0.5, 0.15, 0.25, 0.1])
    share = 1.0 if rng.random() < 0.7 else round(float(rng.uniform(0.2, 0.9)), 2)
    if kind == "front":
        return _front(rng, load, per_hour, boxes)
    servers = int(rng.integers(1, 5 if kind == "contents" else 9))
    items = boxes if kind == "contents" else share
    minutes = 60 * load * servers / (per_hour * items)
    service_time = _service_time(rng, minutes, contents=kind == "contents")
    if kind == "gate":
        return {"kind": "gate", "lanes": servers, "share": share, "service_time": service_time}
    if kind == "contents":
        return {"kind": "service", "servers": servers, "serves": "contents", "service_time": service_time}
    return {"kind": "service", "servers": servers, "share": share, "service_time": service_time}


def _service_time(rng: np.random.Generator, minutes: float, *, contents: bool) -> Document:
    law = "two_moments" if contents else str(rng.choice(LAWS, p=[0.3, 0.2, 0.15, 0.15, 0.05, 0.15]))
    scv = 0.3 if contents else float(np.exp(rng.uniform(np.log(0.02), np.log(2.0))))
    if law in ("exponential", "deterministic"):
        return {"law": law, "mean_minutes": minutes}
    if law == "shifted_lognormal":
        shift = float(rng.uniform(0.1, 0.5))
        return {
            "law": law,
            "shift_minutes": shift * minutes,
            "excess_mean_minutes": (1 - shift) * minutes,
            "excess_scv": float(rng.uniform(0.25, 2.25)),
        }
    return {"law": law, "mean_minutes": minutes, "scv": scv}


def _front(rng: np.random.Generator, load: float, per_hour: float, boxes: float) -> Document:
    cranes, shunting = int(rng.integers(2, 5)), float(rng.uniform(0.5, 2.0))
    handling = load / per_hour
    least = int(np.ceil(per_hour * (shunting + handling) / load))
    tracks = least + int(rng.integers(0, 3))
    return {
        "kind": "transshipment_front",
        "standard_gauge_tracks": tracks,
        "broad_gauge_tracks": tracks,
        "cranes": cranes,
        "moves_per_crane_hour": min(boxes / (handling * cranes), 1000.0),
        "move_scv": float(rng.choice([0.0, 0.3])),
        "place_minutes": 30 * shunting,
        "remove_minutes": 30 * shunting,
    }


# --- simulation
