"""GET, PUT, PATCH and DELETE of one document, under conditions."""

from email.utils import parsedate_to_datetime

import pytest

import hubfixtures
from hubmodels import HUB

XIAN = "/v1/hubs/xian"
ANY = {"If-Match": "*"}
FIRST = {"If-Match": '"1"'}


def new(xian, **changes):
    return {**xian, "id": "new-port", **changes}


def code(response):
    return response.status_code, response.json()["code"]


def test_get_gives_the_document_with_its_version(reader):
    response = reader.get(XIAN)
    assert HUB.validate_json(response.content) == hubfixtures.load("xian")
    assert response.headers["etag"] == '"1"'
    assert parsedate_to_datetime(response.headers["last-modified"]).tzinfo is not None


@pytest.mark.parametrize("given", ['"1"', 'W/"1"', '"9", "1"', "*"])
def test_get_answers_304_to_who_has_it(reader, given):
    response = reader.get(XIAN, headers={"If-None-Match": given})
    assert (response.status_code, response.headers["etag"]) == (304, '"1"')


@pytest.mark.parametrize("given", ['"2"', "1x", ""])
def test_get_answers_200_to_who_has_another(reader, given):
    assert reader.get(XIAN, headers={"If-None-Match": given}).status_code == 200


def test_a_document_is_no_table(reader):
    assert reader.get(f"{XIAN}.json").status_code == 200
    for url in (f"{XIAN}.csv", f"{XIAN}?format=xml", "/v1/info.csv"):
        assert code(reader.get(url)) == (422, "invalid_parameter")


@pytest.mark.slow
@pytest.mark.parametrize("hub_id", hubfixtures.names())
def test_a_document_can_be_put_back_as_it_was_read(writer, hub_id):
    text = writer.get(f"/v1/hubs/{hub_id}").content
    response = writer.put(f"/v1/hubs/{hub_id}", content=text, headers=FIRST)
    assert (response.status_code, response.headers["etag"]) == (200, '"1"'), "the same document makes no new version"


def test_put_creates(writer, xian):
    response = writer.put("/v1/hubs/new-port", json=new(xian))
    assert response.status_code == 201
    assert response.headers["location"] == "/v1/hubs/new-port"
    assert response.headers["etag"] == '"1"'
    assert writer.get(response.headers["location"]).json() == response.json() == new(xian)


def test_put_takes_the_id_from_the_path(writer, xian):
    del xian["id"]
    assert writer.put("/v1/hubs/new-port", json=xian).json()["id"] == "new-port"


def test_put_refuses_two_ids(writer, xian):
    response = writer.put("/v1/hubs/new-port", json=xian)
    assert code(response) == (422, "invalid_document")
    assert response.json()["errors"][0]["pointer"] == "/id"
    assert writer.get("/v1/hubs/new-port").status_code == 404


def test_put_replaces_the_version_that_is_named(writer, xian):
    response = writer.put(XIAN, json={**xian, "name": "Other"}, headers=FIRST)
    assert (response.status_code, response.headers["etag"], response.json()["name"]) == (200, '"2"', "Other")
    assert "location" not in response.headers


def test_put_over_a_document_needs_if_match(writer, xian):
    assert code(writer.put(XIAN, json={**xian, "name": "Other"})) == (428, "precondition_required")
    assert writer.get(XIAN).json() == xian


def test_a_stale_put_loses_nothing(writer, xian):
    writer.put(XIAN, json={**xian, "name": "Winner"}, headers=FIRST)
    assert code(writer.put(XIAN, json={**xian, "name": "Loser"}, headers=FIRST)) == (412, "stale_version")
    assert writer.get(XIAN).json()["name"] == "Winner"
    assert [v["version"] for v in writer.get(f"{XIAN}/versions").json()["items"]] == [1, 2]


def test_if_match_any_takes_whatever_is_there(writer, xian):
    assert writer.put(XIAN, json={**xian, "name": "Other"}, headers=ANY).status_code == 200
    assert code(writer.put("/v1/hubs/new-port", json=new(xian), headers=ANY)) == (412, "stale_version")


