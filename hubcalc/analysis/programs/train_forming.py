"""Train forming: contents gather to full trains, each of which a crew makes ready.

Flows mix where they go on by the same stages in the same direction, and a train takes the priority of the flow that
fills it. Contents gather where there is always room: a formed train that finds all crews busy waits there and holds
nobody up, so a waiting room before the crews changes nothing.
"""

from dataclasses import replace

from hubcalc.analysis.programs.base import Cargo, Inside, Place, StageProgram, served
from hubcalc.analysis.programs.laws import law_of
from hubcalc.simulation.program import Form
from hubmodels import TrainForming


def _inside(stage: TrainForming, place: Place) -> Inside:
    ready = served(place.servers(stage, "crews", stage.crews), law_of(stage.service_time))
    size = int(stage.most_contents)
    return Inside((Form(f"{place.stage_id} {place.fellow()}", size), *ready.steps), ready.leaving)


def _after(stage: TrainForming, cargo: Cargo) -> Cargo:
    return replace(cargo, mean=float(stage.most_contents), scv=0.0)


TRAIN_FORMING = StageProgram(_inside, uses_contents=lambda _: True, after=_after)
