"""Every setting, read once from the environment into one typed, frozen value.

Names carry the prefix KONTORA_; `KONTORA_<NAME>_FILE` gives the path of a file that holds the value
instead. A value that cannot be used stops the start: ConfigError names the setting and says what it must be.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "KONTORA_"
LANGUAGES = {"ru": {"flag": "ru", "name": "Русский"}, "en": {"flag": "gb", "name": "English"}}
MEGABYTE = 1024 * 1024
_ROOT = Path(__file__).resolve().parent


class ConfigError(Exception):
    """A setting cannot be used; the text is one line that names it."""


@dataclass(frozen=True)
class Settings:
    """How this installation runs. Empty texts mean: not set, the feature is off."""

    data_dir: Path
    database_url: str
    reports_database_url: str
    """A read-only replica for reports; the main database when empty."""
    files_url: str
    """Where files lie: a folder, or s3://bucket/folder."""
    redis_url: str
    secret_key: str
    """Signs cookies. Empty: none was given, and pages are not served."""
    is_secret_generated: bool
    """The key was made by `kontora prepare`: good for a trial, not for production."""
    host: str
    port: int
    trusted_proxies: int
    """How many reverse proxies stand in front and say who the visitor is; 0: nobody is believed."""
    language: str
    timezone: ZoneInfo
    map_tile_url: str
    map_tile_attribution: str
    geocoder: str
    company_lookup: str
    dadata_token: str
    public_url: str
    """How people reach the pages: links in letters begin with it."""
    smtp_url: str
    """Where letters leave: smtp[s]://user:password@host:port?from=address; app/integrations/mail.py says more."""
    imap_url: str
    """Where answers are fetched: imap[s]://user:password@host:port/folder; app/integrations/inbox/imap.py says more."""
    webhook_secret: str
    max_upload_mb: int
    sentry_dsn: str

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment (the process's own by default). Raises ConfigError."""
        given = _Given(os.environ if environment is None else environment)
        data_dir = Path(given.text("DATA_DIR") or _ROOT / "data").expanduser().absolute()
        secret_key, is_generated = _secret_key(given, data_dir)
        settings = cls(
            data_dir=data_dir,
            database_url=given.database("DATABASE_URL") or f"sqlite:///{data_dir / 'kontora.db'}",
            reports_database_url=given.database("REPORTS_DATABASE_URL"),
            files_url=given.files("FILES_URL") or str(data_dir / "files"),
            redis_url=given.address("REDIS_URL", "redis", "rediss", "unix"),
            secret_key=secret_key,
            is_secret_generated=is_generated,
            host=given.text("HOST") or "127.0.0.1",
            port=given.number("PORT", 8080, 1, 65535),
            trusted_proxies=given.number("TRUSTED_PROXIES", 0, 0, 9),
            language=given.one_of("LANGUAGE", *LANGUAGES),
            timezone=given.zone("TIMEZONE"),
            map_tile_url=given.tiles("MAP_TILE_URL"),
            map_tile_attribution=given.text("MAP_TILE_ATTRIBUTION"),
            geocoder=given.one_of("GEOCODER", "none", "nominatim", "yandex"),
            company_lookup=given.one_of("COMPANY_LOOKUP", "local", "dadata"),
            dadata_token=given.text("DADATA_TOKEN"),
            public_url=given.address("PUBLIC_URL", "https", "http").rstrip("/"),
            smtp_url=given.address("SMTP_URL", "smtp", "smtps"),
            imap_url=given.address("IMAP_URL", "imap", "imaps"),
            webhook_secret=given.text("WEBHOOK_SECRET"),
            max_upload_mb=given.number("MAX_UPLOAD_MB", 25, 1, 1024),
            sentry_dsn=given.address("SENTRY_DSN", "http", "https"),
        )
        settings._check_together()
        return settings

    def _check_together(self) -> None:
        if self.company_lookup == "dadata" and not self.dadata_token:
            _refuse("DADATA_TOKEN", "is needed when KONTORA_COMPANY_LOOKUP is dadata")
        if self.map_tile_url and not self.map_tile_attribution:
            _refuse("MAP_TILE_ATTRIBUTION", "is needed with KONTORA_MAP_TILE_URL: the map's terms ask for it")
        if self.webhook_secret and len(self.webhook_secret) < 16:
            _refuse("WEBHOOK_SECRET", "must have at least 16 characters")

    @property
    def secret_key_file(self) -> Path:
        """Where `kontora prepare` keeps the key that it made."""
        return self.data_dir / "secret_key"

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the main database is SQLite."""
        return self.database_url.startswith("sqlite")

    @property
    def link_address(self) -> str:
        """What links in letters begin with."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Tell whether only this machine reaches the pages, nothing in front; plain HTTP is fine then."""
        return self.trusted_proxies == 0 and _is_loopback(self.host)

    @property
    def map_tile_origin(self) -> str:
        """Scheme and host of the map tiles, for the content policy; a wildcard stands for {s}."""
        if not self.map_tile_url:
            return ""
        parts = urlsplit(self.map_tile_url)
        return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"

    def flask(self) -> dict[str, Any]:
        """The configuration of Flask and its extensions."""
        return {
            **self._web(),
            **self._database(),
            **self._framework(),
            "COMPRESS_ALGORITHM": ["br", "gzip"],
            "COMPRESS_BR_LEVEL": 4,
            "COMPRESS_MIN_SIZE": 1024,
            "RATELIMIT_ENABLED": True,
            "RATELIMIT_STORAGE_URI": self.redis_url or "memory://",
            "RATELIMIT_HEADERS_ENABLED": False,
        }

    def _web(self) -> dict[str, Any]:
        return {
            "SECRET_KEY": self.secret_key or None,
            "MAX_CONTENT_LENGTH": (self.max_upload_mb + 1) * MEGABYTE,
            "MAX_FORM_MEMORY_SIZE": 4 * MEGABYTE,
            "MAX_FORM_PARTS": 10_000,  # a long invoice: eight fields a line
            "SESSION_COOKIE_NAME": "kontora",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": not self.is_local,
            "REMEMBER_COOKIE_HTTPONLY": True,
            "REMEMBER_COOKIE_SAMESITE": "Lax",
            "REMEMBER_COOKIE_SECURE": not self.is_local,
            "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
            "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a long form must not be lost
            "WTF_CSRF_SSL_STRICT": True,
            "BABEL_DEFAULT_LOCALE": self.language,
            "BABEL_DEFAULT_TIMEZONE": str(self.timezone),
            "LANGUAGES": LANGUAGES,
            "KONTORA": self,
        }

    def _database(self) -> dict[str, Any]:
        return {
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": engine_options(self.database_url),
            "SQLALCHEMY_BINDS": self._reports_bind(),
        }

    def _reports_bind(self) -> dict[str, Any]:
        if not self.reports_database_url:
            return {}
        return {"reports": {"url": self.reports_database_url, **engine_options(self.reports_database_url)}}

    def _framework(self) -> dict[str, Any]:
        return {
            "APP_NAME": "Kontora",
            "FAB_UPDATE_PERMS": False,  # `kontora init-security` writes rights; a start writes nothing
            "FAB_CREATE_DB": False,
            "FAB_ADD_SECURITY_API": False,
            "FAB_ADD_SECURITY_VIEWS": True,
            "FAB_BASE_TEMPLATE": "frame/base.html",
            "FAB_API_MAX_PAGE_SIZE": 100,
            "FAB_API_SWAGGER_UI": True,
            "FAB_PASSWORD_COMPLEXITY_ENABLED": True,
            "FAB_SAFE_REDIRECT_HOSTS": [],
            "AUTH_USER_REGISTRATION": False,
            "AUTH_RATE_LIMITED": False,  # failed sign-ins are counted in the database, for all processes
            "AUTH_ROLE_PUBLIC": "Public",
            "JWT_ACCESS_TOKEN_EXPIRES": timedelta(minutes=15),
            "JWT_REFRESH_TOKEN_EXPIRES": timedelta(days=7),
        }


def engine_options(url: str) -> dict[str, Any]:
    """How connections to a database are kept: one for each of the threads of a process, and some to spare."""
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15}, "pool_recycle": 1800}  # made anew, they know how tables have grown
    return {
        "pool_size": 5,
        "max_overflow": 5,
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        "connect_args": {
            "connect_timeout": 5,
            "application_name": "kontora",
            # Only what is kept is prepared (`answers`): for any values, PostgreSQL may plan a question of a report so
            # badly that it takes minutes.
            "prepare_threshold": 1_000_000,
        },
    }


