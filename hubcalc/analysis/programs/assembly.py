"""Steps with labels, put one behind the other; choices become branches and jumps."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace

from hubcalc.analysis.programs.base import Choice, Instruction
from hubcalc.errors import Problem, RefusedError
from hubcalc.simulation.program import Branch, Jump, Step

_ROUNDING = 1e-9
MOST_STEPS = 100_000


class Assembler:
    """Collects steps; targets are labels until `finish` gives their positions."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._positions: dict[Hashable, int] = {}
        self._targets: dict[int, tuple[Hashable, ...]] = {}
        self._inner = 0

    def mark(self, label: Hashable) -> Hashable:
        """Let a label stand for the step that comes next; refuse where there are too many ways through a hub."""
        if len(self._steps) > MOST_STEPS:
            raise RefusedError.of(
                Problem(
                    "there are too many ways through the hub to simulate them",
                    parameter="stages",
                    hint="let fewer flows pass by fewer stages that have waiting rooms",
                )
            )
        self._positions[label] = len(self._steps)
        return label

    def jump(self, label: Hashable) -> None:
        """Go on at a label."""
        self._targets[len(self._steps)] = (label,)
        self._steps.append(Jump(-1))

    def branch(self, ways: Sequence[tuple[float, Hashable]]) -> None:
        """Go on at one of several labels, drawn with these shares; plainly at the only one."""
        if len(ways) == 1:
            self.jump(ways[0][1])
            return
        whole = sum(share for share, _ in ways)
        self._targets[len(self._steps)] = tuple(label for _, label in ways)
        self._steps.append(Branch((-1,) * len(ways), tuple(share / whole for share, _ in ways)))

    def emit(self, instructions: Iterable[Instruction]) -> None:
        """Add steps; both ways of a choice, and the draw before them."""
        for instruction in instructions:
            if isinstance(instruction, Choice):
                self._choose(instruction)
            else:
                self._steps.append(instruction)

    def finish(self) -> tuple[tuple[Step, ...], dict[Hashable, int]]:
        """Give the steps with their targets, and the positions of all labels."""
        for position, labels in self._targets.items():
            targets = tuple(self._positions[label] for label in labels)
            step = self._steps[position]
            if isinstance(step, Branch):
                self._steps[position] = replace(step, targets=targets)
            else:
                self._steps[position] = Jump(targets[0])
        return tuple(self._steps), self._positions

    def _choose(self, choice: Choice) -> None:
        if choice.share >= 1 - _ROUNDING:
            self.emit(choice.then)
            return
        self._inner += 1
        then, otherwise, behind = (("choice", self._inner, way) for way in ("then", "otherwise", "behind"))
        self.branch([(choice.share, then), (1 - choice.share, otherwise)])
        self.mark(then)
        self.emit(choice.then)
        self.jump(behind)
        self.mark(otherwise)
        self.emit(choice.otherwise)
        self.mark(behind)
