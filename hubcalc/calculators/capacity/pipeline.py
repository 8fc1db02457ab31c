"""The flow through a pipeline, and the pressure that a flow takes."""

import numpy as np

from hubcalc import capacity
from hubcalc.calculators.base import Calculator, Output, Readings
from hubcalc.calculators.capacity._answers import Answer, Answers, FloatArray, growth, if_given, load_remarks, number
from hubcalc.units import DAYS_PER_YEAR, HOURS_PER_DAY
from hubmodels.calculators.pipeline import GRAVITY_M_PER_S2, PipelineQuestion

OUTPUTS = (
    Output(
        "theoretical_capacity_m3_per_hour",
        "m3/h",
        "Flow that the pressure drives, any additive included",
        met_from=True,
    ),
    Output("practical_capacity_m3_per_hour", "m3/h", "The same on average, with the time that it works", met_from=True),
    Output("practical_capacity_t_per_year", "t/year", "Mass of a year", met_from=True),
    Output("velocity_m_per_s", "m/s", "Velocity at the capacity"),
    Output("reynolds_number", "1", "Reynolds number at the capacity"),
    Output("regime", "regime", "Laminar, turbulent, or between the two laws"),
    Output("flow_ratio", "1", "Flow with the additive over the flow without", met_from=True),
    Output("utilization", "1", "Flow over theoretical capacity"),
    Output("pressure_loss_pa", "Pa", "Pressure that the flow loses by friction, without an additive"),
    Output("needed_drag_reduction_share", "1", "Share of the friction that an additive must take away for the flow"),
    Output("growth_per_hour", "m3/h", "Volume that does not flow"),
    Output("backlog_at_horizon", "m3", "Volume that has not flowed after the horizon"),
)

METHOD = "Darcy-Weisbach, friction of Colebrook (1939) or laminar"
ADDITIVE = "the flow that an additive gains is a rule of thumb for smooth pipes"
BETWEEN = "between laminar and turbulent flow neither law holds"
SMALLEST_TURBULENT_REYNOLDS = 4_000.0


def _answer(q: PipelineQuestion) -> Readings:
    lifted = number(q.density_kg_per_m3) * GRAVITY_M_PER_S2 * number(q.rise_m)
    pipe = (q.diameter_m, q.length_m, q.roughness_m, q.viscosity_m2_per_s, q.density_kg_per_m3)
    plain = capacity.pipe_flow_m3_per_hour(number(q.pressure_pa) - lifted, *pipe)
    ratio = capacity.drag_reduction_flow_ratio(q.drag_reduction_share, q.flow_exponent)
    full, flow = plain * ratio, q.flow_m3_per_hour
    reynolds = capacity.reynolds_number(plain, q.diameter_m, q.viscosity_m2_per_s)
    laminar = reynolds < capacity.LARGEST_LAMINAR_REYNOLDS
    turbulent = reynolds > SMALLEST_TURBULENT_REYNOLDS
    treated = number(q.drag_reduction_share) > 0.0

    def judged(values: FloatArray) -> Answer:
        error = np.where((laminar | turbulent) & ~treated, 0.0, np.nan)
        return Answer(values, error=error, caveat=np.where(treated, ADDITIVE, BETWEEN))

    def loss() -> Answer:
        numbers = capacity.reynolds_number(number(flow), q.diameter_m, q.viscosity_m2_per_s)
        sure = (numbers <= capacity.LARGEST_LAMINAR_REYNOLDS) | (numbers > SMALLEST_TURBULENT_REYNOLDS)
        return Answer(capacity.pressure_loss_pa(number(flow), *pipe), error=np.where(sure, 0.0, np.nan), caveat=BETWEEN)

    def additive() -> Answer:
        values = capacity.needed_drag_reduction_share(np.maximum(number(flow) / plain, 1.0), q.flow_exponent)
        return Answer(values, "1 - q^-m", np.where(values > 0.0, np.nan, 0.0), ADDITIVE)

    yearly = number(q.availability) * HOURS_PER_DAY * DAYS_PER_YEAR * number(q.density_kg_per_m3) / 1_000.0
    return Answers(
        OUTPUTS,
        METHOD,
        {
            "theoretical_capacity_m3_per_hour": lambda: judged(full),
            "practical_capacity_m3_per_hour": lambda: judged(full * number(q.availability)),
            "practical_capacity_t_per_year": lambda: judged(full * yearly),
            "velocity_m_per_s": lambda: judged(capacity.pipe_velocity_m_per_s(full, q.diameter_m)),
            "reynolds_number": lambda: judged(capacity.reynolds_number(full, q.diameter_m, q.viscosity_m2_per_s)),
            "regime": lambda: np.where(laminar, "laminar", np.where(turbulent, "turbulent", "transitional")),
            "flow_ratio": lambda: judged(ratio),
            "utilization": if_given(lambda: judged(number(flow) / full), flow_m3_per_hour=flow),
            "pressure_loss_pa": if_given(loss, flow_m3_per_hour=flow),
            "needed_drag_reduction_share": if_given(additive, flow_m3_per_hour=flow),
            "growth_per_hour": if_given(lambda: judged(growth(flow, full)), flow_m3_per_hour=flow),
            "backlog_at_horizon": if_given(
                lambda: judged(growth(flow, full) * number(q.horizon_days) * HOURS_PER_DAY), flow_m3_per_hour=flow
            ),
        },
    )


PIPELINE = Calculator(
    name="pipeline",
    title="Flow through a pipeline",
    question=PipelineQuestion,
    outputs=OUTPUTS,
    answer=_answer,
    references=(
        "Colebrook, C. F. (1939). Turbulent flow in pipes, with particular reference to the transition region between "
        "the smooth and rough pipe laws. Journal of the Institution of Civil Engineers 11(4), 133-156.",
    ),
    remarks=load_remarks,
)
