"""The proxy configuration of deploy/ keeps Kontora answering while hundreds of clients send slowly."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NGINX = shutil.which("nginx") or ""
SLOW_CLIENTS = 200
SECONDS = 6


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def local_copy(folder: Path, proxy: int, upstream: int) -> Path:
    """The configuration as it stands, on loopback and without TLS; all slow clients come from one address here."""
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    text = text.replace("127.0.0.1:8080", f"127.0.0.1:{upstream}").replace("per_address 60", "per_address 400")
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{proxy}").replace(
        "listen 80", f"listen 127.0.0.1:{free_port()}"
    )
    lines = [line for line in text.splitlines() if "ssl_" not in line]
    target = folder / "nginx.conf"
    head = f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
    target.write_text(head + "\n".join(lines).replace("http {", f"http {{\n    access_log {folder}/access.log;", 1))
    return target


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[int]:
    """The port of nginx in front of a real server process."""
    upstream, front = free_port(), free_port()
    environment = os.environ | {
        "KONTORA_DATA_DIR": str(tmp_path / "data"),
        "KONTORA_PORT": str(upstream),
        "KONTORA_TRUSTED_PROXIES": "1",
        "FLASK_APP": "app.factory",
    }
    flask = str(Path(sys.executable).parent / "flask")
    subprocess.run([flask, "kontora", "prepare"], env=environment, cwd=ROOT, check=True, capture_output=True)
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "app.factory:create_app()"]
    with ExitStack() as stack:
        for command in (gunicorn, [NGINX, "-c", str(local_copy(tmp_path, front, upstream))]):
            process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
        wait_for(front)
        yield front


def wait_for(port: int) -> None:
    for _attempt in range(100):
        try:
            if ask(port) < SECONDS:
                return
        except (OSError, AssertionError, http.client.HTTPException):
            time.sleep(0.2)
    raise AssertionError("the server did not start")


def ask(port: int) -> float:
    """Seconds that the sign-in page takes."""
    begun = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/login/")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
    finally:
        connection.close()
    return time.monotonic() - begun


@pytest.mark.long
@pytest.mark.skipif(not NGINX, reason="nginx is not installed on this machine")
def test_slow_clients_do_not_keep_others_waiting(proxy: int) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", proxy))) for _ in range(SLOW_CLIENTS)]
        for client in slow:
            client.send(b"POST /login/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nX-Slow: ")
        times = []
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            for client in slow[::20]:
                client.send(b"a")
            times.append(ask(proxy))
            time.sleep(0.05)

    assert sorted(times)[int(len(times) * 0.95)] < 2
