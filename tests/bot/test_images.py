"""Photos from outside: nothing of the original file survives but the picture."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from bot.images import MAX_BYTES, MAX_SIDE, PhotoError, clean


def encode(image: Image.Image, form: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def test_place_camera_and_time_are_gone() -> None:
    """EXIF, XMP, comment and colour profile of the original are in no byte of what is kept."""
    image = Image.new("RGB", (80, 60), "teal")
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (20.0, 1.0, 48.0)
    raw = encode(image, "JPEG", exif=exif, comment=b"SecretComment", icc_profile=b"SecretProfile")
    assert b"Secret" in raw
    kept = clean(raw)
    assert b"Secret" not in kept.data
    again = Image.open(BytesIO(kept.data))
    assert not dict(again.getexif())
    assert "icc_profile" not in again.info
    assert "comment" not in again.info


def test_text_in_a_png_is_gone() -> None:
    """PNG has its own drawers."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "SecretName")
    raw = encode(Image.new("RGB", (8, 8)), "PNG", pnginfo=info)
    assert b"SecretName" not in clean(raw).data


def test_a_photo_taken_sideways_stands_upright() -> None:
    """The turn is in the EXIF that is taken away, so it is carried out first."""
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = clean(encode(Image.new("RGB", (80, 40)), "JPEG", exif=exif))
    assert (kept.width, kept.height) == (40, 80)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_large_photo_is_made_smaller(form: str) -> None:
    """The longest side is what counts, the shape stays."""
    kept = clean(encode(Image.new("RGB", (MAX_SIDE * 2, MAX_SIDE)), form))
    assert (kept.width, kept.height) == (MAX_SIDE, MAX_SIDE // 2)
    assert Image.open(BytesIO(kept.data)).format == "JPEG"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK"])
def test_every_kind_of_picture_becomes_a_plain_one(mode: str) -> None:
    """What is see-through becomes white."""
    form = "JPEG" if mode == "CMYK" else "PNG"
    kept = clean(encode(Image.new(mode, (10, 10)), form))
    assert Image.open(BytesIO(kept.data)).mode == "RGB"


def test_see_through_becomes_white() -> None:
    """Black would swallow what was drawn on it."""
    kept = clean(encode(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), "PNG"))
    assert Image.open(BytesIO(kept.data)).getpixel((5, 5)) == (255, 255, 255)


def png_bomb(side: int) -> bytes:
    """A PNG of few bytes that says it is huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [6_000, 20_000, 60_000])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    """Only the header is read."""
    with pytest.raises(PhotoError) as caught:
        clean(png_bomb(side))
    assert caught.value.code == "too_large"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "not_a_photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_photo"),
        (encode(Image.new("RGB", (9, 9)), "GIF"), "not_a_photo"),
        (encode(Image.new("RGB", (9, 9)), "TIFF"), "not_a_photo"),
        (encode(Image.new("RGB", (900, 900)), "JPEG")[:-3000], "not_a_photo"),
        (png_bomb(100), "not_a_photo"),
        (b"\xff\xd8" + b"0" * MAX_BYTES, "too_large"),
    ],
    ids=["nothing", "svg", "gif", "tiff", "cut off", "broken", "over 10 MB"],
)
def test_what_is_not_kept_says_why(raw: bytes, code: str) -> None:
    """The page has words for each."""
    with pytest.raises(PhotoError) as caught:
        clean(raw)
    assert caught.value.code == code
