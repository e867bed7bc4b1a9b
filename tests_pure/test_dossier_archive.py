"""A ZIP that is made to do harm is refused before anything in it is read."""

import io
import zipfile

import pytest

from rules.dossier.archive import Bounds
from rules.dossier.checking import check_package
from tests_pure.dossier_books import packed


def zipped(contents):
    """A ZIP of pairs of name, or entry, and content."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in contents:
            archive.writestr(name, content)
    return out.getvalue()


def entry(name, **values):
    made = zipfile.ZipInfo(name)
    for key, value in values.items():
        setattr(made, key, value)
    return made


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/zeros.pdf", bytes(2_000_000))
    return out.getvalue()


def marked_encrypted():
    content = bytearray(zipped([("data/a.pdf", b"x")]))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    return bytes(content)


HOSTILE = {
    **{
        f"the name {name!r}": (lambda name=name: zipped([(name, b"x")]), "zip_name")
        for name in (
            "../../evil.pdf",
            "/etc/passwd",
            "data/../../evil.pdf",
            "data\\evil.pdf",
            "C:evil.pdf",
            "data//evil.pdf",
            "data/.hidden",
            "data/évil.pdf",
            "data/evil\n.pdf",
            "data/" + "x" * 300,
        )
    },
    "a name with a zero": (
        lambda: zipped([("data/aXb.pdf", b"x")]).replace(b"aXb", b"a\0b"),
        "zip_name",
    ),
    "a folder": (lambda: zipped([("data/", b"")]), "zip_name"),
    "a link": (
        lambda: zipped(
            [(entry("data/a.pdf", external_attr=0o120777 << 16, create_system=3), b"/etc")]
        ),
        "zip_kind",
    ),
    "the same name twice": (
        lambda: zipped([("data/a.pdf", b"x"), ("data/A.pdf", b"y")]),
        "zip_twice",
    ),
    "an encrypted file": (marked_encrypted, "zip_encrypted"),
    "a rare method": (
        lambda: zipped([(entry("data/a.pdf", compress_type=zipfile.ZIP_BZIP2), b"x")]),
        "zip_method",
    ),
    "a bomb": (bomb, "zip_ratio"),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_hostile_archive_is_refused_before_it_is_read(name):
    make, code = HOSTILE[name]
    (section,) = check_package(io.BytesIO(make()))
    assert code in {each.code for each in section.problems}


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        (Bounds(files=5), "too_many_files"),
        (Bounds(file=1000), "file_too_large"),
        (Bounds(total=1000), "package_too_large"),
    ],
)
def test_what_is_larger_than_it_may_be_is_refused_before_it_is_read(bounds, code):
    (section,) = check_package(io.BytesIO(packed()), bounds=bounds)
    assert code in {each.code for each in section.problems}
