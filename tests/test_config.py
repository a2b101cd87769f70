"""Settings come from the environment, and a bad one is named."""

import stat
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config import ConfigError, Settings, engine_options, make_secret_key, settings_or_exit


def read(tmp_path: Path, **values: str) -> Settings:
    return Settings.read({f"KONTORA_{name}": value for name, value in ({"DATA_DIR": str(tmp_path)} | values).items()})


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/kontora.db"
    assert settings.files_url == str(tmp_path / "files")
    assert (settings.host, settings.port, settings.language) == ("127.0.0.1", 8080, "ru")
    assert settings.timezone == ZoneInfo("Europe/Moscow")
    assert (settings.geocoder, settings.company_lookup, settings.max_upload_mb) == ("none", "local", 25)


def test_the_data_folder_is_in_the_project_by_default() -> None:
    assert Settings.read({}).data_dir == Path(__file__).parent.parent / "data"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "８０８０"),
        ("MAX_UPLOAD_MB", "0"),
        ("TRUSTED_PROXIES", "many"),
        ("LANGUAGE", "de"),
        ("TIMEZONE", "Moscow"),
        ("TIMEZONE", "../etc/passwd"),
        ("GEOCODER", "google"),
        ("COMPANY_LOOKUP", "yes"),
        ("DATABASE_URL", "mysql://localhost/kontora"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("REPORTS_DATABASE_URL", "oracle://x/y"),
        ("FILES_URL", "ftp://example.test/x"),
        ("REDIS_URL", "http://localhost"),
        ("SMTP_URL", "mail.example.test:25"),
        ("IMAP_URL", "imap://mail.example.test:99999"),
        ("SENTRY_DSN", "example"),
        ("MAP_TILE_URL", "https://tiles.example.test/map.png"),
        ("WEBHOOK_SECRET", "short"),
    ],
)
def test_a_bad_value_is_named_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, **{name: value})
    assert f"KONTORA_{name} " in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_password_in_an_address_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, DATABASE_URL="mysql://kontora:geheim@localhost/kontora")
    assert "geheim" not in str(refused.value)


def test_dadata_needs_its_token(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="KONTORA_DADATA_TOKEN"):
        read(tmp_path, COMPANY_LOOKUP="dadata")
    assert read(tmp_path, COMPANY_LOOKUP="dadata", DADATA_TOKEN="t").dadata_token == "t"


def test_map_tiles_need_their_attribution(tmp_path: Path) -> None:
    tiles = "https://{s}.tiles.example.test/{z}/{x}/{y}.png"
    with pytest.raises(ConfigError, match="KONTORA_MAP_TILE_ATTRIBUTION"):
        read(tmp_path, MAP_TILE_URL=tiles)
    settings = read(tmp_path, MAP_TILE_URL=tiles, MAP_TILE_ATTRIBUTION="© Карта")
    assert settings.map_tile_origin == "https://*.tiles.example.test"
    assert read(tmp_path).map_tile_origin == ""


def test_a_value_may_come_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from a file\n", encoding="utf-8")
    assert read(tmp_path, SECRET_KEY_FILE=str(secret)).secret_key == "from a file"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="KONTORA_SECRET_KEY_FILE names a file that cannot be read"):
        read(tmp_path, SECRET_KEY_FILE=str(tmp_path / "nothing"))


def test_a_value_and_its_file_contradict_each_other(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="KONTORA_PORT is given twice"):
        read(tmp_path, PORT="80", PORT_FILE="/dev/null")


def test_plain_postgresql_is_reached_by_psycopg(tmp_path: Path) -> None:
    url = read(tmp_path, DATABASE_URL="postgresql://kontora:p%40ss@db/kontora").database_url
    assert url == "postgresql+psycopg://kontora:p%40ss@db/kontora"


def test_a_folder_of_files_is_made_absolute(tmp_path: Path) -> None:
    assert read(tmp_path, FILES_URL="files").files_url == str(Path("files").absolute())
    assert read(tmp_path, FILES_URL=f"file://{tmp_path}").files_url == str(tmp_path)
    assert read(tmp_path, FILES_URL="s3://bucket/x").files_url == "s3://bucket/x"


def test_there_is_no_key_until_one_is_given_or_made(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.secret_key == ""
    assert make_secret_key(settings) == tmp_path / "secret_key"
    again = read(tmp_path)
    assert len(again.secret_key) == 64
    assert again.is_secret_generated
    assert make_secret_key(again) is None
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_given_key_wins_over_the_one_that_was_made(tmp_path: Path) -> None:
    make_secret_key(read(tmp_path))
    settings = read(tmp_path, SECRET_KEY="given")
    assert (settings.secret_key, settings.is_secret_generated) == ("given", False)


def test_an_unreadable_key_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret_key").mkdir()
    with pytest.raises(ConfigError, match="KONTORA_DATA_DIR"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("values", "secure"),
    [
        ({}, False),
        ({"HOST": "localhost"}, False),
        ({"HOST": "::1"}, False),
        ({"HOST": "0.0.0.0"}, True),  # noqa: S104 (only a setting)
        ({"HOST": "crm.example.test"}, True),
        ({"TRUSTED_PROXIES": "1"}, True),
    ],
)
def test_cookies_travel_encrypted_unless_only_this_machine_is_served(
    tmp_path: Path, values: dict[str, str], secure: bool
) -> None:
    assert read(tmp_path, **values).flask()["SESSION_COOKIE_SECURE"] is secure


def test_cookies_are_closed_to_scripts_and_other_sites(tmp_path: Path) -> None:
    configuration = read(tmp_path).flask()
    assert configuration["SESSION_COOKIE_HTTPONLY"] is True
    assert configuration["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_reports_may_read_from_a_replica(tmp_path: Path) -> None:
    assert read(tmp_path).flask()["SQLALCHEMY_BINDS"] == {}
    url = "postgresql+psycopg://replica/kontora"
    binds: dict[str, Any] = read(tmp_path, REPORTS_DATABASE_URL=url).flask()["SQLALCHEMY_BINDS"]
    assert binds["reports"]["url"] == url


def test_postgresql_connections_are_tested_before_use() -> None:
    assert engine_options("postgresql+psycopg://db/kontora")["pool_pre_ping"] is True
    assert "pool_pre_ping" not in engine_options("sqlite:///kontora.db")


def test_the_program_ends_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KONTORA_PORT", "abc")
    with pytest.raises(SystemExit, match=r"^Kontora: KONTORA_PORT must be a whole number from 1 to 65535, not 'abc'$"):
        settings_or_exit()
