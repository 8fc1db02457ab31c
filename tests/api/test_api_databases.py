"""Databases that cannot be used: the server says so, and loses nothing."""

import os
import sqlite3

import pytest

import hubfixtures
from hubcalc.errors import StoreBusyError, StoreCorruptError, StoreError, StoreNewerError

XIAN = "/v1/hubs/xian"
ANY = {"If-Match": "*"}


def fails(error, text):
    """Expect a start that fails with an error, whichever task group wraps it."""
    return pytest.RaisesGroup(pytest.RaisesExc(error, match=text or None), allow_unwrapped=True, flatten_subgroups=True)


def code(response):
    return response.status_code, response.json()["code"]


def test_a_missing_database_is_made_and_seeded(serve, tmp_path):
    path = tmp_path / "deep" / "new.sqlite"
    with serve(database=path, seed=True) as client:
        for collection in hubfixtures.COLLECTIONS:
            total = client.get(f"/v1/{collection}").json()["total"]
            assert total == len(hubfixtures.names(collection))
        assert client.get("/readyz").json() == {"status": "ok"}
    assert path.exists()


def test_without_seeding_it_is_empty(serve, tmp_path):
    with serve(database=tmp_path / "new.sqlite") as client:
        assert client.get("/v1/hubs").json()["items"] == []


def test_seeding_again_leaves_a_users_changes_alone(serve):
    with serve() as client:
        client.patch(XIAN, json={"name": "Mine"}, headers=ANY)
        client.delete("/v1/hubs/lianyungang", headers=ANY)
    with serve(seed=True) as client:
        assert client.get(XIAN).json()["name"] == "Mine"
        assert client.get("/v1/hubs/lianyungang").status_code == 404
        assert client.get("/v1/hubs").json()["total"] == len(hubfixtures.names()) - 1


def test_a_locked_database_is_read_and_a_write_is_told_to_come_back(serve, database):
    with serve(busy_timeout_seconds=0.1) as client:
        other = sqlite3.connect(database, isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            assert client.get(XIAN).status_code == 200
            assert client.get("/readyz").status_code == 200
            response = client.patch(XIAN, json={"name": "Mine"}, headers=ANY)
            assert code(response) == (503, "store_busy")
            assert int(response.headers["retry-after"]) >= 1
        finally:
            other.execute("ROLLBACK")
            other.close()
        assert client.get(XIAN).headers["etag"] == '"1"'
        assert client.patch(XIAN, json={"name": "Mine"}, headers=ANY).status_code == 200


def test_a_database_locked_at_the_start_is_named(serve, database):
    other = sqlite3.connect(database, isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        with fails(StoreBusyError, "hubs.sqlite"), serve(busy_timeout_seconds=0.1, seed=True):
            pass
    finally:
        other.close()


@pytest.mark.parametrize("content", [b"this is no database, but a text that someone has put here" * 100, b"x" * 4096])
def test_a_file_that_is_no_database_is_left_as_it_is(serve, database, content):
    database.write_bytes(content)
    with fails(StoreCorruptError, r"hubs\.sqlite.*(damaged|no sound)"), serve():
        pass
    assert database.read_bytes() == content


def test_a_damaged_database_is_left_as_it_is(serve, database):
    content = bytearray(database.read_bytes())
    content[5000 : len(content) - 3000] = b"\xa5" * (len(content) - 8000)
    database.write_bytes(content)
    with fails(StoreCorruptError, ""), serve():
        pass
    assert database.read_bytes() == content


def test_a_folder_is_no_database(serve, tmp_path):
    with fails(StoreError, "folder"), serve(database=tmp_path):
        pass


def test_a_newer_database_is_left_as_it_is(serve, database):
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    content = database.read_bytes()
    with fails(StoreNewerError, "newer hubcalc"), serve(seed=True):
        pass
    assert database.read_bytes() == content


def test_the_database_of_another_program_is_left_as_it_is(serve, tmp_path):
    path = tmp_path / "other.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE customers (id)")
    connection.commit()
    connection.close()
    with fails(StoreError, "another program"), serve(database=path, seed=True):
        pass


def test_a_database_that_becomes_newer_or_goes_away_is_not_ready(serve, database):
    with serve() as client:
        assert client.get("/readyz").status_code == 200
        connection = sqlite3.connect(database)
        connection.execute("PRAGMA user_version = 99")
        connection.close()
        assert code(client.get("/readyz")) == (503, "store_newer")
        assert client.get("/healthz").status_code == 200
        database.unlink()
        assert code(client.get("/readyz")) == (503, "store_unavailable")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_read_only_database_is_read(serve, database):
    database.chmod(0o444)
    database.parent.chmod(0o555)
    try:
        with serve(seed=True) as client:
            assert client.get(XIAN).status_code == 200
            assert code(client.patch(XIAN, json={"name": "Mine"}, headers=ANY)) == (503, "store_read_only")
    finally:
        database.parent.chmod(0o755)


def test_a_read_only_store_refuses_each_change(serve, xian):
    """The same for everyone: the store is made read-only by hand, since permissions do not bind the superuser."""
    with serve() as client:
        client.app.state.store._database.read_only = True
        assert client.get(XIAN).status_code == 200
        for response in (
            client.put("/v1/hubs/new-port", json={**xian, "id": "new-port"}),
            client.patch(XIAN, json={"name": "Mine"}, headers=ANY),
            client.delete(XIAN, headers=ANY),
            client.post(f"{XIAN}/versions/1/restore", headers=ANY),
        ):
            assert code(response) == (503, "store_read_only")


def test_a_missing_database_that_cannot_be_made_is_an_error(serve, tmp_path):
    (tmp_path / "file").write_text("x")
    with fails(StoreError, "cannot be created"), serve(database=tmp_path / "file" / "new.sqlite"):
        pass
