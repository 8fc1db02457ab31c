"""Kernels that are given examples of their arguments, and the names under which machine code is kept."""

from types import FunctionType
from typing import NamedTuple

import numpy as np

from hubcalc.compiled import Kernel, _with_compiled_helpers, helper, kernel


class Pair(NamedTuple):
    numbers: np.ndarray
    totals: np.ndarray


def example():
    return (Pair(np.zeros(1), np.zeros(1)),)


@helper(inline=True)
def double(x):
    return 2.0 * x


@helper
def add_doubles(pair):
    for i in range(pair.numbers.size):
        pair.totals[0] += double(pair.numbers[i])


@kernel(example, allocates=False)
def run(pair):
    add_doubles(pair)


def test_a_kernel_takes_its_types_from_examples():
    pair = Pair(np.arange(4.0), np.zeros(1))
    run(pair)
    assert pair.totals[0] == 12.0


def test_a_helper_stays_a_function_in_python():
    assert double(4.0) == 8.0


def name_with(function):
    given = {"double": function, "np": np}
    code = add_doubles.__code__
    return _with_compiled_helpers(FunctionType(code, given, "add_doubles")).__qualname__


def test_a_change_of_a_helper_changes_the_name():
    @helper(inline=True)
    def other(x):
        return 3.0 * x

    @helper
    def apart(x):
        return 2.0 * x

    names = {name_with(double), name_with(other), name_with(apart)}
    assert len(names) == 3
    assert name_with(double) in names


def test_a_change_of_a_name_or_of_the_fields_changes_the_name():
    def first(pair):
        return pair.numbers

    def second(pair):
        return pair.totals

    second.__name__ = "first"
    assert first.__code__.co_code == second.__code__.co_code
    names = {_with_compiled_helpers(first).__qualname__, _with_compiled_helpers(second).__qualname__}
    names.add(_with_compiled_helpers(first, [("totals", "numbers")]).__qualname__)
    assert len(names) == 3


def test_kernels_are_known():
    assert isinstance(run, Kernel)
