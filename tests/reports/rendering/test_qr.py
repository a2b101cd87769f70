import base64
import io
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from app.reports.rendering import qr


def modules_of(text: str) -> int:
    """The side of the picture in modules, four of blank border on each side included."""
    _left, _top, width, _height = ET.fromstring(qr.qr_svg(text)).attrib["viewBox"].split()  # noqa: S314
    return int(width)


def test_svg_scales_to_its_place() -> None:
    picture = ET.fromstring(qr.qr_svg("ST00012|Name=Ромашка"))  # noqa: S314
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert "width" not in picture.attrib


def test_png_is_a_picture_of_the_same_modules() -> None:
    uri = qr.qr_png_data_uri("ST00012|Name=Ромашка", scale=2)
    head, body = uri.split(",", 1)
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(body))) as picture:
        assert picture.size == (modules_of("ST00012|Name=Ромашка") * 2,) * 2


@pytest.mark.parametrize(("prefix", "version"), [("ST00011", 10), ("ST00012", 15)])
def test_payment_code_is_encoded_as_its_prefix_says(prefix: str, version: int) -> None:
    # 190 Cyrillic letters: one byte each in windows-1251 need a smaller code than two bytes each in UTF-8.
    assert modules_of(f"{prefix}|Name={'Я' * 190}") == 17 + 4 * version + 8
