"""Finds out by its content what a file is; its name only has to agree."""

from app.errors import RuleError
from app.services.files.documents import check_office, check_text, unknown_kind
from app.services.files.limits import Checked, Limits, check_size
from app.services.files.names import extension_of, with_extension
from app.services.files.pictures import check_picture
from app.texts import _


def check_content(content: bytes, limits: Limits) -> Checked:
    """Check a file of one of the kinds that are taken. Raises RuleError that says what is wrong."""
    check_size(len(content), limits)
    if content.startswith(b"%PDF-"):
        # pypdf takes long to load: only a process that is sent a PDF pays for it.
        from app.services.files.pdf import check_pdf

        return check_pdf(content, limits)
    if content.startswith(b"PK\x03\x04"):
        return check_office(content, limits)
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or _is_webp(content):
        return check_picture(content, limits)
    return check_text(content)


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def agreed_name(name: str, checked: Checked) -> str:
    """The name with an extension that tells the truth. Raises RuleError where it tells something else."""
    extension = extension_of(name)
    if checked.media_type == "text/plain" and extension not in checked.extensions:
        raise RuleError(unknown_kind())
    if not extension:
        return with_extension(name, checked.extensions[0])
    if extension not in checked.extensions:
        raise RuleError(
            _("The name ends in .%(extension)s, but the file is %(kind)s.", extension=extension, kind=checked.label)
        )
    return name
