"""The key of a server: sent in a header, and told nobody."""

import asyncio

import httpx
import pytest
from click.testing import CliRunner

from hubcalc.cli import main
from hubcalc.client import AsyncClient, Client
from hubcalc.client import clients as clients_module
from hubcalc.errors import ConnectionFailedError, HubcalcError, ParameterError, ProblemError

KEY = "s3cret-of-a-server"


@pytest.fixture(autouse=True)
def without_settings(monkeypatch):
    monkeypatch.delenv("HUBCALC_API_KEY", raising=False)
    monkeypatch.delenv("HUBCALC_URL", raising=False)


def sent(**options):
    """Give the request that a client sends."""
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(200, json={"items": [], "total": 0, "next_url": None})

    with Client("http://hubs.test", transport=httpx.MockTransport(answer), **options) as client:
        client.hubs()
    return seen[0]


def test_it_is_sent_in_a_header_and_never_in_the_address():
    request = sent(key=KEY)
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in str(request.url)


def test_it_comes_from_the_environment(monkeypatch):
    assert "authorization" not in sent().headers
    monkeypatch.setenv("HUBCALC_API_KEY", KEY)
    assert sent().headers["authorization"] == f"Bearer {KEY}"
    assert sent(key="another-key").headers["authorization"] == "Bearer another-key"
    assert "authorization" not in sent(key="").headers
    monkeypatch.setenv("HUBCALC_API_KEY", "")
    assert "authorization" not in sent().headers


def test_the_asynchronous_client_sends_it_too():
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(200, json={"items": [], "total": 0, "next_url": None})

    async def ask():
        async with AsyncClient("http://hubs.test", key=KEY, transport=httpx.MockTransport(answer)) as client:
            await client.hubs()

    asyncio.run(ask())
    assert seen[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("key", ["two words", "two\nlines", "Schlüssel"])
def test_what_no_header_can_carry_is_refused_and_not_repeated(key):
    with pytest.raises(ParameterError) as caught:
        Client("http://hubs.test", key=key)
    assert key not in str(caught.value)
    assert caught.value.problems[0].parameter == "key"


def failing(error):
    def answer(request):
        if isinstance(error, Exception):
            raise error
        return error

    return httpx.MockTransport(answer)


REFUSAL = {
    "code": "no_access",
    "title": "No",
    "detail": "the key is wrong",
    "errors": [{"message": "the key is wrong"}],
}


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.ConnectError("refused"), ConnectionFailedError),
        (httpx.Response(401, json=REFUSAL), ProblemError),
        (httpx.Response(302, headers={"Location": "http://elsewhere.test/"}), ProblemError),
        (httpx.Response(200, text="no JSON"), HubcalcError),
    ],
)
def test_no_error_holds_it(failure, kind):
    with Client("http://hubs.test", key=KEY, retries=0, transport=failing(failure)) as client:
        with pytest.raises(kind) as caught:
            client.hubs()
        told, error = [repr(client), repr(vars(client))], caught.value
        while error is not None:
            told += [str(error), repr(error)]
            error = error.__cause__
    assert KEY not in " ".join(told)


def test_the_command_sends_it(monkeypatch):
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(401, json=REFUSAL)

    real = clients_module.Client.__init__

    def mocked(self, *arguments, **named):
        real(self, *arguments, **{**named, "transport": httpx.MockTransport(answer)})

    monkeypatch.setattr(clients_module.Client, "__init__", mocked)
    commands = [
        ["hubs"],
        ["queue", "servers=2"],
        ["jobs"],
        ["job", "an-id"],
    ]
    for command in commands:
        for key, environment in ((["--key", KEY], {}), ([], {"HUBCALC_API_KEY": KEY})):
            result = CliRunner(env=environment).invoke(main, [*command, "--url", "http://hubs.test", *key])
            assert result.exit_code == 2, result.output
            assert "the key is wrong" in result.output
            assert KEY not in result.output
            assert seen.pop().headers["authorization"] == f"Bearer {KEY}"


def test_help_does_not_show_it():
    for command in ("hubs", "queue", "jobs"):
        text = CliRunner(env={"HUBCALC_API_KEY": KEY}).invoke(main, [command, "--help"]).output
        assert "--key" in text
        assert KEY not in text
