"""Write the catalogue of docs/formulas.md: every public function with what it computes, its standing and its source.

Run as ``python benchmarks/formula_catalogue.py``. Names, first lines and references are read in the docstrings; how far
a number may be trusted stands in `STANDINGS` below, by module, or by function where those of a module differ. The
script stops at a function for which nothing is stated.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from hubcalc import capacity, queueing

PAGE = Path(__file__).parents[1] / "docs" / "formulas.md"
BEGIN, END = "<!-- catalogue -->", "<!-- end of catalogue -->"
Function = Callable[..., Any]

EXACT, SOLVED, BOUND, DATA = "exact", "numerically exact", "bound", "measured data"
FLUID, BALANCE, RULE = "exact for a fluid", "exact as a balance", "planning rule"


def approximation(where: str) -> str:
    """Say where the error of an approximation stands."""
    return f"approximation; {where}"


def looked_up(function: str) -> str:
    """Say which function has the error of an approximation."""
    return approximation(f"error: `{function}`")


STANDINGS = {
    # by module of hubcalc.queueing
    "erlang": EXACT,
    "markovian": EXACT,
    "loss_systems": EXACT,
    "unlimited_servers": EXACT,
    "gi_mc": EXACT,
    "single_server": EXACT,
    "mg1_wait_tail": SOLVED,
    "mg1_wait_quantile_hours": SOLVED,
    "priorities": EXACT,
    "priority_waits": SOLVED,
    "mg1_priority_wait_probability": EXACT,
    "mmc_priority_wait_probability": EXACT,
    "batches": EXACT,
    "batch_arrivals": EXACT,
    "mxgc_wait_mean_hours": looked_up("expected_batch_error"),
    "batch_positions": looked_up("expected_batch_error"),
    "batch_waits": SOLVED,
    "batch_spans": approximation("errors in its notes"),
    "validity": DATA,
    "deterministic": EXACT,
    "deterministic_waits": SOLVED,
    "constant_service_queues": SOLVED,
    "gi_dc": SOLVED,
    "near_constant_service": looked_up("near_constant_expected_error"),
    "near_constant_expected_error": DATA,
    "phase_type_fits": EXACT,
    "phase_states": EXACT,
    "ph_ph_c": SOLVED,
    "ph_ph_c_k": SOLVED,
    "ph_ph_c_moments": SOLVED,
    "phx_ph_c": SOLVED,
    "berth_tables": SOLVED,
    "phase_type_sizing": SOLVED,
    "general": looked_up("expected_relative_error"),
    "ggc_errors": DATA,
    "two_moment_methods": DATA,
    "two_moment_waits": looked_up("expected_two_moment_error"),
    "kingman_wait_bound_hours": BOUND,
    "two_moment_tails": looked_up("expected_two_moment_error"),
    "finite_room": EXACT,
    "finite_room_waits": EXACT,
    "finite_source": EXACT,
    "finite_source_waits": EXACT,
    "reneging": EXACT,
    "reneging_waits": EXACT,
    "interrupted_service": EXACT,
    "breakdowns": EXACT,
    "unreliable_servers": SOLVED,
    "time_of_day": SOLVED,
    "time_of_day_general": f"{SOLVED} or {looked_up('expected_day_error')}",
    "time_of_day_errors": DATA,
    "closures": FLUID,
    "random_closures": FLUID,
    "weekly_fluid": FLUID,
    "daily_quota": SOLVED,
    "quota_wait_moments": approximation("no error measured"),
    "open_share": BALANCE,
    "fluid_profiles": FLUID,
    "jackson": EXACT,
    "open_networks": approximation("errors in its notes"),
    "robust_networks": looked_up("expected_robust_error"),
    "expected_robust_error": DATA,
    "variability": approximation("no error measured"),
    "departure_scv": looked_up("expected_two_moment_error"),
    "split_scv": "exact for renewal streams",
    "closed_networks": EXACT,
    "approximate_closed_networks": approximation("errors in its notes"),
    "finite_tandems": f"{SOLVED} or {looked_up('expected_tandem_error')}",
    "expected_tandem_error": DATA,
    "matching": EXACT,
    "renewal_matching": SOLVED,
    "matched_wait_probability": EXACT,
    "matched_wait_second_moment_hours2": EXACT,
    "regrouping": f"{EXACT} for fixed whole sizes, else {approximation('no error measured')}",
    "bulk_fleet": EXACT,
    "batch_service": EXACT,
    "staffing": EXACT,
    "sizing": EXACT,
    "largest_flows": SOLVED,
    "gradients": EXACT,
    "elasticities": "numerical derivative, with its error",
    "capacity_elasticities": "numerical derivative, with its error",
    "overload": approximation("heavy traffic; no error measured"),
    "effective_servers": BALANCE,
    # by module of hubcalc.capacity
    "access_window": approximation("a chain on 128 cells"),
    "pipeline_section": BALANCE,
    "fewer_work_probability": EXACT,
    "transshipment_front": BALANCE,
    "joined_wait_hours": approximation("error: [benchmarks/front_error.md](../benchmarks/front_error.md)"),
    "yard": approximation("gamma law, no error measured"),
    "occupancy_law_quantile": SOLVED,
    "largest_batches_for_places": SOLVED,
    "occupancy_moments": "mean exact; variance exact for a gamma dwell",
    "yard_slots": RULE,
    "slots_on_area": BALANCE,
    "yard_teu_per_year": BALANCE,
    "berth": BALANCE,
    "unctad_utilization": RULE,
    "berth_waits": SOLVED,
    "quay": RULE,
    "quay_cranes": RULE,
    "call_hours": BALANCE,
    "gate": BALANCE,
    "road_section": RULE,
    "peak_vehicles_per_hour": RULE,
    "passenger_hall": FLUID,
    "hall_persons": BALANCE,
    "hall_area_m2": BALANCE,
    "line_occupancy": RULE,
    "railway_line": BALANCE,
    "scott_trains_per_day": RULE,
    "railway_division": RULE,
    "railway_traffic": RULE,
    "pipeline": "exact by the law of Colebrook",
    "pipe_velocity_m_per_s": BALANCE,
    "reynolds_number": BALANCE,
    "pipeline_storage": BALANCE,
    "drag_reduction_flow_ratio": RULE,
    "needed_drag_reduction_share": RULE,
    "fleet": BALANCE,
    "division_running_hours": RULE,
    "road_engines": RULE,
    "rolling_stock": RULE,
}
"""How far a number may be trusted, by function or else by module."""

AS = dict.fromkeys(("ph_ph_c_moments", "phase_type_sizing", "berth_tables", "berth_waits"), "solve_ph_ph_c")
"""Modules whose functions have no reference of their own: those of another function."""


def queueing_functions() -> dict[str, Function]:
    """Give the public functions of hubcalc.queueing by name."""
    public = {name: getattr(queueing, name) for name in queueing.__all__}
    return {name: value for name, value in sorted(public.items()) if inspect.isfunction(value)}


def capacity_functions() -> dict[str, Function]:
    """Give the public functions of the modules of hubcalc.capacity by name."""
    found: dict[str, Function] = {}
    for item in (item for item in iter_modules(capacity.__path__) if item.name[0] != "_"):
        module = import_module(f"hubcalc.capacity.{item.name}")
        public = {name: value for name, value in vars(module).items() if name[0] != "_" and inspect.isfunction(value)}
        found |= {name: value for name, value in public.items() if value.__module__ == module.__name__}
    return dict(sorted(found.items()))


def module_of(function: Function) -> str:
    """Give the last part of the name of a function's module."""
    return function.__module__.rpartition(".")[2]


