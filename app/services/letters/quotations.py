"""Finds where the words of the writer end and the letters before begin."""

import re

LONGEST_LINE = 400
_BEGINS = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|исходное сообщение|пересылаемое сообщение|forwarded message).*"
    r"|_{10,}"
    r"|(?:from|от|от кого):\s.+@.+"
    r"|(?:on\s.+wrote|.+(?:пишет|писал|писала|писал\(а\)|написал|написала|написал\(а\))):)\s*$",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """The text without the letters that it repeats; the whole where nothing else is in it."""
    kept: list[str] = []
    for line in text.splitlines():
        if len(line) <= LONGEST_LINE and _BEGINS.match(line):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip() or text.strip()
