"""The same numbers in every format."""

import csv
import io
import json
import re
from xml.etree import ElementTree

import pytest

URL = "/v1/hubs/khorgos-gateway/analysis"
FIELDS = "fields=theoretical_capacity_per_day,capacity_teu_per_year,utilization,wait_mean_hours,bottleneck"
QUERY = f"stages.front.cranes=2,3&flow.per_day=10.5,40&{FIELDS}"
MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "xml": "application/xml",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")


def read(text, format_):
    """Read a table back as a list of mappings from the bare name of a column to its text."""
    if format_ == "xml":
        return [{child.tag: child.text or "" for child in row} for row in ElementTree.fromstring(text)]
    delimiter = {"csv": ",", "tsv": "\t"}[format_]
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert {len(row) for row in rows} == {len(rows[0])}, "one rectangle"
    names = [name.partition(" [")[0] for name in rows[0]]
    return [dict(zip(names, row, strict=True)) for row in rows[1:]]


def flat(scenario):
    row = {**scenario["overrides"], **{name: m["value"] for name, m in scenario["metrics"].items()}}
    return {name: value for name, value in row.items() if not isinstance(value, str)}


@pytest.fixture(scope="module")
def scenarios(reader):
    return reader.get(f"{URL}?{QUERY}").json()["results"]


@pytest.mark.slow
@pytest.mark.parametrize("format_", MEDIA_TYPES)
def test_suffix_and_parameter_are_one(reader, format_):
    by_suffix = reader.get(f"{URL}.{format_}?{QUERY}")
    by_parameter = reader.get(f"{URL}?{QUERY}&format={format_}")
    both = reader.get(f"{URL}.{format_}?{QUERY}&format={format_}")
    assert by_suffix.content == by_parameter.content == both.content
    assert by_suffix.headers["content-type"] == MEDIA_TYPES[format_]


def test_accept_decides_nothing(reader):
    plain = reader.get(f"{URL}?{QUERY}")
    assert reader.get(f"{URL}?{QUERY}", headers={"Accept": "text/csv"}).content == plain.content


def test_a_suffix_and_another_format_contradict(reader):
    response = reader.get(f"{URL}.csv?format=xml")
    assert (response.status_code, response.json()["code"]) == (422, "invalid_parameter")


@pytest.mark.parametrize("format_", ["csv", "tsv", "xml"])
def test_the_numbers_are_the_same_in_all(reader, scenarios, format_):
    rows = read(reader.get(f"{URL}.{format_}?{QUERY}").content.decode(), format_)
    assert len(rows) == len(scenarios) == 4
    for row, scenario in zip(rows, scenarios, strict=True):
        expected = flat(scenario)
        assert {name: float(row[name]) if row[name] else None for name in expected} == expected
        assert row["bottleneck"] == scenario["metrics"]["bottleneck"]["value"]
    assert rows[1]["wait_mean_hours"] == "", "no number where there is no steady state"
    assert rows[1]["verdict"] == "unstable"


@pytest.mark.slow
@pytest.mark.parametrize("view", ["metrics", "stations", "evidence"])
@pytest.mark.parametrize("url", [URL, "/v1/hubs/nur-zholy-khorgos/analysis", "/v1/hubs/lianyungang/analysis"])
def test_the_views_are_the_same_in_all_formats(reader, url, view):
    query = f"{FIELDS}&view=metrics" if view == "metrics" else f"view={view}"
    tables = [read(reader.get(f"{url}.{f}?{query}").content.decode(), f) for f in ("csv", "tsv", "xml")]
    normal = [[{k: " ".join(v.split()) for k, v in row.items()} for row in table] for table in tables]
    assert normal[0] == normal[1] == normal[2]
    lines = reader.get(f"{url}.txt?{query}").text.splitlines()
    assert len(lines) == 1 + len(normal[0])


def test_the_station_table_is_that_of_the_report(reader, scenarios):
    rows = read(reader.get(f"{URL}.csv?{QUERY.removesuffix(FIELDS)}view=stations").text, "csv")
    stations = [(s, station) for s in scenarios for station in s["stations"]]
    assert len(rows) == len(stations)
    for row, (scenario, station) in zip(rows, stations, strict=True):
        assert row["stage"] == station["stage"]
        assert float(row["stages.front.cranes"]) == scenario["overrides"]["stages.front.cranes"]
        for name in ("utilization", "wait_mean_hours", "practical_capacity_per_day"):
            assert (float(row[name]) if row[name] else None) == station[name]


def test_headers_name_units(reader):
    header = reader.get(f"{URL}.csv?{QUERY}").text.splitlines()[0].split(",")
    assert header[:3] == [
        "stages.front.cranes [cranes]",
        "flows.westbound.per_day [units/day]",
        "theoretical_capacity_per_day [trains/day]",
    ]
    assert "wait_mean_hours [h]" in header
    root = ElementTree.fromstring(reader.get(f"{URL}.xml?{FIELDS}").text)
    assert root.find("scenario/wait_mean_hours").get("unit") == "h"


