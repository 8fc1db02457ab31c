"""Texts are well formed in their languages, and ask for what was asked."""

import ast
import json
import re
import shlex
from urllib.parse import parse_qsl, urlsplit

import pytest

from hubcalc.copying import Asked, ready_texts
from hubcalc.copying.formulas import LONGEST_EXCEL_ADDRESS, LONGEST_LITERAL, literal
from hubcalc.copying.power_query import m_name, m_text

SERVER = "http://127.0.0.1:8000"
TABLE = "/v1/hubs/khorgos-gateway/analysis"
CELL = f"{TABLE}/wait_mean_hours"
NASTY = 'a "b" & c=d #(lf) 50% é\'s'
GIVEN = {
    "plain": {},
    "inputs": {"stages.front.cranes": "2..4", "flow.per_day": "10,12", "fields": "wait_mean_hours,utilization"},
    "nasty": {"stages.front.kind": NASTY},
    "empty": {"stages.front.cranes": "", "scenario": "", "format": "csv", "dl": "1", "errors": "text"},
    "european": {"dialect": "eu", "stages.front.cranes": "2;3"},
    "comma": {"decimal": "comma"},
    "without a header": {"header": "off", "shape": "long"},
}


def texts(asked):
    return {text.name: text for text in ready_texts(asked)}


def tables():
    return [pytest.param(Asked(SERVER, TABLE, given), id=f"table, {name}") for name, given in GIVEN.items()]


def cells():
    found = [(name, given) for name, given in GIVEN.items() if name not in ("european", "without a header")]
    made = [pytest.param(Asked(SERVER, CELL, given, "wait_mean_hours"), id=f"cell, {name}") for name, given in found]
    keyed = Asked(SERVER, CELL, GIVEN["inputs"], "wait_mean_hours", wants_key=True)
    return [*made, pytest.param(keyed, id="cell, key")]


ALL = [*tables(), *cells(), pytest.param(Asked(SERVER, TABLE, {}, wants_key=True), id="table, key")]


# A formula, read as a spreadsheet reads it

TOKEN = re.compile(r'"(?:[^"]|"")*"|[A-Za-z_][A-Za-z_0-9.]*|[0-9.]+|[=(),;&{}]|\s+')


def tokens(formula):
    found, place = [], 0
    while place < len(formula):
        match = TOKEN.match(formula, place)
        assert match, f"no token at {formula[place:][:30]!r}"
        found.append(match[0])
        place = match.end()
    return found


def joined_texts(formula):
    """Give the texts of a formula, those that are joined by & as one; a name stands for the key."""
    found, joined = [], False
    for token in tokens(formula):
        if token.startswith('"'):
            text = token[1:-1].replace('""', '"')
            assert len(token) - 2 <= LONGEST_LITERAL
            if joined:
                found[-1] += text
            else:
                found.append(text)
            joined = False
        else:
            joined = token == "&"
    return found


def formulas(asked):
    return {name: text.text for name, text in texts(asked).items() if text.text.startswith("=")}


@pytest.mark.parametrize("asked", ALL)
def test_formulas_are_balanced_and_name_the_address(asked):
    assert len(formulas(asked)) >= 4
    for name, formula in formulas(asked).items():
        depth = 0
        for token in tokens(formula):
            depth += {"(": 1, ")": -1}.get(token, 0)
            assert depth >= 0
        assert depth == 0
        separators = {token for token in tokens(formula) if token in ",;"}
        assert separators <= ({";"} if "semicolon" in name or name.startswith("libre") else {","})
        addresses = [text for text in joined_texts(formula) if text.startswith("http")]
        assert addresses
        for address in addresses:
            parts = urlsplit(address)
            assert parts.path == asked.path + (".csv" if asked.metric is None else ".txt")
            sent = dict(parse_qsl(parts.query, keep_blank_values=True))
            assert sent.pop("key", None) == ("" if asked.wants_key else None)
            assert sent.pop("errors", "text") == "text"
            assert sent == asked.query()
            assert not set(address) & set(' "<>')


