"""The route of a flow as steps: insides of stages, doors between them, and the way out."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from hubcalc.analysis.programs.assembly import Assembler
from hubcalc.analysis.programs.base import Cargo, Inside, Instruction, Parts, Place, StageProgram
from hubcalc.analysis.programs.contents import brings_contents, cargo_of, visit_shares
from hubcalc.analysis.programs.kinds import program_for
from hubcalc.simulation.program import Enter, Exit, Leave, Release, Resource, Seize
from hubcalc.units import per_day_to_per_hour
from hubmodels import Flow, HubBase, ServedStage, StageBase
from hubmodels.flow import Direction

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Visit:
    """A stage that is visited with a certain cargo."""

    stage: str
    cargo: Cargo


@dataclass(frozen=True, slots=True)
class Door:
    """The door of a stage, for units that come with a cargo; `source` is where they stay until there is room."""

    stage: str
    cargo: Cargo
    source: Visit | None


@dataclass(frozen=True, slots=True)
class WayOut:
    """The end of the route."""

    source: Visit | None


Next = Door | WayOut


class RouteWriter:
    """Writes the steps of one flow."""

    def __init__(
        self,
        hub: HubBase,
        flow_id: str,
        parts: Parts,
        assembler: Assembler,
        stored: Mapping[str, tuple[float, float]],
    ) -> None:
        self._hub, self._flow_id, self._flow = hub, flow_id, hub.flows[flow_id]
        self._parts, self._assembler, self._stored = parts, assembler, stored
        self._transitions = self._flow.transitions
        self._order = {stage: position for position, stage in enumerate(hub.stages)}
        self._brings_contents = brings_contents(hub, self._flow)
        self._looked_at = self._what_is_looked_at()
        self._insides: dict[Visit, Inside] = {}
        self._shut: dict[str, bool] = {}

    def write(self) -> Hashable:
        """Write all steps, and give the label of the first."""
        start = self._door(self._flow.entry, cargo_of(self._flow), None)
        visits, doors = self._reached(start)
        visits.sort(key=lambda visit: self._order[visit.stage])  # stable: of one stage in the order of discovery
        for visit in visits:
            self._inside(visit)
        for visit in visits:
            self._write_visit(visit)
        for door in doors:
            self._write_next(door)
        return self._label(start)

    # --- the ways through the stages

    def _reached(self, start: Next) -> tuple[list[Visit], list[Next]]:
        """List the visits and doors to which units may come, in the order of discovery."""
        visits: dict[Visit, None] = {}
        doors: dict[Next, None] = {start: None}
        waiting = [start]
        for here in waiting:
            following: list[Next] = []
            if isinstance(here, Door):
                visit = Visit(here.stage, here.cargo)
                if self._share(here.stage) < 1:
                    following += [way for _, way in self._passing(here)]
                if visit not in visits:
                    visits[visit] = None
                    following += [way for _, way in self._onward(visit)]
            new = [way for way in following if way not in doors]
            doors.update(dict.fromkeys(new))
            waiting += dict.fromkeys(new)
        return list(visits), list(doors)

    def _onward(self, visit: Visit) -> list[tuple[float, Next]]:
        """Give where units go from a visit."""
        stage = self._hub.stages[visit.stage]
        source = visit if self._room_matters(visit.stage) else None
        return self._ways(visit.stage, program_for(stage).after(stage, visit.cargo), source)

    def _passing(self, door: Door) -> list[tuple[float, Next]]:
        """Give where units go that pass a stage by."""
        stage = self._hub.stages[door.stage]
        return self._ways(door.stage, program_for(stage).passed(stage, door.cargo), door.source)

    def _ways(self, stage_id: str, cargo: Cargo, source: Visit | None) -> list[tuple[float, Next]]:
        following = {stage: float(share) for stage, share in self._transitions[stage_id].items() if share > 0}
        ways: list[tuple[float, Next]] = [
            (share, self._door(stage, cargo, source)) for stage, share in sorted(following.items(), key=self._place_of)
        ]
        out = 1 - sum(following.values())
        return [*ways, (out, WayOut(source))] if out > _ROUNDING else ways

    def _place_of(self, following: tuple[str, float]) -> int:
        return self._order[following[0]]

    def _door(self, stage_id: str, cargo: Cargo, source: Visit | None) -> Door:
        """Give a door; what no stage behind it looks at is dropped from the cargo."""
        looked_at = self._looked_at[stage_id]
        if "stored_share" not in looked_at:
            cargo = replace(cargo, stored_share=1.0)
        if "size" not in looked_at:
            cargo = replace(cargo, mean=1.0, scv=0.0)
        return Door(stage_id, cargo, source)

    def _what_is_looked_at(self) -> dict[str, frozenset[str]]:
        """Map each stage to what it and those behind it look at."""
        found: dict[str, frozenset[str]] = {}
        for stage_id in reversed(self._flow.stages):
            own: frozenset[str] = program_for(self._hub.stages[stage_id]).looks_at
            found[stage_id] = own.union(*(found[following] for following in self._transitions[stage_id]))
        return found

    def _share(self, stage_id: str) -> float:
        stage = self._hub.stages[stage_id]
        return 1.0 if program_for(stage).share_is_of_contents(stage) else stage.share

    def _room_matters(self, stage_id: str) -> bool:
        """Say whether some next door may be shut."""
        if stage_id not in self._shut:
            self._shut[stage_id] = any(
                self._room(self._hub.stages[following]) is not None
                or (self._share(following) < 1 and self._room_matters(following))
                for following, share in self._transitions[stage_id].items()
                if share > 0
            )
        return self._shut[stage_id]

    def _room(self, stage: StageBase) -> tuple[str, int] | None:
        """Give the name of a stage's waiting room and how many it holds, those in service included."""
        room = program_for(stage).room
        if room is None or not isinstance(stage, ServedStage) or stage.waiting_room is None:
            return None
        name, in_service = room(stage, self._flow)
        return name, stage.waiting_room + in_service

    # --- the steps

    def _inside(self, visit: Visit) -> Inside:
        """Translate the inside of a stage, with its waiting room."""
        if visit not in self._insides:
            stage = self._hub.stages[visit.stage]
            kind: StageProgram[Any] = program_for(stage)
            account = self._parts.account(visit.stage)
            place = Place(
                self._parts,
                self._hub.opening,
                visit.stage,
                self._flow_id,
                self._flow,
                visit.cargo,
                self._brings_contents,
                self._stored.get(visit.stage, (0.0, 0.0)),
                partial(self._visiting_per_hour, visit.stage),
                partial(self._fellow, visit.stage),
            )
            inside = kind.inside(stage, place)
            number = self._room_number(visit.stage)
            if number is not None:
                account.rooms += [number] if number not in account.rooms else []
                inside = replace(inside, leaving=(*inside.leaving, Release(number)))
            self._insides[visit] = inside
        return self._insides[visit]

    def _visiting_per_hour(self, stage_id: str, direction: Direction) -> float:
        """Give the units of all flows of a direction that visit a stage, in the mean."""
        flows = {key: flow for key, flow in self._hub.flows.items() if flow.direction == direction}
        a_day = sum(flow.per_day * visit_shares(self._hub, key).get(stage_id, 0.0) for key, flow in flows.items())
        return per_day_to_per_hour(a_day)

    def _fellow(self, stage_id: str) -> str:
        """Give the first flow that goes on from a stage as this one does."""
        own = (self._flow.direction, _onward_of(self._flow, stage_id))
        return next(
            key
            for key, flow in self._hub.flows.items()
            if stage_id in flow.stages and (flow.direction, _onward_of(flow, stage_id)) == own
        )

    def _room_number(self, stage_id: str) -> int | None:
        room = self._room(self._hub.stages[stage_id])
        return None if room is None else self._parts.resource(Resource(f"{stage_id}.{room[0]}", room[1]))

    def _write_visit(self, visit: Visit) -> None:
        inside = self._inside(visit)
        self._assembler.mark(self._label(visit))
        self._assembler.emit((*inside.steps, Leave()))
        if not self._room_matters(visit.stage):
            self._assembler.emit(inside.leaving)
        self._assembler.branch([(share, self._label(way)) for share, way in self._onward(visit)])

    def _write_next(self, here: Next) -> None:
        self._assembler.mark(self._label(here))
        if isinstance(here, WayOut):
            self._assembler.emit((*self._leaving(here.source), Exit()))
            return
        share = self._share(here.stage)
        if share < 1:
            enter, passing = ("enter", self._label(here)), ("pass", self._label(here))
            self._assembler.branch([(share, enter), (1 - share, passing)])
            self._assembler.mark(passing)
            self._assembler.branch([(part, self._label(way)) for part, way in self._passing(here)])
            self._assembler.mark(enter)
        self._assembler.emit(self._entering(here))
        self._assembler.jump(self._label(Visit(here.stage, here.cargo)))

    def _entering(self, door: Door) -> Iterator[Instruction]:
        yield Enter(self._parts.account(door.stage).parts[0])
        number = self._room_number(door.stage)
        if number is not None:
            yield Seize(number)
        yield from self._leaving(door.source)

    def _leaving(self, source: Visit | None) -> tuple[Instruction, ...]:
        return () if source is None else self._inside(source).leaving

    def _label(self, what: Visit | Next) -> Hashable:
        return self._flow_id, what


def _onward_of(flow: Flow, stage_id: str) -> dict[str, dict[str, float]]:
    """Give the part of a flow's route that begins at a stage."""
    behind, transitions = {stage_id}, flow.transitions
    for stage in flow.stages:
        if stage in behind:
            behind.update(transitions[stage])
    return {stage: dict(transitions[stage]) for stage in flow.stages if stage in behind}
