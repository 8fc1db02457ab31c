"""GeoJSON: lists of hubs and lines, and corridors, as RFC 7946 wants them."""

from itertools import pairwise

import pytest

import hubfixtures
from hubcalc.tables.geojson import corridor_map, cut_at_antimeridian, lines_map, positions
from hubmodels import LINE, Corridor


def geometry(feature):
    return feature["geometry"]["type"], feature["geometry"]["coordinates"]


def test_hubs_are_points(reader, checker):
    before = checker.checked
    response = reader.get("/v1/hubs.geojson")
    assert response.headers["content-type"] == "application/geo+json"
    assert checker.checked == before + 1
    features = {feature["id"]: feature for feature in response.json()["features"]}
    assert list(features) == hubfixtures.names(), "all of them, not a page"
    hub = hubfixtures.load("xian")
    place = hub.location
    assert geometry(features["xian"]) == ("Point", [place.longitude_deg, place.latitude_deg])
    assert features["xian"]["properties"] == {"id": "xian", "name": hub.name, "kind": "dry_port"}


def test_filters_and_limits_hold_for_maps(reader):
    ids = [feature["id"] for feature in reader.get("/v1/hubs?format=geojson&kind=terminal").json()["features"]]
    assert ids == [name for name in hubfixtures.names() if hubfixtures.load(name).kind == "terminal"]
    assert len(reader.get("/v1/hubs.geojson?limit=2&offset=1").json()["features"]) == 2


def test_lines_go_through_their_waypoints(reader):
    (feature,) = reader.get("/v1/lines.geojson").json()["features"]
    assert geometry(feature) == ("LineString", [[80.4, 44.2], [79.9, 44.2], [78.4, 43.9], [77.1, 43.6]])
    assert feature["properties"] == {"id": "steppe-line", "name": "Steppe line", "kind": "railway"}


def test_a_corridor_has_nodes_and_links(reader, checker):
    before = checker.checked
    response = reader.get("/v1/corridors/steppe-corridor.geojson")
    assert response.content == reader.get("/v1/corridors/steppe-corridor?format=geojson").content
    assert checker.checked == before + 2
    features = {feature["id"]: feature for feature in response.json()["features"]}
    assert list(features) == ["nodes.east", "nodes.border", "nodes.west", "links.out", "links.back"]
    border = hubfixtures.load("khorgos-gateway").location
    assert geometry(features["nodes.border"]) == ("Point", [border.longitude_deg, border.latitude_deg])
    assert features["nodes.border"]["properties"] == {
        "id": "khorgos-gateway",
        "name": "Khorgos",
        "kind": "dry_port",
        "node": "border",
    }
    assert features["nodes.west"]["properties"] == {"id": None, "name": "west", "kind": "node", "node": "west"}
    out, back = features["links.out"], features["links.back"]
    assert out["properties"]["id"] == back["properties"]["id"] == "steppe-line"
    assert (out["properties"]["start"], out["properties"]["end"]) == ("border", "west")
    assert geometry(out)[1] == geometry(back)[1][::-1], "each link in its own direction"
    assert geometry(out)[1][0] == [80.4, 44.2]


def test_maps_are_cached_by_the_versions_they_show(writer):
    for url in ("/v1/hubs.geojson", "/v1/corridors/steppe-corridor.geojson"):
        etag = writer.get(url).headers["etag"]
        assert writer.get(url, headers={"If-None-Match": etag}).status_code == 304
        writer.patch("/v1/hubs/xian", json={"name": f"Other {len(url)}"}, headers={"If-Match": "*"})
        assert writer.get(url, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "/v1/corridors.geojson",
        "/v1/scenarios.geojson",
        "/v1/hubs/xian.geojson",
        "/v1/hubs/xian/paths.geojson",
        "/v1/hubs/xian/analysis?format=geojson",
        "/v1/hubs.csv?format=geojson",
        "/v1/hubs.geojson?format=csv",
    ],
)
def test_where_there_is_no_map_it_is_refused(reader, url):
    response = reader.get(url)
    assert (response.status_code, response.json()["code"]) == (422, "invalid_parameter")


def test_a_way_over_the_antimeridian_is_cut():
    assert cut_at_antimeridian([(10.0, 0.0), (20.0, 5.0)]) == [[(10.0, 0.0), (20.0, 5.0)]]
    eastward = [(170.0, 10.0), (175.0, 10.0), (-175.0, 30.0)]
    assert cut_at_antimeridian(eastward) == [
        [(170.0, 10.0), (175.0, 10.0), (180.0, 20.0)],
        [(-180.0, 20.0), (-175.0, 30.0)],
    ]
    westward = cut_at_antimeridian(eastward[::-1])
    assert westward == [piece[::-1] for piece in reversed(cut_at_antimeridian(eastward))]
    there_and_back = cut_at_antimeridian([(179.0, 0.0), (-179.0, 0.0), (179.0, 0.0)])
    assert [len(piece) for piece in there_and_back] == [2, 3, 2]
    for piece in there_and_back:
        assert all(abs(one[0] - next_[0]) <= 180 for one, next_ in pairwise(piece))
    touching = cut_at_antimeridian([(179.0, 0.0), (-180.0, 1.0)])
    assert touching == [[(179.0, 0.0), (180.0, 1.0)], [(-180.0, 1.0), (-180.0, 1.0)]]


@pytest.fixture
def pacific():
    """Give a line from Shanghai to Los Angeles."""
    line = hubfixtures.read("sea-suez", "lines") | {"id": "pacific", "waypoints": []}
    line["location"] = {"latitude_deg": 31.2, "longitude_deg": 121.5}
    line["end_location"] = {"latitude_deg": 33.7, "longitude_deg": -118.3}
    return LINE.validate_python(line)


def test_a_line_over_the_antimeridian_has_two_parts(pacific):
    (feature,) = lines_map([pacific])["features"]
    kind, (west, east) = geometry(feature)
    assert kind == "MultiLineString"
    assert (west[-1][0], east[0][0]) == (180, -180)
    # by hand: 58.5 of 120.2 degrees of longitude lie before the antimeridian
    assert west[-1][1] == east[0][1] == pytest.approx(31.2 + 2.5 * 58.5 / 120.2)


def test_nodes_that_nobody_has_placed_have_no_geometry(pacific):
    corridor = Corridor.model_validate(
        {
            "kind": "corridor",
            "id": "over-the-sea",
            "name": "Over the sea",
            "nodes": {"one": {}, "other": {}},
            "links": {"sail": {"line": "pacific", "start": "one", "end": "other"}},
            "demands": {"boxes": {"origin": "one", "destination": "other", "unit": "teu", "per_day": 1}},
            "main_demand": "boxes",
        }
    )
    features = {feature["id"]: feature for feature in corridor_map(corridor, {}, {"pacific": pacific})["features"]}
    assert features["nodes.one"]["geometry"] is None
    assert geometry(features["links.sail"])[1][0][0] == positions(pacific)[0]
