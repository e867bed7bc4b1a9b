"""The package: the same content makes the same bytes, and ``sha256sum`` verifies it."""

import hashlib
import io
import re
import subprocess
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from rules.dossier import codes, names, package, xml
from rules.dossier.package import Exhibit, Limits, arrange, build
from rules.dossier.problems import Refused
from tests_pure import dossier_books as books
from tests_pure import dossier_parts as parts
from tests_pure.dossier_books import packed
from tests_pure.dossier_parts import changed, exhibit

DAY = date(2025, 4, 18)


def files(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def refusals(exhibits, **values):
    with pytest.raises(Refused) as refused:
        arrange(exhibits, **values)
    return [problem.code for problem in refused.value.problems]


# -- verifying --------------------------------------------------------------------------------


def unpacked(content, folder):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)


@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_verifies_a_package_in_a_shell(tmp_path, manifest):
    unpacked(packed(), tmp_path)
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", manifest], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines and all(line.endswith(": OK") for line in lines)


def test_the_manifest_lists_each_file_of_the_payload_and_nothing_else(tmp_path):
    unpacked(packed(), tmp_path)
    listed = re.findall(
        r"^[0-9a-f]{64}  (.+)$", (tmp_path / "manifest-sha256.txt").read_text(), re.M
    )
    there = [
        str(path.relative_to(tmp_path)) for path in tmp_path.rglob("data/**/*") if path.is_file()
    ]
    assert listed == sorted(there)


def test_the_layout_is_that_of_a_bag():
    found = files(packed())
    assert found["bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    payload = [content for name, content in found.items() if name.startswith("data/")]
    assert (
        f"Payload-Oxum: {sum(map(len, payload))}.{len(payload)}\n" in found["bag-info.txt"].decode()
    )
    assert b"External-Identifier: CASE/2025/00037\n" in found["bag-info.txt"]


def test_a_package_holds_cover_xml_schema_side_file_and_each_document():
    found = files(packed())
    assert {name for name in found if "/" in name and name.count("/") == 1} == {
        "data/summary.pdf",
        "data/dossier.xml",
        "data/collection-dossier-1.0.xsd",
        "data/claims.csv",
    }
    dossier = xml.read(found["data/dossier.xml"])
    for document in dossier.documents:
        content = found[f"data/{document.path}"]
        assert (len(content), hashlib.sha256(content).hexdigest()) == (
            document.size,
            document.sha256,
        )


def test_what_is_told_of_a_package_is_right():
    out = io.BytesIO()
    built = build(books.business(), arrange(books.business_exhibits()), out, cover=books.COVER)
    assert built.name == "CASE-2025-00037_r1_20251128.zip"
    assert (built.size, built.sha256) == (
        len(out.getvalue()),
        hashlib.sha256(out.getvalue()).hexdigest(),
    )
    assert list(built.files) == sorted(files(out.getvalue()))


@pytest.mark.parametrize("kind", [books.supplement, books.recall])
def test_a_supplement_and_a_recall_have_no_side_file(kind):
    exhibits = books.supplement_exhibits() if kind is books.supplement else []
    found = files(packed(exhibits, (lambda arranged: kind()) if not exhibits else kind, cover=b""))
    assert "data/claims.csv" not in found
    assert "data/dossier.xml" in found


# -- the same bytes ---------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(12)))
def test_the_order_in_which_files_are_given_says_nothing(order):
    exhibits = books.business_exhibits()
    assert packed([exhibits[place] for place in order]) == packed()


def test_two_builds_are_the_same_bytes_wherever_they_are_written(tmp_path):
    with open(tmp_path / "p.zip", "w+b") as out:
        build(books.business(), arrange(books.business_exhibits()), out, cover=books.COVER)
    assert (tmp_path / "p.zip").read_bytes() == packed()


def test_nothing_is_compressed_and_no_time_is_kept():
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        told = {
            (each.compress_type, each.date_time, each.external_attr) for each in archive.infolist()
        }
    assert told == {(zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0), 0o100644 << 16)}


def test_another_byte_in_a_document_makes_another_package():
    other = [
        exhibit(each.key, each.kind, each.title, each.date, each.number, parts.pdf("other"))
        if each.key == "533"
        else each
        for each in books.business_exhibits()
    ]
    assert packed(other) != packed()


