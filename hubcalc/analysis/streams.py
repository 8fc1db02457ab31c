"""Flows as they arrive at a stage, and what a stage does to them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from hubcalc.analysis.methods import Column, Estimate, Flags
from hubmodels import Contents, Flow


@dataclass(frozen=True, slots=True)
class Stream:
    """A flow at the door of a stage. `per_hour` counts handling units per hour of open time."""

    flow: Flow
    per_hour: Column
    scv: Column
    poisson: Flags
    open_share: Column
    stored_share: Column
    """Share of the contents that a yard receives: after a front, what the front puts through the yard."""

    @property
    def contents(self) -> Contents:
        """What one handling unit brings, where a stage handles contents (a rule of the document ensures it)."""
        if self.flow.contents is None:
            raise AssertionError(self.flow)
        return self.flow.contents

    def thinned(self, share: Column) -> "Stream":
        """Give the part of the stream that visits a stage, each unit independently with this probability."""
        return replace(self, per_hour=self.per_hour * share, scv=share * self.scv + 1 - share)


class Performance(Protocol):
    """What a stage does to those that visit it; hours, all columns, each computed when it is first asked for.

    The queue is that of all streams together; times of contents are those of the first stream, the main flow if there.
    """

    @property
    def wait(self) -> Estimate:
        """Of a handling unit, until its service begins."""

    @property
    def wait_variance(self) -> Column:
        """Variance of that wait."""

    @property
    def service(self) -> Column:
        """Of a handling unit, from the start of its service to its leaving."""

    @property
    def service_variance(self) -> Column:
        """Variance of that time."""

    @property
    def content_wait(self) -> Estimate:
        """Of one of the contents, until its own service begins."""

    @property
    def content_service(self) -> Column:
        """Of one of the contents, its own service."""

    @property
    def departure_scv(self) -> Column:
        """Squared coefficient of variation of the gaps between departures."""

    @property
    def departure_poisson(self) -> Flags:
        """Whether the departures are Poisson."""

    @property
    def visit_share(self) -> Column:
        """Share of the handling units at the door that are served, or bring anything that is."""

    @property
    def content_visit_share(self) -> Column:
        """Share of the contents at the door that are served."""

    @property
    def details(self) -> dict[str, tuple[Column, str]]:
        """What is peculiar to the kind of stage: values with their units."""


def column(value: object) -> Column:
    """Give a number or column as an array of floats."""
    return np.asarray(value, dtype=np.float64)


def total(streams: list[Stream]) -> Column:
    """Sum the rates of streams."""
    return column(sum(stream.per_hour for stream in streams))


def weighted(streams: list[Stream], values: list[Column]) -> Column:
    """Average values over streams by rate; where nothing arrives, plainly."""
    rate = total(streams)
    safe = np.where(rate > 0, rate, 1)
    weights = [np.where(rate > 0, stream.per_hour / safe, 1 / len(streams)) for stream in streams]
    return column(sum(weight * value for weight, value in zip(weights, values, strict=True)))


def all_of(flags: Iterable[Flags]) -> Flags:
    """Say where all flags hold."""
    return np.asarray(np.logical_and.reduce(np.broadcast_arrays(*flags)), dtype=bool)


def largest(columns: Iterable[Column]) -> Column:
    """Give the largest of several columns in each row."""
    return column(np.maximum.reduce(np.broadcast_arrays(*columns)))


def smallest(columns: Iterable[Column]) -> Column:
    """Give the smallest of several columns in each row."""
    return column(np.minimum.reduce(np.broadcast_arrays(*columns)))


def difference(longer: Column, shorter: Column) -> Column:
    """Subtract waits; 0 where one of them is endless."""
    finite = np.isfinite(longer) & np.isfinite(shorter)
    return np.where(finite, np.where(finite, longer, 0.0) - np.where(finite, shorter, 0.0), 0.0)
