"""Write docs/validation.md and docs/validation.svg: what was observed beside what the model answers.

Run as ``python benchmarks/validation.py``. The observations stand in fixtures/hubfixtures/observations.json; nothing
here changes an input of a document. A metric is written as arithmetic on results (`dwell_mean_hours`,
`stations.front.dwell_mean_hours`, `way.mean_hours`) and on inputs of the document (`flows.westbound.per_day`).
"""

import ast
import json
import operator
import re
import statistics
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import hubcalc
import hubfixtures
from hubcalc.analysis.hub import HubAnalysis
from hubcalc.analysis.metrics import METRIC_NAMES, read
from hubcalc.analysis.ranges import with_cases
from hubcalc.analysis.stations import StationColumns
from hubcalc.charts.pictures import svg
from hubcalc.readings import metric_of
from hubcalc.units import HOURS_PER_DAY
from hubmodels import Corridor, HubBase
from hubmodels.paths import leaves

OBSERVATIONS = Path(hubfixtures.__file__).parent / "observations.json"
PAGE = Path(__file__).parents[1] / "docs" / "validation.md"
CHART = PAGE.with_suffix(".svg")
GROUPS = {
    "rail-borders": "Rail borders",
    "road-borders": "Road borders and passengers",
    "terminals": "Terminals and ports",
    "lines": "Lines",
    "journeys": "Journeys",
    "cpmm": "Indicators of CAREC's CPMM reports",
}
STANDING = {"yes": "independent", "in sight": "in sight"}
NEAR, FAR, EXPLAINED = 1.25, 2.0, 1.25
DIGITS = 3
TOKEN = re.compile(r"[A-Za-z][\w-]*(?:\.[\w-]+)*")
OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
Row = Mapping[str, Any]
Tokens = dict[str, Any]


@dataclass(frozen=True)
class Modeled:
    """What the model answers: its value, its P10 and P90, and how far it trusts the value itself."""

    value: float | None
    low: float | None
    high: float | None
    verdict: str


@dataclass(frozen=True)
class Compared:
    """An observation beside the model."""

    row: Row
    model: Modeled

    @property
    def ratio(self) -> float | None:
        """Model over observation."""
        return None if self.model.value is None else self.model.value / self.row["observed"]

    @property
    def factor(self) -> float | None:
        """How far model and observation lie apart, 1 or more; an observed range or bound that holds is no miss."""
        if self.model.value is None:
            return None
        low, high = ends(self.row)
        value = self.model.value
        return max(1.0, low / value if value else np.inf, value / high if high else np.inf)

    @property
    def inside(self) -> bool | None:
        """Whether the model's range meets what was observed; None where it has none, or one without an end."""
        if self.model.low is None or self.model.high is None:
            return None
        low, high = ends(self.row)
        return bool(self.model.low <= high and low <= self.model.high)


def ends(row: Row) -> tuple[float, float]:
    """Give the ends of what was observed; an open end for a bound."""
    low, high = row.get("low", row["observed"]), row.get("high", row["observed"])
    return {"at least": (low, np.inf), "at most": (0.0, high)}.get(row.get("bound", ""), (low, high))


def observations() -> list[dict[str, Any]]:
    """Read the observations."""
    found: list[dict[str, Any]] = json.loads(OBSERVATIONS.read_text(encoding="utf-8"))
    return found


def names_in(metric: str) -> list[str]:
    """List the results and inputs that a metric is made of."""
    return list(dict.fromkeys(TOKEN.findall(metric)))


def evaluated(metric: str, tokens: Mapping[str, Any]) -> Any:
    """Work out the arithmetic of a metric, on numbers or columns."""
    names = names_in(metric)
    places = {name: f"x{i}" for i, name in enumerate(names)}
    tree = ast.parse(TOKEN.sub(lambda found: places[found[0]], metric), mode="eval").body
    values = {places[name]: tokens[name] for name in names}

    def of(node: ast.AST) -> Any:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return values[node.id]
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](of(node.left), of(node.right))
        raise ValueError(f"{metric}: only + - * / are understood")

    return of(tree)


def ranged(value: float, cases: np.ndarray) -> tuple[float | None, float | None]:
    """Give P10 and P90: each input low and high in turn, deviations combined as the analysis does."""
    if cases.size == 0 or value <= 0:
        return None, None
    with np.errstate(divide="ignore"):
        ratios = np.log(np.maximum(cases.reshape(-1, 2), 0.0) / value)
    down, up = np.minimum(ratios.min(axis=1), 0.0), np.maximum(ratios.max(axis=1), 0.0)
    low, high = value * np.exp(-np.sqrt((down**2).sum())), value * np.exp(np.sqrt((up**2).sum()))
    return float(low) if low > 0 else None, float(high) if np.isfinite(high) else None


