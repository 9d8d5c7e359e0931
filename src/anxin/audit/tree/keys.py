"""Keys of logs and witnesses in the text forms of C2SP signed notes: Ed25519, a name, a four-byte id."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from anxin.kernel.text import Bilingual

LOG, WITNESS = 0x01, 0x04
KINDS = (LOG, WITNESS)
KEY_SIZE, ID_SIZE = 32, 4
PRIVATE = "PRIVATE+KEY+"


class Malformed(ValueError):
    """A key, note or checkpoint that is not written as it must be, and why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.why = Bilingual(zh, en)
        super().__init__(en)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key. `kind`: LOG for notes, WITNESS for cosignatures.

    `begins` and `ends`: seconds since 1970, or None for always; what the key signed outside of them does not hold.
    """

    name: str
    kind: int
    public: bytes
    begins: int | None = None
    ends: int | None = None

    @property
    def key_id(self) -> bytes:
        """The first four bytes of the hash over name, kind and key."""
        return hashlib.sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:ID_SIZE]

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this key made the signature over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def held_at(self, moment: int | None) -> bool:
        """Whether a signature of that moment counts. Of a key with an end, one without a moment does not."""
        if moment is None:
            return self.ends is None
        return (self.begins is None or self.begins <= moment) and (self.ends is None or moment < self.ends)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key; its text form is a secret, and `repr` does not show it."""

    verifier: VerifierKey
    _private: Ed25519PrivateKey

    @classmethod
    def make(cls, name: str, kind: int, seed: bytes | None = None) -> SigningKey:
        """A new key of a name; `seed` of 32 bytes where it must be a known one."""
        check_name(name)
        private = Ed25519PrivateKey.from_private_bytes(os.urandom(KEY_SIZE) if seed is None else seed)
        return cls(VerifierKey(name, kind, private.public_key().public_bytes_raw()), private)

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of its signature."""
        return self._private.sign(message)

    def secret_text(self) -> str:
        """The form to keep in a file that only its owner reads."""
        kept = bytes([self.verifier.kind]) + self._private.private_bytes_raw()
        return f"{PRIVATE}{self.verifier.name}+{self.verifier.key_id.hex()}+{encode(kept)}"

    def __repr__(self) -> str:
        return f"SigningKey({self.verifier})"


def parse_verifier_key(text: str, *, begins: int | None = None, ends: int | None = None) -> VerifierKey:
    """The key of a text `<name>+<hex id>+<base64>`. Raises `Malformed`."""
    name, key_id, kind, material = _parts(text)
    key = VerifierKey(name, kind, material, begins, ends)
    if key.key_id.hex() != key_id:
        raise Malformed("密钥编号与密钥不符", "the key's id does not belong to the key")
    return key


def parse_signing_key(text: str) -> SigningKey:
    """The private key of a secret text. Raises `Malformed`, whose words never hold the secret."""
    if not text.startswith(PRIVATE):
        raise Malformed("这不是签名私钥", "this is no signing key")
    name, key_id, kind, seed = _parts(text.removeprefix(PRIVATE))
    key = SigningKey.make(name, kind, seed)
    if key.verifier.key_id.hex() != key_id:
        raise Malformed("密钥编号与密钥不符", "the key's id does not belong to the key")
    return key


def check_name(name: str) -> None:
    """Refuse a name that would break a signature line."""
    if not name or "+" in name or any(one.isspace() or unicodedata.category(one)[0] == "C" for one in name):
        raise Malformed(
            "密钥名称为空或者含有不允许的字符", "a key's name is empty or holds a forbidden character"
        )


def encode(data: bytes) -> str:
    """Base64."""
    return base64.b64encode(data).decode()


def decode(text: str) -> bytes:
    """The bytes of base64 in its one canonical form. Raises `Malformed`."""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise Malformed("不是有效的 base64", "this is not base64") from error
    if encode(data) != text:
        raise Malformed("base64 不是规范形式", "the base64 is not in its canonical form")
    return data


def _parts(text: str) -> tuple[str, str, int, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise Malformed("密钥应写作 名称+编号+密钥", "a key is written name+id+key")
    name, key_id, encoded = parts
    check_name(name)
    data = decode(encoded)
    if len(data) != KEY_SIZE + 1 or data[0] not in KINDS:
        raise Malformed("密钥种类或者长度不对", "the key's kind or length is not known")
    return name, key_id, data[0], data[1:]
