"""Strips a page of everything that could fetch, run or steer: what is left can only be drawn.

The PDF engine is an old browser. Text of clients reaches it, so the page is rebuilt from an allow-list of
elements and attributes; the only thing allowed to carry bytes is a raster picture written into the page as a
`data:` address.
"""

import re
from typing import Any

import lxml.html

HtmlElement = Any
"""An lxml element: the library has no types of its own."""

DRAWN_TAGS = frozenset(
    {
        "html",
        "head",
        "body",
        "title",
        "style",
        "div",
        "p",
        "span",
        "br",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "small",
        "sub",
        "sup",
        "nobr",
        "pre",
        "a",
        "blockquote",
        "address",
        "section",
        "header",
        "footer",
        "main",
        "article",
        "figure",
        "figcaption",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "img",
        "table",
        "caption",
        "colgroup",
        "col",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
    }
)
DROPPED_WITH_CONTENT = frozenset(
    {
        "script",
        "noscript",
        "iframe",
        "frame",
        "frameset",
        "noframes",
        "object",
        "embed",
        "noembed",
        "applet",
        "param",
        "link",
        "meta",
        "base",
        "svg",
        "math",
        "audio",
        "video",
        "source",
        "track",
        "canvas",
        "template",
        "portal",
        "form",
        "input",
        "button",
        "select",
        "textarea",
        "xmp",
        "plaintext",
        "listing",
        "xml",
        "marquee",
        "bgsound",
        "layer",
        "ilayer",
        "import",
    }
)
KEPT_ATTRIBUTES = frozenset(
    {
        "class",
        "id",
        "style",
        "lang",
        "dir",
        "title",
        "alt",
        "align",
        "valign",
        "colspan",
        "rowspan",
        "span",
        "width",
        "height",
        "border",
        "cellpadding",
        "cellspacing",
        "nowrap",
    }
)

_RASTER = r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=]+"
_RASTER_ADDRESS = re.compile(_RASTER, re.ASCII)
_FOREIGN_URL = re.compile(r"""url\s*\((?!\s*["']?""" + _RASTER + r"""["']?\s*\))""", re.IGNORECASE | re.ASCII)
_FETCHING_RULE = re.compile(
    r"@\s*(?:import|namespace|charset)|image-set|expression\s*\(|behavior\s*:", re.IGNORECASE | re.ASCII
)
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def parse_drawable(html: str) -> HtmlElement:
    """Parse a page and keep only what can be drawn; always gives a document, whatever the text was."""
    text = _CONTROL.sub("", html).encode("utf-8", "replace")
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = lxml.html.document_fromstring(text or b"<body></body>", parser=parser, ensure_head_body=True)
    _drop_elements(root)
    for element in root.iter():
        _clean_attributes(element)
        if element.tag == "style":
            element.text = drawable_css(element.text or "")
    return root


def to_html(root: HtmlElement) -> str:
    """Write the page back as text."""
    return str(lxml.html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>"))


def drawable_css(css: str) -> str:
    """Take from a style sheet every way to fetch something; escapes are taken out first, they hide names."""
    plain = _COMMENT.sub(" ", css.replace("\\", " ").replace("<", " "))
    return _FETCHING_RULE.sub("blocked ", _FOREIGN_URL.sub("blocked(", plain))


def _drop_elements(root: HtmlElement) -> None:
    for element in list(root.iter()):
        if element.tag in DROPPED_WITH_CONTENT or ":" in element.tag:
            element.drop_tree()
        elif element.tag not in DRAWN_TAGS:
            element.drop_tag()


def _clean_attributes(element: HtmlElement) -> None:
    for name, value in list(element.attrib.items()):
        if name == "style":
            element.set(name, drawable_css(value))
        elif name == "src" and element.tag == "img" and _RASTER_ADDRESS.fullmatch(value):
            continue
        elif name not in KEPT_ATTRIBUTES:
            del element.attrib[name]
