"""Inspection: documents of all consignments, then a scan and an examination of those selected.

Scan and examination select independently of each other. An officer is free as soon as a unit's documents are done; a
unit that finds no room behind the inspection keeps only its place in the waiting room, and its officer where there is
neither scan nor examination.
"""

from hubcalc.analysis.programs.base import (
    Choice,
    Inside,
    Instruction,
    Place,
    StageProgram,
    room_before,
    served,
)
from hubcalc.analysis.programs.laws import law_of
from hubcalc.simulation.laws import Law
from hubcalc.simulation.program import Release, Seize, Work, WorkItems
from hubmodels import Inspection


def _inside(stage: Inspection, place: Place) -> Inside:
    officers, documents = place.servers(stage, "officers", stage.officers), law_of(stage.service_time)
    later = [
        (
            place.servers(stage, f"{name}_places", examination.places),
            law_of(examination.service_time),
            examination.share,
        )
        for name, examination in (("scan", stage.scan), ("physical", stage.physical))
        if examination is not None
    ]
    if stage.serves == "contents":
        work = [WorkItems(servers, law, share=share) for servers, law, share in later]
        pieces = 1.0 + sum(share for _, _, share in later)
        return Inside(place.on_contents(stage, WorkItems(officers, documents), *work, pieces=pieces))
    if not later:
        return served(officers, documents)
    steps = list(_at(officers, documents))
    for servers, law, share in later:
        steps += [Choice(share, _at(servers, law))] if share < 1 else _at(servers, law)
    return Inside(tuple(steps))


def _at(servers: int, law: Law) -> tuple[Instruction, ...]:
    """Give the steps of one place after the other."""
    return (Seize(servers), Work(servers, law), Release(servers))


def _places(stage: Inspection) -> int:
    return stage.officers + sum(part.places for part in (stage.scan, stage.physical) if part is not None)


INSPECTION = StageProgram(_inside, room_before(_places), uses_contents=lambda stage: stage.serves == "contents")