@pytest.mark.parametrize("asked", ALL)
def test_programs_are_python_and_name_the_address(asked):
    for name in ("httpx", "pandas", "hubcalc-client"):
        if name in texts(asked):
            tree = ast.parse(texts(asked)[name].text)
            assert any(SERVER in node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    found = [word for word in shlex.split(texts(asked)["curl"].text) if word.startswith("http")]
    assert dict(parse_qsl(urlsplit(found[0]).query)) == asked.query()


# M

M_TOKEN = re.compile(r'#?"(?:[^"]|"")*"|[A-Za-z_][A-Za-z_0-9.]*|[0-9]+|=>|[=(),\[\]{}]|\s+')


def m_tokens(text):
    found, place = [], 0
    while place < len(text):
        match = M_TOKEN.match(text, place)
        assert match, f"no token at {text[place:][:30]!r}"
        found.append(match[0])
        place = match.end()
    return [token for token in found if token.strip()]


@pytest.mark.parametrize("asked", ALL)
def test_m_is_balanced_and_complete(asked):
    query = texts(asked)["power-query"].text
    found = m_tokens(query)
    closing, opened = {")": "(", "]": "[", "}": "{"}, []
    for token in found:
        if token in closing.values():
            opened.append(token)
        elif token in closing:
            assert opened.pop() == closing[token]
    assert opened == []
    assert found[0] == "let"
    assert found[-2] == "in"
    names = [found[place] for place in range(len(found) - 1) if found[place + 1] == "="]
    assert found[-1] in names
    given = {
        found[place][2:-1].replace('""', '"'): found[place + 2][1:-1].replace('""', '"').replace("#(#)", "#")
        for place in range(len(found) - 2)
        if found[place].startswith('#"') and found[place + 1] == "="
    }
    assert given == asked.query()
    assert ("ApiKeyName" in names) is asked.wants_key


def test_m_names_and_texts():
    assert m_name('say "x"') == '#"say ""x"""'
    assert m_text("#(cr)") == '"#(#)(cr)"'


# Limits and keys


@pytest.mark.parametrize("length", [0, 1, 254, 255, 256, 1_000])
def test_literals_are_split_and_stay_the_same(length):
    for character in 'a"':
        written = literal(character * length)
        assert joined_texts(f"={written}") == [character * length]


def test_an_address_that_excel_cannot_have():
    many = {f"stages.stage-number-{number}.service_hours": "0.123456789" for number in range(45)}
    for asked in (Asked(SERVER, CELL, many, "wait_mean_hours"), Asked(SERVER, TABLE, many)):
        assert len(asked.address("txt")) > LONGEST_EXCEL_ADDRESS
        for name, text in texts(asked).items():
            if name.startswith("excel"):
                assert text.text == ""
                assert "2,048" in text.note
                assert "scenario" in text.note
            else:
                assert text.text


def test_an_address_that_just_fits():
    short = Asked(SERVER, CELL, {"a.b": "1"}, "wait_mean_hours")
    room = LONGEST_EXCEL_ADDRESS - len(short.address("txt", errors="text"))
    fits = Asked(SERVER, CELL, {"a.b": "1" * (room + 1)}, "wait_mean_hours")
    beyond = Asked(SERVER, CELL, {"a.b": "1" * (room + 2)}, "wait_mean_hours")
    assert len(fits.address("txt", errors="text")) == LONGEST_EXCEL_ADDRESS
    assert texts(fits)["excel"].text
    assert not texts(beyond)["excel"].text


@pytest.mark.parametrize("metric", [None, "wait_mean_hours"])
def test_a_key_is_a_cell_or_a_variable(metric):
    asked = Asked(SERVER, CELL if metric else TABLE, {"flow.per_day": "10"}, metric, wants_key=True)
    found = texts(asked)
    for name, text in found.items():
        said = text.text + text.note
        assert "hubcalc_key" in said or "HUBCALC_API_KEY" in said or "paste the key" in said or "the key" in said, name
    assert '&key="&ENCODEURL(hubcalc_key)' in found["google-sheets"].text
    assert "$HUBCALC_API_KEY" in found["curl"].text
    without = texts(Asked(SERVER, asked.path, {"flow.per_day": "10"}, metric))
    assert not any("key" in text.text.lower() for text in without.values())


def test_a_key_begins_the_query_where_there_is_none():
    formula = texts(Asked(SERVER, CELL, {}, "wait_mean_hours", wants_key=True))["excel"].text
    assert 'wait_mean_hours.txt?key="&ENCODEURL(hubcalc_key)' in formula


# What hubcalc's own client and command say


@pytest.mark.parametrize(
    ("path", "given", "call", "command"),
    [
        (
            TABLE,
            {"stages.front.cranes": "2..4", "fields": "utilization"},
            "client.analysis('khorgos-gateway', {'stages.front.cranes': [2, 3, 4]}, fields=['utilization'])",
            f"hubcalc analyze khorgos-gateway --set stages.front.cranes=2..4 --fields utilization --csv --url {SERVER}",
        ),
        (
            "/v1/lines/steppe-line/analysis",
            {},
            "client.analysis('steppe-line', collection='lines')",
            f"hubcalc analyze steppe-line --csv --url {SERVER}",
        ),
        (
            "/v1/corridors/middle-corridor/resilience",
            {"out": "aktau,baku", "pairs": "true", "demand.per_day": "9.5"},
            "client.corridor_resilience('middle-corridor', {'demand.per_day': 9.5}, out=['aktau', 'baku'], pairs=True)",
            "hubcalc resilience middle-corridor --set demand.per_day=9.5 --out aktau,baku --pairs --csv --url "
            + SERVER,
        ),
        (
            "/v1/queue",
            {"servers": "2,3", "service": "exponential"},
            "client.queue({'servers': [2, 3], 'service': 'exponential'})",
            f"hubcalc queue servers=2,3 service=exponential --csv --url {SERVER}",
        ),
        (
            "/v1/capacity/berth",
            {},
            "client.capacity('berth', {})",
            f"hubcalc capacity berth --csv --url {SERVER}",
        ),
    ],
)
def test_own_texts(path, given, call, command):
    found = texts(Asked(SERVER, path, given))
    assert found["hubcalc-client"].text.splitlines()[-1].strip() == f"answer = {call}"
    assert found["hubcalc-command"].text == command


@pytest.mark.parametrize(
    "given",
    [{"version": "3"}, {"model_version": "1"}, {"decimal": "comma"}, {"dialect": "eu"}, {"stages.a.kind": NASTY}],
)
def test_what_they_cannot_ask_is_not_written(given):
    assert not {"hubcalc-client", "hubcalc-command"} & texts(Asked(SERVER, TABLE, given)).keys()


def test_the_decimal_comma_is_told_to_all():
    found = texts(Asked(SERVER, TABLE, {"dialect": "eu"}))
    assert found["excel-table"].text.startswith("=IMPORTTEXT(")
    assert 'sep=";"' in found["pandas"].text
    assert 'decimal=","' in found["pandas"].text
    assert 'Delimiter = ";"' in found["power-query"].text
    assert '"de-DE"' in found["power-query"].text
    assert '";","de_DE")' in found["google-sheets"].text
    cell = texts(Asked(SERVER, CELL, {"decimal": "comma"}, "wait_mean_hours"))
    assert cell["libreoffice"].text.endswith(';",";".")')


@pytest.mark.parametrize("given", [{"dialect": "eu"}, {"decimal": "comma"}, {"dialect": "eu", "decimal": "comma"}])
def test_json_is_told_of_the_decimal_comma_and_of_no_dialect(given):
    text = texts(Asked(SERVER, TABLE, {**given, "flow.per_day": "8,5;9"}))["httpx"].text
    assert "'flow.per_day': '8,5;9'" in text
    assert "'decimal': 'comma'" in text
    assert "dialect" not in text


def test_the_european_dialect_may_have_a_decimal_dot():
    found = texts(Asked(SERVER, TABLE, {"dialect": "eu", "decimal": "dot", "flow.per_day": "8.5"}))
    assert 'sep=";"' in found["pandas"].text
    assert "decimal=" not in found["pandas"].text.partition("sep")[2]
    assert "'decimal': 'comma'" not in found["httpx"].text


@pytest.mark.parametrize(
    ("path", "given"),
    [
        (TABLE, {"view": "stations", "fields": "stage,utilization"}),
        ("/v1/corridors/middle-corridor/transit", {"fields": "element,kind"}),
    ],
)
def test_columns_of_a_table_are_not_asked_of_who_has_no_table(path, given):
    found = texts(Asked(SERVER, path, given))
    assert "fields" not in found["httpx"].text
    assert f"fields={given['fields']}" in found["pandas"].text
    assert not {"hubcalc-client", "hubcalc-command"} & found.keys()


def test_the_command_shows_the_view_that_was_asked_for():
    found = texts(Asked(SERVER, TABLE, {"view": "stations"}))
    assert found["hubcalc-command"].text == f"hubcalc analyze khorgos-gateway --view stations --csv --url {SERVER}"
    assert "hubcalc-command" not in texts(Asked(SERVER, "/v1/capacity/berth", {"view": "inputs"}))


def test_a_cell_may_take_its_input_from_another():
    note = texts(Asked(SERVER, CELL, {"method": "fast", "stages.front.cranes": "3"}, "wait_mean_hours"))["excel"].note
    assert 'stages.front.cranes="&B2&"' in note


def test_names_are_unique_and_all_can_be_written_as_json():
    for asked in (Asked(SERVER, TABLE), Asked(SERVER, CELL, {}, "wait_mean_hours")):
        made = ready_texts(asked)
        assert len({text.name for text in made}) == len(made)
        assert json.dumps([text.text for text in made])
        assert all(text.note.endswith(".") and "  " not in text.note for text in made)
