"""Who appears in the demo data: companies, users and debtors (``debtors.csv``), as tables.

Everybody is made up. E-mail addresses use example domains only, telephone numbers cannot be
assigned (a Dutch subscriber number never starts with 0; the German and British ones lie in the
ranges kept for film), so that nothing that leaves a demo database reaches a real person.
"""

import csv
from typing import NamedTuple

from odoo.tools import file_open


class Company(NamedTuple):
    """A creditor. ``vat`` and ``iban`` pass the checks of ``base_vat`` and ``base_iban``.

    ``bills`` and ``people``: what it calls its invoices and customers.
    """

    key: str
    name: str
    street: str
    zip: str
    city: str
    email: str
    phone: str
    vat: str
    registry: str
    iban: str
    color: str
    bills: str = "invoice"
    people: str = "customer"


class Debtor(NamedTuple):
    """A customer; ``email`` is the local part of the address, or all of a malformed one."""

    key: str
    name: str
    kind: str
    lang: str
    street: str
    zip: str
    city: str
    email: str


class Contact(NamedTuple):
    """A contact or address below a debtor; ``role`` is its part in follow-up."""

    name: str
    type: str
    email: str
    function: str = ""
    role: str = ""


COMPANIES = [
    Company(
        "main",
        "Lindewaal Installatie & Onderhoud B.V.",
        "Kadewerf 18",
        "3029 ZZ",
        "Rotterdam",
        "debiteuren@example.nl",
        "+31 10 000 0010",
        "NL123456782B01",
        "90000012",
        "NL91ABNA0417164300",
        "#1f6f78",
    ),
    Company(
        "sister",
        "Lindewaal Facilitair B.V.",
        "Kadewerf 20",
        "3029 ZZ",
        "Rotterdam",
        "facilitair@example.nl",
        "+31 10 000 0020",
        "NL111222333B01",
        "90000023",
        "NL02ABNA0123456789",
        "#8a5a2b",
    ),
    Company(
        "club",
        "Tennisvereniging De Oude Eik",
        "Sportlaan 4",
        "2641 ZZ",
        "Pijnacker",
        "penningmeester@example.nl",
        "+31 15 000 0030",
        "",
        "90000034",
        "NL39RABO0300065264",
        "#3b7a3b",
        "membership",
        "member",
    ),
]

# login (also the password), name, e-mail, group of this add-on
USERS = [
    ("clerk", "Sanne Verbruggen", "sanne.verbruggen@example.nl", "payt_dunning.group_dunning_user"),
    (
        "manager",
        "Ruud Akkermans",
        "ruud.akkermans@example.nl",
        "payt_dunning.group_dunning_manager",
    ),
    ("sales", "Noor Dekkers", "noor.dekkers@example.nl", "payt_dunning.group_dunning_viewer"),
]

# kind -> (is a company, days of payment term, name of the category)
KINDS = {
    "company": (True, 30, "Business"),
    "sole": (True, 14, "Sole trader"),
    "public": (True, 30, "Public body"),
    "care": (True, 30, "Care foundation"),
    "association": (True, 30, "Association"),
    "consumer": (False, 14, "Consumer"),
    "member": (False, 14, "Member"),
}

LANGS = {"nl": "nl_NL", "en": "en_US", "de": "de_DE"}
DOMAINS = {"nl": "example.nl", "en": "example.com", "de": "example.de"}
PHONES = {"nl": "+31 10 000 01%02d", "en": "+44 20 7946 01%02d", "de": "+49 30 23125 1%02d"}
COUNTRIES = {"nl": "base.nl", "en": "base.nl", "de": "base.de"}
COUNTRY_OF = {
    "harbour": "base.uk",
    "pembroke": "base.uk",
    "prairie": "base.us",
    "lakeside": "base.us",
}
VAT_OF = {"wiesengrund": "DE123456788", "kranich": "DE136695976"}


