"""Pipelines: friction by an equation solver of its own, flows there and back, and tanks."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from hubcalc.capacity import (
    drag_reduction_flow_ratio,
    friction_factor,
    needed_drag_reduction_share,
    pipe_flow_m3_per_hour,
    pipe_velocity_m_per_s,
    pressure_loss_pa,
    reynolds_number,
    tank_days,
    tank_volume_m3,
)
from hubcalc.errors import ArgumentError

FOOT, INCH, BARREL = 0.3048, 0.0254, 0.158987294928


def test_t19_drag_reduction():
    # 67 to 76 million tonnes a year
    assert needed_drag_reduction_share(76 / 67) == pytest.approx(0.198, abs=5e-4)


def test_t19_a_pipe_of_sixteen_inches():
    flow, diameter = 100_000 * BARREL / 24, 15.5 * INCH
    assert pipe_velocity_m_per_s(flow, diameter) / FOOT == pytest.approx(4.96, abs=5e-3)
    assert reynolds_number(flow, diameter, 10e-6) == pytest.approx(59_510, abs=5)


def colebrook(number, rough):
    def excess(root):
        return root + 2 * math.log10(rough / 3.7 + 2.51 / number * root)

    return brentq(excess, 0.5, 100, xtol=1e-14) ** -2


@given(st.floats(3.4, 12), st.one_of(st.just(0.0), st.floats(1e-8, 0.1)))
def test_friction_solves_colebrook(exponent, rough):
    number = 10**exponent
    assert friction_factor(number, rough) == pytest.approx(colebrook(number, rough), rel=1e-11)


def test_friction_at_its_limits():
    # laminar, and fully rough
    assert friction_factor([64, 2300], 0.05) == pytest.approx([1, 64 / 2300])
    assert friction_factor(1e15, 0.01) == pytest.approx((2 * math.log10(3.7 / 0.01)) ** -2, rel=1e-9)
    # near the law of Blasius in a smooth pipe
    assert friction_factor(3e4, 0) == pytest.approx(0.316 * 3e4**-0.25, rel=0.03)


pipes = (st.floats(0.1, 1.5), st.floats(1e3, 1e6), st.floats(0, 1e-3), st.floats(1e-6, 1e-3), st.floats(600, 1100))


@given(st.floats(1, 2e4), *pipes)
def test_the_pressure_of_a_flow_drives_it(flow, diameter, length, roughness, viscosity, density):
    pipe = (diameter, length, roughness, viscosity, density)
    loss = pressure_loss_pa(flow, *pipe)
    assert pipe_flow_m3_per_hour(loss, *pipe) == pytest.approx(flow, rel=1e-9)


@given(st.floats(1e2, 1e7), *pipes)
def test_more_pressure_drives_more(pressure, diameter, length, roughness, viscosity, density):
    pipe = (diameter, length, roughness, viscosity, density)
    less, more = pipe_flow_m3_per_hour([pressure, 1.01 * pressure], *pipe)
    assert 0 < less <= more


def test_a_pressure_between_the_laws_gives_their_limit():
    pipe = (0.2, 1000, 0, 1e-4, 850)
    limit = 2300 * 1e-4 / 0.2 * math.pi / 4 * 0.2**2 * 3600
    loss = pressure_loss_pa(limit, *pipe)  # laminar; just above, Colebrook's is larger
    assert pipe_flow_m3_per_hour(loss * np.array([1.0, 1.2]), *pipe) == pytest.approx([limit, limit])


@given(st.floats(0, 0.9), st.floats(1, 2))
def test_drag_reduction_there_and_back(share, exponent):
    ratio = drag_reduction_flow_ratio(share, exponent)
    assert ratio >= 1
    assert needed_drag_reduction_share(np.maximum(ratio, 1), exponent) == pytest.approx(share, abs=1e-12)


def test_tanks():
    assert tank_days(240_000, 10_000) == 1
    assert tank_days(240_000, 10_000, 0.5) == 0.5
    # a ship of 120 000 m3 loads in 12 h while 60 000 flow in; 48 h late are 240 000 more
    assert tank_volume_m3(5000, 120_000, 12, closure_hours=48) == 300_000
    assert tank_volume_m3(5000, 120_000, 12, working_share=0.8) == 75_000
    assert tank_volume_m3(5000, 10_000, 12) == 0


def test_a_wall_rougher_than_the_law_allows():
    for function in (pressure_loss_pa, pipe_flow_m3_per_hour):
        with pytest.raises(ArgumentError, match="roughness_m"):
            function(1000, 0.5, 1e5, 0.06, 1e-5, 850)