def test_if_none_match_any_only_creates(writer, xian):
    only = {"If-None-Match": "*"}
    assert writer.put("/v1/hubs/new-port", json=new(xian), headers=only).status_code == 201
    assert code(writer.put("/v1/hubs/new-port", json=new(xian), headers=only)) == (412, "already_exists")
    both = {**only, "If-Match": '"1"'}
    assert code(writer.put("/v1/hubs/new-port", json=new(xian, name="x"), headers=both)) == (412, "already_exists")


@pytest.mark.slow
@pytest.mark.parametrize("given", ["x", '"x"', 'W/"1"', '"1", "2"', "-1", '"1', "٣".encode(), '"' + "9" * 5000 + '"'])
def test_an_if_match_that_is_no_version_changes_nothing(writer, xian, given):
    response = writer.put(XIAN, json={**xian, "name": "Other"}, headers={"If-Match": given})
    assert code(response) == (422, "invalid_parameter")
    assert writer.get(XIAN).headers["etag"] == '"1"'


def test_patch_merges(writer, xian):
    response = writer.patch(
        XIAN,
        content=b'{"name": "Other", "flows": {"%s": {"per_day": 7}}}' % xian["main_flow"].encode(),
        headers={**FIRST, "Content-Type": "application/merge-patch+json"},
    )
    assert (response.status_code, response.headers["etag"]) == (200, '"2"')
    changed = response.json()
    assert (changed["name"], changed["flows"][xian["main_flow"]]["per_day"]) == ("Other", 7)
    assert changed["stages"] == xian["stages"]


def test_patch_with_null_removes(writer, xian):
    assert xian["summary"]
    assert "summary" not in writer.patch(XIAN, json={"summary": None, "no-such-thing": None}, headers=FIRST).json()
    assert writer.get(XIAN, params={"version": 1}).json() == xian


def test_a_patch_that_makes_the_document_invalid_changes_nothing(writer, xian):
    for change, pointer in (
        ({"name": None}, "/name"),
        ({"flows": {xian["main_flow"]: {"per_day": -1}}}, f"/flows/{xian['main_flow']}/per_day"),
        ({"zzz": 1}, "/zzz"),
        ({"id": "other"}, "/id"),
    ):
        response = writer.patch(XIAN, json=change, headers=FIRST)
        assert code(response) == (422, "invalid_document")
        assert pointer in [error["pointer"] for error in response.json()["errors"]]
    assert writer.get(XIAN).headers["etag"] == '"1"'


@pytest.mark.slow
@pytest.mark.parametrize("body", [b"[]", b"null", b"3", b'"x"'])
def test_a_patch_is_an_object(writer, body):
    response = writer.patch(XIAN, content=body, headers={**FIRST, "Content-Type": "application/merge-patch+json"})
    assert code(response) == (422, "invalid_document")


def test_patch_has_the_conditions_of_put(writer):
    assert code(writer.patch(XIAN, json={"name": "x"})) == (428, "precondition_required")
    assert code(writer.patch(XIAN, json={"name": "x"}, headers={"If-Match": '"2"'})) == (412, "stale_version")
    assert code(writer.patch("/v1/hubs/nowhere", json={"name": "x"}, headers=ANY)) == (404, "not_found")
    assert writer.patch(XIAN, json={"name": "x"}, headers=ANY).status_code == 200


@pytest.mark.parametrize("media_type", ["application/xml", "application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_other_media_types_are_refused(writer, method, media_type):
    response = writer.request(method, XIAN, content=b"{}", headers={**FIRST, "Content-Type": media_type})
    assert code(response) == (415, "unsupported_media_type")


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "text/plain", "APPLICATION/JSON"])
def test_json_may_come_as_plain_text(writer, media_type):
    response = writer.patch(XIAN, content=b'{"name": "x"}', headers={**FIRST, "Content-Type": media_type})
    assert response.status_code == 200


def test_delete_keeps_the_versions(writer, xian):
    assert code(writer.delete(XIAN)) == (428, "precondition_required")
    assert code(writer.delete(XIAN, headers={"If-Match": '"2"'})) == (412, "stale_version")
    response = writer.delete(XIAN, headers=FIRST)
    assert (response.status_code, response.content) == (204, b"")
    assert code(writer.get(XIAN)) == (404, "not_found")
    assert code(writer.get(f"{XIAN}/analysis")) == (404, "not_found")
    assert code(writer.delete(XIAN, headers=ANY)) == (404, "not_found")
    assert "xian" not in [item["id"] for item in writer.get("/v1/hubs").json()["items"]]
    assert writer.get(XIAN, params={"version": 1}).json() == xian
    assert [v["deleted"] for v in writer.get(f"{XIAN}/versions").json()["items"]] == [False, True]


