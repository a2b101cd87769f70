"""Pictures of QR codes for printed forms: the payment code of an invoice, the sticker of equipment."""

import segno

_OLD_PAYMENT_PREFIX = "ST00011"


def qr_png_data_uri(text: str, scale: int = 4) -> str:
    """A PNG as a `data:` address for an `<img>`; `scale` is the number of pixels per module."""
    return str(_code(text).png_data_uri(scale=scale))


def _code(text: str) -> segno.QRCode:
    # A payment code says in its prefix which encoding follows, and bank applications take its word for it.
    encoding = "cp1251" if text.startswith(_OLD_PAYMENT_PREFIX) else "utf-8"
    return segno.make_qr(text.encode(encoding), error="m", boost_error=False)
