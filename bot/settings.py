"""Every setting of the program: from the environment (`WEFT_…`), a file of the same, or the default here."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url

from bot.texts import LANGUAGES
from domain.addresses import address_of
from domain.errors import NotAnAddress
from storage import drivers
from storage.unavailable import StorageUnavailable

PREFIX = "WEFT_"
FILE = f"{PREFIX}SETTINGS_FILE"  # where the file is, when it is not `.env` in the working directory
SECRETS = ("discord_token", "database_url", "smtp_password")  # never shown; each may be in a file named by `…_FILE`
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class WrongSettings(Exception):  # noqa: N818 - the operator's slip, told in plain sentences
    """Something in the settings is wrong; the text names it and the fix, and holds no secret."""


class Settings(BaseSettings):
    """All there is to set. Field `x` is the variable `WEFT_X`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    discord_token: SecretStr | None = Field(
        None, description="The bot's token, from Discord's developer portal. Without it Weft runs as a demo."
    )
    discord_token_file: Path | None = Field(
        None, description="A file that holds the token instead (container and systemd secrets)."
    )
    data_dir: Path = Field(Path("data"), description="Where the embedded database is kept, with its lock beside it.")
    database_url: str = Field(
        "",
        repr=False,
        description="The database: empty for the embedded SQLite in the data directory,"
        " or `postgresql://user:password@host/name`.",
    )
    database_url_file: Path | None = Field(
        None, description="A file that holds the database's address instead, since that has a password in it."
    )
    language: str = Field("en", description="The language of a community until it chooses one: en or nl.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged: debug, info, warning or error."
    )
    log_format: Literal["auto", "human", "json"] = Field(
        "auto", description="human, json, or auto: human on a terminal and JSON otherwise."
    )
    health: str = Field(
        "",
        description="Where /healthz, /metrics and /unsubscribe are served, such as `127.0.0.1:8080`. Empty: nowhere.",
    )
    smtp_host: str = Field(
        "", description="The mail server through which digests go by e-mail, such as `mail.example.org`. Empty: none."
    )
    smtp_port: int | None = Field(
        None, ge=1, le=65535, description="Its port. Empty: 587 for starttls, 465 for tls, 25 for none."
    )
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How the way to it is encrypted: starttls, tls, or none (a server on this machine).",
    )
    smtp_user: str = Field("", description="The name to log in with at the mail server. Empty: without logging in.")
    smtp_password: SecretStr | None = Field(None, description="The password that goes with it.")
    smtp_password_file: Path | None = Field(None, description="A file that holds that password instead.")
    smtp_from: str = Field(
        "", description="Whom mail is from, such as `Weft <weft@example.org>`: an address the mail server lets us use."
    )
    public_url: str = Field(
        "",
        description="The https address that leads to WEFT_HEALTH's /unsubscribe, such as `https://weft.example.org`,"
        " so that people can unsubscribe with one click. Empty: they answer the mail, or ask a manager.",
    )
    shard_count: int | None = Field(
        None, ge=1, description="Into how many shards the bot is split. Empty: as many as Discord advises."
    )
    shard_ids: str = Field(
        "", description="Which shards this process runs, such as `0,1,2`; needs PostgreSQL. Empty: all."
    )
    poll_seconds: float = Field(
        30.0,
        ge=1,
        le=3600,
        description="At least this often (in seconds) Weft looks at what is due, whatever its timers say.",
    )
    discord_api: str = Field(
        "", description="Discord's REST address, for those behind a rate-limit proxy. Empty: Discord's own."
    )
    discord_gateway: str = Field("", description="Discord's gateway address, likewise.")

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in SECRETS:
            path = values.get(f"{name}_file")
            if path and not values.get(name):
                try:
                    values = {**values, name: Path(path).read_text(encoding="utf-8").strip()}
                except (OSError, UnicodeDecodeError) as error:
                    raise ValueError(
                        f"{_variable(name)}_FILE names {_shown(str(path))}, which cannot be read ({_why(error)})."
                        f" Check the path and that the user Weft runs as may read it."
                    ) from None
        return values

    @field_validator("discord_token")
    @classmethod
    def _token_is_one(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None or not token.get_secret_value().strip():
            return None
        text = token.get_secret_value().strip()
        if any(character.isspace() for character in text) or text.startswith(("Bot ", '"', "'")):
            raise ValueError("must be the token alone: no spaces, no quotes, no 'Bot' before it")
        return SecretStr(text)

    @field_validator("database_url")
    @classmethod
    def _database_is_one(cls, text: str) -> str:
        try:
            return drivers.parse(text).render_as_string(hide_password=False) if text else ""
        except StorageUnavailable:
            raise ValueError(
                "must be postgresql://user:password@host/name, or sqlite:///path/to/file, or empty"
            ) from None

    @field_validator("language")
    @classmethod
    def _catalogue_is_there(cls, language: str) -> str:
        if language not in LANGUAGES:
            raise ValueError(f"must be one of {', '.join(LANGUAGES)}")
        return language

    @field_validator("health")
    @classmethod
    def _address(cls, text: str) -> str:
        host, _, port = text.rpartition(":")
        if text and not (host and port.isdecimal() and 0 < int(port) < 65536):
            raise ValueError("must be host:port, such as 127.0.0.1:8080, or empty")
        return text

    @field_validator("discord_api", "discord_gateway")
    @classmethod
    def _web_address(cls, text: str) -> str:
        if text and not text.startswith(("http://", "https://", "ws://", "wss://")):
            raise ValueError("must be a full address that begins with https:// (or wss:// for the gateway)")
        return text.rstrip("/")

    @field_validator("smtp_host", "smtp_user")
    @classmethod
    def _one_word(cls, text: str) -> str:
        if any(character.isspace() or not character.isprintable() for character in text) or "://" in text:
            raise ValueError("must be the name alone: no spaces, no smtp:// before it")
        return text

    @field_validator("smtp_host", mode="after")
    @classmethod
    def _without_brackets(cls, text: str) -> str:
        """An IPv6 address, as it is written beside a port and taken without them."""
        return text[1:-1] if text.startswith("[") and text.endswith("]") else text

    @field_validator("smtp_password")
    @classmethod
    def _a_password_or_none(cls, password: SecretStr | None) -> SecretStr | None:
        return password if password is not None and password.get_secret_value() else None

    @field_validator("smtp_from")
    @classmethod
    def _from_whom(cls, text: str) -> str:
        if text:
            _sender(text)
        return text

    @field_validator("public_url")
    @classmethod
    def _reached_safely(cls, text: str) -> str:
        parts = urlsplit(text)
        plain = not (parts.query or parts.fragment or "@" in parts.netloc) and re.fullmatch(r"[!-;=?-~]*", text)
        if text and not (parts.scheme == "https" and parts.hostname and plain):
            raise ValueError("must begin with https:// and have a host, and no ? or # (others cannot unsubscribe)")
        return text.rstrip("/")

    @field_validator("shard_ids")
    @classmethod
    def _numbers(cls, text: str) -> str:
        if text and not all(part.strip().isdecimal() for part in text.split(",")):
            raise ValueError("must be numbers with commas between them, such as 0,1,2")
        return text

    @model_validator(mode="after")
    def _shards_fit(self) -> Settings:
        if not self.shards:
            return self
        if self.shard_count is None:
            raise ValueError("WEFT_SHARD_IDS needs WEFT_SHARD_COUNT: how many shards there are in all processes.")
        if max(self.shards) >= self.shard_count:
            raise ValueError(f"WEFT_SHARD_IDS must be between 0 and {self.shard_count - 1}: one less than the count.")
        if self.sqlite_path is not None and set(self.shards) != set(range(self.shard_count)):
            raise ValueError(
                "WEFT_SHARD_IDS leaves shards to other processes, but SQLite serves one process only:"
                " set WEFT_DATABASE_URL to a PostgreSQL database."
            )
        return self

    @model_validator(mode="after")
    def _mail_fits(self) -> Settings:
        if not self.smtp_host:
            return self
        if not self.smtp_from:
            raise ValueError("WEFT_SMTP_HOST needs WEFT_SMTP_FROM: the address that mail is from.")
        if bool(self.smtp_user) != (self.smtp_password is not None):
            raise ValueError("WEFT_SMTP_USER and WEFT_SMTP_PASSWORD go together: set both, or neither.")
        if self.smtp_user and self.smtp_security == "none" and self.smtp_host not in THIS_MACHINE:
            raise ValueError(
                "WEFT_SMTP_SECURITY is none, and so the password would go over the network for everybody to read:"
                " set it to starttls or tls."
            )
        if self.public_url and not self.health:
            raise ValueError("WEFT_PUBLIC_URL needs WEFT_HEALTH: the page it leads to is served there.")
        return self

    @property
    def mail_from(self) -> tuple[str, str]:
        """The name and the address that mail is from."""
        return _sender(self.smtp_from)

    @property
    def shards(self) -> tuple[int, ...]:
        """The shards this process runs; empty: all of them."""
        return tuple(sorted({int(part) for part in self.shard_ids.split(",") if part.strip()}))

    @property
    def database(self) -> str:
        """The address to open, password and all: never for a log."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'weft.sqlite3'}"

    @property
    def sqlite_path(self) -> Path | None:
        """The embedded database's file; None on PostgreSQL."""
        url = make_url(self.database)
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def load(file: Path | None = None) -> tuple[Settings, list[str]]:
    """Read the settings; with them, sentences about variables that nobody reads.

    The environment wins over the file: `file`, or what `WEFT_SETTINGS_FILE` names, or `.env` if there is one.
    Raises WrongSettings.
    """
    named = file or (Path(os.environ[FILE]) if os.environ.get(FILE) else None)
    path = named or Path(".env")
    given: dict[str, str] = {}
    try:
        if named is not None and not named.is_file():
            raise WrongSettings(f"The settings file {named} is not there. Check the path, or leave it out.")
        both = {**dotenv_values(path), **os.environ}
        given |= {name.upper(): value for name, value in both.items() if name.upper().startswith(PREFIX) and value}
        settings = Settings(_env_file=path)  # type: ignore[call-arg]  # known to pydantic-settings alone
    except (OSError, UnicodeDecodeError) as error:
        raise WrongSettings(
            f"The settings file {path} cannot be read ({_why(error)})."
            " Save it as UTF-8 text, and see that the user Weft runs as may read it."
        ) from None
    except ValidationError as error:
        raise WrongSettings("\n".join(_explain(error, given))) from None
    return settings, list(_strangers(given))


def _sender(text: str) -> tuple[str, str]:
    """The name and the address in "Weft <weft@example.org>"."""
    name, address = parseaddr(text)
    try:
        return name, address_of(address)
    except NotAnAddress:
        raise ValueError("must be an e-mail address, or a name and an address: Weft <weft@example.org>") from None


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _shown(path: str) -> str:
    """A path to tell the operator of; not what may be the secret itself, put where its file should be named."""
    plain = path.startswith(("/", "./", "../", "~")) and "://" not in path
    return path if plain else "something that is not plainly a path (is it the secret itself?)"


def _why(error: OSError | UnicodeDecodeError) -> str:
    return "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror or type(error).__name__


def _strangers(given: Iterable[str]) -> Iterable[str]:
    known = [FILE, *map(_variable, Settings.model_fields)]
    for name in sorted(set(given) - set(known)):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        yield f"{name} is not a setting of Weft." + (f" Did you mean {near[0]}?" if near else "")


def _explain(error: ValidationError, given: Mapping[str, str]) -> Iterable[str]:
    for one in error.errors(include_url=False, include_input=False, include_context=False):
        message = one["msg"].removeprefix("Value error, ")
        if not one["loc"]:  # about several settings together: the sentence names them
            yield message
            continue
        name = str(one["loc"][0])
        value = "" if name in SECRETS else f' is "{given.get(_variable(name), "")}" and'
        message = message.replace("Input should be", "must be")
        yield f"{_variable(name)}{value} {message}. {Settings.model_fields[name].description}"
