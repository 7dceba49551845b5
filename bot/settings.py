"""All settings, from the environment. The README's table is this file, and a test compares them."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.trouble import Trouble

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Limit = Annotated[int, Field(ge=0)]

#: https://core.telegram.org/bots/api#setwebhook, secret_token
SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,256}")

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What an operator may choose. Everything has a default that runs on one machine."""

    model_config = SettingsConfigDict(
        env_prefix="GONGYOU_",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="The union's own PostgreSQL (`postgresql://user:password@host/name`). Empty: "
        "the embedded one is started under the data folder.",
    )
    host: str = Field("127.0.0.1", description="Where the web chat listens.")
    port: int = Field(8080, ge=0, le=65535, description="The web chat's port.")
    share_port: bool = Field(
        False,
        description="`1`: several processes of one user may listen on the port together, one for "
        "each core; Linux spreads riders among them.",
    )
    data_dir: Path = Field(
        Path("var"), description="The folder of the embedded database, the models and the key file."
    )
    keys: SecretStr | None = Field(
        None,
        description="The master keys (`name:hex`, separated by commas, the last one seals). "
        "Empty: a file `keys` (mode 0600) in the data folder, made at the first start.",
    )
    public_url: str = Field(
        "",
        description="The address under which riders and staff reach the house (`https://…`). With "
        "it, Telegram is heard by webhook; without, by polling.",
    )
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        (),
        description="Addresses or networks of reverse proxies whose `X-Forwarded-For` is "
        "believed, separated by commas.",
    )
    telegram_token: SecretStr | None = Field(
        None, description="The bot's token from @BotFather. Empty: no Telegram."
    )
    telegram_secret: SecretStr | None = Field(
        None,
        description="What Telegram must show at the webhook. Empty: derived from the token and "
        "the keys.",
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org",
        description="The Bot API server's address without the token, for a self-hosted one.",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="The mail server for notices to staff (`smtps://user:password@host:465` or "
        "`smtp://…:587` with STARTTLS). Empty: no e-mail.",
    )
    mail_from: str = Field(
        "", description="The sender of these mails. Empty: `gongyou@` and the mail server's host."
    )
    robot_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Further hosts (`host` or `host:port`) that group robots may be on, separated "
        "by commas: a platform's private installation. 企业微信, 钉钉 and 飞书 need none.",
    )
    nlu_url: str | None = Field(
        None, description="A Rasa server that is run elsewhere. Empty: the house starts its own."
    )
    nlu_python: Path | None = Field(
        None,
        description="A Python 3.10 with Rasa. Empty: `.venv-nlu`, made at the first start.",
    )
    rasa: bool = Field(
        True, description="`0`: no Rasa is installed or started; the in-process head reads."
    )
    demo: bool | None = Field(
        None,
        description="Load the demonstration content, with its invented persons. Empty: with the "
        "embedded database yes, with `DATABASE_URL` no.",
    )
    trace: bool = Field(
        False, description="`1`: answers of the web chat carry route, confidence and slots."
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="Who shows it as a bearer may read `/metrics`. Empty: only this machine and "
        "its private network may.",
    )
    tiles: str = Field(
        "",
        description="The map's tiles in the console (`https://host/{z}/{x}/{y}.png`); staff's "
        "browsers ask this host, and only this one. Empty: points on empty ground.",
    )
    tiles_system: Literal["wgs84", "gcj02"] = Field(
        "wgs84", description="What these tiles are drawn in: `gcj02` for Amap's and Tencent's."
    )
    tiles_credit: str = Field(
        "", description="Whose map it is, as it must stand beside it (`© OpenStreetMap`)."
    )
    log_format: Literal["auto", "console", "json"] = Field(
        "auto",
        description="Log lines for people or for machines; auto: by whether a terminal reads them.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important log lines that are written."
    )

    messages_per_minute: Limit = Field(
        20,
        description="Messages a minute and conversation before it is slowed, with one polite "
        "line. For this and every limit below, `0` lifts it.",
    )
    web_messages_per_minute: Limit = Field(
        60, description="Messages a minute that the web chat takes from one conversation at all."
    )
    new_conversations_per_hour: Limit = Field(
        600, description="New web conversations an hour from one address (carriers share them)."
    )
    requests_per_minute: Limit = Field(
        3000,
        description="Requests a minute from one address to the web chat, and as many to the "
        "console.",
    )
    photos_per_hour: Limit = Field(60, description="Photos an hour from one web conversation.")
    streams_per_conversation: Limit = Field(
        8, description="Event streams open at the same time for one conversation."
    )
    streams_per_address: Limit = Field(
        2000, description="Event streams open at the same time from one address."
    )

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part)
        return value

    @field_validator("public_url", "telegram_api_url", "nlu_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("an address begins with http:// or https://")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parts = urlsplit(value.get_secret_value())
            if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
                raise ValueError("a mail server is written smtps://user:password@host:465")
        return value

    @field_validator("robot_hosts", mode="before")
    @classmethod
    def _hosts(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("tiles")
    @classmethod
    def _tiles(cls, value: str) -> str:
        parts = urlsplit(value)
        names = sorted(re.findall(r"\{(\w*)\}", value))
        plain = not re.search(r"[\s;,'\"{}]", parts.netloc) and not parts.username
        if value and not (
            parts.scheme in {"http", "https"}
            and parts.hostname
            and plain
            and names == ["x", "y", "z"]
        ):
            raise ValueError("tiles are written https://host/{z}/{x}/{y}.png, of one host")
        return value

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            scheme = urlsplit(value.get_secret_value()).scheme.split("+")[0]
            if scheme not in {"postgresql", "postgres"}:
                raise ValueError("it must begin with postgresql://, the only database there is")
            _, _, rest = value.get_secret_value().partition("://")
            return SecretStr(f"postgresql://{rest}")
        return value

    @field_validator("telegram_secret")
    @classmethod
    def _secret_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not SECRET_TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("it is made of 1 to 256 letters, digits, _ and - (Telegram's rule)")
        return value

    @property
    def proxies(self) -> tuple[Network, ...]:
        """The reverse proxies that are believed."""
        return self.trusted_proxies

    @property
    def embedded(self) -> bool:
        """Whether the house brings its own PostgreSQL."""
        return self.database_url is None

    @property
    def with_demo(self) -> bool:
        """Whether the demonstration content is loaded."""
        return self.embedded if self.demo is None else self.demo

    @property
    def key_file(self) -> Path:
        return self.data_dir / "keys"

    @property
    def postgres_dir(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def rasa_python(self) -> Path | None:
        """The interpreter with Rasa, if there is one."""
        if not self.rasa:
            return None
        wanted = self.nlu_python or ROOT / ".venv-nlu" / "bin" / "python"
        return wanted if wanted.exists() else None

    @property
    def address(self) -> str:
        """Where a person on this machine opens the web chat."""
        return self.address_at(self.port)

    def address_at(self, port: int) -> str:
        """As `address`, at the port that was taken when any would do."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::", ""} else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    @classmethod
    def load(cls, **changes: Any) -> Settings:
        """Read the environment.

        Raises:
            Trouble: A value can't be used. Values are not repeated: some are secret.
        """
        try:
            return cls(**changes)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            name = str(first["loc"][0]) if first["loc"] else ""
            where = variable(name) if name in cls.model_fields else name.upper()
            what = first["msg"].removeprefix("Value error, ")
            raise Trouble(
                f"{f'The setting {where}' if where else 'A setting'} can't be used: "
                f"{what[:1].lower()}{what[1:]}; correct it and start again."
            ) from None


def variable(name: str) -> str:
    """The environment variable of a field."""
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"GONGYOU_{name.upper()}"


def table() -> str:
    """All settings as the README shows them."""
    rows = ["| setting | default | what it does |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = field.default
        if default in (None, (), ""):
            shown = ""
        elif isinstance(default, bool):
            shown = f"`{int(default)}`"
        else:
            shown = f"`{default}`"
        rows.append(f"| `{variable(name)}` | {shown} | {field.description} |")
    return "\n".join(rows)