CONTACTS = {
    "veldkamp": [
        Contact("Crediteurenadministratie", "invoice", "ap.veldkamp"),
        Contact("Marloes Veldkamp", "contact", "marloes.veldkamp", "Directeur"),
    ],
    "noordzijde": [
        Contact("Afdeling Facturen", "invoice", "invoice.noordzijde"),
        Contact("Edwin Ras", "contact", "edwin.ras", "Technisch beheerder"),
    ],
    "zilverberk": [Contact("Joyce Kamerling", "contact", "joyce.kamerling", "Hotelmanager")],
    "scheepswerf": [Contact("Administratie De Merwe", "invoice", "ap.demerwe")],
    "fietspunt": [Contact("Pim Schotel", "contact", "pim.schotel", "Inkoper")],
    "gemeente": [
        Contact("Centrale Facturenbalie", "invoice", "facturenbalie.nieuw-rijnmond"),
        Contact("Corina Blok", "contact", "corina.blok", "Contractbeheerder"),
    ],
    "zorggroep": [Contact("Servicecentrum Financiën", "invoice", "servicecentrum.debeuken")],
    "wiesengrund": [Contact("Kreditorenbuchhaltung", "invoice", "kreditoren.wiesengrund")],
    "harbour": [Contact("Oliver Finch", "contact", "oliver.finch", "Finance Director")],
    "school": [Contact("Bestuursbureau", "invoice", "bestuursbureau.rijnoord")],
    "hendriks": [
        Contact(
            "Bewindvoering De Waag", "other", "dossiers.dewaag", "Bewindvoerder", "representative"
        ),
    ],
    "santos": [
        Contact("Maasstad Bewind en Mentoraat", "other", "post.maasstadbewind", "Bewindvoerder"),
    ],
    "brasserie": [Contact("Mr. T. Verkade (curator)", "other", "curator.verkade", "Curator")],
}


def load_debtors():
    """Return the rows of ``debtors.csv`` as :class:`Debtor`, in the order of the file."""
    with file_open("payt_dunning/demo/debtors.csv") as file:
        return [Debtor(**row) for row in csv.DictReader(file)]


# situation -> debtors that are in it by who they are, not by what they owe
PERSONAL_SITUATIONS = {
    "no_email": ["optiek", "devries", "lid_verhoef"],
    "bad_email": ["fotograaf", "kuipers"],
    "direct_debit": ["smit", "kinderopvang", "visser"],
    "collection_refused": ["visser"],
    "administration": ["hendriks", "santos"],
    "insolvency": ["brasserie", "mulder"],
    "po_missing": ["gemeente", "koelhuis"],
    "key_account": ["zorggroep"],
    "invoice_address": [
        "veldkamp",
        "noordzijde",
        "scheepswerf",
        "gemeente",
        "zorggroep",
        "wiesengrund",
        "school",
    ],
    "archived": ["lantaarn", "vandijk"],
}

# situation, kind of hold on the debtor, why
HELD = (
    ("insolvency", "insolvency", "Failliet verklaard; curator aangeschreven."),
    ("administration", "administration", "Beschermingsbewind volgens de rechtbank."),
    ("po_missing", "document_missing", "Het inkoopnummer ontbreekt op de factuur."),
)

# debtor -> how far it is in law: its invoices are spelled out
IN_LAW = {
    "dekker": "notice_expired",
    "wolters": "notice_by_letter",
    "faber": "notice_by_mail",
    "stolk": "demand_expired",
}
# Where our customers agreed to the term of payment.
ACCOUNTS = [("Ontvangen incassokosten", "899101"), ("Ontvangen rente", "899102")]
TERMS = "Algemene voorwaarden 2024, artikel 7"
QUESTION = "Kunt u mij de factuur nog een keer sturen? Met vriendelijke groet, Hanneke Faber"

# The debtor that disagrees with a part of its newest invoice, and why.
DISPUTES, DISPUTED_PART, DISPUTE = "zilverberk", 50.0, "Eén uur te veel gerekend, zegt de klant."

# situation -> category put on the debtor, for what has no field in Odoo
CATEGORIES = {
    "direct_debit": "Direct debit",
    "administration": "Administration",
    "insolvency": "Insolvency",
    "po_missing": "PO number missing",
    "key_account": "Key account",
}
#: Who wrote, what, and how many days ago.
ASKED = (
    ("drukwerk", "Voor welk project is deze factuur? Wij kunnen hem nergens plaatsen.", 1),
    ("hoekstra", "Kunt u ons inkoopnummer 4501 op de factuur zetten?", 8),
    ("koelhuis", "De btw lijkt ons niet te kloppen. Kunt u dat nakijken?", 3),
)
#: What one of them was answered.
ANSWERED = ("koelhuis", "Goed dat u het vraagt. De btw klopt: het is onderhoud, en dus 21 %.")
#: Reasons that debtors gave for not paying.
REASONS_GIVEN = (
    ("hoekstra", "order_number"),
    ("fietspunt", "approval"),
    ("groenhart", "no_cash"),
    ("brasserie", "forgot"),
)
#: Who promised to pay, in how many days.
PROMISED = ("brasserie", 5)
#: Who says that it has paid, and what the transfer said.
SAID_PAID, SAID_PAID_NOTE = ("lantaarn",), "Overgemaakt via de rekening van mijn man."
TRANSFER_TEXT = "P. de Wit, factuur cv-ketel"
#: Who has other contact details.
MOVED = ("groenhart", {"phone": "010 555 01 23", "email": "facturen@groenhart.example.nl"})
