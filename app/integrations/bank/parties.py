"""The payer and the payee of a bank document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.integrations.bank.amounts import squeeze

_INN = re.compile(r"[0-9]{10}|[0-9]{12}")
_KIO = re.compile(r"[0-9]{5}")
_KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
_ACCOUNT = re.compile(r"[0-9]{5}[0-9A-ZА-Я][0-9]{14}|[0-9]{20}")
# «ИНН 7734660892 ООО …», «6154569327 ООО …», «7777777777, ООО …»; a short number counts only after the word.
_INN_IN_NAME = re.compile(
    r"\s*(?:ИНН[\s:№]*([0-9]+)|([0-9]{12}|[0-9]{10}))(?:[\s,;/]*КПП[\s:]*[0-9A-Z]*)?(?:[\s,;]+|$)",
    re.IGNORECASE,
)
# Accounts of natural persons (40817, 40820, deposits 423 and 426) and a bank's own accounts for settlements
# with them (474): on these, banks put their own INN in place of the person's.
_PERSONAL_ACCOUNTS = ("40817", "40820", "423", "426", "474")
_LEGAL_INN_LENGTH = 10
_PARTS = (
    "", "ИНН", "КПП", "1", "2", "3", "Счет", "РасчСчет", "Банк1", "Банк2", "БИК", "Корсчет",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a payment. A missing requisite is an empty text.

    `account` is the side's account in its own bank (…РасчСчет); `direct_account` the one the money moved over
    (…Счет), different from it in the standard's «indirect settlement» form only. `kio` is the five-digit code
    of a foreign company that stands in place of the INN.
    """

    name: str = ""
    inn: str = ""
    kpp: str = ""
    account: str = ""
    bank: str = ""
    bank_city: str = ""
    bik: str = ""
    corr_account: str = ""
    direct_account: str = ""
    kio: str = ""

    @property
    def inn_may_be_the_banks(self) -> bool:
        """Whether an organisation's INN stands on a natural person's account: ask before matching by it."""
        return len(self.inn) == _LEGAL_INN_LENGTH and self.account.startswith(_PERSONAL_ACCOUNTS)

    def own_account(self, own: frozenset[str]) -> str:
        """Give which of the two accounts is among `own`, the bank account first; empty when neither is."""
        if self.account in own:
            return self.account
        return self.direct_account if self.direct_account in own else ""


class PartyReader:
    """Reads one side («Плательщик» or «Получатель») of documents, each distinct set of requisites once.

    A statement repeats the same few sides thousands of times; sharing them saves most of the time and memory.
    """

    # Sides that never repeat must not fill the memory.
    _LIMIT = 20_000

    def __init__(self, side: str) -> None:
        self._keys = tuple((side + part).lower() for part in _PARTS)
        self._known: dict[tuple[str | None, ...], Party] = {}

    def read(self, fields: Mapping[str, str]) -> Party:
        """Give the side of a document whose fields are keyed by normalised names."""
        values = tuple(map(fields.get, self._keys))
        party = self._known.get(values)
        if party is None:
            if len(self._known) >= self._LIMIT:
                self._known.clear()
            party = self._known[values] = _party(*(value or "" for value in values))
        return party


def _party(*values: str) -> Party:
    """Build a side from the values of `_PARTS`, in that order."""
    whole, inn, kpp, first, second, third, direct, settlement, bank, city, bik, corr = values
    name, inn_in_name = _split_name(first or whole)
    code = squeeze(inn)
    indirect = squeeze(second) if _ACCOUNT.fullmatch(squeeze(second)) else ""
    return Party(
        name=name,
        inn=_real(_INN, code) or inn_in_name or _split_name(whole)[1],
        kpp=_real(_KPP, squeeze(kpp).upper()),
        account=squeeze(settlement) or indirect or squeeze(direct),
        bank=bank or (third if indirect else ""),
        bank_city=city,
        bik=squeeze(bik),
        corr_account=squeeze(corr),
        direct_account=squeeze(direct),
        kio=_real(_KIO, code),
    )


def _split_name(text: str) -> tuple[str, str]:
    """Cut an INN that stands before the name: the bare name and the INN, empty when there is none."""
    match = _INN_IN_NAME.match(text)
    if match is None:
        return text, ""
    return text[match.end() :].strip(), _real(_INN, match[1] or match[2])


def _real(pattern: re.Pattern[str], code: str) -> str:
    """Give the code when it has the right form and is not all zeros: zeros pass the INN's check digit."""
    return code if pattern.fullmatch(code) and code.strip("0") else ""
