"""What ``make fuzz`` feeds all other readers: files, what people type, write and pay with."""

import importlib.util
import io
import json
from contextlib import suppress
from functools import cache

from dev.fuzz_offices import CHECKOUT
from rules.access_code import normalize, normalize_pin
from rules.amounts import read_amount
from rules.days import read_day
from rules.dossier import csv as side_file
from rules.dossier import xml as dossier_xml
from rules.dossier.checking import check_package
from rules.dossier.forbidden import redact, redact_html, scan
from rules.dossier.pdf import look, text_of
from rules.dossier.problems import Refused
from rules.law import read as law
from rules.law.cases import answer
from rules.law.errors import Refused as LawRefused
from rules.own_words import own_words, typed_words, unquoted
from rules.readability import readability
from rules.receipts import characters, numbers_in
from rules.sensitive import hint
from rules.sms_text import collection_words, faults, plain, size
from rules.texts import UnknownPlaceholder, fill_paragraphs, placeholders_in, substitute

EXAMPLES = CHECKOUT / "docs" / "dossier" / "examples"


def refused(error):
    """A refusal says something."""
    if not str(error):
        raise AssertionError("refused without a word") from error


# -- files -----------------------------------------------------------------------------------------


def law_rows(text):
    """Rows of a table of the law, as somebody imports them."""
    for table in law.TABLES:
        try:
            law.read_rows(table, text)
        except LawRefused as error:
            refused(error)


def law_files():
    """The tables that are shipped, their first rows."""
    return [
        "\n".join(file.read_text(encoding="utf-8").splitlines()[:4]) + "\n"
        for file in sorted(law.DATA.glob("*.csv"))
    ]


@cache
def tables():
    return law.read_folder()


def worked_case(text):
    """A worked case, as ``make law-check`` reads it."""
    try:
        case = json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        return
    for each in case if isinstance(case, list) else [case]:
        if isinstance(each, dict):
            json.dumps(answer(tables(), each))


def worked_cases():
    content = json.loads((law.DATA / "examples.json").read_text(encoding="utf-8"))
    return [json.dumps(case) for case in content["vectors"]]


def package(content):
    """A package of a dossier, as its receiver looks at it."""
    for section in check_package(io.BytesIO(content), lambda _dossier: None):
        for problem in section.problems:
            str(problem)


def packages():
    """A package of two files; what is in it is damaged too, with manifests that do not fit."""
    from tests_pure.dossier_books import packed

    return [packed()]


def dossier(content):
    """The XML of a dossier."""
    try:
        dossier_xml.read(content)
    except Refused as error:
        refused(error)


def dossiers():
    return [file.read_bytes() for file in sorted(EXAMPLES.glob("*.xml"))]


def side(content):
    """The table beside a dossier."""
    try:
        side_file.read(content)
    except ValueError as error:
        refused(error)


def document(content):
    """A PDF that comes with a case."""
    stream = io.BytesIO(content)
    look(stream)
    with suppress(ValueError):
        "".join(text_of(stream))


def documents():
    from tests_pure.dossier_parts import pdf

    return [pdf("Invoice 2025-0417", "The amount is 100.00", link="https://example.com/a")]


# -- what people type and write ----------------------------------------------------------------------


def typed(text):
    """Codes, PINs, amounts and days, as debtors and clerks type them."""
    code, pin = normalize(text), normalize_pin(text)
    if code is not None and len(code) != 8 or pin is not None and len(pin) != 6:
        raise AssertionError("neither a code nor a PIN has such a length")
    for point in ".,":
        with suppress(ValueError):
            if not read_amount(text, point, 2).is_finite():
                raise AssertionError("an amount without an end")
    for day_first in (True, False):
        with suppress(ValueError):
            read_day(text, day_first)


def receipt(text):
    """What a bank says about a payment."""
    known = {characters("INV/2026/00001"): [1], characters("2025-0417"): [2]}
    for found in numbers_in(characters(text), known):
        if found not in (1, 2):
            raise AssertionError("an item that was not asked for")


def mail(text):
    """The body of a mail, of which only what its sender wrote counts."""
    for read in (own_words, unquoted, typed_words):
        if not isinstance(read(text), str):
            raise AssertionError("words are a text")
    redact_html(text)


def words(text):
    """Texts of debtors, clerks and managers."""
    hint(text)
    for problem in scan(redact(text), "here"):
        str(problem)
    readability(text, "nl")
    size(plain(text))
    list(faults(text))
    collection_words(text)
    values = dict.fromkeys(placeholders_in(text), "x")
    with suppress(UnknownPlaceholder):
        substitute(text, values)
    with suppress(UnknownPlaceholder):
        fill_paragraphs(text, values)


# -- reports of WhatsApp -------------------------------------------------------------------------------


def _cloud_api():
    """What reads the platform's reports: a module that needs nothing of Odoo."""
    file = CHECKOUT / "payt_dunning_whatsapp" / "cloud_api.py"
    spec = importlib.util.spec_from_file_location("cloud_api", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


API = _cloud_api()


def whatsapp(content):
    """A report, and the signature that somebody made up."""
    if API.is_signed("secret", content, content.decode("latin-1")):
        raise AssertionError("nobody signed this")
    report = API.read_json(content)
    code, subcode, told = API.read_error(report)
    API.kind_of(code, subcode)
    if len(told) > 500:
        raise AssertionError("too many words are kept")


REPORT = {
    "code": 131026,
    "error_subcode": 1,
    "title": "Message undeliverable",
    "message": "It can't be delivered",
    "error_data": {"details": "Not on WhatsApp"},
}
MAIL = (
    "<div>I paid on 1 March, see <b>2025-0417</b></div><blockquote>On Monday you wrote: pay "
    "<a href='https://creditor.example.com/claim/m/7/0123456789abcdef0123456789abcdef'>here</a>"
    "</blockquote><br>-- <br>Jan",
    "I paid.\n\nOn Mon, 2 Mar 2026 at 10:00, Creditor wrote:\n> pay\n> now\n-- \nJan",
)
WORDS = (
    "Dear {debtor}, please pay {amount} before {date}. My BSN is 123456782, NL91ABNA0417164300.",
    "Ik ben ziek en lig in het ziekenhuis. ((code)) https://claim-code.invalid/ Betaal nu!",
    "1\n\n2\n\n{invoices}\n\n{unknown} {{twice}} ((pin)",
)

#: By name: who reads, and examples or a function that makes them.
READERS = {
    "tables of the law": (law_rows, law_files),
    "worked cases": (worked_case, worked_cases),
    "packages": (package, packages),
    "dossiers": (dossier, dossiers),
    "side files": (
        side,
        [b"case;amount\r\n2025-0417;100,00\r\n", b'\xef\xbb\xbf"a","b"\n1,2\n'],
    ),
    "documents": (document, documents),
    "typed": (typed, ["7K3M 9PX4", "042 917", "1.234,56", "€ 12.50", "31-12-2026", "2026-02-28"]),
    "receipts": (receipt, ["Invoice INV/2026/00001 thanks", "2025 0417 / RF18539007547034"]),
    "mails": (mail, MAIL),
    "words": (words, WORDS),
    "reports of WhatsApp": (
        whatsapp,
        [json.dumps(REPORT).encode(), b"{}", b"[1]", b'{"code": "x"}'],
    ),
}
