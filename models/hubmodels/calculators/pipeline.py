"""The flow through a pipeline."""

from collections.abc import Iterator

from hubmodels.base import Rule, quantity, share
from hubmodels.calculators.base import Question, backlog_horizon

MOST_RELATIVE_ROUGHNESS = 0.1
GRAVITY_M_PER_S2 = 9.80665


class PipelineQuestion(Question):
    """What a pressure drives through a pipe, and what a flow asks for."""

    diameter_m: float = quantity("Inner diameter", "m", at_least=1e-3, at_most=10)
    length_m: float = quantity("Length", "m", above=0, at_most=1e8)
    pressure_pa: float = quantity("Pressure at the inlet over that at the outlet", "Pa", above=0, at_most=1e9)
    roughness_m: float = quantity("Roughness of the wall", "m", at_least=0, at_most=1)
    viscosity_m2_per_s: float = quantity("Kinematic viscosity; 1 cSt is 1e-6 m2/s", "m2/s", above=0, at_most=1)
    density_kg_per_m3: float = quantity("Density", "kg/m3", above=0, at_most=25_000)
    flow_m3_per_hour: float | None = quantity("Volume that is to flow", "m3/h", default=None, above=0)
    rise_m: float = quantity("Height of the outlet over the inlet", "m", default=0.0, at_least=-10_000, at_most=10_000)
    drag_reduction_share: float = quantity(
        "Share of the friction that an additive takes away", "1", default=0.0, at_least=0, below=1
    )
    flow_exponent: float = quantity(
        "Power of the flow with which friction rises, for the additive; the default is Blasius' for smooth pipes",
        "1",
        default=1.75,
        at_least=1,
        at_most=2,
    )
    availability: float = share("Share of the year in which the pipeline works", default=1.0, zero=False)
    horizon_days: float = backlog_horizon()

    def rules(self) -> Iterator[Rule]:
        """Lift the liquid to the outlet, and keep within the range of the friction law."""
        yield Rule(
            self.pressure_pa > self.density_kg_per_m3 * GRAVITY_M_PER_S2 * self.rise_m,
            ("pressure_pa", "density_kg_per_m3", "rise_m"),
            "the pressure must lift the liquid to the outlet",
        )
        yield Rule(
            self.roughness_m <= MOST_RELATIVE_ROUGHNESS * self.diameter_m,
            ("roughness_m", "diameter_m"),
            f"the roughness must be at most {MOST_RELATIVE_ROUGHNESS:g} of the diameter",
        )
