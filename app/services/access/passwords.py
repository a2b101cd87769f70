"""What a password must be, and how it is kept. Every way of setting one goes through `set_password`."""

import hashlib
import secrets

from app.database import User
from app.errors import RuleError
from app.texts import _

SHORTEST = 10
LONGEST = 200
"""Characters; a longer one would only cost the server time."""

# Among the first that anybody tries. Shorter ones are refused by length anyway.
_COMMON = frozenset(
    [
        "1234567890",
        "12345678910",
        "123456789a",
        "0987654321",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "qwertyuiop",
        "qwerty12345",
        "qwerty123456",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "iloveyou123",
        "administrator",
        "admin12345",
        "admin123456",
        "welcome123",
        "йцукенгшщз",
        "йцукен12345",
        "йцукен123456",
        "пароль1234",
        "пароль12345",
        "пароль123456",
        "администратор",
        "qwertyuiop123",
        "asdfghjkl1",
        "letmein123",
        "changeme123",
        "kontora123",
        "kontora1234",
        "kontora12345",
        "контора123",
        "контора1234",
        "контора12345",
        "1234567891",
    ]
)
_N, _R, _P = 32768, 8, 1


def check_password(password: str, user: User) -> None:
    """Refuse a password that is easy to guess. The user's login and names must be set. Raises RuleError."""
    plain = password.casefold().strip()
    if len(password) < SHORTEST:
        raise RuleError(_("The password must have at least %(count)s characters.", count=SHORTEST))
    if len(password) > LONGEST:
        raise RuleError(_("The password may have at most %(count)s characters.", count=LONGEST))
    if not password.isprintable():
        raise RuleError(_("The password must not contain control characters."))
    if len(set(plain)) < 4:
        raise RuleError(_("The password repeats the same characters: choose a less even one."))
    if plain in _COMMON:
        raise RuleError(_("This password is among the most common ones: choose another."))
    if any(name in plain for name in _own_words(user)):
        raise RuleError(_("The password must not contain the login, the name or the e-mail of its owner."))


def _own_words(user: User) -> list[str]:
    """The words of three letters and more that say who the person is."""
    email = (user.email or "").split("@")[0]
    words = (user.username, user.first_name, user.last_name, email)
    return [word.casefold() for word in words if word and len(word) > 2]


def set_password(user: User, password: str) -> None:
    """Give the user a password that meets the rules; sign-ins made with the old one end when it is saved."""
    check_password(password, user)
    user.password = hash_password(password)


def hash_password(password: str) -> str:
    """The password as it is kept: salted scrypt, in the notation that Werkzeug checks."""
    salt = secrets.token_hex(8)
    made = hashlib.scrypt(password.encode(), salt=salt.encode(), n=_N, r=_R, p=_P, maxmem=132 * _N * _R * _P)
    return f"scrypt:{_N}:{_R}:{_P}${salt}${made.hex()}"
