"""The package: a ZIP in BagIt layout (RFC 8493) that ``sha256sum -c`` verifies.

In two passes, so that memory stays flat: :func:`arrange` looks at each file once, numbers and
names it and takes its SHA-256, which the dossier needs; :func:`build` reads each again, in pieces,
into the ZIP, and stops if it is not what was looked at.

Nothing is compressed and no time of making is kept: equal content makes equal bytes, on every
machine. PDFs hardly shrink anyway.
"""

from __future__ import annotations

import hashlib
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import IO

from . import csv, pdf, schema, xml
from .codes import DOCUMENT
from .dossier import Dossier
from .forbidden import redact
from .names import FOLDERS, document_path, package_name
from .problems import Refused, problem
from .story import Document

PIECE = 256 * 1024
MEGABYTE = 1024 * 1024
#: The oldest time that a ZIP knows: it says nothing.
NO_TIME = (1980, 1, 1, 0, 0, 0)
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
BAGIT_TXT, BAG_INFO = "bagit.txt", "bag-info.txt"
COVER = "summary.pdf"
#: What is taken along, and the first bytes by which it is told (empty: by its text).
MEDIA_TYPES = {
    "application/pdf": (b"%PDF-",),
    "application/xml": (),
    "text/xml": (),
    "text/plain": (),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a package may be.

    :param file: bytes of one file
    :param package: bytes of all files
    :param files: number of documents
    """

    file: int = 25 * MEGABYTE
    package: int = 100 * MEGABYTE
    files: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A file that goes along.

    :param key: by which the caller knows it; unique
    :param kind: of ``codes.DOCUMENT``
    :param title: in words, for people; links and numbers of persons in it are taken out
    :param number: of what it is about, an invoice number say; part of the file's name
    :param date: of the document
    :param media_type: one of ``MEDIA_TYPES``
    :param open: gives a binary stream of the content, each time from its beginning
    :param place: where somebody put it in the order of exhibits; ``None``: after those, by kind
        and date
    """

    key: str
    kind: str
    title: str
    open: Callable[[], IO[bytes]]
    number: str = ""
    date: date | None = None
    media_type: str = "application/pdf"
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Arranged:
    """An exhibit with its place in the dossier.

    :param document: goes into ``Dossier.documents``; its ``id`` is what others refer to
    :param pages: of a PDF; 0 for other files
    """

    exhibit: Exhibit
    document: Document
    pages: int


@dataclass(frozen=True, slots=True)
class Built:
    """A package that was made.

    :param name: file name
    :param sha256: of all its bytes
    :param size: in bytes
    :param files: names of all files in it, sorted
    """

    name: str
    sha256: str
    size: int
    files: tuple[str, ...]


def arrange(
    exhibits: Sequence[Exhibit], first: int = 1, limits: Limits | None = None
) -> tuple[Arranged, ...]:
    """Number and name exhibits, and look at each file; their order in the call says nothing.

    :param first: number of the first exhibit: in a supplement, after those that the receiver has
    :raises Refused: with all that is wrong: too large, empty, unreadable, encrypted, not of its
        type, not of a type that is taken along
    """
    limits = limits or Limits()
    looked, problems, total = [], [], 0
    if len(exhibits) > limits.files:
        raise Refused(problem("too_many_files", "exhibits", count=len(exhibits), most=limits.files))
    for exhibit in exhibits:
        try:
            size, digest, pages = _look(exhibit, limits.file)
        except Refused as refused:
            problems += refused.problems
            continue
        total += size
        looked.append((exhibit, size, digest, pages))
    if total > limits.package:
        problems.append(problem("package_too_large", "exhibits", size=total, most=limits.package))
    if problems:
        raise Refused(*problems)
    looked.sort(key=lambda each: (*_order(each[0]), each[2]))
    return tuple(
        Arranged(exhibit, _document(exhibit, number, size, digest), pages)
        for number, (exhibit, size, digest, pages) in enumerate(looked, first)
    )


def build(
    dossier: Dossier,
    arranged: Sequence[Arranged],
    out: IO[bytes],
    *,
    cover: bytes = b"",
    dialect: str = "iso",
    limits: Limits | None = None,
) -> Built:
    """Write the package of a dossier.

    The dossier's documents are those of ``arranged``, whatever it holds. Its sums are not looked
    at: ask :mod:`.sums` and :mod:`.sense` first.

    :param out: binary file that can be read and sought, empty
    :param cover: the PDF for people; without it the package has none
    :param dialect: of the side file, see :data:`.csv.DIALECTS`
    :raises Refused: where the XML is not valid, or a file has changed since it was looked at;
        ``out`` is worth nothing then
    """
    limits = limits or Limits()
    dossier = replace(dossier, documents=tuple(each.document for each in arranged))
    content = xml.write(dossier)
    xml.read(content)
    made = {
        xml.NAME: content,
        schema.SCHEMAS[xml.ROOT]: schema.schema_bytes(schema.SCHEMAS[xml.ROOT]),
    }
    if cover:
        made[COVER] = cover
    if dossier.claim:
        made[csv.NAME] = csv.write(dossier, dialect)
    size = sum(map(len, made.values())) + sum(each.document.size for each in arranged)
    if size > limits.package:
        raise Refused(problem("package_too_large", "package", size=size, most=limits.package))
    start = out.tell()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        _write_all(archive, dossier, arranged, made)
        names = sorted(archive.namelist())
    return Built(package_name(dossier), *_sealed(out, start), tuple(names))


def _order(exhibit: Exhibit) -> tuple:
    """Where an exhibit stands: where somebody put it, else by folder, date, kind and number."""
    placed = exhibit.place is None
    return (
        placed,
        exhibit.place or 0,
        FOLDERS[exhibit.kind],
        exhibit.date or date.min,
        DOCUMENT.index(exhibit.kind),
        exhibit.number,
        exhibit.title,
        exhibit.key,
    )


def _document(exhibit: Exhibit, number: int, size: int, digest: str) -> Document:
    return Document(
        id=f"d{number:02d}",
        exhibit=number,
        kind=exhibit.kind,
        title=redact(exhibit.title),
        date=exhibit.date,
        path=document_path(exhibit, number),
        media_type=exhibit.media_type,
        size=size,
        sha256=digest,
    )


def _look(exhibit: Exhibit, most: int) -> tuple[int, str, int]:
    """Size, SHA-256 and pages of a file.

    :raises Refused: where it can't be taken along
    """
    where = f"{exhibit.title} ({exhibit.kind})"
    if exhibit.media_type not in MEDIA_TYPES:
        raise Refused(problem("media_type", where, type=exhibit.media_type))
    digest, size = hashlib.sha256(), 0
    try:
        with tempfile.SpooledTemporaryFile(max_size=MEGABYTE) as copy:
            for piece in _pieces(exhibit):
                size += len(piece)
                if size > most:
                    raise Refused(problem("file_too_large", where, most=most))
                digest.update(piece)
                copy.write(piece)
            if not size:
                raise Refused(problem("empty_file", where))
            copy.seek(0)
            pages = _check_type(exhibit, copy, where)
    except OSError as error:
        raise Refused(problem("unreadable", where, why=error)) from error
    return size, digest.hexdigest(), pages


def _check_type(exhibit: Exhibit, copy: IO[bytes], where: str) -> int:
    """Number of pages.

    :raises Refused: where the content is not of its type, or may not go along
    """
    head = copy.read(pdf.WITHIN)
    copy.seek(0)
    kind = exhibit.media_type
    wrong = Refused(problem("not_its_type", where, type=kind))
    if kind == "application/pdf":
        if pdf.HEAD not in head:
            raise wrong
        pages, why = pdf.look(copy)
        if why:
            code = why if why in ("encrypted", "active") else "unreadable"
            raise Refused(problem(code, where, why="the PDF is broken", what="JavaScript"))
        return pages
    if marks := MEDIA_TYPES[kind]:
        fits = head.startswith(marks)
    else:
        # Text of any encoding; archives and programs are none.
        fits = not head.startswith((b"PK", b"MZ", b"\x7fELF", b"%PDF-", b"Rar!", b"\x1f\x8b"))
        if kind.endswith("xml"):
            fits = fits and b"<" in head
    if not fits:
        raise wrong
    return 0


def _pieces(exhibit: Exhibit) -> Iterator[bytes]:
    with exhibit.open() as stream:
        while piece := stream.read(PIECE):
            yield piece


def _entry(name: str, size: int) -> zipfile.ZipInfo:
    """The head of a file in the ZIP: nothing in it depends on when or where it is made."""
    entry = zipfile.ZipInfo(name, NO_TIME)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    entry.file_size = size
    return entry


def _write_all(
    archive: zipfile.ZipFile,
    dossier: Dossier,
    arranged: Sequence[Arranged],
    made: dict[str, bytes],
) -> None:
    """Write payload, manifests and tag files, all sorted by name."""
    documents = {each.document.path: each for each in arranged}
    hashes, total = {}, 0
    for path in sorted({*made, *documents}):
        name = f"data/{path}"
        if path in made:
            archive.writestr(_entry(name, len(made[path])), made[path])
            hashes[name], size = hashlib.sha256(made[path]).hexdigest(), len(made[path])
        else:
            _write_document(archive, name, documents[path])
            document = documents[path].document
            hashes[name], size = document.sha256, document.size
        total += size
    tags = {
        BAGIT_TXT: BAGIT,
        BAG_INFO: _bag_info(dossier, total, len(hashes)),
        MANIFEST: _manifest(hashes),
    }
    sealed = {name: hashlib.sha256(content).hexdigest() for name, content in tags.items()}
    tags[TAG_MANIFEST] = _manifest(sealed)
    for name, content in sorted(tags.items()):
        archive.writestr(_entry(name, len(content)), content)


def _write_document(archive: zipfile.ZipFile, name: str, arranged: Arranged) -> None:
    """Copy a file in pieces.

    :raises Refused: where it is not the one that was looked at
    """
    document, digest, size = arranged.document, hashlib.sha256(), 0
    try:
        with archive.open(_entry(name, document.size), "w") as target:
            for piece in _pieces(arranged.exhibit):
                digest.update(piece)
                size += len(piece)
                if size > document.size:
                    break
                target.write(piece)
    except OSError as error:
        raise Refused(problem("unreadable", name, why=error)) from error
    if (size, digest.hexdigest()) != (document.size, document.sha256):
        raise Refused(problem("changed", f"exhibit {document.exhibit}, {document.title}"))


def _manifest(hashes: dict[str, str]) -> bytes:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items())).encode()


def _bag_info(dossier: Dossier, size: int, count: int) -> bytes:
    header = dossier.header
    lines = {
        "Source-Organization": dossier.creditor.name if dossier.creditor else "",
        "External-Identifier": header.case_number,
        "Internal-Sender-Identifier": f"{header.dossier_id} revision {header.revision}",
        "Bagging-Date": header.created_at.date().isoformat(),
        "Payload-Oxum": f"{size}.{count}",
    }
    return "".join(
        f"{label}: {' '.join(value.split())}\n" for label, value in lines.items() if value
    ).encode()


def _sealed(out: IO[bytes], start: int) -> tuple[str, int]:
    """SHA-256 and size of what was written from ``start`` on."""
    digest, size = hashlib.sha256(), 0
    out.seek(start)
    while piece := out.read(PIECE):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size
