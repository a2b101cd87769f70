import io
import struct
import zlib
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageCms

from app.errors import RuleError
from app.services.files.content import check_content
from app.services.files.limits import Limits
from tests.factories.files import make_photograph, make_picture

LIMITS = Limits()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("orientation", [1, 6])
def test_exif_goes_with_place_and_camera(orientation: int) -> None:
    checked = check_content(make_photograph(orientation=orientation), LIMITS)

    assert not opened(checked.content).getexif()
    assert b"Camera of Secrets" not in checked.content
    assert b"secret comment" not in checked.content
    assert checked.thumbnail is not None
    assert b"Camera of Secrets" not in checked.thumbnail


def test_colour_profile_goes_too() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    for kind in ("JPEG", "PNG", "WEBP"):
        checked = check_content(make_picture(kind, icc_profile=profile), LIMITS)
        assert "icc_profile" not in opened(checked.content).info


def test_picture_is_turned_upright() -> None:
    checked = check_content(make_photograph(orientation=6), LIMITS)

    assert (checked.width, checked.height) == (400, 600)
    assert opened(checked.content).size == (400, 600)


@pytest.mark.parametrize(
    ("taken", "offset", "moment"),
    [
        ("2026:11:20 14:30:00", "", datetime(2026, 11, 20, 11, 30, tzinfo=UTC)),
        ("2026:11:20 14:30:00", "+05:00", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("0000:00:00 00:00:00", "", None),
        ("yesterday", "", None),
    ],
)
def test_time_of_shooting_is_kept(taken: str, offset: str, moment: datetime | None) -> None:
    assert check_content(make_photograph(taken=taken, offset=offset), LIMITS).taken_at == moment


def test_picture_without_exif_has_no_time() -> None:
    assert check_content(make_picture(), LIMITS).taken_at is None


@pytest.mark.parametrize(
    ("kind", "mode", "colour"),
    [
        ("JPEG", "L", 100),
        ("JPEG", "CMYK", (0, 0, 0, 0)),
        ("PNG", "RGBA", (255, 0, 0, 0)),
        ("PNG", "P", 3),
        ("PNG", "LA", (10, 0)),
        ("PNG", "1", 1),
        ("WEBP", "RGB", "navy"),
        ("WEBP", "RGBA", (255, 0, 0, 0)),
        ("MPO", "RGB", "navy"),
    ],
)
def test_picture_of_each_mode_is_taken_with_a_thumbnail(kind: str, mode: str, colour: object) -> None:
    checked = check_content(make_picture(kind, mode=mode, colour=colour), LIMITS)

    assert checked.media_type == f"image/{'jpeg' if kind == 'MPO' else kind.lower()}"
    assert opened(checked.content).size == (600, 400)
    assert checked.thumbnail is not None
    assert opened(checked.thumbnail).size == (320, 213)
    assert opened(checked.thumbnail).format == "JPEG"


def test_transparent_ground_becomes_white_in_the_thumbnail() -> None:
    thumbnail = check_content(make_picture("PNG", mode="RGBA", colour=(255, 0, 0, 0)), LIMITS).thumbnail
    assert thumbnail is not None

    assert opened(thumbnail).getpixel((5, 5)) == (255, 255, 255)


def test_what_hangs_behind_a_picture_is_cut_off() -> None:
    polyglot = make_picture() + b"PK\x03\x04<script>alert(1)</script>"

    assert b"<script>" not in check_content(polyglot, LIMITS).content


def _png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be huge and holds next to nothing."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(8_000, 8_000), (10_000, 10_000), (20_000, 20_000)])
def test_pixel_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(RuleError, match="40 million"):
        check_content(_png_header(*size), LIMITS)


@pytest.mark.parametrize(
    "content", [_png_header(100, 100), make_picture()[:300], b"\xff\xd8\xffnot a picture", b"RIFF\0\0\0\0WEBPnothing"]
)
def test_damaged_picture_is_refused(content: bytes) -> None:
    with pytest.raises(RuleError, match="damaged"):
        check_content(content, LIMITS)