def modeled(row: Row) -> Modeled:
    """Answer an observation."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _journeys(row) if row["subject"]["kind"] == "corridor" else _document(row)


# hubs and lines


@cache
def _analyses(subject: str, collection: Any, flow: str, overrides: str) -> tuple[HubAnalysis, HubAnalysis, int]:
    """Analyze a document as it is, and with each uncertain input low and high in turn."""
    document: HubBase = hubfixtures.load(subject, collection)
    data, given = hubfixtures.read(subject, collection), json.loads(overrides)
    for path, value in given.items():
        place = data
        *way, last = path.split(".")
        for part in way:
            place = place[part]
        place[last] = value
        data["uncertainty"].pop(path, None)
    document = type(document).model_validate(data)
    led = document.model_copy(update={"main_flow": flow or document.main_flow})
    base = HubAnalysis(led, 1, method="fast")
    cases = with_cases(base, {})
    return (base, cases.analysis, cases.per_scenario) if cases else (base, base, 1)


def _tokens(analysis: HubAnalysis, names: Iterable[str], rows: int) -> Tokens:
    """Read results and inputs; a result without steady state is endless."""
    known, found = leaves(analysis.hub), Tokens()
    tables: list[dict[str, Any]] = []
    for name in names:
        if name in METRIC_NAMES:
            reading = read(analysis, name)
            values = np.broadcast_to(np.asarray(reading.values, dtype=np.float64), rows)
            found[name] = np.where(np.asarray(reading.unstable) | np.asarray(reading.refused), np.inf, values)
        elif name.startswith("stations."):
            columns = StationColumns(analysis)
            tables = tables or [{row.stage: row for row in columns.rows(i)} for i in range(rows)]
            _, stage, field, *rest = name.split(".")
            picked = [getattr(table[stage], field) for table in tables]
            picked = [one[rest[0]].value for one in picked] if rest else picked
            found[name] = np.array([np.inf if one is None else one for one in picked], dtype=np.float64)
        else:
            given = known[name].value if name in known else getattr(analysis.hub, name)
            found[name] = np.broadcast_to(np.asarray(given, dtype=np.float64), rows)
    return found


def _document(row: Row) -> Modeled:
    subject, names = row["subject"], names_in(row["metric"])
    key = subject["id"], f"{subject['kind']}s", row.get("flow", ""), json.dumps(row.get("overrides", {}))
    base, cases, size = _analyses(*key)
    value = float(evaluated(row["metric"], _tokens(base, names, 1))[0])
    verdict = _said(base, names)
    if not np.isfinite(value):
        return Modeled(None, None, None, verdict)
    varied = np.asarray(evaluated(row["metric"], _tokens(cases, names, size)))[1:]
    return Modeled(value, *ranged(value, varied), verdict)


def _said(analysis: HubAnalysis, names: Iterable[str]) -> str:
    """Give the weakest verdict of the results that a metric is made of."""
    table = {row.stage: row.verdict.status for row in StationColumns(analysis).rows(0)}
    found = [metric_of(read(analysis, name), 0).verdict.status for name in names if name in METRIC_NAMES]
    found += [table[name.split(".")[1]] for name in names if name.startswith("stations.") and "capacity" not in name]
    return max(found, key=["exact", "simulated", "approximate", "refused", "unstable"].index, default="exact")


# journeys through a corridor


def _with_journey(corridor: Corridor, journey: Mapping[str, Any]) -> Corridor:
    """Give a corridor whose only demand is the journey that was observed."""
    main = corridor.demands[corridor.main_demand]
    given = {key: journey[key] for key in ("origin", "destination", "unit") if key in journey}
    demand = main.model_copy(update={**given, "tonnes_per_unit": journey.get("tonnes_per_unit", main.tonnes_per_unit)})
    return corridor.model_copy(update={"demands": {"journey": demand}, "main_demand": "journey"})


def _journeys(row: Row) -> Modeled:
    tokens: Tokens = {}
    shifts: dict[Any, dict[str, np.ndarray]] = {}
    verdicts = []
    for name, journey in row["journeys"].items():
        corridor = _with_journey(hubfixtures.load(journey.get("corridor", row["subject"]["id"]), "corridors"), journey)
        result = hubcalc.transit(corridor, via=journey.get("via", ()), method="fast").results[0]
        verdicts.append(result.time.verdict.status)
        if result.time.mean_hours is None:
            return Modeled(None, None, None, "unstable")
        tokens[f"{name}.mean_hours"] = result.time.mean_hours
        tokens[f"{name}.distance_km"] = result.distance_km
        tokens[f"{name}.cost_usd"] = result.cost_usd
        if not journey.get("via"):
            series = hubcalc.time_cost_distance_series(corridor, method="fast").results[0]
            tokens |= {f"{name}.{found.indicator}": found.value for found in series.indicators}
        for leg in result.legs:
            for key, change in _shifts(leg.document, f"{leg.kind}s", leg.flow):
                hours = shifts.setdefault(key, {}).setdefault(name, np.zeros(2))
                hours += change
    value = float(evaluated(row["metric"], tokens))
    cases = [evaluated(row["metric"], _shifted(tokens, case)) for case in shifts.values()]
    told = np.array([np.broadcast_to(case, 2) for case in cases]).reshape(-1)
    if not any("hours" in name or "SWD" in name for name in names_in(row["metric"])):
        return Modeled(value, None, None, "exact")  # distances and prices are sums, and have no range
    return Modeled(value, *ranged(value, told), "approximate" if "approximate" in verdicts else verdicts[0])


def _shifted(tokens: Tokens, hours: Mapping[str, np.ndarray]) -> Tokens:
    """Give what a journey is when an input is low and when it is high: longer or shorter, and so slower or faster."""
    changed = dict(tokens)
    for name, change in hours.items():
        before = tokens[f"{name}.mean_hours"]
        changed[f"{name}.mean_hours"] = before + change
        if tokens.get(f"{name}.SWD"):
            changed[f"{name}.SWD"] = tokens[f"{name}.SWD"] * before / (before + change)
    return changed


@cache
def _shifts(document_id: str, collection: str, flow: str) -> list[tuple[Any, np.ndarray]]:
    """Give by how much a part's time changes as each input is low and high.

    An input of the same path, value and range in several documents is one and the same guess, and moves in all alike.
    """
    base, cases, size = _analyses(document_id, collection, flow, "{}")
    if size == 1:
        return []
    hours = _tokens(cases, ["dwell_mean_hours"], size)["dwell_mean_hours"]
    uncertain = base.hub.uncertainty
    known = leaves(base.hub)
    paths = [path for path in uncertain if path in known]
    keys = [(path, known[path].value, uncertain[path].low, uncertain[path].high) for path in paths]
    return [(key, hours[1 + 2 * i : 3 + 2 * i] - hours[0]) for i, key in enumerate(keys)]


# the page


def number(value: float | None) -> str:
    """Write a number with three digits that count."""
    if value is None:
        return ""
    if value == 0 or not np.isfinite(value):
        return str(value)
    places = max(DIGITS - 1 - int(np.floor(np.log10(abs(value)))), 0)
    rounded = round(value, DIGITS - 1 - int(np.floor(np.log10(abs(value)))))
    return f"{rounded:,.{places}f}"


def observed_text(row: Row) -> str:
    """Write what was observed: a value, a range, or a bound."""
    low, high = row.get("low"), row.get("high")
    text = f"{low:,.9g} to {high:,.9g}" if low is not None and high is not None else f"{row['observed']:,.9g}"
    return " ".join(part for part in (row.get("bound", ""), text) if part)


def table(found: Iterable[Compared]) -> Iterator[str]:
    """Write the table of a group."""
    yield "| | observed | model | P10 to P90 | ratio | inside | verdict | independent | source |"
    yield f"|{'---|' * 9}"
    for one in found:
        row, model = one.row, one.model
        link = f"[{row['source_title']}]({row['url']})" if row["url"] else row["source_title"]
        place = f"`{row['subject']['id']}`: {row['what_is_compared']} [{row['unit']}]"
        known = model.low is not None or model.high is not None
        spread = f"{number(model.low) or 'no end'} to {number(model.high) or 'no end'}" if known else ""
        inside = {None: "", True: "yes", False: "no"}[one.inside]
        cells = [place, f"{observed_text(row)} ({row['year'] or 'undated'})", number(model.value) or "no steady state"]
        cells += [spread, number(one.ratio), inside, model.verdict, row["independent"], link]
        yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
    yield ""


def counts(found: list[Compared]) -> list[str]:
    """Count how many lie near."""
    factors = [one.factor for one in found if one.factor is not None]
    ratios = [one.ratio for one in found if one.ratio is not None and not one.row.get("bound")]
    inside = [one.inside for one in found if one.inside is not None]
    return [
        str(len(found)),
        str(sum(one.row["independent"] == "yes" for one in found)),
        f"{sum(inside)} of {len(inside)}",
        str(sum(factor <= NEAR for factor in factors)),
        str(sum(factor <= FAR for factor in factors)),
        number(statistics.median(ratios)) if ratios else "",
    ]


def summary(found: list[Compared]) -> Iterator[str]:
    """Write the summary by group."""
    heads = (
        "group | comparisons | independent | within the model's range | within a factor of 1.25 | of 2 | median ratio"
    )
    yield f"| {heads} |"
    yield f"|{'---|' * 7}"
    for group, title in GROUPS.items():
        yield f"| {' | '.join([title, *counts([one for one in found if one.row['group'] == group])])} |"
    yield f"| {' | '.join(['Independent ones', *counts([x for x in found if x.row['independent'] == 'yes'])])} |"
    yield f"| {' | '.join(['All', *counts(found)])} |"
    yield ""


TEXT = """# Validation

