"""Telephone exchanges that report calls by webhook: each with its own body and signature, one event out."""

from app.integrations.telephony.event import CallEvent, Phase, SignatureError, Way, Webhook
from app.integrations.telephony.generic import read_generic
from app.integrations.telephony.mango import read_mango
from app.integrations.telephony.zadarma import read_zadarma

READERS = {"generic": read_generic, "mango": read_mango, "zadarma": read_zadarma}
"""Provider in the address -> what reads its reports. Raises SignatureError or IntegrationError."""

__all__ = ["READERS", "CallEvent", "Phase", "SignatureError", "Way", "Webhook"]
