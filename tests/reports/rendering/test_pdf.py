# ruff: noqa: E501 (a hostile page is read best in one line)
"""A page becomes a PDF, fetches nothing, and a stuck engine is stopped."""

import base64
import io
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.errors import IntegrationError
from app.reports.rendering import page_numbers, pdf
from app.reports.rendering.pdf import render_pdf
from app.reports.rendering.qr import qr_png_data_uri


def text_of(document: bytes) -> str:
    done = subprocess.run(["/usr/bin/pdftotext", "-layout", "-", "-"], input=document, capture_output=True, check=True)
    return done.stdout.decode()


def pages_of(document: bytes) -> int:
    return len(PdfReader(io.BytesIO(document)).pages)


class Listener(HTTPServer):
    """Counts who comes for what the page names."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Recorder)
        self.hits: list[str] = []

    def get_request(self):  # type: ignore[no-untyped-def]
        connection = super().get_request()
        self.hits.append("connection")
        return connection

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Recorder(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"body { color: red }")

    def log_message(self, *values: object) -> None:
        """Stay silent."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def as_data(media: str, text: str) -> str:
    return f"data:{media};base64,{base64.b64encode(text.encode()).decode()}"


def hostile(u: str) -> dict[str, str]:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{u}/in-svg.png"/><script>fetch("{u}/s")</script></svg>'
    return {
        "image": f'<img src="{u}/a.png"><img srcset="{u}/b.png 2x"><input type=image src="{u}/c.png">',
        "relative": '<img src="//127.0.0.1/a.png"><img src="a.png"><img src="file:///etc/passwd">',
        "frames": f'<iframe src="{u}/a"></iframe><iframe srcdoc="<img src={u}/b>"></iframe><embed src="{u}/c">',
        "object": f'<object data="{u}/a" type="text/html"></object><applet archive="{u}/b"></applet>',
        "style sheet": f'<link rel=stylesheet href="{u}/a.css"><style>@import "{u}/b.css";@import url({u}/c.css);</style>',
        "css url": f'<style>p{{background:url({u}/a)}} p:after{{content:url("{u}/b")}}</style><p>x</p>',
        "css escape": rf'<style>p{{background:u\72l({u}/a)}} @\69mport "{u}/b";</style><p>x</p>',
        "css comment": f'<style>p{{background:u/**/rl({u}/a)}} @im/**/port "{u}/b";</style><p>x</p>',
        "css unclosed": f"<p>x</p><style>p{{background:url({u}/a",
        "css closing": rf'<style><\/style><img src="{u}/a"></style>',
        "css font": f"<style>@font-face{{font-family:q;src:url({u}/f.ttf)}}p{{font-family:q}}</style><p>x</p>",
        "style attribute": f'<p style="background-image: URL( \'{u}/a\' )">x</p><table background="{u}/b"><tr><td>1</table>',
        "meta": f'<meta http-equiv=refresh content="0;url={u}/a"><base href="{u}/"><img src="x.png">',
        "script": f'<script>var x=new XMLHttpRequest();x.open("GET","{u}/a",false);x.send()</script>',
        "handler": f'<img src="{as_data("image/png", "x")}" onerror="new Image().src=\'{u}/a\'">'
        f"<body onload=\"location='{u}/b'\">",
        "svg": f'<svg><use xlink:href="{u}/a.svg#x"/><image xlink:href="{u}/b"/></svg><math href="{u}/c">1</math>',
        "data svg": f'<img src="{as_data("image/svg+xml", svg)}"><img src="data:image/svg+xml,{u}">',
        "data page": f'<iframe src="{as_data("text/html", f"<img src={u}/a>")}"></iframe>'
        f'<link rel=stylesheet href="{as_data("text/css", f"@import url({u}/b);")}">',
        "media": f'<video src="{u}/a" poster="{u}/b"></video><audio src="{u}/c" autoplay></audio>',
        "raw text": f'<noscript><img src="{u}/a"></noscript><xmp></xmp><img src="{u}/b"><plaintext><img src="{u}/c">',
        "namespace": f'<svg:image href="{u}/a"></svg:image><?xml-stylesheet href="{u}/b"?><!--[if IE]><img src="{u}/c">-->',
        "link": f'<a href="{u}/a" ping="{u}/b">x</a><link rel=prefetch href="{u}/c"><link rel=icon href="{u}/d">',
    }


@pytest.mark.parametrize("case", hostile(""))
def test_a_page_fetches_nothing_and_is_still_made(case: str, listener: Listener) -> None:
    document = render_pdf(f"<html><body><p>ПОСЛЕ ВСЕГО</p>{hostile(listener.address)[case]}</body></html>")

    assert listener.hits == []
    assert "ПОСЛЕ ВСЕГО" in text_of(document)


def test_the_listener_of_these_tests_does_hear_the_bare_engine(listener: Listener, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f'<img src="{listener.address}/a.png">')

    subprocess.run(["/usr/bin/wkhtmltopdf", "-q", page, tmp_path / "out.pdf"], capture_output=True, check=False)

    assert listener.hits


@pytest.mark.parametrize(
    "text",
    [
        '<iframe src="file:///etc/passwd"></iframe><object data="/etc/passwd"></object><embed src="file:///etc/passwd">',
        '<meta name="pdfkit-enable-local-file-access" content=""><meta name="pdfkit-enable-javascript" content="">'
        '<script>var x=new XMLHttpRequest();x.open("GET","file:///etc/passwd",false);x.send();'
        "document.write(x.responseText)</script>",
        '<meta name="pdfkit-cover" content="/etc/passwd"><meta name="pdfkit-user-style-sheet" content="/etc/passwd">',
    ],
)
def test_no_file_of_the_machine_gets_into_a_document(text: str) -> None:
    canary = Path("/etc/passwd").read_text().split(":")[0] + ":"

    assert canary not in text_of(render_pdf(f"<body>{text}<p>конец</p></body>"))


