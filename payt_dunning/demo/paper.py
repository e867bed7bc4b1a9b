"""Invoices on paper for the demo: what a customer got by mail, without a report engine."""

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from odoo.tools.misc import format_date, formatLang

LEFT, RIGHT = 22 * mm, 188 * mm


def invoice_pdf(move):
    """Return the PDF of a Dutch invoice, one page.

    :param move: a posted invoice, in the environment of its company
    """
    file = io.BytesIO()
    page = Canvas(file, pagesize=A4, invariant=True)
    page.setTitle(f"Factuur {move.name}")
    _head(page, move)
    _lines(page, move)
    page.save()
    return file.getvalue()


def _head(page, move):
    company, partner = move.company_id, move.partner_id
    page.setFont("Helvetica-Bold", 15)
    page.drawString(LEFT, 272 * mm, company.name)
    page.setFont("Helvetica", 10)
    for row, text in enumerate(
        (company.street, f"{company.zip} {company.city}", f"KvK {company.company_registry}")
    ):
        page.drawRightString(RIGHT, (272 - 5 * row) * mm, text)
    for row, text in enumerate((partner.name, partner.street, f"{partner.zip} {partner.city}")):
        page.drawString(LEFT, (245 - 5 * row) * mm, text)
    page.setFont("Helvetica-Bold", 12)
    page.drawString(LEFT, 215 * mm, f"Factuur {move.name}")
    page.setFont("Helvetica", 10)
    page.drawString(LEFT, 208 * mm, f"Factuurdatum {format_date(move.env, move.invoice_date)}")
    page.drawString(LEFT, 203 * mm, f"Betalen voor {format_date(move.env, move.invoice_date_due)}")


def _lines(page, move):
    height = 188 * mm
    for line in move.invoice_line_ids:
        page.drawString(LEFT, height, line.name)
        page.drawRightString(RIGHT, height, _money(move, line.price_total))
        height -= 6 * mm
    page.line(LEFT, height + 2 * mm, RIGHT, height + 2 * mm)
    page.setFont("Helvetica-Bold", 10)
    page.drawString(LEFT, height - 4 * mm, "Te betalen")
    page.drawRightString(RIGHT, height - 4 * mm, _money(move, move.amount_total))


def _money(move, amount):
    # The fonts of every PDF have no narrow or hard spaces.
    return formatLang(move.env, amount, currency_obj=move.currency_id).replace("\xa0", " ")