def test_xml_has_no_namespace(reader):
    text = reader.get(f"{URL}.xml?{QUERY}").text
    assert "xmlns" not in text
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>')


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["csv", "tsv", "txt", "xml"])
@pytest.mark.parametrize("view", ["metrics", "stations", "evidence"])
def test_no_number_has_exactly_three_decimals(reader, format_, view):
    shown = FIELDS if view == "metrics" else f"view={view}"
    text = reader.get(f"{URL}.{format_}?flow.per_day=0.125,10.001&stages.yard.dwell_hours=10.125&{shown}").text
    rows = [re.split(r"\s{2,}", line) for line in text.splitlines()]
    if format_ != "txt":
        rows = [list(row.values()) for row in read(text, format_)]
    assert [field for row in rows for field in row if re.fullmatch(r"-?\d+\.\d{3}", field.strip())] == []
    if view == "metrics":
        assert "10.0010" in text


def test_no_byte_order_mark_and_no_attachment(reader):
    response = reader.get(f"{URL}.csv?{FIELDS}")
    assert not response.content.startswith(b"\xef\xbb\xbf")
    assert "content-disposition" not in response.headers


@pytest.mark.parametrize("format_", ["csv", "tsv", "txt", "xml", "json"])
def test_the_catalogue_of_paths(reader, format_):
    text = reader.get(f"/v1/hubs/khorgos-gateway/paths.{format_}").content.decode()
    if format_ == "txt":
        assert "stages.front.cranes" in text
        return
    rows = json.loads(text)["items"] if format_ == "json" else read(text, format_)
    cranes = next(row for row in rows if row["path"] == "stages.front.cranes")
    assert str(cranes["value"]) == "3"
    assert cranes["unit"] == "cranes"
    assert cranes["basis"] in ("published", "derived", "assumption")
    assert (float(cranes["lower"]), float(cranes["upper"])) == (1, 10_000)
    law = next(row for row in rows if row["path"] == "stages.gate.service_time.law")
    assert "erlang" in str(law["choices"])
    assert all(row["description"] for row in rows if row["type"] != "choice")


def test_every_path_of_the_catalogue_can_be_given_its_own_value(reader):
    rows = reader.get("/v1/hubs/khorgos-gateway/paths").json()["items"]
    given = [row for row in rows if row["value"] is not None]
    query = "&".join(f"{row['path']}={row['value']}" for row in given) + f"&{FIELDS}"
    (scenario,) = reader.get(f"{URL}?{query}").json()["results"]
    assert list(scenario["overrides"]) == [row["path"] for row in given]
    plain = reader.get(f"{URL}?{FIELDS}").json()["results"][0]["metrics"]
    for name, metric in plain.items():
        value = scenario["metrics"][name]["value"]
        assert value == (
            metric["value"] if isinstance(metric["value"], str) else pytest.approx(metric["value"], rel=1e-9)
        )


def test_every_lower_bound_is_what_it_says(reader):
    for row in reader.get("/v1/hubs/khorgos-gateway/paths").json()["items"]:
        if row["lower"] is not None:
            below = reader.get(f"{URL}?{row['path']}={row['lower'] - 1}&fields=utilization")
            assert below.status_code == 422, row["path"]
            assert below.json()["errors"][0]["parameter"] == row["path"]


@pytest.mark.parametrize("query", ["", "format=csv&", "stages.front.cranes=4&", "flow.per_day=12,13&", "scale=trucks&"])
def test_an_answer_is_not_sent_twice(reader, query):
    etag = reader.get(f"{URL}?{query}fields=utilization").headers["etag"]
    assert re.fullmatch(r'"[^"]+"', etag), "a strong tag"
    again = reader.get(f"{URL}?{query}fields=utilization", headers={"If-None-Match": etag})
    assert (again.status_code, again.headers["etag"], again.content) == (304, etag, b"")


def test_different_answers_have_different_etags(reader):
    urls = [
        f"{URL}?fields=bottleneck",
        f"{URL}?fields=utilization",
        f"{URL}.csv?fields=utilization",
        f"{URL}.xml?fields=utilization",
        f"{URL}.csv?view=stations",
        f"{URL}?fields=utilization&scale=trucks",
        f"{URL}?fields=utilization&stages.front.cranes=4",
        f"{URL}?fields=utilization&stages.front.cranes=5",
        f"{URL}?fields=utilization&stages.front.cranes=4&flow.per_day=12",
        f"{URL}?fields=utilization&flow.per_day=12&stages.front.cranes=4",
        f"{URL}/utilization",
        f"{URL}/bottleneck",
        f"{URL}/utilization.json",
        "/v1/hubs/xian/analysis?fields=utilization",
    ]
    etags = [reader.get(url).headers["etag"] for url in urls]
    assert len(set(etags)) == len(urls)


@pytest.mark.slow
@pytest.mark.parametrize("url", [f"{URL}?{FIELDS}", f"{URL}/utilization", f"{URL.removesuffix('/analysis')}/paths.csv"])
def test_the_etag_changes_with_the_document(writer, url):
    etag = writer.get(url).headers["etag"]
    writer.patch("/v1/hubs/khorgos-gateway", json={"stages": {"front": {"cranes": 2}}}, headers={"If-Match": "*"})
    changed = writer.get(url, headers={"If-None-Match": etag})
    assert (changed.status_code, changed.headers["etag"] != etag) == (200, True)
