"""The platform's limits as python-telegram-bot names them, each with its source."""

from __future__ import annotations

from urllib.parse import urlsplit

from telegram.constants import (
    CallbackQueryLimit,
    FileSizeLimit,
    FloodLimit,
    InlineKeyboardButtonLimit,
    InlineKeyboardMarkupLimit,
    MessageLimit,
    PollingLimit,
    ReplyLimit,
)

#: https://core.telegram.org/bots/api#sendmessage, text: 1-4096 characters after entities parsing.
TEXT_LENGTH = int(MessageLimit.MAX_TEXT_LENGTH)
#: https://core.telegram.org/bots/api#sendphoto, caption.
CAPTION_LENGTH = int(MessageLimit.CAPTION_LENGTH)
#: https://core.telegram.org/bots/api#inlinekeyboardbutton, callback_data: 1-64 bytes.
CALLBACK_BYTES = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
#: Undocumented; telegram.constants.InlineKeyboardMarkupLimit has measured them.
BUTTONS = int(InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER)
BUTTONS_PER_ROW = int(InlineKeyboardMarkupLimit.BUTTONS_PER_ROW)
#: https://core.telegram.org/bots/api#replykeyboardmarkup, input_field_placeholder.
PLACEHOLDER_LENGTH = int(ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER)
#: https://core.telegram.org/bots/api#answercallbackquery, text.
CALLBACK_ANSWER_LENGTH = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)
#: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: "avoid sending
#: more than one message per second" in a chat, "no more than about 30 messages per second" in all.
MESSAGES_PER_SECOND_PER_CHAT = int(FloodLimit.MESSAGES_PER_SECOND_PER_CHAT)
MESSAGES_PER_SECOND = int(FloodLimit.MESSAGES_PER_SECOND)
#: https://core.telegram.org/bots/api#getupdates, limit.
UPDATES_AT_ONCE = int(PollingLimit.MAX_LIMIT)
#: https://core.telegram.org/bots/api#getfile: "bots can download files of up to 20MB".
DOWNLOAD_BYTES = int(FileSizeLimit.FILESIZE_DOWNLOAD)
#: https://core.telegram.org/bots/api#sendchataction: "for 5 seconds or less".
CHAT_ACTION_SECONDS = 5.0
#: https://core.telegram.org/bots/api#getupdates: without updates for a week, the next number is
#: chosen at random and may be lower, so that an older offset would confirm what nobody has read.
OFFSET_DAYS = 6


def length(text: str) -> int:
    """Characters as Telegram counts them in a message (https://core.telegram.org/api/entities).

    UTF-16 code units are the strictest reading: an emoji of one code point counts two.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def button_url(url: str) -> bool:
    """Whether a button may open this.

    Of what riders need only http and https (TDLib, LinkManager: "Unsupported URL protocol", and
    "Wrong HTTP URL" for a host without a dot): `tel:` and `geo:` are refused.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and ("." in host or ":" in host)