def settings_or_exit() -> Settings:
    """The settings; a bad one ends the program with one line instead of a traceback."""
    try:
        return Settings.read()
    except ConfigError as error:
        raise SystemExit(f"Kontora: {error}") from None


def make_secret_key(settings: Settings) -> Path | None:
    """Make the key for a trial installation where none was given; gives the file that was written, if any."""
    if settings.secret_key:
        return None
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(settings.secret_key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32))
    return settings.secret_key_file


def _secret_key(given: "_Given", data_dir: Path) -> tuple[str, bool]:
    """The key and whether it is the generated one."""
    if key := given.text("SECRET_KEY"):
        return key, False
    try:
        return (data_dir / "secret_key").read_text(encoding="utf-8").strip(), True
    except FileNotFoundError:
        return "", False
    except (OSError, UnicodeDecodeError) as error:
        _refuse("DATA_DIR", f"holds a secret_key that cannot be read: {error}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse(name: str, reason: str) -> NoReturn:
    raise ConfigError(f"{PREFIX}{name} {reason}")


class _Given:
    """Reads values from an environment and turns them into what they should be."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str) -> str:
        """The value, from the variable or from the file that `…_FILE` names, without spaces around."""
        value = self._environment.get(PREFIX + name, "").strip()
        path = self._environment.get(f"{PREFIX}{name}_FILE", "").strip()
        if not path:
            return value
        if value:
            _refuse(name, f"is given twice: also as {PREFIX}{name}_FILE")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            _refuse(f"{name}_FILE", f"names a file that cannot be read: {path}")

    def number(self, name: str, default: int, smallest: int, largest: int) -> int:
        """A whole number within bounds."""
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and smallest <= int(value) <= largest):
            _refuse(name, f"must be a whole number from {smallest} to {largest}, not {value!r}")
        return int(value)

    def one_of(self, name: str, *choices: str) -> str:
        """One of the choices; the first is the default."""
        value = self.text(name) or choices[0]
        if value not in choices:
            _refuse(name, f"must be one of {', '.join(choices)}, not {value!r}")
        return value

    def zone(self, name: str) -> ZoneInfo:
        """A time zone by its name in the tz database."""
        value = self.text(name) or "Europe/Moscow"
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            _refuse(name, f"must be a time zone such as Europe/Moscow, not {value!r}")

    def address(self, name: str, *schemes: str) -> str:
        """A URL of one of the schemes. The value itself is not shown: it may hold a password."""
        value = self.text(name)
        if value and not self._is_address(value, schemes):
            _refuse(name, f"must be an address that begins with {' or '.join(f'{each}://' for each in schemes)}")
        return value

    def _is_address(self, value: str, schemes: tuple[str, ...]) -> bool:
        try:
            parts = urlsplit(value)
            return parts.scheme in schemes and bool(parts.netloc or parts.path) and (parts.port or 1) > 0
        except ValueError:
            return False

    def tiles(self, name: str) -> str:
        """The pattern of a map tile's address."""
        value = self.address(name, "https", "http")
        if value and not all(part in value for part in ("{z}", "{x}", "{y}")):
            _refuse(name, "must hold {z}, {x} and {y}")
        return value

    def files(self, name: str) -> str:
        """A folder, or an address of a store; a folder is made absolute."""
        value = self.text(name)
        if not value or value.startswith("s3://"):
            return value
        if "://" in value and not value.startswith("file://"):
            _refuse(name, "must be a folder or begin with s3://")
        return str(Path(value.removeprefix("file://")).expanduser().absolute())

    def database(self, name: str) -> str:
        """A database URL. The value itself is not shown: it may hold a password."""
        value = self.text(name)
        if not value:
            return ""
        address = _parse(value)
        if address is None or address.drivername not in _DRIVERS:
            _refuse(name, "must begin with sqlite:/// or postgresql+psycopg://")
        if not address.database:
            _refuse(name, "must name a database")
        return address.set(drivername=_DRIVERS[address.drivername]).render_as_string(hide_password=False)


_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def _parse(value: str) -> URL | None:
    try:
        return make_url(value)
    except (ArgumentError, ValueError):
        return None
