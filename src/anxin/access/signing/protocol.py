"""What issuing a report needs of those who sign. A file, a card or a machine in a vault may stand behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from anxin.kernel.refusals import Refusal
from anxin.kernel.text import Bilingual


class NoSigner(Refusal):
    """No key may sign now: all are past their days or revoked."""

    code: ClassVar[str] = "E-NO-SIGNER"
    message = Bilingual(
        "现在没有可用的签名密钥，不能出具报告。",
        "No signing key may be used now, so no report can be issued.",
    )
    remedy = Bilingual(
        "请管理员运行 ./anxin signing-keys 添加新的密钥。",
        "The administrator adds one: ./anxin signing-keys add.",
    )


class DataSigner(Protocol):
    """Signs a report's data. `current`: the name (`kid`) of the key that signs now."""

    @property
    def current(self) -> str: ...

    def sign(self, payload: bytes, *, key_name: str = "") -> str:
        """A compact JWS of the payload, under the current key or the one named. Raises `NoSigner`."""

    def public_keys(self) -> dict[str, Any]:
        """A JWK set of all keys there ever were, with `nbf`, `exp` and `revoked` where they apply."""


class PaperSigner(Protocol):
    """Seals a report's paper."""

    def seal(self, paper: bytes) -> bytes:
        """The PDF with a signature over all of it. Raises `NoSigner`."""

    def trust(self) -> dict[str, Any]:
        """`{"roots": [PEM, …], "revoked": [{"serial", "revoked_at", "reason"}, …]}`."""


class RawSigner(Protocol):
    """The least a key must do, wherever it lies: sign bytes, and show the certificate (DER) that vouches for it.

    `algorithm`: such as `sha256_ecdsa`. The signature comes as X.509 writes it for that algorithm.
    """

    algorithm: str
    certificate: bytes

    def sign(self, message: bytes) -> bytes: ...


DataSigners = dict[str, Callable[[], DataSigner]]
PaperSigners = dict[str, Callable[[], PaperSigner]]
