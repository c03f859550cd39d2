from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from distill.errors import BadSetting
from distill.ui import Running, started
from distill.ui.security import is_loopback


@pytest.fixture
def client(served: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=60) as asking:
        yield asking


@pytest.mark.parametrize("path", ["/", "/distill/models", "/gradio_api/info", "/distill/static/look.css"])
def test_a_name_that_a_stranger_points_at_this_machine_is_refused(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 200
    assert client.get(path, headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/distill/models/choose",
        "/gradio_api/upload",
        "/gradio_api/component_server",
        "/gradio_api/queue/join",
    ],
)
@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_a_request_that_another_site_caused_is_refused(
    client: httpx.Client, path: str, headers: dict[str, str]
) -> None:
    answer = client.post(path, content="{}", headers=headers | {"Content-Type": "text/plain"})
    assert answer.status_code == 403
    assert client.post(path, content="{}", headers={"Content-Type": "text/plain"}).status_code != 403


def test_a_site_may_link_to_the_page_but_not_read_from_it(client: httpx.Client) -> None:
    embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/distill/models", headers=embedded).status_code == 403
    assert client.get("/", headers=followed).status_code == 200


def test_every_answer_forbids_other_hosts_and_frames(client: httpx.Client) -> None:
    for path in ("/", "/distill/models", "/nothing"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../../etc/passwd", "{home}/models/tiny.distill", "{home}/index/settings.json"]
)
def test_no_file_of_the_disk_can_be_fetched_by_its_path(client: httpx.Client, home: Path, path: str) -> None:
    given = path.format(home=home)
    for route in (
        f"/gradio_api/file={given}",
        f"/distill/media/{given}",
        f"/distill/static/{given}",
        "/distill/static/..%2f..%2fserver.py",
    ):
        assert client.get(route).status_code in (400, 403, 404), route


def test_only_what_the_studio_put_there_can_be_fetched(
    served: Running, client: httpx.Client, tmp_path: Path
) -> None:
    (tmp_path / "mine.json").write_text("{}")
    address = served.studio.media.put(tmp_path / "mine.json")
    assert client.get(address).json() == {}
    assert client.get("/distill/media/guessed").status_code == 400


def test_any_other_address_needs_a_password(home: Path) -> None:
    with pytest.raises(BadSetting, match="give a password"), started(home=home, host="0.0.0.0", port=0):
        pass


def test_the_password_is_asked_for_on_every_route(home: Path) -> None:
    with started(home=home, host="0.0.0.0", port=0, password="tönend") as (running, _):
        for path in ("", "distill/models", "distill/static/look.css", "gradio_api/info"):
            assert httpx.get(running.url + path, timeout=60).status_code == 401
            assert httpx.get(running.url + path, headers=_basic("wrong"), timeout=60).status_code == 401
            assert (
                httpx.get(running.url + path, headers={"Authorization": "Basic ***"}, timeout=60).status_code
                == 401
            )
            assert httpx.get(running.url + path, headers=_basic("tönend"), timeout=60).status_code == 200


def test_a_port_that_is_taken_is_one_sentence(served: Running, home: Path) -> None:
    port = int(served.url.rstrip("/").rpartition(":")[2])
    with pytest.raises(BadSetting, match=f"port {port} .* choose another"), started(home=home, port=port):
        pass


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("::1", True), ("127.1.2.3", True), ("192.168.1.2", False), ("example.org", False)],
)
def test_only_this_machines_own_addresses_are_loopback(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def _basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()}
