"""Draws photographs of equipment: a machine on the floor of a workshop with its model plate.

A few dozen pictures serve all the machines: files are kept once by their content.
"""

import io
import math
from functools import cache
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

from app.errors import IntegrationError
from app.services.demo.paper import FONT_FOLDERS
from app.texts import _

_WIDTH, _HEIGHT = 960, 720
_FLOOR = 520
_Point = tuple[float, float]
_Colour = tuple[int, int, int]


def draw_machine(model: str, *, is_compressor: bool, variant: int, is_dirty: bool = False) -> bytes:
    """A JPEG of a machine, the same for the same arguments. `is_dirty`: as found before the work.

    Raises IntegrationError without the DejaVu font.
    """
    random = Random(f"{model}{variant}")  # noqa: S311 (a picture is no secret)
    picture = Image.new("RGB", (_WIDTH, _HEIGHT))
    draw = ImageDraw.Draw(picture)
    _draw_room(draw, random)
    shift = random.randint(-60, 60)
    colour = (random.randint(30, 90), random.randint(90, 150), random.randint(130, 200))
    if is_compressor:
        _draw_compressor(draw, shift, colour)
    else:
        _draw_printer(draw, shift)
    _draw_plate(draw, shift, model)
    if is_dirty:
        _draw_dirt(draw, random)
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=82)
    return target.getvalue()


def _draw_room(draw: ImageDraw.ImageDraw, random: Random) -> None:
    wall = random.randint(185, 225)
    for height in range(_FLOOR):
        shade = wall - height // 12
        draw.line((0, height, _WIDTH, height), fill=(shade, shade, shade - 8))
    for height in range(_FLOOR, _HEIGHT):
        shade = 120 - (height - _FLOOR) // 5
        draw.line((0, height, _WIDTH, height), fill=(shade, shade - 6, shade - 14))
    for left in range(-200, _WIDTH + 200, 120):
        draw.line((left, _HEIGHT, _WIDTH / 2 + (left - _WIDTH / 2) * 0.6, _FLOOR), fill=(96, 92, 84), width=2)


def _draw_compressor(draw: ImageDraw.ImageDraw, shift: int, colour: _Colour) -> None:
    dark = _darker(colour)
    draw.ellipse((200 + shift, 590, 780 + shift, 650), fill=(60, 58, 54))
    draw.rounded_rectangle((240 + shift, 430, 740 + shift, 600), 80, fill=colour, outline=dark, width=5)
    draw.rounded_rectangle((290 + shift, 190, 640 + shift, 440), 16, fill=dark, outline=(30, 30, 34), width=4)
    for top in range(220, 400, 22):
        draw.line((310 + shift, top, 450 + shift, top), fill=(24, 26, 30), width=8)
    centre = (560 + shift, 300)
    draw.circle(centre, 62, fill=(228, 228, 222), outline=(40, 40, 44), width=6)
    for angle in range(135, 406, 30):
        turned = math.radians(angle)
        draw.line((*_on_circle(centre, 48, turned), *_on_circle(centre, 58, turned)), fill=(40, 40, 40), width=3)
    draw.line((*centre, *_on_circle(centre, 46, math.radians(250))), fill=(190, 30, 30), width=5)
    for left in (290, 660):
        draw.rectangle((left + shift, 590, left + 36 + shift, 640), fill=(36, 36, 40))
    draw.line((740 + shift, 480, 860 + shift, 480, 860 + shift, 0), fill=(150, 152, 158), width=14)


def _draw_printer(draw: ImageDraw.ImageDraw, shift: int) -> None:
    draw.rectangle((180 + shift, 540, 800 + shift, 570), fill=(139, 106, 72))
    draw.rounded_rectangle(
        (260 + shift, 250, 720 + shift, 540), 22, fill=(222, 224, 226), outline=(96, 98, 102), width=4
    )
    draw.rounded_rectangle((280 + shift, 190, 700 + shift, 260), 14, fill=(70, 74, 80))
    draw.rectangle((300 + shift, 360, 680 + shift, 390), fill=(40, 42, 46))
    draw.polygon(((320 + shift, 376), (660 + shift, 376), (690 + shift, 420), (290 + shift, 420)), fill=(252, 252, 250))
    draw.rounded_rectangle((560 + shift, 280, 690 + shift, 340), 6, fill=(38, 110, 170))
    draw.rectangle((290 + shift, 450, 690 + shift, 520), outline=(140, 142, 146), width=3)


def _draw_plate(draw: ImageDraw.ImageDraw, shift: int, model: str) -> None:
    box = (300 + shift, 460, 700 + shift, 528)
    draw.rounded_rectangle(box, 6, fill=(236, 238, 240), outline=(70, 72, 76), width=3)
    draw.text((312 + shift, 468), model[:34], font=_font(19), fill=(20, 22, 26))
    draw.text((312 + shift, 496), "Учебный образец · сделан для показа", font=_font(15), fill=(70, 72, 76))


def _draw_dirt(draw: ImageDraw.ImageDraw, random: Random) -> None:
    for _spot in range(160):
        left, top, size = random.randint(220, 760), random.randint(200, 640), random.randint(2, 14)
        shade = random.randint(30, 80)
        draw.ellipse((left, top, left + size * 2, top + size), fill=(shade, shade - 8, shade - 20))
    draw.ellipse((300, 610, 620, 680), fill=(38, 34, 26))


def _darker(colour: _Colour) -> _Colour:
    red, green, blue = colour
    return red * 2 // 3, green * 2 // 3, blue * 2 // 3


def _on_circle(centre: _Point, radius: float, angle: float) -> _Point:
    return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)


def _font(size: int, folders: tuple[Path, ...] = FONT_FOLDERS) -> ImageFont.FreeTypeFont:
    return _load_font(size, folders)


@cache
def _load_font(size: int, folders: tuple[Path, ...]) -> ImageFont.FreeTypeFont:
    for folder in folders:
        if (folder / "DejaVuSans.ttf").is_file():
            return ImageFont.truetype(str(folder / "DejaVuSans.ttf"), size)
    raise IntegrationError(_("The DejaVu font is missing: install the package fonts-dejavu-core."))
