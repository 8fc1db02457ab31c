"""Steps of a search by cuts: what is told while it goes on, and that it can be ended."""

import sys
from pathlib import Path

import numpy as np
import pytest

from hubcalc.studies.sizing.searches import Searches
from hubcalc.studies.steps import StoppedError, listening

sys.path.append(str(Path(__file__).parent))  # tests of sizings share lattices

from lattices import FLOW, WAIT, Tables, brute_force, plain, problem, task_of


def test_a_search_tells_its_cuts_and_how_far_it_is_from_proof():
    lattice, tables, requirements = problem(3)
    heard = []

    def search():
        task = task_of(lattice, Tables(lattice, tables), requirements)
        return Searches(task).run()

    quiet = search()
    with listening(heard.append, every_seconds=0):
        told = search()
    for name, column in quiet.items():
        assert np.array_equal(column, told[name], equal_nan=column.dtype.kind == "f"), name
    assert {step.unit for step in heard} == {"pairs of mixes", "cuts"}
    chosen = [step for step in heard if step.what == "search of the cheapest mix"]
    assert [step.done for step in chosen] == sorted(step.done for step in chosen)
    gaps = [step.gap for step in chosen if step.gap is not None]
    assert gaps
    assert all(0 <= gap < 1 for gap in gaps)


def test_the_gap_is_what_is_left_of_the_cost_above_the_bound():
    lattice, tables, requirements = problem(3)
    searches = Searches(task_of(lattice, Tables(lattice, tables), requirements))
    least, *_ = brute_force(lattice, tables, plain(requirements))
    levels, _ = searches.meter.history()
    costs = [
        sum(choice.cost_usd_per_year[level] for choice, level in zip(lattice.choices, mix, strict=True))
        for mix in levels
        if tables[WAIT][tuple(mix)] <= requirements[0].bound and tables[FLOW][tuple(mix)] >= requirements[1].bound
    ]
    bound = 0.5 * least
    step = searches.search._step(requirements, bound, confirmed=False)
    assert step.gap == pytest.approx((min(costs) - bound) / min(costs), rel=1e-12)
    searches.meter(lattice.levels(np.arange(lattice.size)))
    assert searches.search._step(requirements, least, confirmed=False).gap == pytest.approx(0, abs=1e-12)


def test_whoever_listens_ends_a_search():
    def stop(step):
        raise StoppedError

    lattice, tables, requirements = problem(3)
    with pytest.raises(StoppedError), listening(stop):
        Searches(task_of(lattice, Tables(lattice, tables), requirements)).run()
