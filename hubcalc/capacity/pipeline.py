"""Flow through a pipeline: Darcy-Weisbach with the friction factor of Colebrook, laminar flow at low numbers.

Between a Reynolds number of 2300 and about 4000 neither law holds; Colebrook's, the larger friction, is taken.

References
----------
.. [1] Colebrook, C. F. (1939). Turbulent flow in pipes, with particular reference to the transition region between
       the smooth and rough pipe laws. Journal of the Institution of Civil Engineers 11(4), 133-156.
"""

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import FloatArray, between, broadcast, non_negative, positive
from hubcalc.errors import ArgumentError, Problem
from hubcalc.units import MINUTES_PER_HOUR

LARGEST_LAMINAR_REYNOLDS = 2300.0
MOST_RELATIVE_ROUGHNESS = 0.1

_SECONDS_PER_HOUR = MINUTES_PER_HOUR * MINUTES_PER_HOUR  # a minute has as many seconds as an hour has minutes
_NEWTON_STEPS = 8  # far more than needed: the number of right digits doubles with each


def _section_m2(diameter_m: FloatArray) -> FloatArray:
    return np.asarray(np.pi / 4.0 * diameter_m**2)


def _relative_roughness(roughness_m: ArrayLike, diameter_m: FloatArray) -> FloatArray:
    """Give the roughness over the diameter, or raise an error that names the roughness."""
    relative = np.asarray(non_negative("roughness_m", roughness_m) / diameter_m)
    if np.any(relative > MOST_RELATIVE_ROUGHNESS):
        message, allowed = "is too rough for the diameter", f"at most {MOST_RELATIVE_ROUGHNESS:g} of the diameter"
        raise ArgumentError.of(Problem(message, parameter="roughness_m", allowed=allowed))
    return relative


def pipe_velocity_m_per_s(flow_m3_per_hour: ArrayLike, diameter_m: ArrayLike) -> FloatArray:
    """Give the mean velocity in a pipe.

    Parameters
    ----------
    flow_m3_per_hour : array_like
        Volume that flows. [m3/h]
    diameter_m : array_like
        Inner diameter. [m]

    Returns
    -------
    ndarray
        Velocity. [m/s]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(pipe_velocity_m_per_s(3600, 1.0)), 4)
    1.2732
    """
    flow = non_negative("flow_m3_per_hour", flow_m3_per_hour) / _SECONDS_PER_HOUR
    return np.asarray(flow / _section_m2(positive("diameter_m", diameter_m)))


def reynolds_number(flow_m3_per_hour: ArrayLike, diameter_m: ArrayLike, viscosity_m2_per_s: ArrayLike) -> FloatArray:
    """Give the Reynolds number of the flow in a pipe.

    Parameters
    ----------
    flow_m3_per_hour : array_like
        Volume that flows. [m3/h]
    diameter_m : array_like
        Inner diameter. [m]
    viscosity_m2_per_s : array_like
        Kinematic viscosity; 1 cSt is 1e-6 m2/s. [m2/s]

    Returns
    -------
    ndarray
        Reynolds number. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    100 000 barrels of 0.158987 m3 a day, 10 cSt, in a pipe of 15.5 inches inside:

    >>> round(float(reynolds_number(100_000 * 0.158987294928 / 24, 15.5 * 0.0254, 1e-5)), -1)
    59510.0
    """
    velocity, diameter = pipe_velocity_m_per_s(flow_m3_per_hour, diameter_m), positive("diameter_m", diameter_m)
    return np.asarray(velocity * diameter / positive("viscosity_m2_per_s", viscosity_m2_per_s))


def friction_factor(reynolds: ArrayLike, relative_roughness: ArrayLike) -> FloatArray:
    """Give the friction factor of Darcy: 64 / Re in laminar flow, else that of Colebrook [1]_.

    Parameters
    ----------
    reynolds : array_like
        Reynolds number. [1]
    relative_roughness : array_like
        Roughness over inner diameter, from 0 to 0.1. [1]

    Returns
    -------
    ndarray
        Friction factor. [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    References
    ----------
    .. [1] Colebrook (1939), see the module.

    Examples
    --------
    >>> friction_factor([1000, 1e5, 1e7], [0.0, 1e-4, 1e-4]).round(5).tolist()
    [0.064, 0.01851, 0.01217]
    """
    number, rough = broadcast(
        reynolds=positive("reynolds", reynolds),
        relative_roughness=between("relative_roughness", relative_roughness, 0, MOST_RELATIVE_ROUGHNESS),
    )
    turbulent = np.maximum(number, LARGEST_LAMINAR_REYNOLDS)
    slope, constant = 2.51 / turbulent, rough / 3.7
    root = np.full(number.shape, 8.0)  # 1/sqrt(f)
    for _ in range(_NEWTON_STEPS):
        inside = constant + slope * root
        step = (root + 2.0 * np.log10(inside)) / (1.0 + 2.0 / np.log(10.0) * slope / inside)
        root = root - step
    return np.where(number > LARGEST_LAMINAR_REYNOLDS, root**-2.0, 64.0 / number)


