"""Draws the contract papers of the demo company: text on two pages, requisites, and signatures by hand.

Drawn directly and not through the printed form: two hundred papers must not take minutes.
"""

import io
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.errors import IntegrationError
from app.models.agreements import Contract
from app.texts import _

FONT_FOLDERS = tuple(map(Path, ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu", "/usr/share/fonts/TTF")))
_FONT, _SIZE, _LEADING = "KontoraDemo", 10, 15
_LEFT, _TOP, _WIDTH = 60, 780, 475
_INK = (0.1, 0.15, 0.55)
_CLAUSES = (
    "1. Предмет договора. Исполнитель обязуется: {subject}, а Заказчик обязуется принять и оплатить исполненное.",
    "2. Цена и порядок расчётов. Цены указываются в счетах и спецификациях. Порядок оплаты: {payment}. "
    "Обязательство по оплате исполнено в день зачисления денег на счёт Исполнителя.",
    "3. Сроки. Срок поставки и оказания услуг согласуется сторонами в каждой спецификации или заявке.",
    "4. Качество и гарантия. Гарантийный срок на оборудование — двенадцать месяцев со дня ввода в эксплуатацию.",
    "5. Ответственность. За нарушение срока оплаты Заказчик уплачивает пеню 0,1 % от суммы долга за каждый день.",
    "6. Претензии. Срок ответа на претензию — тридцать календарных дней со дня её получения.",
    "7. Срок действия. Договор вступает в силу с {day} и действует {until}.",
    "8. Прочие условия. Документ создан для демонстрации программы, стороны вымышлены, обязательств не возникает.",
)


@dataclass(frozen=True)
class Paper:
    """What stands in a contract paper."""

    number: str
    day: date
    seller: tuple[str, ...]
    buyer: tuple[str, ...]
    subject: str
    payment: str
    until: str
    is_signed: bool

    @classmethod
    def of(cls, contract: Contract, *, is_signed: bool) -> "Paper":
        """The paper of a contract."""
        organisation, client = contract.organisation, contract.client
        until = f"до {contract.valid_to:%d.%m.%Y}" if contract.valid_to else "бессрочно"
        return cls(
            number=contract.number,
            day=contract.signed_on,
            seller=(organisation.full_name, f"ИНН {organisation.inn}", organisation.address, organisation.director),
            buyer=(
                client.full_name or client.name,
                f"ИНН {client.inn or '—'}",
                client.legal_address or "—",
                client.head_name or "—",
            ),
            subject=contract.subject.lower(),
            payment=contract.agreement.name.lower() if contract.agreement else "предоплата",
            until=until,
            is_signed=is_signed,
        )


def draw_contract(paper: Paper) -> bytes:
    """The PDF, the same bytes for the same paper. Raises IntegrationError without the DejaVu font."""
    _register_font(FONT_FOLDERS)
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    canvas.setTitle(f"Договор № {paper.number}")
    height = _write(canvas, _TOP, f"ДОГОВОР № {paper.number}", size=14)
    height = _write(canvas, height - 6, f"г. Москва, {paper.day:%d.%m.%Y}")
    height = _write(
        canvas, height - 8, f"{paper.seller[0]}, «Исполнитель», и {paper.buyer[0]}, «Заказчик», заключили договор."
    )
    facts = {"subject": paper.subject, "payment": paper.payment, "day": f"{paper.day:%d.%m.%Y}", "until": paper.until}
    for clause in _CLAUSES:
        height = _write(canvas, height - 8, clause.format(**facts))
    canvas.showPage()
    _draw_sides(canvas, paper)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _draw_sides(canvas: Canvas, paper: Paper) -> None:
    height = _write(canvas, _TOP, "9. Реквизиты и подписи сторон", size=12)
    for title, side in (("Исполнитель", paper.seller), ("Заказчик", paper.buyer)):
        height = _write(canvas, height - 14, title, size=11)
        for line in side:
            height = _write(canvas, height, line)
        height = _write(canvas, height - 26, f"____________________ / {side[-1]}")
        if paper.is_signed:
            _sign(canvas, height + 18, f"{paper.number}{title}")


def _write(canvas: Canvas, height: float, text: str, *, size: int = _SIZE) -> float:
    """Write a paragraph and give the height below it."""
    canvas.setFillGray(0)
    canvas.setFont(_FONT, size)
    for line in simpleSplit(text, _FONT, size, _WIDTH):
        canvas.drawString(_LEFT, height, line)
        height -= _LEADING
    return height


def _sign(canvas: Canvas, height: float, of_whom: str) -> None:
    """A stroke of the pen and a round stamp; the stroke depends on who signs."""
    canvas.setStrokeColorRGB(*_INK)
    canvas.setLineWidth(1.2)
    swings = [ord(letter) % 23 for letter in of_whom[-6:]]
    left = float(_LEFT + 8)
    for swing in swings:
        canvas.bezier(left, height, left + 6, height + swing, left + 9, height - swing / 2, left + 16, height + 3)
        left += 14
    canvas.setLineWidth(0.8)
    for radius in (32, 28):
        canvas.circle(_LEFT + 380, height, radius)
    canvas.setFillColorRGB(*_INK)
    canvas.setFont(_FONT, 6)
    canvas.drawCentredString(_LEFT + 380, height - 2, "ДЛЯ ДОКУМЕНТОВ")


@cache
def _register_font(folders: tuple[Path, ...]) -> None:
    for folder in folders:
        if (folder / "DejaVuSans.ttf").is_file():
            pdfmetrics.registerFont(TTFont(_FONT, str(folder / "DejaVuSans.ttf")))
            return
    raise IntegrationError(_("The DejaVu font is missing: install the package fonts-dejavu-core."))
