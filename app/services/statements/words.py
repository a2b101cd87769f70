"""What the codes of a statement mean, in the language of the person who reads: reasons, warnings, what was left out."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from app.errors import IntegrationError
from app.integrations.bank import ErrorCode, StatementError
from app.texts import _, lazy

_REASONS = {
    "inn": lazy("INN"),
    "inn_kpp": lazy("INN and KPP"),
    "inn_account": lazy("INN and account"),
    "inn_learnt": lazy("INN and an earlier choice"),
    "account": lazy("bank account of the client"),
    "learnt": lazy("paid for this client before"),
    "same_name": lazy("the same name"),
    "number": lazy("invoice no. %(number)s in the purpose"),
    "number_date_differs": lazy("invoice %(number)s is of another date than %(stated)s"),
    "sum": lazy("exact sum"),
    "exact_sum": lazy("the sum is what invoice %(number)s still owes"),
    "exact_stage": lazy("the sum is a stage of invoice %(number)s"),
    "stage_sum": lazy("the sum is one stage of the invoice"),
    "partial": lazy("part of %(open)s"),
    "contract": lazy("contract no. %(number)s in the purpose"),
    "oldest_first": lazy("oldest debts first"),
    "vat_missing": lazy("the purpose says “without VAT”, the invoice has VAT of %(expected)s"),
    "vat_differs": lazy("VAT in the purpose is %(stated)s, in the invoice %(expected)s"),
    "several_payers": lazy("%(count)s clients fit"),
    "bank_inn": lazy("INN %(inn)s is the bank's: an individual paid"),
    "account_of_another": lazy("the account is of %(client)s, the INN is another one"),
    "number_of_another": lazy("invoice %(number)s is of %(client)s"),
    "number_not_found": lazy("no open invoice %(number)s"),
    "sum_above": lazy("more than the debt of %(open)s"),
    "sums_differ": lazy("the invoices named add up to %(open)s"),
    "equal_sums": lazy("%(count)s invoices of this sum"),
    "nothing_open": lazy("the client owes nothing: an advance"),
    "not_income_words": lazy("not income: “%(words)s” in the purpose"),
    "unknown_payer": lazy("unknown payer"),
    "transfer": lazy("between own accounts"),
    "outgoing": lazy("money out"),
    "refund": lazy("a refund?"),
    "chosen": lazy("chosen by hand"),
    "changed_meanwhile": lazy("the debt has changed meanwhile: choose again"),
    "future_day": lazy("the bank's date %(day)s is still ahead"),
}
_WARNINGS = {
    "encoding_mismatch": lazy("The file says its encoding is %(declared)s; it is read as %(actual)s."),
    "bad_characters": lazy("Some letters of “%(key)s” could not be read."),
    "truncated": lazy("The file breaks off: document %(number)s is not complete. Get the file from the bank again."),
    "no_eof": lazy("The file has no end mark; check that the last payments are there."),
    "content_after_end": lazy("There are documents after the end mark; they were not read."),
    "unclosed": lazy("A section is not closed: %(section)s."),
    "stray_end": lazy("An end without a beginning: %(text)s."),
    "no_equals": lazy("A line without “=”: %(text)s."),
    "duplicate_key": lazy("“%(key)s” stands twice: %(first)s and %(second)s; the second was taken."),
    "bad_header_date": lazy("The date “%(text)s” in the heading is wrong."),
    "bad_posting_date": lazy(
        "Document %(number)s: the posting date “%(text)s” is wrong, the document's date was taken."
    ),
    "bad_section_value": lazy("Account %(account)s: “%(key)s” is not a sum: %(text)s."),
    "section_without_account": lazy("Balances without an account number."),
    "unknown_currency": lazy("The currency of account %(account)s is not known; roubles were taken."),
    "balance_mismatch": lazy("Account %(account)s: the closing balance is %(stated)s, counted %(counted)s."),
    "days_mismatch": lazy(
        "Account %(account)s, %(date)s: opens with %(stated)s, the day before closed with %(counted)s."
    ),
    "received_mismatch": lazy(
        "Account %(account)s: the bank states %(stated)s received, the documents give %(counted)s."
    ),
    "withdrawn_mismatch": lazy(
        "Account %(account)s: the bank states %(stated)s written off, the documents give %(counted)s."
    ),
    "repeated_document": lazy("Document %(number)s of %(amount)s stands twice; check whether there were two payments."),
    "doubled_document": lazy(
        "Document %(number)s of %(amount)s stands twice, but by the turnover there was one payment."
    ),
    "more_warnings": lazy("and %(count)s more"),
    "opening_differs": lazy(
        "Account %(account)s opens with %(stated)s, but the statement up to %(day)s closed with %(expected)s: "
        "a statement in between may be missing."
    ),
    "already_in": lazy("%(count)s documents were loaded before, in the file %(name)s."),
    "all_known": lazy("Nothing is new: every document of this file was loaded before."),
}
_LEFT_OUT = {
    "bad_amount": lazy("The amount “%(text)s” cannot be read."),
    "bad_date": lazy("The date “%(text)s” cannot be read."),
    "foreign": lazy("Neither side is an account of ours."),
    "unknown_account": lazy("Account %(text)s is not among our accounts: add it and load the file again."),
    "foreign_currency": lazy("Account %(text)s is not in roubles: such payments are not posted."),
    "zero_amount": lazy("The amount is zero."),
    "was_not_internal": lazy(
        "The transfer of account %(text)s is already in as an ordinary payment, from before both accounts were known."
    ),
}
_REFUSALS = {
    ErrorCode.EMPTY: lazy("The statement file is empty."),
    ErrorCode.TOO_LARGE: lazy("The statement file is too large."),
    ErrorCode.UNREADABLE: lazy("The statement file could not be read."),
    ErrorCode.NOT_1C: lazy("This is not a bank statement file in the 1C format."),
}
_MONEY = frozenset({"open", "stated", "expected", "counted", "amount"})


def reason_text(found: Mapping[str, Any]) -> str:
    """One reason of a proposal in words; an unknown code is shown as it is."""
    return _say(_REASONS, str(found["code"]), found["values"])


def warning_text(found: Mapping[str, Any]) -> str:
    """One warning about the file in words."""
    return _say(_WARNINGS, str(found["code"]), found["values"])


def left_out_text(found: Mapping[str, Any]) -> str:
    """Why documents were not taken in, with their number or how many they are."""
    why = _say(_LEFT_OUT, str(found["reason"]), {"text": found["text"]})
    if found["count"] > 1:
        return _("%(count)s documents: %(why)s", count=found["count"], why=why)
    return _("Document %(number)s, line %(line)s: %(why)s", number=found["number"], line=found["line"], why=why)


def refusal_text(error: IntegrationError) -> str:
    """Why the whole file is refused."""
    return str(_REFUSALS[error.code]) if isinstance(error, StatementError) else str(error)


def _say(texts: Mapping[str, str], code: str, values: Mapping[str, str]) -> str:
    text = texts.get(code)
    if text is None:
        return code
    shown = {name: _money(value) if name in _MONEY else value for name, value in values.items()}
    return str(text) % shown if values else str(text)


def _money(value: str) -> str:
    """A sum as people read it, 1 234,50; a text that is none stays."""
    try:
        return f"{Decimal(value):,.2f}".replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    except InvalidOperation:
        return value