def pressure_loss_pa(
    flow_m3_per_hour: ArrayLike,
    diameter_m: ArrayLike,
    length_m: ArrayLike,
    roughness_m: ArrayLike,
    viscosity_m2_per_s: ArrayLike,
    density_kg_per_m3: ArrayLike,
) -> FloatArray:
    """Give the pressure that friction takes along a pipe, after Darcy and Weisbach.

    Parameters
    ----------
    flow_m3_per_hour : array_like
        Volume that flows, above 0. [m3/h]
    diameter_m : array_like
        Inner diameter. [m]
    length_m : array_like
        Length. [m]
    roughness_m : array_like
        Roughness of the wall. [m]
    viscosity_m2_per_s : array_like
        Kinematic viscosity. [m2/s]
    density_kg_per_m3 : array_like
        Density. [kg/m3]

    Returns
    -------
    ndarray
        Loss of pressure. [Pa]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(pressure_loss_pa(1000, 0.5, 100_000, 5e-5, 1e-5, 850)) / 1e5, 1)
    33.7
    """
    diameter = positive("diameter_m", diameter_m)
    velocity = pipe_velocity_m_per_s(positive("flow_m3_per_hour", flow_m3_per_hour), diameter)
    reynolds = reynolds_number(flow_m3_per_hour, diameter, viscosity_m2_per_s)
    factor = friction_factor(reynolds, _relative_roughness(roughness_m, diameter))
    dynamic = positive("density_kg_per_m3", density_kg_per_m3) * velocity**2 / 2.0
    return np.asarray(factor * positive("length_m", length_m) / diameter * dynamic)


def pipe_flow_m3_per_hour(
    pressure_pa: ArrayLike,
    diameter_m: ArrayLike,
    length_m: ArrayLike,
    roughness_m: ArrayLike,
    viscosity_m2_per_s: ArrayLike,
    density_kg_per_m3: ArrayLike,
) -> FloatArray:
    """Give the flow that a pressure drives through a pipe, the inverse of `pressure_loss_pa`, without iteration.

    At a given pressure the friction velocity is known, which is all that Colebrook's law needs. A pressure between
    the two laws gives the flow at their limit.

    Parameters
    ----------
    pressure_pa : array_like
        Pressure for friction, that of heights taken off. [Pa]
    diameter_m : array_like
        Inner diameter. [m]
    length_m : array_like
        Length. [m]
    roughness_m : array_like
        Roughness of the wall. [m]
    viscosity_m2_per_s : array_like
        Kinematic viscosity. [m2/s]
    density_kg_per_m3 : array_like
        Density. [kg/m3]

    Returns
    -------
    ndarray
        Volume that flows. [m3/h]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> round(float(pipe_flow_m3_per_hour(40e5, 0.5, 100_000, 5e-5, 1e-5, 850)))
    1100
    """
    diameter, viscosity = positive("diameter_m", diameter_m), positive("viscosity_m2_per_s", viscosity_m2_per_s)
    gradient = positive("pressure_pa", pressure_pa) / (
        positive("length_m", length_m) * positive("density_kg_per_m3", density_kg_per_m3)
    )
    rough = _relative_roughness(roughness_m, diameter)
    scale = np.sqrt(2.0 * gradient * diameter)  # v sqrt(f)
    turbulent = -2.0 * scale * np.log10(np.minimum(rough / 3.7 + 2.51 * viscosity / (diameter * scale), 1.0))
    laminar = gradient * diameter**2 / (32.0 * viscosity)
    limit = LARGEST_LAMINAR_REYNOLDS * viscosity / diameter
    velocity = np.where(laminar <= limit, laminar, np.maximum(turbulent, limit))
    return np.asarray(velocity * _section_m2(diameter) * _SECONDS_PER_HOUR)
