"""Several cells in one call, cells of a scenario, and cells of corridors."""

import csv
import io
from xml.etree import ElementTree

import pytest

URL = "/v1/hubs/khorgos-gateway/analysis"
NAMES = ["wait_mean_hours", "stages.front.utilization", "stages.front.wait_mean_hours", "bottleneck", "utilization"]
FIELDS = "fields=" + ",".join(NAMES)
NO_TEU = "/v1/hubs/nur-zholy-khorgos/analysis"


def rows(response):
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


@pytest.mark.parametrize("query", ["", "front.cranes=4", "flow.per_day=10,5&method=fast", "flow.per_day=40"])
def test_each_is_what_its_own_cell_shows(reader, query):
    found = rows(reader.get(f"{URL}/cells.csv?{FIELDS}&{query}"))
    assert [row["name"] for row in found] == NAMES
    for row in found:
        assert row["value"] == reader.get(f"{URL}/{row['name']}.txt?{query}").text
        cell = reader.get(f"{URL}/{row['name']}.json?{query}").json()
        assert (row["unit"], row["verdict"]) == (cell["unit"], cell["verdict"]["status"])


def test_formats(reader):
    values = [row["value"] for row in rows(reader.get(f"{URL}/cells.csv?{FIELDS}"))]
    assert reader.get(f"{URL}/cells?{FIELDS}").text == reader.get(f"{URL}/cells.csv?{FIELDS}").text
    assert reader.get(f"{URL}/cells.txt?{FIELDS}").text == "\n".join(values), "one line each, none after the last"
    root = ElementTree.fromstring(reader.get(f"{URL}/cells.xml?{FIELDS}").text)
    assert [cell.findtext("value") for cell in root.iter("cell")] == values
    assert root.findtext("cell[name='bottleneck']/value") == "front"
    items = reader.get(f"{URL}/cells.json?{FIELDS}").json()["items"]
    assert [item["metric"] for item in items] == NAMES
    assert [str(item["value"]) for item in items] == values
    comma = reader.get(f"{URL}/cells.csv?{FIELDS}&dialect=eu").text
    assert f";{values[0].replace('.', ',')};" in comma
    assert reader.get(f"{URL}/cells.txt?{FIELDS}&d=comma").text.splitlines()[0] == values[0].replace(".", ",")
    bare = reader.get(f"{URL}/cells.csv?{FIELDS}&header=off").text
    assert len(bare.splitlines()) == len(NAMES)


def test_a_name_that_is_given_twice_stands_once(reader):
    assert len(rows(reader.get(f"{URL}/cells.csv?f=utilization,utilization"))) == 1


def test_what_has_no_value_is_empty_or_says_why(reader):
    asked = f"{NO_TEU}/cells.{{}}?f=capacity_teu_per_year,utilization"
    found = rows(reader.get(asked.format("csv")))
    assert [(row["value"] == "", row["verdict"] == "refused") for row in found] == [(True, True), (False, False)]
    (told, other) = rows(reader.get(asked.format("csv") + "&e=text"))
    assert told["value"].startswith("ERR capacity_teu_per_year: ")
    assert other == found[1]
    assert reader.get(asked.format("txt")).status_code == 422, "a text has no verdict that would tell"
    lines = reader.get(asked.format("txt") + "&e=text").text.split("\n")
    assert lines == [told["value"], other["value"]]


def test_no_steady_state(reader):
    asked = f"{URL}/cells.csv?f=wait_mean_hours,utilization&flow.per_day=40"
    assert rows(reader.get(asked))[0]["value"] == "inf"
    assert rows(reader.get(f"{asked}&u=text"))[0]["value"].startswith("UNSTABLE ")


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("", 422, "must be given"),
        ("fields=", 422, "must be given"),
        ("fields=utilization,wait_mean_hour", 404, "did you mean wait_mean_hours?"),
        ("fields=stages.front.utilisation", 404, "did you mean stages.front.utilization?"),
        ("fields=utilization&stages.front.cranes=2..3", 422, "here one value is taken"),
        ("fields=utilization&view=stations", 422, "no such parameter"),
    ],
)
def test_what_is_refused(reader, query, status, said):
    response = reader.get(f"{URL}/cells.csv?{query}")
    assert response.status_code == status
    assert said in response.text
    assert said in reader.get(f"{URL}/cells.csv?{query}&e=text").text


def test_lines_have_them_too(reader):
    found = rows(reader.get("/v1/lines/steppe-line/analysis/cells.csv?f=utilization,wait_mean_hours"))
    assert found[0]["value"] == reader.get("/v1/lines/steppe-line/analysis/utilization.txt").text


def _scenario(name, **changes):
    subject = {"kind": "hub", "id": "khorgos-gateway"}
    return {"schema_version": 1, "kind": "scenario", "id": name, "name": name, "subject": subject, **changes}


