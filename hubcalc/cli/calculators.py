"""Where calculators run. Commands do not see whether it is this process or a server."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from hubcalc.cli.options import client_of
from hubcalc.cli.settings import read_settings
from hubmodels.calculators.answers import CalculatorNote, CalculatorReport

QUEUE = "queue"
"""Name of the one calculator that is no kind of capacity."""

Given = Mapping[str, Sequence[str]]


class Calculators(Protocol):
    """What commands ask for."""

    def kinds(self) -> Sequence[CalculatorNote]:
        """List the capacity calculators."""

    def note(self, name: str) -> CalculatorNote:
        """Describe a calculator."""

    def calculate(
        self, name: str, given: Given, solve_for: str | None, fields: Sequence[str] | None
    ) -> CalculatorReport:
        """Answer a question."""


class LocalCalculators:
    """Calculators of this process."""

    def kinds(self) -> Sequence[CalculatorNote]:
        """List the capacity calculators."""
        from hubcalc.calculators import CAPACITY, describe

        return [describe(calculator) for calculator in CAPACITY.values()]

    def note(self, name: str) -> CalculatorNote:
        """Describe a calculator."""
        from hubcalc.calculators import describe
        from hubcalc.calculators.catalogue import calculator

        return describe(calculator(name))

    def calculate(
        self, name: str, given: Given, solve_for: str | None, fields: Sequence[str] | None
    ) -> CalculatorReport:
        """Answer a question in this process."""
        from hubcalc.calculators.catalogue import calculate

        return calculate(name, given, solve_for=solve_for, metrics=fields, most=read_settings().scenario_limit).report


class RemoteCalculators:
    """Calculators of a server."""

    def __init__(self, url: str) -> None:
        self.client = client_of(url, retries=1)

    def kinds(self) -> Sequence[CalculatorNote]:
        """List the capacity calculators."""
        return self.client.capacity_kinds()

    def note(self, name: str) -> CalculatorNote:
        """Describe a calculator."""
        return self.client.calculator(None if name == QUEUE else name)

    def calculate(
        self, name: str, given: Given, solve_for: str | None, fields: Sequence[str] | None
    ) -> CalculatorReport:
        """Have a question answered."""
        if name == QUEUE:
            return self.client.queue(given, solve_for=solve_for, fields=fields).report
        return self.client.capacity(name, given, solve_for=solve_for, fields=fields).report


@contextmanager
def calculators(url: str | None) -> Iterator[Calculators]:
    """Give the calculators of a server, or of this process."""
    if not url:
        yield LocalCalculators()
        return
    remote = RemoteCalculators(url)
    with remote.client:
        yield remote