# -- numbers and names ------------------------------------------------------------------------


def test_exhibits_are_numbered_by_folder_and_date_after_those_that_somebody_put_first():
    exhibits = [
        replace(each, place={"mail": 1}.get(each.key)) for each in books.business_exhibits()
    ]
    arranged = arrange(exhibits)
    assert [each.document.exhibit for each in arranged] == list(range(1, 13))
    assert [each.exhibit.key for each in arranged][:4] == ["mail", "417", "417x", "533"]


def test_a_supplement_goes_on_counting():
    (one,) = arrange(books.supplement_exhibits(), first=13)
    assert (one.document.id, one.document.exhibit) == ("d13", 13)
    assert one.document.path == "90_other/20251202_mandate_ex13.pdf"


def test_the_name_says_date_kind_number_and_exhibit():
    (one,) = arrange([exhibit("a", "invoice", "Invoice", DAY, "INV/2025/00417")])
    assert one.document.path == "10_invoices/20250418_invoice_INV-2025-00417_ex01.pdf"
    assert one.pages == 1


ANY = st.text(st.characters(), max_size=300)


@settings(max_examples=300, deadline=None)
@given(
    ANY,
    st.sampled_from(codes.DOCUMENT),
    st.sampled_from(sorted(names.ENDINGS)),
    st.integers(1, 9999),
)
def test_a_name_is_safe_whatever_it_is_about(number, kind, media_type, place):
    one = Exhibit(
        key="k", kind=kind, title="t", open=io.BytesIO, number=number, media_type=media_type
    )
    path = names.document_path(one, place)
    assert re.fullmatch(r"[0-9a-z_]+/[A-Za-z0-9][A-Za-z0-9._-]*\.[a-z]{3}", path)
    assert names.SAFE.fullmatch(path)
    assert ".." not in path and len(path) <= 120
    assert path.endswith(f"_ex{place:02d}.{names.ENDINGS[media_type]}")


@pytest.mark.parametrize(
    "number",
    ["../../etc/passwd", "a..b", "a\\b", "C:x", "\x00", "x" * 300, "😀", "..", ".hidden", "-rf"],
)
def test_a_hostile_number_makes_a_harmless_name_that_the_schema_takes(number):
    exhibits = [
        exhibit("417", "invoice", "Invoice", DAY, number),
        *[each for each in books.business_exhibits() if each.key != "417"],
    ]
    found = files(packed(exhibits))
    assert xml.read(found["data/dossier.xml"]).documents


@given(st.text(st.characters(), max_size=200))
def test_the_name_of_a_package_is_safe_whatever_the_case_is_called(number):
    name = names.package_name(changed(books.recall(), "header.case_number", number))
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*_r3_20251128\.zip", name)


def test_a_test_is_called_so():
    dossier = changed(books.business(), "header.test", True)
    assert names.package_name(dossier) == "CASE-2025-00037_r1_20251128_test.zip"


def test_a_title_holds_no_link_that_may_work():
    (one,) = arrange([exhibit("a", "other", "See /claim/m/17/q2Jr7xYa now", DAY)])
    assert one.document.title == "See [link removed] now"


def test_the_kinds_of_documents_all_have_a_folder():
    assert set(names.FOLDERS) == set(codes.DOCUMENT)
    assert set(names.ENDINGS) == set(package.MEDIA_TYPES)


# -- what is not taken along ------------------------------------------------------------------


def test_a_file_that_is_too_large_is_refused_by_name():
    with pytest.raises(Refused, match=r"Invoice 2025-0417 \(invoice\): is larger than 100 bytes"):
        arrange(books.business_exhibits()[2:3], limits=Limits(file=100))


def test_a_file_that_never_ends_is_not_read_to_its_end():
    class Endless(io.RawIOBase):
        given = 0

        def readable(self):
            return True

        def read(self, size=-1):
            self.given += size
            return b"%PDF-" + b"x" * (size - 5)

    endless = Endless()
    one = replace(books.business_exhibits()[0], open=lambda: endless)
    assert refusals([one], limits=Limits(file=1_000_000)) == ["file_too_large"]
    assert endless.given < 2_000_000


