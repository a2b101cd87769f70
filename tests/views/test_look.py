"""The look: colours can be read in both themes, and templates carry no styles, handlers or outside addresses."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[2] / "app"
TOKENS = (APP / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
SHEETS = [APP / "static" / "css" / f"{name}.css" for name in ("frame", "parts", "form")]
SCRIPTS = sorted((APP / "static" / "js").glob("*.js"))
TEMPLATES = APP / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if TEMPLATES / "print" not in path.parents)

SURFACES = ("bg", "surface", "raised", "panel", "hover", "chosen")
TEXTS = (
    *((text, under) for text in ("text", "muted") for under in SURFACES),
    *(("accent", under) for under in ("bg", "surface", "raised", "panel")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-danger", "danger"),
    ("danger", "surface"),
    ("info", "chosen"),
    ("text", "mark"),
    *((tone, f"{tone}-bg") for tone in ("danger", "warn", "ok", "info", "neutral", "plan")),
)
CONTROLS = tuple(("control", under) for under in ("bg", "surface", "raised"))


def colours(theme: int) -> dict[str, str]:
    """Token -> colour; theme 0 is the light one, 1 the dark one."""
    found = re.findall(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)", TOKENS)
    return {name: pair[theme] for name, *pair in found}


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_black_and_white_is_the_greatest() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "under"), TEXTS)
def test_texts_can_be_read(theme: int, text: str, under: str) -> None:
    known = colours(theme)

    assert contrast(known[text], known[under]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("line", "under"), CONTROLS)
def test_borders_of_controls_can_be_seen(theme: int, line: str, under: str) -> None:
    known = colours(theme)

    assert contrast(known[line], known[under]) >= 3


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_style_sheets_name_colours_only_by_tokens(sheet: Path) -> None:
    assert re.findall(r"#[0-9a-f]{3,8}\b(?=[^{]*[;}])", sheet.read_text(encoding="utf-8")) == []


def offences(path: Path) -> Iterator[str]:
    """What a page must not hold under our content policy and without the internet."""
    page = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    yield from re.findall(r"""\sstyle=["'{]""", page)
    yield from re.findall(r"""\son[a-z]+=["'{]""", page)
    yield from re.findall(r"""(?:https?:)?//[a-z0-9-]+\.[a-z]+[^\s"']*""", page)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(APP)))
def test_pages_carry_no_styles_handlers_or_outside_addresses(path: Path) -> None:
    assert list(offences(path)) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(APP)))
def test_scripts_of_pages_carry_the_nonce(path: Path) -> None:
    tags = re.findall(r"<(?:script|style)\b[^>]*>", path.read_text(encoding="utf-8"))

    assert [tag for tag in tags if 'nonce="{{ csp_nonce() }}"' not in tag] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_ask_nobody_outside(path: Path) -> None:
    assert re.findall(r"https?://", path.read_text(encoding="utf-8")) == []
