"""A ZIP of somebody else, opened without trusting it: nothing is ever unpacked to disk."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from .names import SAFE
from .problems import Problem, Refused, problem

MEGABYTE = 1024 * 1024
PIECE = 256 * 1024
#: The longest name, all of its path.
LONGEST_NAME = 200
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: First bytes of archives: one in another is refused.
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is still looked at.

    :param files: number of files
    :param file: bytes of one, unpacked
    :param total: bytes of all, unpacked
    :param ratio: so many times its size a file may unpack to
    """

    files: int = 2000
    file: int = 26 * MEGABYTE
    total: int = 110 * MEGABYTE
    ratio: int = 100


class Archive:
    """An opened ZIP whose names, sizes and kinds were looked at.

    :param stream: binary, seekable
    :raises Refused: with all that is wrong; its content has not been read then
    """

    def __init__(self, stream: IO[bytes], name: str = "ZIP", bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        try:
            self._zip = zipfile.ZipFile(stream)
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Refused(problem("zip_broken", name, why=error)) from error
        if problems := [*_whole(entries, name, self.bounds), *self._entries(entries)]:
            raise Refused(*problems)
        self.sizes = {each.filename: each.file_size for each in entries}

    def _entries(self, entries: list[zipfile.ZipInfo]) -> Iterator[Problem]:
        seen = set()
        for entry in entries:
            if entry.filename.lower() in seen:
                yield problem("zip_twice", _shown(entry))
            seen.add(entry.filename.lower())
            if code := _refuses(entry):
                yield problem(code, _shown(entry))
            if entry.file_size > self.bounds.file:
                yield problem("file_too_large", _shown(entry), most=self.bounds.file)
            ratio = entry.file_size // max(entry.compress_size, 1)
            if ratio > self.bounds.ratio:
                values = {"ratio": ratio, "most": self.bounds.ratio}
                yield problem("zip_ratio", _shown(entry), **values)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a file, a piece at a time.

        :raises Refused: where it can't be unpacked
        """
        try:
            with self._zip.open(name) as stream:
                while piece := stream.read(PIECE):
                    yield piece
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            NotImplementedError,
            ValueError,  # a name there that is no text of its encoding
            zlib.error,
        ) as error:
            raise Refused(problem("unreadable", name, why=error)) from error

    def sha256(self, name: str) -> tuple[str, bytes]:
        """SHA-256 of a file, and its first bytes."""
        digest, head = hashlib.sha256(), b""
        for piece in self.pieces(name):
            digest.update(piece)
            head = head or piece[:16]
        return digest.hexdigest(), head

    def content(self, name: str) -> bytes:
        """All of a file; its size is within the bounds."""
        return b"".join(self.pieces(name))

    def stream(self, name: str) -> IO[bytes]:
        return io.BytesIO(self.content(name))


def _shown(entry: zipfile.ZipInfo) -> str:
    """A name of somebody else's, so that it can be printed."""
    return ascii(entry.orig_filename)[1:-1][:120]


def _whole(entries: list[zipfile.ZipInfo], name: str, bounds: Bounds) -> Iterator[Problem]:
    if len(entries) > bounds.files:
        yield problem("too_many_files", name, count=len(entries), most=bounds.files)
    total = sum(each.file_size for each in entries)
    if total > bounds.total:
        yield problem("package_too_large", name, size=total, most=bounds.total)
    if entries and min(each.header_offset for each in entries):
        yield problem("zip_around", name)


def _refuses(entry: zipfile.ZipInfo) -> str:
    """Why a file of an archive is refused; empty where it is not."""
    name = entry.orig_filename
    if not SAFE.fullmatch(name) or name != entry.filename or len(name) > LONGEST_NAME:
        return "zip_name"
    mode = entry.external_attr >> 16
    if entry.is_dir() or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
        return "zip_kind"
    if entry.flag_bits & _ENCRYPTED:
        return "zip_encrypted"
    return "" if entry.compress_type in METHODS else "zip_method"