def test_files_that_together_are_too_large_are_refused():
    assert refusals(books.business_exhibits(), limits=Limits(package=2000)) == ["package_too_large"]


def test_a_package_that_cover_and_xml_make_too_large_is_refused():
    arranged = arrange(books.business_exhibits())
    size = sum(each.document.size for each in arranged)
    with pytest.raises(Refused, match="more than"):
        build(books.business(), arranged, io.BytesIO(), limits=Limits(package=size))


def test_too_many_files_are_refused():
    assert refusals(books.business_exhibits(), limits=Limits(files=11)) == ["too_many_files"]


def encrypted():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(parts.pdf("secret"))))
    writer.encrypt("key", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_script(key):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(parts.pdf("x"))))
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")}
    )
    held = DictionaryObject({NameObject("/JavaScript"): script})
    writer.root_object[NameObject(key)] = held if key == "/Names" else script
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


PDF, XML = "application/pdf", "application/xml"
UNFIT = {
    "nothing": (b"", PDF, "empty_file"),
    "a page that says not found": (b"<html>404</html>", PDF, "not_its_type"),
    "the half of a PDF": (parts.pdf("x")[:300], PDF, "unreadable"),
    "a PDF with much behind its end": (parts.pdf("x") + bytes(70_000), PDF, "unreadable"),
    "an encrypted PDF": (encrypted(), PDF, "encrypted"),
    "a PDF that starts a script": (with_script("/OpenAction"), PDF, "active"),
    "a PDF that holds a script": (with_script("/Names"), PDF, "active"),
    "a program": (b"MZ\x90\x00", "text/plain", "not_its_type"),
    "an archive that is called XML": (b"PK\x03\x04<", XML, "not_its_type"),
    "a picture that is none": (b"GIF89a", "image/png", "not_its_type"),
    "an Office file": (b"PK\x03\x04", "application/vnd.ms-word", "media_type"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_a_receiver_cannot_use_is_refused(name):
    content, media_type, code = UNFIT[name]
    assert refusals(
        [exhibit("k", "other", "File", DAY, content=content, media_type=media_type)]
    ) == [code]


def test_all_that_is_wrong_is_told_at_once():
    bad = [exhibit(str(place), "other", "File", DAY, content=b"") for place in range(3)]
    assert refusals([*bad, *books.business_exhibits()]) == ["empty_file"] * 3


def test_a_file_that_cannot_be_opened_stops_it():
    def missing():
        raise FileNotFoundError("no such file")

    one = replace(books.business_exhibits()[0], open=missing)
    assert refusals([one]) == ["unreadable"]


@pytest.mark.parametrize("later", [b"shorter", b"%PDF-" + b"x" * 5000])
def test_a_file_that_changes_meanwhile_stops_the_build(later):
    contents = iter([parts.pdf("first"), later])
    one = replace(books.business_exhibits()[4], open=lambda: io.BytesIO(next(contents)))
    exhibits = [each for each in books.business_exhibits() if each.key != "533"]
    arranged = arrange([*exhibits, one])
    with pytest.raises(Refused, match="Invoice 2025-0533: has changed"):
        build(books.business(arranged), arranged, io.BytesIO())


def test_a_dossier_that_is_not_valid_is_not_packed():
    with pytest.raises(Refused, match="CaseNumber"):
        packed(change=lambda dossier: changed(dossier, "header.case_number", "9" * 200))


def with_ballast(size):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(parts.pdf("x"))))
    ballast = DecodedStreamObject()
    ballast.set_data(b"x" * size)
    writer.root_object[NameObject("/Ballast")] = writer._add_object(ballast)
    return writer


def test_files_are_read_in_pieces(tmp_path):
    file = tmp_path / "big.pdf"
    with open(file, "wb") as out:
        with_ballast(12_000_000).write(out)
    exhibits = [
        replace(each, open=partial(open, file, "rb")) if each.media_type == PDF else each
        for each in books.business_exhibits()[:8]
    ]
    exhibits += books.business_exhibits()[8:]
    limits = Limits(package=200_000_000)
    tracemalloc.start()
    arranged = arrange(exhibits, limits=limits)
    with open(tmp_path / "p.zip", "w+b") as out:
        built = build(books.business(arranged), arranged, out, limits=limits)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert built.size > 84_000_000
    assert most < 30_000_000
