"""Photos as they came from outside, made small and harmless before they are kept."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

#: What may come in (issue: photos up to 10 MB).
MAX_BYTES = 10 * 1024 * 1024
#: Longest side of what is kept: enough to read a hospital's discharge summary.
MAX_SIDE = 2048
#: A JPEG is decoded at a fraction of its size already, so it may be larger than the others: the
#: cameras of current phones stay below this.
MAX_PIXELS = {"JPEG": 64_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
#: Few decoders only: each is a door.
FORMATS = ("JPEG", "PNG", "WEBP")

# Two at a time: one may need some 150 MB while it is decoded.
_AT_ONCE = asyncio.Semaphore(2)


class PhotoError(Exception):
    """A photo that is not kept; `code` says why, for the page's own words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class CleanPhoto:
    """A JPEG without any metadata, upright, at most `MAX_SIDE` on its longest side."""

    data: bytes
    width: int
    height: int
    mime: str = "image/jpeg"


def clean(raw: bytes) -> CleanPhoto:
    """Verify, turn upright, shrink and write anew: no byte of the original file survives.

    Raises:
        PhotoError: `too_large` (bytes or pixels), `not_a_photo` (no JPEG, PNG or WebP, or broken).
    """
    if len(raw) > MAX_BYTES:
        raise PhotoError("too_large", f"a photo has at most {MAX_BYTES // 1024 // 1024} MB")
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as image:
            # Only the header has been read so far: refuse before a pixel is decoded.
            if image.width * image.height > MAX_PIXELS[image.format or "PNG"]:
                raise PhotoError("too_large", "the photo has too many pixels")
            if image.width < 1 or image.height < 1:
                raise PhotoError("not_a_photo", "the photo is empty")
            if image.format == "JPEG":
                image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            image.load()
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
            flat = _on_white(upright)
            out = BytesIO()
            # A fresh image: `save` would carry the colour profile and comments of the old one.
            bare = Image.new("RGB", flat.size)
            bare.paste(flat)
            bare.save(out, "JPEG", quality=85, optimize=True)
    except PhotoError:
        raise
    except Image.DecompressionBombError as error:
        raise PhotoError("too_large", "the photo has too many pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise PhotoError("not_a_photo", "this is no JPEG, PNG or WebP photo") from error
    return CleanPhoto(out.getvalue(), bare.width, bare.height)


async def clean_aside(raw: bytes) -> CleanPhoto:
    """`clean` in a thread, two at a time, so that the chat of the others goes on."""
    async with _AT_ONCE:
        return await asyncio.to_thread(clean, raw)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        with_alpha = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(with_alpha, mask=with_alpha.getchannel("A"))
        return white
    return image.convert("RGB")