def standing(function: Function) -> str:
    """Give the standing that is stated for a function, or for its module."""
    name, module = function.__name__, module_of(function)
    found = STANDINGS.get(name) or STANDINGS.get(module)
    if found is None:
        message = f"say in STANDINGS of {Path(__file__).name} how exact {module}, or {name}, is"
        raise KeyError(message)
    return found


def computes(function: Function) -> str:
    """Give the first line of a docstring without the words with which all of them begin and end."""
    line = inspect.cleandoc(function.__doc__ or "").partition("\n")[0].replace("|", "\\|")
    line = re.sub(r" \[\d\]_", "", line)
    line = re.sub(r"^(Compute|Give) (the |a |an )?(?=\w)", "", line)
    return re.sub(r"( Exact\.|\. All exact\.|\.)$", "", line).rstrip(".")


def listed(thing: Any) -> list[str]:
    """Give the references of a docstring, one line each; what is in plain words is one of them."""
    part = inspect.cleandoc(thing.__doc__ or "").partition("References\n----------\n")[2]
    part = re.split(r"^\w+\n-+\n", part, flags=re.MULTILINE)[0]
    entries = re.split(r"^\.\. \[\d+\] ", part, flags=re.MULTILINE)
    return [" ".join(entry.split()) for entry in entries if entry.strip()]


