"""Amounts in words for documents. Always Russian: the documents themselves are Russian."""

from decimal import Decimal

from app.services.vat import round_kopecks


def amount_in_words(amount: Decimal) -> str:
    """Roubles in words, kopecks in digits, with a capital: «Одна тысяча двести тридцать рублей 56 копеек».

    The amount is in roubles and is rounded half up to the kopeck. Raises ValueError for a negative amount.
    """
    if amount < 0:
        raise ValueError("an amount in words cannot be negative")
    roubles, kopecks = divmod(int(round_kopecks(amount) * 100), 100)
    from num2words import num2words  # what few pages need is loaded when they do: it would lengthen every start

    words = str(num2words(roubles, lang="ru")).capitalize()
    rouble = plural(roubles, "рубль", "рубля", "рублей")
    kopeck = plural(kopecks, "копейка", "копейки", "копеек")
    return f"{words} {rouble} {kopecks:02d} {kopeck}"


def plural(n: int, one: str, few: str, many: str) -> str:
    """The Russian form of a noun after a number: 1 рубль, 2 рубля, 5 рублей, 11 рублей, 21 рубль."""
    tail = abs(n) % 100
    if tail // 10 == 1:
        return many
    if tail % 10 == 1:
        return one
    return few if tail % 10 in (2, 3, 4) else many
