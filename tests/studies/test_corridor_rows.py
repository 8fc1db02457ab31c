"""Rows of a corridor that are evaluated together are what they are alone."""

import numpy as np
import pytest

import hubcalc
import hubfixtures
from hubcalc.analysis.corridors.questions import QUESTIONS
from hubcalc.documents import Fixtures
from hubcalc.studies.base import REASON, STATUS
from hubcalc.studies.running import parse_request
from hubcalc.studies.sizes import corridor_rows_for
from hubcalc.studies.work import work_of
from hubcalc.tables.corridors import SUMMARY, corridor_table
from hubmodels.paths import leaves

NEARLY_NOTHING = frozenset({"relative_gap"})
"""Residuals, which have no digits of their own."""
ALIKE = 1e-9
KHORGOS = "hubs.khorgos-gateway."


def drawn(corridor, **more):
    """Give an evaluator, and the inputs of some rows of a Monte Carlo study."""
    request = {"subject": {"kind": "corridor", "id": corridor}, "draws": 1_000, **more}
    _, study = work_of("montecarlo", parse_request("montecarlo", request), Fixtures())
    return study._evaluator, study._draws.columns(0, 6)[0]


def evaluator(corridor, **more):
    design = {"kind": "list", "rows": [{"demand.per_day": 9}]}
    request = {"subject": {"kind": "corridor", "id": corridor}, "design": design, **more}
    return work_of("sweep", parse_request("sweep", request), Fixtures())[1]._evaluator