class TestScenarios:
    """`s=`: a stored scenario behind the paths of the query."""

    @pytest.fixture
    def client(self, writer):
        base = {"stages.front.cranes": 4, "flow.per_day": 9}
        for document in (
            _scenario("more-cranes", overrides=base),
            _scenario("more-trains", base="more-cranes", overrides={"flow.per_day": 12}),
            _scenario("many-cranes", base="more-cranes", overrides={"stages.front.cranes": [3, 5]}),
        ):
            assert writer.put(f"/v1/scenarios/{document['id']}", json=document).status_code == 201
        return writer

    def utilization(self, client, query, stage="stages.front."):
        response = client.get(f"{URL}/{stage}utilization.txt?{query}")
        assert response.status_code == 200, response.text
        return float(response.text)

    def test_its_overrides_and_those_of_its_base(self, client):
        for scenario, query in [
            ("more-cranes", "stages.front.cranes=4&flow.per_day=9"),
            ("more-trains", "stages.front.cranes=4&flow.per_day=12"),
        ]:
            for name in ("s", "scenario"):
                assert self.utilization(client, f"{name}={scenario}") == self.utilization(client, query)

    @pytest.mark.slow
    @pytest.mark.parametrize("path", ["flow.per_day", "westbound.per_day", "flows.westbound.per_day"])
    def test_paths_of_the_query_win_in_any_spelling(self, client, path):
        found = self.utilization(client, f"s=more-trains&{path}=10,5")
        assert found == self.utilization(client, "stages.front.cranes=4&flow.per_day=10.5")

    def test_several_values_are_refused_unless_the_query_gives_one(self, client):
        response = client.get(f"{URL}/utilization.txt?s=many-cranes")
        assert response.status_code == 422
        (problem,) = response.json()["errors"]
        assert problem["parameter"] == "stages.front.cranes"
        assert "many-cranes" in problem["message"]
        assert "stages.front.cranes=3" in problem["hint"]
        assert client.get(f"{URL}/utilization.txt?s=many-cranes&e=text").text.startswith("ERR stages.front.cranes has")
        assert self.utilization(client, "s=many-cranes&front.cranes=5") == self.utilization(
            client, "front.cranes=5&flow.per_day=9"
        )

    def test_an_answer_is_not_kept_when_the_scenario_changes(self, client):
        before = client.get(f"{URL}/stages.front.utilization.txt?s=more-cranes")
        changed = _scenario("more-cranes", overrides={"stages.front.cranes": 5})
        assert client.put("/v1/scenarios/more-cranes", json=changed, headers={"If-Match": "*"}).status_code == 200
        after = client.get(
            f"{URL}/stages.front.utilization.txt?s=more-cranes", headers={"If-None-Match": before.headers["etag"]}
        )
        assert (after.status_code, after.text != before.text) == (200, True)

    def test_several_cells_at_once(self, client):
        found = rows(client.get(f"{URL}/cells.csv?s=more-trains&f=stages.front.utilization"))
        assert float(found[0]["value"]) == self.utilization(client, "s=more-trains")

    def test_scenarios_of_others_and_of_nobody(self, client):
        assert client.get("/v1/hubs/xian/analysis/utilization.txt?s=more-cranes").status_code == 422
        missing = client.get(f"{URL}/utilization.txt?s=more-crane&e=text")
        assert missing.text.startswith("ERR there is no scenario")


class TestCorridors:
    """`/v1/corridors/{id}/{question}/{number}`: one number of the summary."""

    URL = "/v1/corridors/steppe-loop"

    @pytest.mark.slow
    def test_each_number_of_each_summary(self, networks):
        for question in ("transit", "flow", "equilibrium", "emissions", "resilience"):
            (row,) = rows(networks.get(f"{self.URL}/{question}.csv?view=summary"))
            numbers = {name.partition(" ")[0]: value for name, value in row.items() if "[" in name and value}
            assert numbers, question
            for name, value in numbers.items():
                assert float(networks.get(f"{self.URL}/{question}/{name}.txt").text) == float(value)
                cell = networks.get(f"{self.URL}/{question}/{name}.json").json()
                assert cell["value"] == float(value)
                assert f"{name} [{cell['unit']}]" in row

    def test_inputs_and_options(self, networks):
        asked = f"{self.URL}/transit/mean_hours.txt"
        assert networks.get(f"{asked}?method=fast").status_code == 200
        assert networks.get(f"{asked}?demand=nobody&e=text").text.startswith("ERR demand")
        assert networks.get(f"{asked}?demand.per_day=1..3&e=text").text.startswith("ERR demand.per_day: here one value")
        assert networks.get(f"{asked}?view=legs").status_code == 422

    def test_short_paths_inside(self, networks):
        asked = f"{self.URL}/transit/mean_hours.txt?lines.steppe-line."
        slower = networks.get(f"{asked}stages.yard-exit.service_time.mean_minutes=50")
        assert slower.status_code == 200, slower.text
        assert networks.get(f"{asked}yard-exit.service_time.mean_minutes=50").text == slower.text
        assert networks.get(f"{asked}yard-exit.service_time.mean_minutes=").status_code == 200
        assert networks.get(f"{asked}yard-exit.service_time.mean_minute=").status_code == 422

    def test_unknown_numbers(self, networks):
        response = networks.get(f"{self.URL}/transit/p90_hour")
        assert (response.status_code, response.json()["errors"][0]["hint"]) == (404, "did you mean p90_hours?")
        assert networks.get(f"{self.URL}/tcd/mean_hours").status_code == 404
        assert networks.get("/v1/corridors/nowhere/transit/p90_hours?e=text").text.startswith(
            "ERR there is no corridor"
        )

    def test_caching_and_commas(self, networks):
        first = networks.get(f"{self.URL}/transit/mean_hours.txt")
        again = networks.get(f"{self.URL}/transit/mean_hours.txt", headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304
        comma = networks.get(f"{self.URL}/transit/mean_hours.txt?d=comma").text
        assert comma == first.text.replace(".", ",")
        assert networks.head(f"{self.URL}/transit/mean_hours.txt").status_code == 200
