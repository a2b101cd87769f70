"""How large files may be, and what was found in one."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from app.errors import RuleError
from app.texts import _

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken in. Sizes in bytes; `unpacked` is what an office document may take once unpacked.

    `zone` is where a camera's clock stands that does not say so itself.
    """

    size: int = 25 * MEGABYTE
    pixels: int = 40_000_000
    unpacked: int = 200 * MEGABYTE
    entries: int = 5_000
    pdf_objects: int = 200_000
    thumbnail_side: int = 320
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Moscow"))

    @classmethod
    def of_megabytes(cls, megabytes: int, zone: ZoneInfo) -> "Limits":
        """The limits for the setting MAX_UPLOAD_MB in the company's zone."""
        return cls(size=megabytes * MEGABYTE, zone=zone)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: the bytes to keep (a picture's are made anew) and what they are."""

    content: bytes
    media_type: str
    extensions: tuple[str, ...]
    """Extensions that a file of this kind may bear; the first one is given to a name without any."""
    label: str
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    thumbnail: bytes | None = None
    taken_at: datetime | None = None


def check_size(size: int, limits: Limits) -> None:
    """Refuse an empty file and one over the limit."""
    if not size:
        raise RuleError(_("The file is empty."))
    if size > limits.size:
        raise RuleError(_("The file is larger than %(limit)s MB.", limit=max(1, limits.size // MEGABYTE)))