def test_a_deleted_hub_can_be_created_again(writer, xian):
    writer.delete(XIAN, headers=FIRST)
    response = writer.put(XIAN, json=xian)
    assert (response.status_code, response.headers["etag"]) == (201, '"3"'), "an ETag is never used twice"


def test_versions_name_their_origin(writer, xian):
    writer.put(XIAN, json={**xian, "name": "Other"}, headers=FIRST)
    items = writer.get(f"{XIAN}/versions").json()["items"]
    assert [(v["version"], v["origin"], v["deleted"]) for v in items] == [(1, "fixture", False), (2, "user", False)]
    assert writer.get(f"{XIAN}/versions.csv").text.splitlines()[0] == "version,created_at,origin,deleted"
    etag = writer.get(f"{XIAN}/versions").headers["etag"]
    assert writer.get(f"{XIAN}/versions", headers={"If-None-Match": etag}).status_code == 304


def test_old_versions_stay_readable(writer, xian):
    writer.put(XIAN, json={**xian, "name": "Other"}, headers=FIRST)
    old = writer.get(XIAN, params={"version": 1})
    assert (old.json(), old.headers["etag"]) == (xian, '"1"')
    response = writer.get(XIAN, params={"version": 3})
    assert code(response) == (404, "not_found")
    assert response.json()["errors"][0]["allowed"] == "1, 2"


def test_restore_makes_a_new_version(writer, xian):
    writer.put(XIAN, json={**xian, "name": "Other"}, headers=FIRST)
    restore = f"{XIAN}/versions/1/restore"
    assert code(writer.post(restore)) == (428, "precondition_required")
    assert code(writer.post(restore, headers=FIRST)) == (412, "stale_version")
    response = writer.post(restore, headers={"If-Match": '"2"'})
    assert (response.status_code, response.headers["etag"], response.json()) == (200, '"3"', xian)


def test_restore_brings_a_deleted_hub_back(writer, xian):
    writer.delete(XIAN, headers=FIRST)
    response = writer.post(f"{XIAN}/versions/1/restore")
    assert (response.status_code, response.json()) == (200, xian)
    assert writer.get(XIAN).headers["etag"] == '"3"'


@pytest.mark.slow
@pytest.mark.parametrize("version", ["0", "-1", "7", str(2**70), "9" * 5000, "x", "1.5"])
def test_restore_of_a_version_that_never_was(writer, version):
    assert code(writer.post(f"{XIAN}/versions/{version}/restore", headers=ANY)) == (404, "not_found")
    assert writer.get(XIAN).headers["etag"] == '"1"'


def test_of_two_writers_one_wins(serve, xian):
    with serve() as one, serve() as other:
        etags = [client.get(XIAN).headers["etag"] for client in (one, other)]
        first = one.put(XIAN, json={**xian, "name": "One"}, headers={"If-Match": etags[0]})
        second = other.put(XIAN, json={**xian, "name": "Other"}, headers={"If-Match": etags[1]})
        assert (first.status_code, second.status_code) == (200, 412)
        again = other.put(XIAN, json={**xian, "name": "Other"}, headers={"If-Match": first.headers["etag"]})
        assert again.status_code == 200
        assert one.get(XIAN).json()["name"] == "Other"


def test_a_suffix_on_a_write_changes_nothing(writer, xian):
    for method in ("PUT", "PATCH", "DELETE"):
        response = writer.request(method, f"{XIAN}.csv", json=xian, headers=ANY)
        assert code(response) == (422, "invalid_parameter")
    assert writer.get(XIAN).headers["etag"] == '"1"'


def test_parameters_on_a_write_are_refused(writer, xian):
    for method in ("PUT", "PATCH", "DELETE"):
        response = writer.request(method, f"{XIAN}?force=1", json=xian, headers=ANY)
        assert code(response) == (422, "invalid_parameter")
    assert writer.get(XIAN).headers["etag"] == '"1"'
