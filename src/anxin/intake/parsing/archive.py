"""A zip archive is believed only after its structure, sizes, paths and checksums were."""

from __future__ import annotations

import stat
import struct
import zlib
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from anxin.intake.parsing.refusals import (
    BadChecksum,
    BadPath,
    BadStructure,
    Encrypted,
    TooLarge,
    TooManyMembers,
)

MOST_MEMBERS = 1000
MOST_UNPACKED = 512 * 1024 * 1024
MOST_DENSE = 100
# Below this size a dense member harms nobody.
DENSE_FROM = 1024 * 1024
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_CHUNK = 1024 * 1024


def open_archive(file: IO[bytes]) -> ZipFile:
    """The archive in `file` after every check that needs no unpacking. Raises a refusal `E-ZIP-…`."""
    try:
        archive = ZipFile(file)
    except (BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        raise BadStructure(place="ZIP") from None
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise TooManyMembers(found=len(members), limit=MOST_MEMBERS)
    _check_names(members)
    for member in members:
        _check_member(member)
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise TooLarge(place="ZIP")
    _check_layout(file, members, archive.start_dir)
    return archive


def copy_member(archive: ZipFile, member: ZipInfo, target: IO[bytes] | None) -> None:
    """Unpack a member to the end, into `target` or nowhere, so that its checksum is compared. Raises `BadChecksum`."""
    try:
        with archive.open(member) as source:
            while chunk := source.read(_CHUNK):
                if target is not None:
                    target.write(chunk)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise BadChecksum(place=printable(member.filename)) from None


def printable(name: str) -> str:
    """A member's name that is safe in a message: short, and without control characters."""
    return "".join(c if c.isprintable() else "?" for c in name)[:80]


def _check_names(members: list[ZipInfo]) -> None:
    seen: set[str] = set()
    for member in members:
        # `orig_filename` still holds what zipfile cut off after a NUL.
        name = member.orig_filename
        parts = name.replace("\\", "/").split("/")
        if (
            "\\" in name
            or "\0" in name
            or name.startswith("/")
            or ".." in parts
            or ":" in parts[0]
            or stat.S_ISLNK(member.external_attr >> 16)
        ):
            raise BadPath(place=printable(name))
        if name.lower() in seen:
            raise BadStructure(place=printable(name))
        seen.add(name.lower())


def _check_member(member: ZipInfo) -> None:
    place = printable(member.filename)
    if member.flag_bits & 0x2041:
        raise Encrypted(place=place)
    if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise BadStructure(place=place)
    if member.file_size > MOST_UNPACKED:
        raise TooLarge(place=place)
    if member.file_size > DENSE_FROM and member.file_size > MOST_DENSE * max(member.compress_size, 1):
        raise TooLarge(place=place)


def _check_layout(file: IO[bytes], members: list[ZipInfo], directory: int) -> None:
    """Members lie one after another, none inside another, each under the name the directory gives it."""
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        place = printable(member.filename)
        if member.header_offset < end:
            raise BadStructure(place=place)
        file.seek(member.header_offset)
        header = file.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
            raise BadStructure(place=place)
        fields = _LOCAL_HEADER.unpack(header)
        name = file.read(fields[-2])
        if name not in {member.orig_filename.encode(), member.orig_filename.encode("cp437", "replace")}:
            raise BadStructure(place=place)
        end = member.header_offset + _LOCAL_HEADER.size + fields[-2] + fields[-1] + member.compress_size
    if end > directory:
        raise BadStructure(place="ZIP")
