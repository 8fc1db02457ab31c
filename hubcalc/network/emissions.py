"""Greenhouse gas emissions of a transport chain, by element, for a container (TEU) and for a tonne of cargo.

The words are those of ISO 14083 [1]. A transport chain consists of elements: an element of transport is what one
vehicle carries over a distance, an element of a hub the passage of one hub. Each takes its intensity from a category of
like operations, a transport operation category or a hub operation category, in which empty trips are counted.
Operational emissions are those of the vehicle or the equipment (tank to wheel, TTW); with those of the provision of the
energy they are the whole (well to wheel, WTW). Electricity has no operational emissions. The whole is what the standard
asks for.

References
----------
1. ISO 14083:2023. Greenhouse gases: quantification and reporting of greenhouse gas emissions arising from transport
   chain operations. https://www.iso.org/standard/78864.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from hubcalc.arguments import (
    FloatArray,
    at_least_one,
    between,
    broadcast,
    non_negative,
    positive,
    probability_below_one,
)
from hubcalc.errors import ArgumentError, Problem, RefusedError

Boundary = Literal["WTW", "TTW"]
"""Well to wheel, all emissions; tank to wheel, the operational ones alone."""


@dataclass(frozen=True, slots=True)
class Intensity:
    """Emissions for a unit: of energy, of a tonne-kilometer, of a TEU-kilometer.

    Parameters
    ----------
    total_grams : float
        Well to wheel, CO2 equivalent. [g]
    operational_grams : float, optional
        Tank to wheel, where it is known. [g]

    Raises
    ------
    ArgumentError
        If one is negative or not finite, or the operational emissions exceed the whole.

    Examples
    --------
    Diesel with 5 % of biofuel, a kilogram, by EN 16258.

    >>> diesel = Intensity(total_grams=3800.0, operational_grams=3040.0)
    >>> diesel.grams("WTW") - diesel.grams("TTW")
    760.0
    """

    total_grams: float
    operational_grams: float | None = None

    def __post_init__(self) -> None:
        total = float(non_negative("total_grams", self.total_grams))
        if self.operational_grams is not None:
            between("operational_grams", self.operational_grams, 0, total)

    def grams(self, boundary: Boundary) -> float:
        """Give the emissions within a boundary.

        Parameters
        ----------
        boundary : Boundary
            WTW or TTW.

        Returns
        -------
        float
            CO2 equivalent. [g]

        Raises
        ------
        RefusedError
            If the operational emissions are not known.
        """
        if boundary == "WTW":
            return self.total_grams
        if self.operational_grams is None:
            message = "this factor is known from well to wheel only"
            raise RefusedError.of(Problem(message, parameter="boundary", given=boundary, allowed="WTW"))
        return self.operational_grams

    def times(self, factor: float) -> "Intensity":
        """Give the emissions for so many units."""
        by = float(non_negative("factor", factor))
        operational = None if self.operational_grams is None else by * self.operational_grams
        return Intensity(by * self.total_grams, operational)


def electricity(grid_grams_per_kwh: float, loss_share: float = 0.0) -> Intensity:
    """Give the emissions for a kilowatt-hour of electricity: all of them arise where it is made.

    Parameters
    ----------
    grid_grams_per_kwh : float
        Emissions of what is generated for the grid, CO2 equivalent. [g/kWh]
    loss_share : float, optional
        Share that is lost on the way, from 0 to below 1. [1]

    Returns
    -------
    Intensity
        For a kilowatt-hour used.

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    >>> electricity(640.0, loss_share=0.2)
    Intensity(total_grams=800.0, operational_grams=0.0)
    """
    grid = float(non_negative("grid_grams_per_kwh", grid_grams_per_kwh))
    return Intensity(grid / (1 - float(probability_below_one("loss_share", loss_share))), 0.0)


def empty_trips_factor(empty_share: ArrayLike, energy_ratio: ArrayLike = 1.0) -> FloatArray:
    """Give by what empty trips multiply the energy of a tonne-kilometer.

    Parameters
    ----------
    empty_share : array_like
        Share of the distance that vehicles or wagons run empty, from 0 to below 1; 0.5 if all return empty. [1]
    energy_ratio : array_like, optional
        Energy of a kilometer empty over that of one loaded. [1]

    Returns
    -------
    ndarray
        1 + energy_ratio empty_share / (1 - empty_share). [1]

    Raises
    ------
    ArgumentError
        If an argument is out of its range.

    Examples
    --------
    All wagons return empty, with a third of the energy.

    >>> round(float(empty_trips_factor(0.5, 1 / 3)), 9)
    1.333333333
    """
    share, ratio = broadcast(
        empty_share=probability_below_one("empty_share", empty_share),
        energy_ratio=non_negative("energy_ratio", energy_ratio),
    )
    return np.asarray(1 + ratio * share / (1 - share))


def energy_per_tonne_km(
    energy_per_km_empty: ArrayLike,
    energy_per_km_full: ArrayLike,
    capacity_tonnes: ArrayLike,
    load_share: ArrayLike,
    empty_share: ArrayLike = 0.0,
) -> FloatArray:
    r"""Give the energy of a tonne-kilometer from that of a vehicle, straight between empty and full, and its trips.

    Parameters
    ----------
    energy_per_km_empty, energy_per_km_full : array_like
        Energy of a kilometer, empty and with a full load. [units of energy/km]
    capacity_tonnes : array_like
        Full load. [t]
    load_share : array_like
        Load of loaded trips over the full load, above 0 and up to 1. [1]
    empty_share : array_like, optional
        Share of the distance run empty, from 0 to below 1. [1]

    Returns
    -------
    ndarray
        Energy. [units of energy/(t km)]

    Raises
    ------
    ArgumentError
        If an argument is out of its range, or an empty vehicle needs more than a full one.

    Notes
    -----
    With load share l, empty share e, capacity m and energies E,

    .. math:: \frac{(1 - e)(E_0 + l (E_1 - E_0)) + e E_0}{(1 - e) l m}

    Examples
    --------
    An articulated truck for 25 t, 0.311 L/km empty and 0.448 full, loaded to 80 % and empty one kilometer in five.

    >>> round(float(energy_per_tonne_km(0.311, 0.448, 25.0, 0.8, 0.2)), 5)
    0.02492
    """
    none, full = (
        non_negative("energy_per_km_empty", energy_per_km_empty),
        positive("energy_per_km_full", energy_per_km_full),
    )
    load, empty = positive("load_share", load_share), probability_below_one("empty_share", empty_share)
    between("load_share", load, 0, 1)
    none, full, capacity, load, empty = broadcast(
        energy_per_km_empty=none,
        energy_per_km_full=full,
        capacity_tonnes=positive("capacity_tonnes", capacity_tonnes),
        load_share=load,
        empty_share=empty,
    )
    if np.any(none > full):
        message = "an empty vehicle needs more energy than a full one"
        raise ArgumentError.of(Problem(message, parameter="energy_per_km_empty", allowed="up to energy_per_km_full"))
    loaded = none + load * (full - none)
    return np.asarray((loaded + none * empty / (1 - empty)) / (load * capacity))


@dataclass(frozen=True, slots=True)
class TransportElement:
    """One vehicle's part of a chain: its emissions are activity times intensity.

    Parameters
    ----------
    label : str
        What it is called.
    distance_km : float
        Distance of the intensity's kind: shortest feasible, unless the intensity is of actual distances. [km]
    intensity : Intensity
        Of the transport operation category, empty trips included. [g/(t km) or g/(TEU km)]
    per : {"tonne", "teu"}, optional
        Whether the intensity is that of a tonne or of a TEU over a kilometer.
    distance_adjustment : float, optional
        Distance of the intensity's kind over the distance given, 1 or more. [1]
    waiting_hours : float, optional
        Time for which the vehicle waits with its engine or heating on. [h]
    waiting : Intensity, optional
        Of an hour of this, for the whole vehicle. [g/h]
    teu_per_vehicle : float, optional
        Containers that share what the vehicle emits while it waits. [TEU]

    Raises
    ------
    ArgumentError
        If a number is out of its range.
    """

    label: str
    distance_km: float
    intensity: Intensity
    per: Literal["tonne", "teu"] = "tonne"
    distance_adjustment: float = 1.0
    waiting_hours: float = 0.0
    waiting: Intensity = Intensity(0.0, 0.0)
    teu_per_vehicle: float = 1.0

    def __post_init__(self) -> None:
        for name in ("distance_km", "waiting_hours"):
            non_negative(f"{self.label}.{name}", getattr(self, name))
        at_least_one(f"{self.label}.distance_adjustment", self.distance_adjustment)
        positive(f"{self.label}.teu_per_vehicle", self.teu_per_vehicle)

    def grams(self, cargo_tonnes: float, boundary: Boundary) -> float:
        """Give the emissions for one TEU [g]."""
        tonnes = cargo_tonnes if self.per == "tonne" else 1.0
        moving = self.distance_km * self.distance_adjustment * tonnes * self.intensity.grams(boundary)
        return moving + self.waiting_hours * self.waiting.grams(boundary) / self.teu_per_vehicle


@dataclass(frozen=True, slots=True)
class HubElement:
    """The passage of a hub: what handling and storing a container needs, by carrier of energy.

    Parameters
    ----------
    label : str
        What it is called.
    uses : sequence of (float, Intensity)
        Energy that a TEU needs, as amount and intensity of a unit: kilowatt-hours of electricity, liters of diesel; or
        one unit of an intensity for a TEU.

    Raises
    ------
    ArgumentError
        If an amount is negative or not finite.
    """

    label: str
    uses: Sequence[tuple[float, Intensity]]

    def __post_init__(self) -> None:
        for place, (amount, _) in enumerate(self.uses):
            non_negative(f"{self.label}.uses[{place}]", amount)

    def grams(self, boundary: Boundary) -> float:
        """Give the emissions for one TEU [g], whatever its cargo."""
        return sum(amount * intensity.grams(boundary) for amount, intensity in self.uses)


@dataclass(frozen=True, slots=True)
class ChainEmissions:
    """Emissions of a chain and of its elements, for one TEU."""

    labels: tuple[str, ...]
    """The elements."""
    boundary: Boundary
    """What is counted."""
    grams_per_teu: FloatArray
    """Emissions of each element for a TEU, CO2 equivalent. [g]"""
    cargo_tonnes: float
    """Cargo in a TEU. [t]"""
    distance_km: float
    """Distance of all elements of transport together. [km]"""

    @property
    def kilograms_per_teu(self) -> float:
        """Emissions of the chain for a TEU, CO2 equivalent [kg]."""
        return float(np.sum(self.grams_per_teu)) / 1000

    @property
    def kilograms_per_tonne(self) -> float:
        """Emissions of the chain for a tonne of cargo, CO2 equivalent [kg]."""
        return self.kilograms_per_teu / self.cargo_tonnes

    @property
    def grams_per_teu_km(self) -> float | None:
        """Emissions over the distance, CO2 equivalent [g/(TEU km)]; None where nothing is moved."""
        return float(np.sum(self.grams_per_teu)) / self.distance_km if self.distance_km > 0 else None


def chain_emissions(
    elements: Sequence[TransportElement | HubElement], cargo_tonnes: float, boundary: Boundary = "WTW"
) -> ChainEmissions:
    """Give the emissions of a transport chain.

    Parameters
    ----------
    elements : sequence of TransportElement or HubElement
        The chain.
    cargo_tonnes : float
        Cargo in a TEU. [t]
    boundary : Boundary, optional
        WTW or TTW; the same for all elements.

    Returns
    -------
    ChainEmissions
        By element, and for a TEU and a tonne.

    Raises
    ------
    ArgumentError
        If there is no element, or the cargo is not positive.
    RefusedError
        If an element's emissions are not known within the boundary.

    Examples
    --------
    Electric and diesel railway, 10 t in a TEU, and a hub with two lifts of 7 kWh.

    >>> steppe = electricity(641.0)
    >>> chain = chain_emissions([
    ...     TransportElement("electric", 1000.0, steppe.times(0.027)),
    ...     HubElement("hub", [(2 * 7.0, steppe)]),
    ...     TransportElement("diesel", 1000.0, Intensity(21.3, 17.9)),
    ... ], cargo_tonnes=10.0)
    >>> chain.grams_per_teu.round(0), round(chain.kilograms_per_tonne, 1)
    (array([173070.,   8974., 213000.]), 39.5)
    """
    if not elements:
        raise ArgumentError.of(Problem("a chain has one element or more", parameter="elements"))
    cargo = float(positive("cargo_tonnes", cargo_tonnes))
    grams = [
        element.grams(cargo, boundary) if isinstance(element, TransportElement) else element.grams(boundary)
        for element in elements
    ]
    return ChainEmissions(
        labels=tuple(element.label for element in elements),
        boundary=boundary,
        grams_per_teu=np.array(grams),
        cargo_tonnes=cargo,
        distance_km=sum(element.distance_km for element in elements if isinstance(element, TransportElement)),
    )
