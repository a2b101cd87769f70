"""Turns the bytes and headers of letters into text: encoded words, Russian 8-bit encodings without a label, HTML."""

import binascii
import re
import unicodedata
from html.parser import HTMLParser

LONGEST_HEADER = 20_000
_CHARSET = re.compile(
    r"utf-?(?:8|16)(?:-?[lb]e)?|(?:windows|cp|ibm)-?\d{3,4}|koi8-[ru]|iso-?8859-\d{1,2}|(?:us-)?ascii"
    r"|(?:x-)?mac-?cyrillic|gb2312|gbk|gb18030|big5|shift_jis|iso-2022-jp|euc-(?:jp|kr)",
    re.IGNORECASE,
)
"""Encodings that letters are written in. Python knows more, some of which are no encodings of text."""
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")
_OCTET = re.compile(rb"=([0-9A-Fa-f]{2})")
_COMMON = frozenset("оеаинтсрвл")
"""The ten letters that make up more than half of any Russian text."""


def decoded(content: bytes, charset: str = "") -> str:
    """Bytes as text: by their label if it is true, else as UTF-8, else as the Russian encoding that reads better."""
    for name in (charset, "utf-8"):
        if name and _CHARSET.fullmatch(name):
            try:
                return content.decode(name.lower().removeprefix("x-").replace("mac-cyr", "maccyr"))
            except (LookupError, UnicodeError):
                continue
    readings = [content.decode(name, "replace") for name in ("cp1251", "koi8-r", "cp866")]
    return max(readings, key=lambda text: sum(letter in _COMMON for letter in text))


def header_text(raw: str) -> str:
    """A header as people read it: encoded words (RFC 2047) put together, 8-bit text without a label read all the same.

    Words that cannot be decoded stay as they are.
    """
    shown = raw[:LONGEST_HEADER].encode("ascii", "surrogateescape") if _is_octets(raw) else None
    text = decoded(shown) if shown is not None else raw[:LONGEST_HEADER]
    parts: list[str] = []
    position, pending, charset = 0, b"", ""
    text = _BETWEEN_WORDS.sub(r"\1", text)
    for found in _WORD.finditer(text):
        content = _octets(found[2], found[3])
        between = text[position : found.start()]
        if pending and (between or found[1].lower() != charset or content is None):
            parts.append(decoded(pending, charset))
            pending = b""
        parts.append(between)
        if content is None:
            parts.append(found[0])
        else:
            pending, charset = pending + content, found[1].lower()
        position = found.end()
    if pending:
        parts.append(decoded(pending, charset))
    return "".join([*parts, text[position:]])


def _is_octets(raw: str) -> bool:
    return all(ord(sign) < 128 or 0xDC80 <= ord(sign) <= 0xDCFF for sign in raw)


def _octets(kind: str, text: str) -> bytes | None:
    if kind in "qQ":
        raw = text.replace("_", " ").encode("ascii", "replace")
        return _OCTET.sub(lambda found: bytes.fromhex(found[1].decode()), raw)
    try:
        return binascii.a2b_base64(text.encode("ascii", "replace") + b"=" * (-len(text) % 4))
    except binascii.Error:
        return None


def tidy(text: str, longest: int) -> str:
    """One line without control characters, cut to length."""
    return " ".join(keepable(text).split())[:longest].strip()


def keepable(text: str) -> str:
    """Text that both databases keep: no NUL, no lone surrogates, line breaks alike."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn")
    )


# --- HTML ---------------------------------------------------------------------------------------------------------

_BREAKS = frozenset({"p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"})
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript"})
_MANY_BREAKS = re.compile(r"\n{3,}")


class _Reader(HTMLParser):
    """Collects what a person would read; what scripts and styles hold is not that."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Break the line before blocks, mark items of lists, remember where a link leads."""
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br" or tag in _BREAKS:
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n• ")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        """Break the line after blocks; say where a link leads when its words do not."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS:
            self.parts.append("\n")
        elif tag == "a":
            said = "".join(self.parts[-3:])
            if self._link.startswith(("http://", "https://")) and self._link.rstrip("/") not in said:
                self.parts.append(f" ({self._link})")
            self._link = ""

    def handle_data(self, data: str) -> None:
        """Keep words, their blanks put together."""
        if not self._silent:
            self.parts.append(re.sub(r"[ \t\r\n\f\xa0]+", " ", data))


def html_text(html: str) -> str:
    """What a person reads of a page of HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = "".join(reader.parts).split("\n")
    return _MANY_BREAKS.sub("\n\n", "\n".join(line.strip() for line in lines)).strip()
