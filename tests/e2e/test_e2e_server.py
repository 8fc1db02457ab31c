"""The server as a process: life, death, connections and many callers at once."""

import http.client
import signal
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

import hubfixtures

URL = "/v1/hubs/khorgos-gateway/analysis"


def capacity(cranes):
    """Trains a day to the West over the cranes, which trains to China share; by hand from the hub's document."""
    return 24 * cranes * 16.5 * 0.95 / (45.5 * 1.2 * 1.05) / (1 + 1.65 / 11)


@pytest.mark.slow
def test_it_starts_with_the_fixtures(server):
    page = httpx.get(f"{server.url}/v1/hubs", timeout=60).json()
    assert page["total"] == len(hubfixtures.names())
    assert (
        httpx.get(page["items"][0]["id"].join([f"{server.url}/v1/hubs/", "/paths.csv"]), timeout=60).status_code == 200
    )


@pytest.mark.slow
def test_a_cell_as_a_spreadsheet_asks_for_it(server):
    """OPTIONS, HEAD and GET on one connection, as LibreOffice does."""
    path = f"{URL}/stages.front.theoretical_capacity_per_day.txt?stages.front.cranes=4"
    with httpx.Client(base_url=server.url, timeout=60) as client:
        assert "HEAD" in client.options(path).headers["allow"]
        length = int(client.head(path).headers["content-length"])
        response = client.get(path)
    assert len(response.content) == length
    assert float(response.text) == pytest.approx(capacity(4), rel=1e-9)


def test_a_connection_is_kept(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.connect()
        kept = connection.sock
        for path, status in (("/healthz", 200), ("/nowhere", 404), (f"{URL}?x=1", 422), ("/v1/hubs/xian", 200)):
            connection.request("HEAD" if status == 422 else "GET", path)
            response = connection.getresponse()
            response.read()
            assert response.status == status
        assert connection.sock is kept
    finally:
        connection.close()


@pytest.mark.slow
def test_fifty_callers_at_once_get_each_their_own_answer(server):
    def ask(number):
        cranes = 1 + number % 5
        query = f"stages.front.cranes={cranes}&method=fast&fields=theoretical_capacity_per_day"
        headers = {"X-Request-Id": f"caller-{number}"}
        response = httpx.get(f"{server.url}{URL}?{query}", headers=headers, timeout=60)
        (scenario,) = response.json()["results"]
        station = next(s for s in scenario["stations"] if s["stage"] == "front")
        return response.headers["x-request-id"], cranes, station["theoretical_capacity_per_day"]

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(ask, range(50)))
    assert [answer[0] for answer in answers] == [f"caller-{number}" for number in range(50)]
    for _, cranes, value in answers:
        assert value == pytest.approx(capacity(cranes), rel=1e-9)


@pytest.mark.slow
def test_of_many_writers_at_once_none_is_lost(server):
    """Each reads, changes and writes under If-Match until it succeeds; every change is then in the history."""
    url, writers = f"{server.url}/v1/hubs/lianyungang", 8

    def change(number):
        with httpx.Client(timeout=60) as client:
            for attempt in range(1, 100):
                etag = client.get(url).headers["etag"]
                response = client.patch(url, json={"name": f"writer {number}"}, headers={"If-Match": etag})
                if response.status_code == 200:
                    return attempt
                assert response.status_code in (412, 503), response.text
        raise AssertionError("never succeeded")

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(change, range(writers)))
    versions = httpx.get(f"{url}/versions", timeout=60).json()["items"]
    assert [v["version"] for v in versions] == list(range(1, writers + 2))
    names = {httpx.get(url, params={"version": v}, timeout=60).json()["name"] for v in range(2, writers + 2)}
    assert names == {f"writer {number}" for number in range(writers)}


def test_a_huge_body_is_refused_and_the_server_lives(server):
    def chunks():
        for _ in range(300):
            yield b" " * 10_000

    for body in (b" " * 3_000_000, chunks()):
        try:
            response = httpx.post(f"{server.url}/v1/analysis", content=body, timeout=60)
        except httpx.WriteError:
            continue  # the server has closed the connection before all was sent
        assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
    assert httpx.get(f"{server.url}/healthz", timeout=60).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"GET /v1/hubs HTTP/1.1\r\n\r\n",
        b"GET /%00%ff/../.. HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v1/analysis HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/analysis HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    ],
)
def test_broken_requests_do_not_end_it(server, sent):
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        try:
            answer = connection.recv(65536)
        except ConnectionResetError:
            answer = b""
    assert not answer.startswith(b"HTTP/1.1 5")
    assert httpx.get(f"{server.url}/healthz", timeout=60).status_code == 200


@pytest.mark.slow
def test_what_was_acknowledged_outlives_a_kill(own_server):
    own_server.start()
    url = f"{own_server.url}/v1/hubs/xian"
    for number in range(5):
        response = httpx.patch(url, json={"name": f"name {number}"}, headers={"If-Match": "*"}, timeout=60)
        assert response.status_code == 200
    last = response.json()
    assert own_server.end(signal.SIGKILL) == -signal.SIGKILL
    own_server.start()
    again = httpx.get(url, timeout=60)
    assert (again.json(), again.headers["etag"]) == (last, '"6"')
    assert httpx.get(f"{own_server.url}/v1/hubs", timeout=60).json()["total"] == len(hubfixtures.names())
    assert own_server.end(signal.SIGTERM) in (0, -signal.SIGTERM)
    check = sqlite3.connect(own_server.database)
    try:
        assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        check.close()


@pytest.mark.slow
def test_a_server_that_cannot_use_its_database_says_why_and_ends(own_server):
    own_server.database.write_bytes(b"no database" * 1000)
    process = own_server.spawn()
    assert process.wait(timeout=30) != 0
    own_server.process = None
    log = own_server.log.read_text()
    assert "The database file is damaged" in log
    assert str(own_server.database) in log
    assert own_server.database.read_bytes() == b"no database" * 1000
