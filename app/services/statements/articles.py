"""Articles of cash flow for bank payments, guessed from the words of the purpose and the direction."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.money import ArticleKind, CashArticle, MoneyDirection
from app.services.purposes import not_income_words
from app.services.statements.facts import Line

ARTICLES: dict[str, tuple[str, ArticleKind]] = {
    "client_payment": ("Оплата от покупателей", ArticleKind.INCOME),
    "other_in": ("Прочие поступления", ArticleKind.NEITHER),
    "supplier_return": ("Возврат от поставщиков", ArticleKind.NEITHER),
    "refund": ("Возврат покупателям", ArticleKind.NEITHER),
    "fee": ("Услуги банка", ArticleKind.EXPENSE),
    "tax": ("Налоги и взносы", ArticleKind.EXPENSE),
    "salary": ("Заработная плата", ArticleKind.EXPENSE),
    "loan": ("Кредиты, займы и депозиты", ArticleKind.NEITHER),
    "transfer": ("Перемещение между своими счетами", ArticleKind.NEITHER),
    "supplier": ("Оплата поставщикам", ArticleKind.EXPENSE),
}
"""By code: the name under which the article is kept (data of the company, so in its language) and its kind."""

_LOANS = frozenset({"заём", "кредит", "депозит"})
_OWN_MONEY = frozenset({"собственные средства", "пополнение"})
_FEE = re.compile(r"(?<!\w)комисси|(?<!\w)за\s+ведени[ея]\s+(?:расч[её]тного\s+)?сч[её]та|(?<!\w)РКО(?!\w)", re.I)
_TAX = re.compile(r"(?<!\w)(?:налог(?!ом|ооблаг)|НДФЛ|ЕНП|страхов\w{2,3}\s+взнос|пени|госпошлин)", re.I)
_TREASURY = ("03100", "40101")
_FEE_OPERATION = "17"


def guess_article(line: Line) -> str:
    """The code of the article for a payment that is not income from a client."""
    words = set(not_income_words(line.purpose))
    if line.direction is MoneyDirection.INTERNAL or words & _OWN_MONEY:
        return "transfer"
    if words & _LOANS:
        return "loan"
    if line.direction is MoneyDirection.IN:
        return "supplier_return" if "возврат" in words else "other_in"
    return _outgoing(line, words)


def _outgoing(line: Line, words: set[str]) -> str:
    if line.raw.get("ПоказательКБК", "0").strip("0") or line.account.startswith(_TREASURY):
        return "tax"
    if "зарплата" in words:
        return "salary"
    if _FEE.search(line.purpose) or line.raw.get("ВидОплаты") == _FEE_OPERATION:
        return "fee"
    if "возврат" in words:
        return "refund"
    return "tax" if _TAX.search(line.purpose) else "supplier"


def article_ids(session: Session) -> dict[str, int]:
    """The keys of the articles by code; those that are missing are made."""
    names = [name for name, _kind in ARTICLES.values()]
    known = {
        article.name: article for article in session.scalars(select(CashArticle).where(CashArticle.name.in_(names)))
    }
    for name, kind in ARTICLES.values():
        if name not in known:
            known[name] = CashArticle(name=name, kind=kind)
            session.add(known[name])
    session.flush()
    return {code: known[name].id for code, (name, _kind) in ARTICLES.items()}
