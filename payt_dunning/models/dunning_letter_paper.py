import base64
import gc
import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2
from markupsafe import Markup

from odoo import api, models, tools
from odoo.tools.image import image_data_uri

from ..pdf import is_pdf, joined, page_count
from ..rules.paper import on_paper
from ..tools import qr_image
from .dunning_message import CLAIM

try:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
except (ImportError, OSError):
    weasyprint = None

_logger = logging.getLogger(__name__)

#: So many lines of 11 pt fit in the window of an envelope, of so many characters.
LINES, WIDTH = 6, 38


@dataclass(frozen=True, slots=True)
class Printed:
    """A letter as PDF, or why it could not be made.

    :param pages: of all of it, with the invoices behind it
    :param left_out: names of files that should be behind it and can't be read
    """

    pdf: bytes = b""
    pages: int = 0
    problem: str = ""
    left_out: tuple[str, ...] = ()


@contextmanager
def _without_collecting():
    """Some dozens of letters make no garbage worth looking for: it takes a seventh of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class DunningLetterPaper(models.AbstractModel):
    """Letters as PDF, many at a time: each a tagged document of its own with its own numbers.

    WeasyPrint keeps fonts and style sheets for all of them, and may load nothing.
    """

    _name = "dunning.letter.paper"
    _description = "Letters on Paper"

    @api.model
    def _has_engine(self):
        """Whether letters can be made as PDF here; else the browser prints them."""
        return weasyprint is not None

    @api.model
    def _print(self, letters):
        """Make letters as PDF; one that can't be made does not keep the others back.

        :param letters: ``dunning.notice`` records of one company, at most some dozens
        :return: :class:`Printed` by id
        """
        shared = self._shared(letters)
        printed = {}
        with _without_collecting():
            self._print_each(letters, shared, printed)
        return printed

    @api.model
    def _print_each(self, letters, shared, printed):
        for letter in letters:
            try:
                printed[letter.id] = self._print_one(letter, shared)
            except psycopg2.Error:
                raise
            except Exception as problem:
                _logger.warning("Letter %s can't be made as PDF", letter.id, exc_info=True)
                printed[letter.id] = Printed(problem=str(problem) or type(problem).__name__)

    @api.model
    def _shared(self, letters):
        """What all letters of a company have in common, read and made once."""
        company = letters.company_id.sudo()
        company.ensure_one()
        return {
            "company": company,
            "logo": self._logo(company),
            "fonts": FontConfiguration(),
            "fetcher": weasyprint.urls.URLFetcher(allowed_protocols=("data",)),
            "sheets": {},
            "pictures": {},
            "keys": self._keys(letters),
            "addresses": self._address_lines(letters, company),
        }

    @api.model
    def _logo(self, company):
        """The company's logo as an address that holds it; Odoo's own picture is none."""
        if not company.logo or company.uses_default_logo:
            return ""
        return image_data_uri(company.logo)

    @api.model
    def _keys(self, letters):
        """What people type who hold a letter: ``{id: Key}``, see :mod:`.dunning_page_key`."""
        return self.env["dunning.page.key"].sudo()._keys(letters)

    @api.model
    def _address_lines(self, letters, company):
        """What stands in the window: name and postal address as their country writes it.

        :return: list of lines by id of the letter
        """
        own = company.country_id
        found = {}
        for letter in letters.sudo().with_context(lang=company.partner_id.lang):
            partner = letter.partner_id
            layout, values = partner._prepare_display_address()
            abroad = own and partner.country_id and partner.country_id != own
            values["country_name"] = values["country_name"].upper() if abroad else ""
            firm = values["company_name"]
            values["company_name"] = ""
            lines = [firm, "" if partner.name == firm else partner.name or ""]
            lines += (layout % values).split("\n")
            found[letter.id] = [line for line in (" ".join(x.split()) for x in lines) if line]
        return found

    @api.model
    def _print_one(self, letter, shared):
        html = str(self._html(letter, shared))
        sheet = self._sheet(letter.with_context(lang=letter.lang), shared)
        document = weasyprint.HTML(string=html, url_fetcher=shared["fetcher"])
        document = document.render(
            stylesheets=[sheet], font_config=shared["fonts"], cache=shared["pictures"]
        )
        pdf, pages = document.write_pdf(pdf_tags=True), len(document.pages)
        parts, left_out = [], []
        for file in letter.sudo().attachment_ids:
            if count := page_count(file.raw):
                parts.append((file.raw, False))
                pages += count
            elif file.mimetype == "application/pdf" or is_pdf(file.raw):
                left_out.append(file.name)
        if parts:
            pdf = joined([(pdf, False), *parts])
        return Printed(pdf=pdf, pages=pages, left_out=tuple(left_out))

    @api.model
    def _html(self, letter, shared):
        """A letter as the document that is printed."""
        letter = letter.sudo().with_context(lang=letter.lang)
        lines, key = shared["addresses"][letter.id], shared["keys"][letter.id]
        codes = letter._page_url(), letter._transfer_code()
        return self._document(letter, shared, lines, key, *codes)

    @api.model
    def _document(self, letter, shared, lines, key, page, transfer_code):
        """A letter as a document, also one that is only shown.

        :param letter: a message in the environment of its language; it may be unsaved
        :param shared: with ``company`` and ``logo``
        :param lines: what stands in the window
        :param key: see :meth:`~.dunning_page_key.DunningPageKey._keys`
        :param page: the address that its code opens
        :param transfer_code: picture of the code for a bank; empty for none
        """
        words = self.env["dunning.message"]._insert_keys(letter.body or "", key)
        body, transfer = on_paper(words, CLAIM)
        company = shared["company"]
        return letter.env[
            "ir.qweb"
        ]._render(
            "payt_dunning.letter_paper",
            {
                "letter": letter,
                "spoken": (letter.lang or "en_US").replace("_", "-"),
                "company": company,
                "logo": shared["logo"],
                "side": company.dunning_letter_window,
                "sender": letter.env["dunning.page.values"]._sender(company),
                "home": self._home(company),
                "lines": lines,
                "tight": len(lines) > LINES or any(len(line) > WIDTH for line in lines),
                "place": company.city,
                "day": letter.env["dunning.page"]._date(letter.as_of),
                "body": Markup(body),  # nosec B704 # rendered, escaped
                "transfer": Markup(transfer),  # nosec B704 # rendered, escaped
                "answer": company.dunning_letter_answer or ", ".join(self._home(company)[1:]),
                "key": key,
                # Short: the code that the address may hold is typed anyway.
                "address": re.sub(r"^https?://", "", key.url.replace(f"/{key.code}", "")),
                "page_code": qr_image(page),
                "transfer_code": transfer_code,
            },
        )

    @api.model
    def _home(self, company):
        """Name and address of a company, as one writes them on an envelope."""
        place = f"{company.zip or ''} {company.city or ''}".strip()
        lines = (company.name, company.street, company.street2, place)
        return [line for line in lines if line]

    @api.model
    def _sheet(self, letter, shared):
        """The style sheet of letters, with the words of page numbers in their language."""
        lang = letter.env.lang
        if lang not in shared["sheets"]:
            with tools.file_open("payt_dunning/static/letter/letter.css") as file:
                css = file.read()
            words = letter.env._("Page %(page)s of %(pages)s", page="\0", pages="\1")
            quoted = words.replace("\\", "").replace('"', "")
            content = quoted.replace("\0", '" counter(page) "').replace("\1", '" counter(pages) "')
            css = css.replace("/* numbers */", f'@bottom-right {{ content: "{content}"; }}')
            shared["sheets"][lang] = weasyprint.CSS(string=css, font_config=shared["fonts"])
        return shared["sheets"][lang]

    @api.model
    def _as_file(self, name, pdf, record):
        """Values of an attachment that keeps a PDF."""
        return {
            "name": name.replace("/", "-"),
            "datas": base64.b64encode(pdf),
            "mimetype": "application/pdf",
            "res_model": record._name,
            "res_id": record.id,
        }
