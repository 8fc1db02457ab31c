"""A hub that can be worked out by hand, and its Monte Carlo studies in memory."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from hubcalc.documents import Fixtures
from hubcalc.studies.montecarlo import MonteCarlo, build_montecarlo
from hubmodels.studies.montecarlo import MonteCarloRequest, MonteCarloResult

FLOW, SERVICE, SERVERS = "flows.trains.per_day", "stages.desk.service_time.mean_minutes", "stages.desk.servers"


def document(**fields: Any) -> dict[str, Any]:
    """Write a hub of one stage, M/M/2: two desks of an hour each carry 48 trains a day."""
    return {
        "kind": "dry_port",
        "id": "some-hub",
        "name": "Some hub",
        "country": "KZ",
        "location": {"latitude_deg": 44, "longitude_deg": 80},
        "opening": {"time_zone": "Asia/Almaty"},
        "flows": {"trains": {"unit": "train", "per_day": 24.0, "route": ["desk"]}},
        "main_flow": "trains",
        "stages": {
            "desk": {
                "kind": "service",
                "servers": 2,
                "service_time": {"law": "exponential", "mean_minutes": 60.0},
            }
        },
        "uncertainty": {FLOW: {"low": 20.0, "high": 30.0}},
        **fields,
    }


class Rows:
    """The rows of a study in memory."""

    def __init__(self, study: MonteCarlo) -> None:
        self.rows = study.rows
        self.parts = [study.evaluate(chunk) for chunk in range(-(-study.rows // study.chunk_rows))]

    def column(self, name: str) -> Any:
        return np.concatenate([part[name] for part in self.parts])

    def chunks(self, names: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        for part in self.parts:
            yield {name: part[name] for name in (names or part)}


def request(**fields: Any) -> MonteCarloRequest:
    return MonteCarloRequest.model_validate({"document": document(), **fields})


def study(**fields: Any) -> MonteCarlo:
    return build_montecarlo(request(**fields), Fixtures())


def done(**fields: Any) -> tuple[MonteCarloResult, Rows]:
    made = study(**fields)
    rows = Rows(made)
    return made.conclude(rows), rows


def metric(result: MonteCarloResult, name: str) -> Any:
    return next(each for each in result.metrics if each.name == name)
