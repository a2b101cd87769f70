"""Pictures: measured before they are decoded, then made anew, so that nothing but the drawing itself is kept.

EXIF goes: it tells where a photograph was taken and with what. Orientation is applied first, the time is kept.
"""

import io
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image, ImageOps

from app.errors import RuleError
from app.services.files.limits import Checked, Limits
from app.texts import _

_READERS = ("JPEG", "PNG", "WEBP", "MPO")
_TIME_TAKEN, _OFFSET_TAKEN, _EXIF_BLOCK = 0x9003, 0x9011, 0x8769
QUALITY = 90
"""JPEG quality of a picture that had to be turned; one that stands right keeps its own."""


def check_picture(content: bytes, limits: Limits) -> Checked:
    """Make a JPEG, PNG or WebP anew with its thumbnail.

    Raises RuleError for what is too large, broken or no picture of these kinds.
    """
    try:
        with Image.open(io.BytesIO(content), formats=_READERS) as opened:
            if opened.width * opened.height > limits.pixels:
                raise RuleError(_too_large(limits))
            taken_at = _taken_at(opened, limits.zone)
            picture, kept = _remade(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RuleError(_too_large(limits)) from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError, MemoryError) as error:
        raise RuleError(_("The picture is damaged and cannot be read.")) from error
    kind = _KINDS[picture.info["kept_as"]]
    return Checked(
        content=kept,
        media_type=kind[0],
        extensions=kind[1],
        label=str(picture.info["kept_as"]),
        width=picture.width,
        height=picture.height,
        thumbnail=_thumbnail(picture, limits.thumbnail_side),
        taken_at=taken_at,
    )


_KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "JPEG": ("image/jpeg", ("jpg", "jpeg", "jfif")),
    "PNG": ("image/png", ("png",)),
    "WEBP": ("image/webp", ("webp",)),
}


def _too_large(limits: Limits) -> str:
    return _("The picture has more than %(limit)s million points.", limit=limits.pixels // 1_000_000)


def _remade(opened: Any) -> tuple[Image.Image, bytes]:
    """The upright picture and its new bytes. Only the first frame of an animation is kept."""
    name = "JPEG" if opened.format == "MPO" else str(opened.format)
    upright = ImageOps.exif_transpose(opened)
    is_as_shot = name == "JPEG" and opened.format == "JPEG" and _stands_right(opened)
    picture = opened if is_as_shot else upright
    picture.load()
    if name == "JPEG" and picture.mode not in {"L", "RGB"}:
        picture, is_as_shot = picture.convert("RGB"), False
    if picture.mode in {"P", "PA"}:
        picture = picture.convert("RGBA")
    picture.info = {"kept_as": name}
    options: dict[str, Any] = {"quality": "keep" if is_as_shot else QUALITY} if name != "PNG" else {}
    made = io.BytesIO()
    picture.save(made, name, **options)
    return picture, made.getvalue()


def _stands_right(opened: Image.Image) -> bool:
    return bool(opened.getexif().get(0x0112, 1) == 1)


def _thumbnail(picture: Image.Image, side: int) -> bytes:
    """A JPEG that fits into a square; what was transparent becomes white."""
    small = picture.copy()
    small.thumbnail((side, side))
    if small.mode in {"RGBA", "LA"}:
        ground = Image.new("RGB", small.size, "white")
        ground.paste(small, mask=small.getchannel("A"))
        small = ground
    made = io.BytesIO()
    small.convert("RGB").save(made, "JPEG", quality=80, optimize=True)
    return made.getvalue()


def _taken_at(opened: Image.Image, zone: ZoneInfo) -> datetime | None:
    """When the camera says the picture was taken; None where it does not say, or says nonsense."""
    with suppress(Exception):  # EXIF is written by cameras of every kind: whatever is wrong in it, the picture counts
        block = opened.getexif().get_ifd(_EXIF_BLOCK)
        moment = datetime.strptime(str(block[_TIME_TAKEN])[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 (zone set below)
        offset = str(block.get(_OFFSET_TAKEN, ""))
        aware = datetime.fromisoformat(moment.isoformat() + offset)
        return aware if aware.tzinfo else aware.replace(tzinfo=zone)
    return None