What was observed, beside what the model answers. The page is written by `make validation` from
`fixtures/hubfixtures/observations.json`; the documents were not changed to come nearer to it.

**What counts as independent.** `yes`: neither the figure nor arithmetic on it is an input of the documents that give
the model's value, and no input was chosen by what it does to the result. Whoever wrote a document had mostly read its
observed figures, as they stand in the same sources; so this is no blind test. `in sight`: an assumption was chosen
while this very figure was before the author, or variants were looked at; such rows are weak evidence. What the inputs
trivially return (the 84 h of the gas pipeline, the hours at sea of a ferry, CAREC's speed without delay) is left out.

**How the model's value is made.** Formulas (`method=fast`) at the inputs as they stand, mostly those of 2024, whatever
the year of the observation; where an observation speaks of another state, its row changes that input. The range is P10
to P90 of the uncertain inputs, one at a time, combined as for independent ones; in a journey an input that has the same
value and range in several documents moves in all of them at once. Shocks of a corridor are in its mean times. The
verdict is the formula's own: how near it is to the exact answer of the model, not to the world.

**How they are compared.** *Ratio* is the model over the observed figure (the middle of an observed range). *Inside*
asks whether the model's range meets what was observed; a range without an end (a stage of the model comes to its limit
within it) is not counted. Factors are counted from the nearer end of an observed range. A bound ("at least", a best
day; "at most", a promise) is missed only from its wrong side, and takes no part in the median. Observations that
conflict stand as rows of their own. After a first run six rows were taken out that compare no result with an
observation (plans, forecasts, results that are an input, a saving with a time), near ones and far ones among them.

