"""Where an input comes from, and how far it may be off."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from hubmodels.base import HIGHEST, Line, Model, Rule, quantity

Basis = Literal["published", "derived", "assumption"]


class Source(Model):
    """A publication that inputs are taken from."""

    title: Line = Field(min_length=1, max_length=300, description="Title, with the publisher")
    year: int | None = quantity("Year of publication", "year", default=None, at_least=1900, at_most=2200)
    url: Line | None = Field(None, max_length=1_000, description="Address")


class Evidence(Model):
    """Where one input comes from."""

    basis: Basis = Field(description="Read in a source, worked out from sources, or assumed")
    source: str | None = Field(None, max_length=100, description="Id of the source, a key of `sources`")
    year: int | None = quantity("Year that the figure speaks of", "year", default=None, at_least=1900, at_most=2200)
    note: Line = Field("", max_length=1_000, description="The words of the source, the arithmetic, or the reason")

    def rules(self) -> Iterator[Rule]:
        """Ask of each basis what makes it one."""
        yield Rule(self.basis != "published" or self.source is not None, ("source",), "a published input names it")
        yield Rule(self.basis == "published" or self.note != "", ("note",), f"evidence by {self.basis} explains itself")


class Uncertainty(Model):
    """The range in which an input lies in four cases of five (its P10 and P90)."""

    low: float = quantity("Value exceeded in nine cases of ten", "the input's", at_least=-HIGHEST)
    high: float = quantity("Value exceeded in one case of ten", "the input's", at_least=-HIGHEST)

    def rules(self) -> Iterator[Rule]:
        """Order the range."""
        yield Rule(self.low < self.high, ("low", "high"), "low must be less than high")