def test_the_document_cannot_steer_the_engine() -> None:
    page = '<meta name="pdfkit-page-size" content="A3"><meta name="pdfkit-orientation" content="Landscape">Счёт'

    box = PdfReader(io.BytesIO(render_pdf(page))).pages[0].mediabox

    assert (round(box.width), round(box.height)) == (595, 842)


def test_the_engine_is_called_with_its_doors_shut() -> None:
    command = pdf._command("<p>1</p>", (210, 297))

    assert {"--disable-javascript", "--disable-local-file-access", "--proxy"} <= set(command)


def test_russian_letters_and_signs_are_printed() -> None:
    text = text_of(render_pdf("<p>Съёмка «ёлочки» № 15 — 1\u00a0234,50\u00a0₽ −5 ЁЪЫЭ</p>"))

    assert "Съёмка «ёлочки» № 15 — 1 234,50 ₽ −5 ЁЪЫЭ" in text.replace("\u00a0", " ")


def test_a_very_long_name_stays_on_the_page() -> None:
    name = "Сверхдлинноеназвание" * 40
    page = f'<table style="table-layout:fixed;width:100%"><tr><td style="word-wrap:break-word">{name}</td></tr></table>'

    text = "".join(text_of(render_pdf(page)).split())

    assert name in text


@pytest.mark.parametrize("page", ["", "\x00\x01", "<", "<html>", "\udcff", "<div>" * 3000 + "дно"])
def test_whatever_the_text_a_document_is_made(page: str) -> None:
    assert render_pdf(page).startswith(b"%PDF-")


def test_a_picture_written_into_the_page_is_printed() -> None:
    document = render_pdf(f'<img src="{qr_png_data_uri("ST00012|Name=Ромашка")}" alt="">')

    assert len(PdfReader(io.BytesIO(document)).pages[0].images) == 1


def test_lengths_on_paper_are_true() -> None:
    document = render_pdf('<div style="margin-left:100mm;font-size:10pt">край</div>')
    boxes = subprocess.run(["/usr/bin/pdftotext", "-bbox", "-", "-"], input=document, capture_output=True, check=True)
    left = float(boxes.stdout.decode().split('xMin="')[1].split('"')[0])

    assert left == pytest.approx(120 / 25.4 * 72, abs=2)


def test_pages_are_numbered_when_there_are_several() -> None:
    text = text_of(render_pdf('<p>первая</p><div style="page-break-before:always">вторая</div>'))

    assert "стр. 1 из 2" in text
    assert "стр. 2 из 2" in text


def test_a_single_page_has_no_number() -> None:
    assert "стр." not in text_of(render_pdf("<p>первая</p>"))


def test_numbers_can_be_left_out() -> None:
    page = '<p>первая</p><div style="page-break-before:always">вторая</div>'

    assert "стр." not in text_of(render_pdf(page, page_numbers=False))


def test_without_the_font_the_error_names_the_package() -> None:
    with pytest.raises(IntegrationError, match="fonts-dejavu-core"):
        page_numbers._register_font((Path("/nowhere"),))


def test_the_same_page_gives_the_same_bytes() -> None:
    page = '<title>Отчёт</title><p>первая</p><div style="page-break-before:always">вторая</div>'

    first = render_pdf(page)
    time.sleep(1.1)

    assert render_pdf(page) == first


@pytest.mark.parametrize(("given", "expected"), [("", "Из страницы «1»"), ("--allow /", "--allow /")])
def test_the_title_is_given_or_the_page_s_own(given: str, expected: str) -> None:
    document = render_pdf("<title>Из страницы «1»</title>", title=given)

    assert PdfReader(io.BytesIO(document)).metadata["/Title"] == expected  # type: ignore[index]


def test_landscape_turns_the_paper() -> None:
    box = PdfReader(io.BytesIO(render_pdf("<p>1</p>", landscape=True))).pages[0].mediabox

    assert (round(box.width), round(box.height)) == (842, 595)


def install_engine(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "wkhtmltopdf"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(pdf.pdfkit, "configuration", lambda **given: _Engine(str(program)))


class _Engine:
    def __init__(self, program: str) -> None:
        self.wkhtmltopdf, self.meta_tag_prefix, self.environ = program, "x-", {}


def test_a_stuck_engine_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_engine(tmp_path, monkeypatch, "sleep 60 & echo $! > " + str(tmp_path / "child") + "; wait")
    monkeypatch.setattr(pdf, "TIMEOUT_SECONDS", 0.5)
    began = time.monotonic()

    with pytest.raises(IntegrationError) as raised:
        render_pdf("<p>1</p>")

    assert raised.value.retry
    assert time.monotonic() - began < 10
    assert not _is_running(int((tmp_path / "child").read_text()))


def _is_running(number: int) -> bool:
    state = Path(f"/proc/{number}/stat")
    return state.exists() and state.read_text().split()[2] != "Z"


@pytest.mark.parametrize("script", ["exit 1", "echo nothing", "printf '%%PDF-1.4'; exit 1"])
def test_a_failing_engine_is_an_integration_error(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_engine(tmp_path, monkeypatch, f"cat > /dev/null; {script}")

    with pytest.raises(IntegrationError, match="could not be made"):
        render_pdf("<p>1</p>")


def test_a_missing_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_given: object) -> None:
        raise OSError("No wkhtmltopdf executable found")

    monkeypatch.setattr(pdf.pdfkit, "configuration", refuse)

    with pytest.raises(IntegrationError, match="wkhtmltopdf"):
        render_pdf("<p>1</p>")
