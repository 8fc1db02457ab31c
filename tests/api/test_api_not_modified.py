"""Who has an answer already is told so, whether or not a handler looks for that before it makes the answer."""

import pytest

HUB = "/v1/hubs/khorgos-gateway"


@pytest.mark.slow
@pytest.mark.parametrize(
    "address",
    [
        "/v1/info",
        "/v1/capacity",
        "/v1/capacity.csv",
        f"{HUB}/analysis/copy-as?method=fast",
        f"{HUB}/analysis.xlsx?method=fast",
        f"{HUB}/analysis.csv?method=fast&dl=1",
    ],
)
def test_an_answer_is_not_sent_again(reader, address):
    first = reader.get(address)
    assert first.status_code == 200
    for method in ("GET", "HEAD"):
        again = reader.request(method, address, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    other = reader.get(address, headers={"If-None-Match": '"another"'})
    assert (other.status_code, other.content) == (200, first.content)
