"""The statement wizard: file, check, match, result; former imports with one-click taking back. Works without script."""

from app.views.bank.view import BankImportView

__all__ = ["BankImportView"]
