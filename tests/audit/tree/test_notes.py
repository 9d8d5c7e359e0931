"""Keys, signed notes, cosignatures and checkpoints: their exact form, and every malformed one refused."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from anxin.audit.tree import keys, notes
from anxin.audit.tree.checkpoints import Checkpoint, parse_checkpoint, split_notes

LOG = keys.SigningKey.make("example.org/log", keys.LOG, bytes(range(32)))
WITNESS = keys.SigningKey.make("example.org/w1", keys.WITNESS, bytes(range(32, 64)))
CHECKPOINT = Checkpoint("example.org/log", 20, b"r" * 32, b"s" * 32)
SIGNED = notes.Note(CHECKPOINT.text).with_signatures([notes.sign(CHECKPOINT.text, LOG)])
COSIGNED = SIGNED.with_signatures([notes.cosign(CHECKPOINT.text, WITNESS, at=1_764_000_000)])


def test_a_checkpoint_is_written_line_by_line_as_the_form_says() -> None:
    root, second = base64.b64encode(b"r" * 32).decode(), base64.b64encode(b"s" * 32).decode()
    text = f"example.org/log\n20\n{root}\nsm3 {second}\n"
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = private.public_key().public_bytes_raw()
    key_id = hashlib.sha256(b"example.org/log\n\x01" + public).digest()[:4]
    signature = base64.b64encode(key_id + private.sign(text.encode())).decode()
    assert str(SIGNED) == f"{text}\n— example.org/log {signature}\n"
    assert (
        str(LOG.verifier)
        == f"example.org/log+{key_id.hex()}+{base64.b64encode(bytes([1]) + public).decode()}"
    )


def test_a_cosignature_is_over_header_time_and_text() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
    public = private.public_key().public_bytes_raw()
    key_id = hashlib.sha256(b"example.org/w1\n\x04" + public).digest()[:4]
    message = b"cosignature/v1\ntime 1764000000\n" + CHECKPOINT.text.encode()
    moment = (1_764_000_000).to_bytes(8, "big")
    assert COSIGNED.signatures[1] == notes.Signature("example.org/w1", key_id, moment + private.sign(message))
    assert COSIGNED.signatures[1].time == 1_764_000_000


@pytest.mark.parametrize("key", [LOG, WITNESS])
def test_keys_survive_their_text_form_and_never_show_their_secret(key: keys.SigningKey) -> None:
    assert keys.parse_verifier_key(str(key.verifier)) == key.verifier
    again = keys.parse_signing_key(key.secret_text())
    assert again.verifier == key.verifier
    assert again.sign(b"x") == key.sign(b"x")
    assert key.secret_text().rpartition("+")[2] not in repr(key) + str(key)


ID = LOG.verifier.key_id.hex()
MATERIAL = str(LOG.verifier).rpartition(f"{ID}+")[2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+id",
        f"+{ID}+{MATERIAL}",
        f"a b+{ID}+{MATERIAL}",
        f"example.org/log+00000000+{MATERIAL}",
        f"example.org/other+{ID}+{MATERIAL}",
        f"example.org/log+{ID}+{MATERIAL[:-4]}",
        f"example.org/log+{ID}+{MATERIAL} ",
        f"example.org/log+{ID}+!!!",
        f"example.org/log+{ID}+{keys.encode(bytes([2]) + LOG.verifier.public)}",
        f"example.org/log+{ID}+{keys.encode(bytes([4]) + LOG.verifier.public)}",
        f"example.org/log+{ID.upper()}+{MATERIAL}" if ID.upper() != ID else "",
    ],
)
def test_malformed_keys_are_refused(text: str) -> None:
    with pytest.raises(keys.Malformed):
        keys.parse_verifier_key(text)
    with pytest.raises(keys.Malformed):
        keys.parse_signing_key(keys.PRIVATE + text)


@pytest.mark.parametrize("text", ["QQ", "QR==", "Q===", "QQ==\n", " QQ==", "-_8=", "甲", "QQ=="[:3]])
def test_base64_has_one_form(text: str) -> None:
    with pytest.raises(keys.Malformed):
        keys.decode(text)


def test_notes_survive_their_text_form() -> None:
    assert notes.parse_note(str(COSIGNED)) == COSIGNED
    assert parse_checkpoint(COSIGNED.text) == CHECKPOINT
    assert COSIGNED.with_signatures(COSIGNED.signatures) == COSIGNED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        CHECKPOINT.text,
        CHECKPOINT.text + "\n",
        str(SIGNED)[:-1],
        str(SIGNED) + "x\n",
        str(SIGNED).replace("— ", "- "),
        str(SIGNED).replace("— example.org/log ", "— example.org/log"),
        str(SIGNED).replace("\n20\n", "\r\n20\n"),
        str(SIGNED) + "— a+b AAAAAAAA\n",
        str(SIGNED) + "— ab AAAA\n",
        str(SIGNED) + "— ab AAAAAAAA\n" * 64,
        "x" * 70_000,
    ],
)
def test_malformed_notes_are_refused(text: str) -> None:
    with pytest.raises(keys.Malformed):
        notes.parse_note(text)


ROOT = keys.encode(b"r" * 32)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        f"a\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"a\n01\n{ROOT}\n",
        f"a\n-1\n{ROOT}\n",
        f"a\n+1\n{ROOT}\n",
        f"a\n１\n{ROOT}\n",
        f"a\n{2**64}\n{ROOT}\n",
        f"a\n{'9' * 5000}\n{ROOT}\n",
        f"a\n1\n{ROOT[:-4]}\n",
        f"a\n1\n{ROOT}\n\n",
        f"— a\n1\n{ROOT}\n",
        f"a\n1\n{ROOT}\nsm3 {ROOT}\nsm3 {ROOT}\n",
        f"a\n1\n{ROOT}\nsm3 AAAA\n",
    ],
)
def test_malformed_checkpoints_are_refused(text: str) -> None:
    with pytest.raises(keys.Malformed):
        parse_checkpoint(text)


def test_other_extension_lines_are_allowed() -> None:
    assert parse_checkpoint(f"a\n1\n{ROOT}\nanother line\n") == Checkpoint("a", 1, b"r" * 32)


def test_only_the_known_key_s_own_signature_counts() -> None:
    stranger = keys.SigningKey.make("example.org/log", keys.LOG)
    assert notes.is_signed(SIGNED, [LOG.verifier])
    assert not notes.is_signed(SIGNED, [stranger.verifier])
    assert not notes.is_signed(SIGNED, [WITNESS.verifier])
    assert notes.is_signed(COSIGNED, [WITNESS.verifier])


@given(st.integers(0, 63), st.integers(0, 7))
def test_one_changed_bit_of_a_signature_refuses_the_note(byte: int, bit: int) -> None:
    genuine = SIGNED.signatures[0]
    blob = bytearray(genuine.blob)
    blob[byte] ^= 1 << bit
    broken = replace(SIGNED, signatures=(replace(genuine, blob=bytes(blob)),))
    with pytest.raises(notes.SignatureRefused, match="wrong"):
        notes.is_signed(broken, [LOG.verifier])


def test_a_cosignature_holds_for_its_own_time_and_text_only() -> None:
    genuine = COSIGNED.signatures[1]
    later = replace(genuine, blob=(1_764_000_001).to_bytes(8, "big") + genuine.blob[8:])
    far = replace(genuine, blob=(1 << 63).to_bytes(8, "big") + genuine.blob[8:])
    for other in (later, far, replace(genuine, blob=genuine.blob[8:])):
        with pytest.raises(notes.SignatureRefused):
            notes.is_signed(replace(COSIGNED, signatures=(other,)), [WITNESS.verifier])
    grown = replace(COSIGNED, text=replace(CHECKPOINT, size=21).text)
    with pytest.raises(notes.SignatureRefused):
        notes.is_signed(grown, [WITNESS.verifier])


def test_a_key_s_signatures_hold_within_its_time() -> None:
    ended = replace(LOG.verifier, ends=1_764_000_000)
    assert notes.is_signed(SIGNED, [ended], moment=1_763_999_999)
    for moment in (1_764_000_000, None):
        with pytest.raises(notes.SignatureRefused, match="outside"):
            notes.is_signed(SIGNED, [ended], moment=moment)
    begun = replace(WITNESS.verifier, begins=1_764_000_001)
    with pytest.raises(notes.SignatureRefused, match="outside"):
        notes.is_signed(COSIGNED, [begun])


def test_keys_sign_only_what_they_are_for() -> None:
    with pytest.raises(ValueError, match="cosignatures only"):
        notes.sign("x\n", WITNESS)
    with pytest.raises(ValueError, match="notes only"):
        notes.cosign("x\n", LOG, at=1)


def test_a_file_of_notes_comes_apart_into_its_notes() -> None:
    text = replace(CHECKPOINT, size=9).text + "— like a signature\n"
    other = notes.Note(text).with_signatures([notes.sign(text, LOG)])
    given = [str(COSIGNED), str(other), str(SIGNED), "cut off\n"]
    assert list(split_notes("".join(given))) == given
    assert list(split_notes("")) == []
