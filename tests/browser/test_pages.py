"""What a person sees who opens an address of the server in a browser."""

import signal

import httpx
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import presence_of_element_located, visibility_of_element_located
from selenium.webdriver.support.ui import WebDriverWait
from served import Server

PATIENCE_SECONDS = 120
KHORGOS = "/v1/hubs/khorgos-gateway"
CRANES = "stages.front.cranes"


def shown(browser, selector, condition=presence_of_element_located):
    """Wait until an element is there."""
    return WebDriverWait(browser, PATIENCE_SECONDS).until(condition((By.CSS_SELECTOR, selector)))


def hosts(browser):
    """Give the hosts from which the page took something."""
    script = "return performance.getEntriesByType('resource').map(each => new URL(each.name).host)"
    return {host for host in browser.execute_script(script) if host}


@pytest.fixture
def document(server):
    return httpx.get(f"{server.url}/openapi.json").json()


@pytest.mark.slow
def test_the_api_page_shows_all_operations_in_groups(browser, server, document):
    browser.get(f"{server.url}/")
    shown(browser, ".opblock")
    assert browser.current_url == f"{server.url}/docs"
    groups = [each.get_attribute("data-tag") for each in browser.find_elements(By.CSS_SELECTOR, ".opblock-tag")]
    assert groups == [tag["name"] for tag in document["tags"]]
    operations = sum(len(methods) for methods in document["paths"].values())
    assert len(browser.find_elements(By.CSS_SELECTOR, ".opblock")) == operations
    assert hosts(browser) == {f"127.0.0.1:{server.port}"}


@pytest.mark.slow
def test_a_call_can_be_tried_on_the_api_page(browser, server):
    browser.get(f"{server.url}/docs#/Server/get_info")
    shown(browser, "#operations-Server-get_info .try-out__btn", visibility_of_element_located).click()
    shown(browser, "#operations-Server-get_info .execute", visibility_of_element_located).click()
    status = shown(browser, "#operations-Server-get_info .live-responses-table tbody .response-col_status")
    assert status.text.startswith("200")
    answer = shown(browser, "#operations-Server-get_info .live-responses-table pre")
    assert '"name": "hubcalc"' in answer.text


@pytest.mark.slow
def test_the_page_of_a_server_with_a_key_asks_for_it(browser, tmp_path):
    keyed = Server(tmp_path / "hubs.sqlite", HUBCALC_API_KEY="correct-horse")
    keyed.start()
    try:
        browser.get(f"{keyed.url}/docs#/Server/get_info")
        shown(browser, ".auth-wrapper .authorize", visibility_of_element_located).click()
        shown(browser, ".auth-container input", visibility_of_element_located).send_keys("correct-horse")
        shown(browser, ".auth-btn-wrapper .authorize").click()
        shown(browser, ".auth-btn-wrapper .btn-done").click()
        shown(browser, "#operations-Server-get_info .try-out__btn", visibility_of_element_located).click()
        shown(browser, "#operations-Server-get_info .execute", visibility_of_element_located).click()
        status = shown(browser, "#operations-Server-get_info .live-responses-table tbody .response-col_status")
        assert status.text.startswith("200")
    finally:
        keyed.end(signal.SIGKILL)


def test_a_table_is_a_page(browser, server):
    query = f"{KHORGOS}/analysis.html?{CRANES}=3..5&fields=utilization,dwell_mean_hours&method=fast"
    browser.get(f"{server.url}{query}")
    headers = [each.text.replace("\n", " ") for each in browser.find_elements(By.CSS_SELECTOR, "th")]
    assert headers[0] == "stages.front.cranes [cranes]"
    assert headers[1:3] == ["utilization [1]", "dwell_mean_hours [h]"]
    rows = [
        [cell.text for cell in row.find_elements(By.CSS_SELECTOR, "td")]
        for row in browser.find_elements(By.CSS_SELECTOR, "tbody tr")
    ]
    lines = httpx.get(f"{server.url}{query.replace('.html', '.tsv')}").text.splitlines()
    assert [row[:3] for row in rows] == [line.split("\t")[:3] for line in lines[1:]]


def test_what_users_write_is_text_and_no_page(browser, server):
    hub = httpx.get(f"{server.url}{KHORGOS}").json()
    name = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    hub |= {"id": "written-by-others", "name": name, "summary": name}
    stored = httpx.put(f"{server.url}/v1/hubs/written-by-others", json=hub, headers={"If-None-Match": "*"})
    assert stored.status_code == 201, stored.text
    browser.get(f"{server.url}/v1/hubs.html?q=written-by-others")
    assert browser.title == "hubcalc: hub"
    assert name in [cell.text for cell in browser.find_elements(By.CSS_SELECTOR, "td")]
    assert browser.find_elements(By.CSS_SELECTOR, "img, script") == []


@pytest.mark.slow
@pytest.mark.parametrize("shown_as", ["view=stations", f"fields=utilization&{CRANES}=2..6"])
def test_a_chart_is_a_picture(browser, server, shown_as):
    browser.get(f"{server.url}{KHORGOS}/analysis.svg?method=fast&{shown_as}")
    size = browser.execute_script(
        "const svg = document.documentElement, box = svg.getBBox(); return [svg.tagName, box.width, box.height]"
    )
    assert size[0] == "svg"
    assert min(size[1:]) > 100
    assert len(browser.find_elements(By.CSS_SELECTOR, "text")) > 5
