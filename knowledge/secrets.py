"""Keys, field encryption and the blind index.

Every person has a key of their own (AES-256-GCM), wrapped by a master key. Erasing the wrapped key
erases what it sealed, in every backup that is made from then on. Lookups by phone or ID number go
by a keyed hash, so that a stolen database can't be searched with a list of all phone numbers.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
"""Bytes of an AES-GCM nonce (NIST SP 800-38D, 8.2.2)."""


class SecretsError(Exception):
    """A key is missing, unreadable or not the one that sealed a value."""


def _derive(key: bytes, purpose: str) -> bytes:
    return hmac.new(key, f"gongyou/{purpose}".encode(), hashlib.sha256).digest()


def seal(key: bytes, plain: bytes, bound_to: str = "") -> bytes:
    """Encrypt with a random nonce; `bound_to` must be given again to open."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def unseal(key: bytes, sealed: bytes, bound_to: str = "") -> bytes:
    """The plain bytes.

    Raises:
        SecretsError: the key is another one, or the value was changed.
    """
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to.encode())
    except InvalidTag as cause:
        raise SecretsError("a value doesn't open with its key") from cause


def hash_code(code: str, salt: bytes) -> bytes:
    """A query code's hash. Six digits are guessed offline in no time, so the salt is keyed."""
    return hashlib.scrypt(code.encode(), salt=salt, n=2**10, r=8, p=1, dklen=32)


@dataclass(frozen=True)
class Keyring:
    """The master keys by id; the last one seals, all of them open.

    The blind index has a key of its own (`index`), which a rotation leaves alone.
    """

    keys: Mapping[str, bytes]
    active: str
    index_key: bytes

    @classmethod
    def parse(cls, text: str) -> Keyring:
        """Read `id:hex` lines (or comma separated), the last one active; `index:hex` the index key.

        Raises:
            SecretsError: nothing usable in it.
        """
        keys: dict[str, bytes] = {}
        index: bytes | None = None
        for part in text.replace(",", "\n").split():
            name, _, value = part.partition(":")
            try:
                key = bytes.fromhex(value)
            except ValueError as cause:
                raise SecretsError(f"the key {name!r} is not hexadecimal") from cause
            if len(key) != 32:
                raise SecretsError(f"the key {name!r} has {len(key)} bytes instead of 32")
            if name == "index":
                index = key
            else:
                keys[name] = key
        if not keys:
            raise SecretsError("there is no master key")
        first = next(iter(keys.values()))
        return cls(keys, list(keys)[-1], index or _derive(first, "index"))

    @classmethod
    def at(cls, path: Path) -> Keyring:
        """Read the key file, or make one (mode 0600) with a new key.

        Raises:
            SecretsError: the file can't be read, or others may read it.
        """
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            handle = -1
        except OSError as cause:
            raise SecretsError(f"the key file {path} can't be made: {cause.strerror}") from cause
        if handle >= 0:
            with os.fdopen(handle, "w") as file:
                file.write(
                    f"index:{secrets.token_hex(32)}\n{_new_name()}:{secrets.token_hex(32)}\n"
                )
                file.flush()
                os.fsync(file.fileno())
        try:
            if path.stat().st_mode & 0o077:
                raise SecretsError(f"others may read the key file {path}: chmod 600 it")
            return cls.parse(path.read_text())
        except OSError as cause:
            raise SecretsError(f"the key file {path} can't be read: {cause.strerror}") from cause

    def dump(self) -> str:
        """The text that `parse` reads."""
        lines = [f"index:{self.index_key.hex()}"]
        lines += [f"{n}:{k.hex()}" for n, k in self.keys.items() if n != self.active]
        return "\n".join([*lines, f"{self.active}:{self.keys[self.active].hex()}"]) + "\n"

    def rotated(self) -> Keyring:
        """The same ring with a new active key; old ones stay until everything is wrapped anew."""
        name = _new_name()
        keys = {**self.keys, name: secrets.token_bytes(32)}
        return Keyring(keys, name, self.index_key)

    def wrap(self, person_key: bytes) -> tuple[str, bytes]:
        """Seal a person's key: (id of the master key, wrapped key)."""
        return self.active, seal(self.keys[self.active], person_key, "person")

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """A person's key.

        Raises:
            SecretsError: the master key isn't in the ring.
        """
        if key_id not in self.keys:
            raise SecretsError(f"the master key {key_id!r} is not in the key ring")
        return unseal(self.keys[key_id], wrapped, "person")

    def blind(self, kind: str, value: str) -> bytes:
        """A keyed hash for lookups by equality."""
        return _derive(self.index_key, f"{kind}/{value}")

    def code_hash(self, number: str, code: str) -> bytes:
        """A query code's hash, bound to its number."""
        return hash_code(code, self.blind("code", number))


def _new_name() -> str:
    return f"k{secrets.token_hex(3)}"