**What is left out of all times.** The model's hubs begin at their gate or their first stage: queues before it, waits
for papers before a train is offered, for wagons, locomotives and acceptance by the other side are in the observed times
and not in the model's. CAREC's border times hold all of them, and are means of shipments, not of container trains.
"""


def explained(found: list[Compared]) -> Iterator[str]:
    """Write a sentence for each row that is off by more than a quarter, or that the model does not answer."""
    yield "## Misses explained\n"
    yield "Every row that is off by more than 25 %, by how much, and why, as far as it is known.\n"
    for group, title in GROUPS.items():
        misses = [one for one in found if one.row["group"] == group and missed(one)]
        if misses:
            yield f"### {title}\n"
            for one in sorted(misses, key=lambda one: -(one.factor or np.inf)):
                row = one.row
                off = f"times {number(one.ratio)}" if one.ratio is not None else "no steady state"
                what = f"{row['subject']['id']}, {row['what_is_compared']}"
                yield f"* **{what}** ({row['year'] or 'undated'}, {off}): {row['explanation']}"
            yield ""


def missed(one: Compared) -> bool:
    """Say whether a row needs an explanation."""
    return one.factor is None or one.factor > EXPLAINED


def page(found: list[Compared]) -> str:
    """Write the page."""
    lines = [TEXT, "## Summary\n", *summary(found), *findings(found), "![Observed against model](validation.svg)\n"]
    for group, title in GROUPS.items():
        rows = [one for one in found if one.row["group"] == group]
        lines += [f"## {title}\n", *table(rows)]
    lines += explained(found)
    return "\n".join(lines).rstrip() + "\n"


def findings(found: list[Compared]) -> Iterator[str]:
    """Say what follows from the comparisons for whoever uses the model."""
    rows = {one.row["id"]: one for one in found}

    def of(key: str) -> float:
        value = rows[key].model.value
        if value is None:
            raise ValueError(f"{key} has no steady state, which the findings suppose")
        return value

    journey, dostyk, brest = of("chongqing-duisburg-2018"), of("cpmm-kazakhstan-rail-in-2022"), of("brest-waits-2018")
    seen = rows["cpmm-kazakhstan-rail-in-2022"].row["observed"], rows["brest-waits-2018"].row["observed"]
    longer = journey + (seen[0] - dostyk + seen[1] - brest) / HOURS_PER_DAY
    times = [one.factor or 1.0 for one in found if one.row["group"] == "cpmm" and one.row["unit"] == "h"]
    yield "**What follows.**\n"
    yield "* *Times of work* (a train at a front, a vessel at a berth) mostly come out near what was observed."
    yield (
        "* *Stated capacities* are mostly met within the range, which is wide, since cranes, officers and hours are "
        "seldom published. Where a railway rates a line or a fleet, the model's track or vessel without crews, "
        "locomotives and waits carries more."
    )
    yield (
        f"* *Times over a border* are too short, against CAREC by factors of {number(min(times))} to "
        f"{number(max(times))}: the model's is the time of the work and of the queues inside the gate, never a "
        "forecast of the time to cross."
    )
    yield (
        "* *Journeys* come near those of block trains and fall short of mean ones. A reckoning made afterwards says "
        "that most of that is waiting at borders: "
        f"with the {number(seen[0])} h that CAREC saw at Kazakhstan's crossings and the two to three days that trains "
        f"stood at Brest in place of the model's {number(dostyk)} h and {number(brest)} h, Chongqing to Duisburg would "
        f"take {number(longer)} days instead of {number(journey)}; "
        f"{observed_text(rows['chongqing-duisburg-2018'].row)} were observed. For a promise to a customer, state such "
        "waits as shocks of the corridor."
    )
    yield ""


def chart(found: list[Compared]) -> dict[str, Any]:
    """Give the chart: observed against model, each over one and the same diagonal."""
    rows = [
        {
            "observed": one.row["observed"],
            "model": one.model.value,
            "low": one.model.low or one.model.value,
            "high": one.model.high or one.model.value,
            "group": GROUPS[one.row["group"]],
            "standing": "a bound" if one.row.get("bound") else STANDING[one.row["independent"]],
        }
        for one in found
        if one.model.value
    ]
    values = [row[key] for row in rows for key in ("observed", "model")]
    ends_of = [10 ** np.floor(np.log10(min(values))), 10 ** np.ceil(np.log10(max(values)))]

    def line(factor: float, dash: list[int]) -> dict[str, Any]:
        return {
            "data": {"values": [{"x": end, "y": end * factor} for end in ends_of]},
            "mark": {"type": "line", "color": "#888", "strokeDash": dash, "strokeWidth": 1, "clip": True},
            "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
        }

    scale = {"type": "log", "domain": ends_of}
    x = {"field": "observed", "type": "quantitative", "scale": scale, "title": "observed, in the row's own unit"}
    y = {"field": "model", "type": "quantitative", "scale": scale, "title": "model"}
    powers = [10**power for power in range(round(np.log10(ends_of[0])), round(np.log10(ends_of[1])) + 1)]
    axis = {"axis": {"format": ",~f", "values": powers}}
    color = {
        "field": "group",
        "type": "nominal",
        "title": None,
        "scale": {"scheme": "dark2"},
        "sort": list(GROUPS.values()),
        "legend": {"labelLimit": 300},
    }
    shape = {
        "field": "standing",
        "type": "nominal",
        "title": None,
        "scale": {"domain": [*STANDING.values(), "a bound"], "range": ["circle", "cross", "triangle"]},
    }
    whisker = {"mark": {"type": "rule", "opacity": 0.45, "clip": True}, "data": {"values": rows}}
    whisker |= {
        "encoding": {"x": {**x, **axis}, "y": {**y, **axis, "field": "low"}, "y2": {"field": "high"}, "color": color}
    }
    points = {"mark": {"type": "point", "filled": True, "size": 45, "opacity": 0.9}, "data": {"values": rows}}
    points |= {"encoding": {"x": {**x, **axis}, "y": {**y, **axis}, "color": color, "shape": shape}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": "Observed against model (dashed: a factor of 2; bars: P10 to P90)",
        "width": 520,
        "height": 520,
        "background": "white",
        "layer": [line(1, [1, 0]), line(FAR, [4, 4]), line(1 / FAR, [4, 4]), whisker, points],
    }


def main() -> None:
    """Write page and chart."""
    found = []
    for row in observations():
        found.append(Compared(row, modeled(row)))
        print(row["id"], number(found[-1].model.value), observed_text(row), number(found[-1].ratio), flush=True)
    PAGE.write_text(page(found), encoding="utf-8")
    CHART.write_text(svg(chart(found)), encoding="utf-8")


if __name__ == "__main__":
    main()
