"""Names, phones and addresses of clients brought to one shape, for search and for finding duplicates."""

from app.services.names.company import company_key, is_legal_form, search_key
from app.services.names.emails import check_email, email_key, emails
from app.services.names.layouts import swap_keyboard_layout, transliterate
from app.services.names.phones import Phone, format_phone, phone_key, phone_numbers, tel_url
from app.services.names.queries import number_variants, query_variants

__all__ = [
    "Phone",
    "check_email",
    "company_key",
    "email_key",
    "emails",
    "format_phone",
    "is_legal_form",
    "number_variants",
    "phone_key",
    "phone_numbers",
    "query_variants",
    "search_key",
    "swap_keyboard_layout",
    "tel_url",
    "transliterate",
]