def references(function: Function) -> list[str]:
    """Give the references of a docstring, those of its module where it points there."""
    found, known = listed(function), listed(inspect.getmodule(function))
    if not found and re.search(r"\[\d\]_", function.__doc__ or ""):
        return known
    return [pointed_at(entry, known) if "see the module" in entry else entry for entry in found]


def pointed_at(entry: str, known: list[str]) -> str:
    """Give the reference of the module that an entry such as 'Little (1961), see the module' means."""
    name = re.split(r"[ ,]", entry)[0]
    return next(reference for reference in known if name in reference)


def short(reference: str) -> str:
    """Give the authors' names and the year: 'Whitt, You (2022)'."""
    found = re.match(r"(.*?),? \((\d{4})\)", reference)
    if not found:
        return re.split(r"\. |[:;.(]", reference)[0].strip()
    authors, year = found.groups()
    names = [name.strip() for name in re.split(r",| & | and ", authors)]
    plain = [re.sub(r"^([A-Z]\.[ -]?)+", "", name) for name in names]  # initials stand before the name, or after it
    kept = [name for name in plain if name]
    who = f"{kept[0]} et al." if len(kept) > 3 else ", ".join(kept)
    return f"{who} ({year})"


def source(function: Function) -> str:
    """Give the first reference of a function in short."""
    found = references(function)
    same = AS.get(module_of(function))
    return short(found[0]) if found else f"as `{same}`" if same else "-"


def table(functions: dict[str, Function]) -> str:
    lines = ["| function | computes | standing | source |", "|---|---|---|---|"]
    for name, function in functions.items():
        lines.append(f"| `{name}` | {computes(function)} | {standing(function)} | {source(function)} |")
    return "\n".join(lines)


def is_work(reference: str) -> bool:
    """Return whether a reference is a work with authors, and not a remark in plain words."""
    return bool(re.search(r"\(\d{4}\)|TR0603", reference))


def bibliography(functions: list[Function]) -> Iterator[str]:
    """Give each work that a function refers to once, without its sections, by author and year."""
    works: dict[tuple[str, str], str] = {}
    for reference in (entry for function in functions for entry in references(function) if is_work(entry)):
        place = r", (sections?|chapters?|appendix|paras?|paper)( [\dIVX][\w.\-]*| [A-Z]\b|,? and| \d+)*"
        plain = re.sub(rf"({place})+(?=[,.]|$)", "", reference).rstrip(".")
        plain = re.sub(r" \((single arrivals|extended)[^)]*\)", "", plain)
        title = re.sub(r"\W", "", plain.partition(")")[2].lower())[:30]
        known = works.get((short(plain), title), "")
        works[short(plain), title] = max(known, plain, key=lambda text: ("doi:" in text, len(text)))
    for key in sorted(works, key=lambda key: (key[0].casefold(), key[1])):
        yield f"* {works[key]}."


def catalogue() -> str:
    """Give the text between the markers: tables of functions, and the works that they refer to."""
    queues, capacities = queueing_functions(), capacity_functions()
    works = bibliography([*queues.values(), *capacities.values()])
    parts = [
        f"### Functions of hubcalc.queueing\n\n{table(queues)}",
        f"### Functions of hubcalc.capacity\n\n{table(capacities)}",
        "### Works\n\n" + "\n".join(works),
    ]
    return "\n\n".join(parts)


def main() -> None:
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    tail = rest.partition(END)[2]
    PAGE.write_text(f"{head}{BEGIN}\n\n{catalogue()}\n\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
