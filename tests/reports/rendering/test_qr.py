import base64
import io

import pytest
from PIL import Image

from app.reports.rendering import qr


def side_of(text: str) -> int:
    """The side of the picture in modules, four of blank border on each side included."""
    head, body = qr.qr_png_data_uri(text, scale=1).split(",", 1)
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(body))) as picture:
        assert picture.width == picture.height
        return picture.width


@pytest.mark.parametrize(("prefix", "version"), [("ST00011", 10), ("ST00012", 15)])
def test_payment_code_is_encoded_as_its_prefix_says(prefix: str, version: int) -> None:
    # 190 Cyrillic letters: one byte each in windows-1251 need a smaller code than two bytes each in UTF-8.
    assert side_of(f"{prefix}|Name={'Я' * 190}") == 17 + 4 * version + 8
