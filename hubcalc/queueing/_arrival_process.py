"""Arrivals by phases, and their products with the states of the servers, for a stack of queues.

C holds the rates between phases without an arrival, and t a those with one, t of r columns and a of r rows: for
intervals of a phase-type law r is 1, t holds the exit rates and a the initial vector.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from hubcalc.arguments import FloatArray


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Stacks of arrival processes: a of r rows, C, and t of r columns; `working` is 0 where a phase takes no time.

    In a phase that takes no time the servers stand still; it has a rate for the algebra only, and no share of the time.
    """

    initial: FloatArray
    subgenerator: FloatArray
    exits: FloatArray
    working: FloatArray

    @classmethod
    def renewal(cls, initial: FloatArray, subgenerator: FloatArray) -> Self:
        """Take intervals of phase-type laws."""
        exits = -subgenerator.sum(axis=2)
        return cls(initial[:, None, :], subgenerator, exits[:, :, None], np.ones(initial.shape[1]))

    @property
    def rate(self) -> FloatArray:
        """Arrivals per hour of a renewal process."""
        mean = np.linalg.solve(-self.subgenerator, np.ones((*self.working.shape, 1)))
        return np.asarray(1.0 / (self.initial @ mean)[:, 0, 0])

    @property
    def width(self) -> int:
        """The number r of kinds of arrivals."""
        return int(self.initial.shape[1])

    def seen(self, block: FloatArray) -> FloatArray:
        """Multiply by t x I from the right: (stack, k, a M) to (stack, k, r M)."""
        stack, rows, columns = block.shape
        phases = self.working.size
        product = np.einsum("bkaM,bar->bkrM", block.reshape(stack, rows, phases, columns // phases), self.exits)
        return np.asarray(product.reshape(stack, rows, -1))

    def columns(self, block: FloatArray) -> FloatArray:
        """Multiply by a x I from the right: (stack, k, r M) to (stack, k, a M)."""
        stack, rows, columns = block.shape
        spread = block.reshape(stack, rows, self.width, columns // self.width)
        product = np.einsum("bkrM,bra->bkaM", spread, self.initial)
        return np.asarray(product.reshape(stack, rows, -1))

    def begun(self, block: FloatArray) -> FloatArray:
        """Multiply by a x I from the left: (stack, a M, k) to (stack, r M, k)."""
        stack, _, columns = block.shape
        flat = self.initial @ block.reshape(stack, self.working.size, -1)
        return np.asarray(flat).reshape(stack, -1, columns)

    def rows(self, block: FloatArray) -> FloatArray:
        """Multiply by t x I from the left: (stack, r M, k) to (stack, a M, k)."""
        stack, _, columns = block.shape
        flat = self.exits @ block.reshape(stack, self.width, -1)
        return np.asarray(flat).reshape(stack, -1, columns)

    def local(self, servers: FloatArray) -> FloatArray:
        """Return C x I + working x servers, the rates within a level."""
        stack, states, _ = servers.shape
        phases = self.working.size
        block = np.zeros((stack, phases, states, phases, states))
        np.einsum("biMiN->biMN", block)[...] = servers[:, None] * self.working[:, None, None]
        np.einsum("biMjM->bMij", block)[...] += self.subgenerator[:, None]
        return block.reshape(stack, phases * states, -1)

    def begin(self, servers: FloatArray) -> FloatArray:
        """Return a x servers."""
        stack, rows, _ = servers.shape
        block = self.initial[:, :, None, :, None] * servers[:, None, :, None, :]
        return block.reshape(stack, self.width * rows, -1)

    def repeated(self, servers: FloatArray) -> FloatArray:
        """Return working x servers."""
        stack, rows, columns = servers.shape
        phases = self.working.size
        block = np.zeros((stack, phases, rows, phases, columns))
        np.einsum("biMiN->biMN", block)[...] = servers[:, None] * self.working[:, None, None]
        return block.reshape(stack, phases * rows, -1)