def together(asked, columns, size):
    """Evaluate rows, none of which is asked by itself."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(asked), "_answer", lambda *_: pytest.fail("a row was asked by itself"))
        return asked.evaluate(columns, size)


def alone(corridor, columns, row, question="transit", **options):
    """Ask the question of one row by itself, as anybody would."""
    given = {path: column[row] for path, column in columns.items() if column[row] is not None}
    plain = {path: value.item() if isinstance(value, np.generic) else value for path, value in given.items()}
    taken = {"method": "fast", **options} if "method" in QUESTIONS[question].options else options
    report = QUESTIONS[question].ask(corridor, plain, **taken)
    table = corridor_table(report, SUMMARY)
    return {column.name: value for column, value in zip(table.columns, table.rows[0], strict=True)}


def check(found, row, expected, metrics):
    """Compare one row with what it is alone."""
    for metric in metrics:
        value, other = found[metric.name][row], expected[metric.name]
        if metric.type == "text":
            assert value == ("" if other is None else str(other)), metric.name
        elif metric.name in NEARLY_NOTHING:
            assert value == pytest.approx(other, abs=1e-6)
        else:
            assert value == pytest.approx(np.nan if other is None else other, rel=ALIKE, nan_ok=True), metric.name


@pytest.mark.slow
@pytest.mark.parametrize("question", ["transit", "flow", "equilibrium", "resilience", "emissions"])
def test_rows_together_are_what_they_are_alone(question):
    corridor = "lianyungang-almaty"
    asked, columns = drawn(corridor, question=question)
    assert len(columns) > 50  # all hubs and lines vary
    found = together(asked, columns, 6)
    assert set(found[STATUS]) <= {"ok", "unstable", "refused"}
    for row in (0, 3, 5):
        check(found, row, alone(corridor, columns, row, question), asked.metrics)


@pytest.mark.slow
def test_storms_of_rows_together_are_what_they_are_alone():
    asked, columns = drawn("middle-corridor", question="storms", options={"storms": "aktau"}, fields=["least_factor"])
    found = together(asked, columns, 6)
    check(found, 1, alone("middle-corridor", columns, 1, "storms", storms="aktau"), asked.metrics)


@pytest.mark.slow
def test_rows_do_not_depend_on_their_companions():
    asked, columns = drawn("lianyungang-almaty")
    together = asked.evaluate(columns, 6)
    for rows in (slice(0, 1), slice(2, 6)):
        apart = asked.evaluate({path: column[rows] for path, column in columns.items()}, len(range(6)[rows]))
        assert (apart[STATUS] == together[STATUS][rows]).all()
        for metric in asked.metrics:
            if metric.type == "number":
                np.testing.assert_allclose(apart[metric.name], together[metric.name][rows], rtol=ALIKE)


def test_numerical_methods_of_rows_together_are_those_of_rows_alone():
    asked, columns = drawn("kazakhstan-grain", method="auto", fields=["mean_hours", "p90_hours", "verdict"])
    found = together(asked, columns, 6)
    check(found, 4, alone("kazakhstan-grain", columns, 4, method="auto"), asked.metrics)


def test_rows_that_leave_inputs_as_they_are_and_rows_that_cannot_be():
    corridor = "lianyungang-almaty"
    cranes, law = f"{KHORGOS}stages.front.cranes", "demand.per_day"
    columns = {
        cranes: np.array([3, None, 0, 2.5, 4], dtype=object),
        law: np.array([None, 7.0, 8.0, 8.0, "nine"], dtype=object),
    }
    asked = evaluator(corridor)
    found = asked.evaluate(columns, 5)
    assert found[STATUS].tolist() == ["ok", "ok", "invalid", "invalid", "invalid"]
    for row in (0, 1):
        check(found, row, alone(corridor, columns, row), asked.metrics)
    for row, name in ((2, cranes), (3, cranes), (4, "per_day")):
        with pytest.raises(hubcalc.errors.InputError) as error:
            alone(corridor, columns, row)
        assert found[REASON][row] == "; ".join(str(problem) for problem in error.value.problems)
        assert name in found[REASON][row]


def test_choices_make_other_documents():
    corridor = "lianyungang-almaty"
    hub = hubfixtures.load("khorgos-gateway")
    known = leaves(hub)
    path = next(p for p, leaf in known.items() if p.endswith(".law") and "exponential" in leaf.choices)
    columns = {
        f"{KHORGOS}{path}": np.array(["exponential", known[path].value, "exponential"], dtype=object),
        f"{KHORGOS}stages.front.cranes": np.array([3, 3, 4]),
    }
    asked = evaluator(corridor)
    found = together(asked, columns, 3)
    for row in range(3):
        check(found, row, alone(corridor, columns, row), asked.metrics)


def test_what_belongs_to_no_demand_may_vary_too():
    corridor = "lianyungang-almaty"
    columns = {
        "nodes.khorgos.other_per_day": np.array([0.0, 3.0, 6.0]),
        f"{KHORGOS}stages.front.cranes": np.array([3, 4, 3]),
    }
    asked = evaluator(corridor, question="equilibrium")
    assert "nodes.khorgos.other_per_day" in asked.inputs
    found = together(asked, columns, 3)
    for row in range(3):
        check(found, row, alone(corridor, columns, row, "equilibrium"), asked.metrics)


def test_overrides_of_all_rows_hold_and_rows_win_over_them():
    corridor, cranes = "lianyungang-almaty", f"{KHORGOS}stages.front.cranes"
    fixed = {cranes: 5, f"{KHORGOS}flow.per_day": 9.0}
    asked = evaluator(corridor, overrides=fixed)
    columns = {cranes: np.array([3, 4])}
    found = together(asked, columns, 2)
    for row in range(2):
        given = {f"{KHORGOS}flow.per_day": np.full(2, 9.0), **columns}
        check(found, row, alone(corridor, given, row), asked.metrics)


def test_a_capacity_that_is_asked_for_counts():
    corridor, columns = "lianyungang-almaty", {"demand.per_day": np.array([5.0, 50.0])}
    asked = evaluator(corridor, question="flow", options={"capacity": "theoretical"})
    found = together(asked, columns, 2)
    for row in range(2):
        check(found, row, alone(corridor, columns, row, "flow", capacity="theoretical"), asked.metrics)


def test_chunks_are_as_large_as_is_worth_while():
    assert [corridor_rows_for(rows) for rows in (1, 63, 64, 10**6)] == [8, 8, 16, 64]
