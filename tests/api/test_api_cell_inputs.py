"""Values in a query as spreadsheets send them: raw query strings, as LibreOffice and Excel write them."""

import csv
import io

import pytest

URL = "/v1/hubs/khorgos-gateway/analysis"
FLOW = f"{URL}/throughput_per_day.txt?flow.per_day="
SHARE = "stages.front.yard_share"


def rows(response):
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("10.5", 10.5),
        ("10,5", 10.5),
        ("10%2C5", 10.5),
        ("+10", 10),
        ("%2B10", 10),
        ("%2010", 10),
        ("10%20", 10),
        ("%C2%A010%C2%A0", 10),
        ("%E2%80%AF10%2C5", 10.5),
        ("1E+01", 10),
        ("1E%2B01", 10),
        ("1%2C05E+01", 10.5),
        ("10.", 10),
        (".5", 0.5),
        ("%2C5", 0.5),
        ("0%2C125", 0.125),
        ("10%0D%0A", 10),
        ("%EF%BB%BF10", 10),
    ],
)
def test_one_number_in_a_cell(reader, sent, number):
    assert float(reader.get(FLOW + sent).text) == number
    asked = f"/v1/queue/utilization.txt?service_hours=0%2C04&servers=4.0&arrivals_per_hour={sent}"
    assert float(reader.get(asked).text) == pytest.approx(number * 0.04 / 4, rel=1e-12)


@pytest.mark.parametrize("blank", ["", "%20", "%C2%A0", "+", "%E2%80%89"])
def test_an_empty_cell_is_not_given(reader, blank):
    plain = reader.get(f"{URL}/utilization.txt").text
    assert reader.get(f"{URL}/utilization.txt?stages.front.cranes={blank}&front.crane={blank}").status_code == 422
    assert reader.get(f"{URL}/utilization.txt?stages.front.cranes={blank}&scale={blank}&e={blank}").text == plain
    asked = "/v1/queue/utilization.txt?service_hours=0.04&servers=3&arrivals_per_hour=6"
    assert reader.get(f"{asked}&hours={blank}&arrival={blank}").text == reader.get(asked).text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("1%2C234", "1.234"),
        ("1%2C234", "1234"),
        ("1.234%2C5", "write 1234.5"),
        ("1%2C234.5", "write 1234.5"),
        ("12%2C345%2C678", "write 12345678"),
        ("1%C2%A0234", "write 1234"),
        ("1%E2%80%AF234", "write 1234"),
        ("1+234", "write 1234"),
        ("1%27234", "write 1234"),
        ("1%2C2%2C3", "lists and ranges are for"),
        ("1..3", "lists and ranges are for"),
        ("1%3B3", "lists and ranges are for"),
        ("40%25", "units/day"),
        ("%23VALUE!", "error that the sheet sends"),
        ("TRUE", "not a number"),
        ("inf", "not a number"),
        ("1e999", "too large"),
        ("0x1F", "not a number"),
        ("1_000", "not a number"),
        ("%D9%A3", "not a number"),
    ],
)
def test_what_is_refused_in_a_cell_says_what_to_write(reader, sent, said):
    response = reader.get(FLOW + sent)
    assert response.status_code == 422
    assert said in response.text
    assert said in reader.get(FLOW + sent + "&e=text").text


def test_where_the_comma_is_said_to_be_decimal(reader):
    for said in ("decimal=comma", "d=comma", "dialect=eu"):
        assert reader.get(f"{FLOW}1%2C234&{said}").text == "1,2340", "answered as it was asked"
        assert reader.get(f"{FLOW}10%2C5&{said}").text == "10,5"
        refused = reader.get(f"{FLOW}1.234&{said}")
        assert refused.status_code == 422
        assert "write 1,234" in refused.text
    assert reader.get(f"{FLOW}10%2C5&dialect=eu&decimal=dot").text == "10.5"


def test_percent_of_a_share(reader):
    asked = f"{URL}/utilization.txt?{SHARE}="
    plain = reader.get(f"{asked}0.4").text
    for sent in ("40%25", "40+%25", "40%C2%A0%25", "40%2C0%25", "0%2C4"):
        assert reader.get(asked + sent).text == plain


def test_lists_in_a_table(reader):
    url = f"{URL}.csv?fields=throughput_per_day&flow.per_day="
    for query, numbers in [
        ("10,5", [10, 5]),
        ("10%2C+5", [10, 5]),
        ("10,%C2%A05", [10, 5]),
        ("1,234", [1, 234]),
        ("1E+01,5", [10, 5]),
        ("10..11:0.5", [10, 10.5, 11]),
    ]:
        found = rows(reader.get(url + query))
        name = "flows.westbound.per_day [units/day]"
        assert [float(row[name]) for row in found] == numbers
    found = rows(reader.get(f"{url}10,5;5,5..6,5:0,5&decimal=comma"))
    assert [row[name] for row in found] == ["10,5", "5,5", "6,0", "6,5"]
    assert reader.get(url + "1+234").status_code == 422
    assert reader.get(url + "1.234;5&decimal=comma").status_code == 422


@pytest.mark.slow
@pytest.mark.parametrize("said", ["decimal=comma", "dialect=eu"])
@pytest.mark.parametrize(
    ("path", "given", "hint"),
    [
        ("flow.per_day", "10,11,12", "separate values by semicolons: 10;11;12"),
        ("flow.per_day", "10,+11,+12", "separate values by semicolons: 10;11;12"),
        ("flow.per_day", "100,200,300", "separate values by semicolons: 100;200;300"),
        ("flow.per_day", "2..4,8,9", "separate values by semicolons: 2..4;8;9"),
        ("gate.service_time.law", "exponential,constant", "separate values by semicolons: exponential;constant"),
    ],
)
def test_a_list_by_commas_where_they_are_decimal_is_told_of_semicolons(reader, said, path, given, hint):
    answer = reader.get(f"{URL}.csv?{path}={given}&{said}")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert hint in error["hint"]
    assert reader.get(f"{URL}.csv?flow.per_day=10,5;11&{said}").status_code == 200


def test_one_value_beside_tables_takes_a_comma_only_where_that_is_said(reader):
    url = "/v1/hubs/khorgos-gateway/curve.csv?points=3&stages.front.moves_per_crane_hour="
    plain = reader.get(url + "16.5")
    assert plain.status_code == 200
    refused = reader.get(url + "16,5")
    assert refused.status_code == 422
    assert "decimal=comma" in refused.json()["errors"][0]["hint"]
    assert reader.get(url + "16,5&decimal=comma").status_code == 200
    assert reader.get(url + "%C2%A016.5+").text == plain.text


def test_a_long_address(reader):
    """2,048 characters is what Excel takes; longer ones are answered too."""
    paths = [row["path"] for row in rows(reader.get("/v1/hubs/khorgos-gateway/paths.csv"))]
    query = "&".join(f"{path}=" for path in paths)
    assert len(query) > 2_048
    assert reader.get(f"{URL}/utilization.txt?{query}").text == reader.get(f"{URL}/utilization.txt").text
