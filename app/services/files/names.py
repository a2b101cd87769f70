"""Names of files as they may be kept and offered for saving on any system."""

import unicodedata

LONGEST = 200
_FORBIDDEN = frozenset('<>:"|?*')
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))})
"""Windows opens a device for these, whatever the extension."""


def safe_name(name: str) -> str:
    """The name without folders, control and direction marks, and what a system reserves; at most 200 characters."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    drawn = "".join(
        "_" if letter in _FORBIDDEN else letter for letter in last if not unicodedata.category(letter).startswith("C")
    )
    tidy = " ".join(drawn.split()).strip(". ")
    if tidy.partition(".")[0].casefold().strip() in _RESERVED:
        tidy = f"_{tidy}"
    return _shortened(tidy or "file")


def extension_of(name: str) -> str:
    """The extension in lower case without the dot; '' where there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.casefold() if dot and stem and len(extension) <= 8 else ""


def with_extension(name: str, extension: str) -> str:
    """The name with this extension added."""
    return _shortened(f"{name}.{extension}")


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    extension = extension_of(name)
    tail = f".{extension}" if extension else ""
    return name[: LONGEST - len(tail)].rstrip(". ") + tail
