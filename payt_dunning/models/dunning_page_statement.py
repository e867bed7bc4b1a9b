import logging

from odoo import api, models

from .dunning_page_choice import payee_of
from .dunning_payee import OWN

try:
    import weasyprint
except (ImportError, OSError):
    weasyprint = None

_logger = logging.getLogger(__name__)


class DunningPageStatement(models.AbstractModel):
    """The statement of account: everything a debtor has open, as a PDF."""

    _name = "dunning.page.statement"
    _description = "Statement of Account"

    @api.model
    def _pdf(self, door, piles, day):
        """The statement as a PDF: tagged, so that it can be read aloud.

        :param piles: see :meth:`~.dunning_page.DunningPage._piles`
        :return: bytes
        """
        company = door.company.sudo()
        looks, pages = self.env["dunning.page"], self.env["dunning.page.values"]
        partner = door.debtor.partner_id
        address = partner._display_address(without_company=True).split("\n")
        values = {
            "lang": self.env.lang.replace("_", "-"),
            "company": company.name,
            "sender": pages._sender(company),
            "who": partner.name,
            "address": [line for line in address if line.strip()],
            "day": looks._date(day),
            "piles": [self._pile(pile) for pile in piles if pile.rows or pile.extras or pile.given],
        }
        html = self.env["ir.qweb"]._render("payt_dunning.page_statement", values)
        return self._to_pdf(str(html))

    @api.model
    def _pile(self, pile):
        looks, handovers = self.env["dunning.page"], self.env["collection.handover"].sudo()

        def money(amount):
            return looks._money(amount, pile.currency)

        return {
            "currency": pile.currency.name,
            "rows": [
                (
                    row.name,
                    looks._date(row.due),
                    str(row.late or ""),
                    money(row.open),
                    self._paid_to(pile, row),
                )
                for row in pile.rows
            ],
            "extras": [(extra.label, money(extra.amount)) for extra in pile.extras],
            "covered": pile.covered and money(-pile.covered),
            "disputed": pile.disputed and money(-pile.disputed),
            "under_way": pile.under_way and money(-pile.under_way),
            "in_plan": pile.in_plan and money(-pile.in_plan),
            "payable": money(pile.payable),
            "given": [
                self.env._(
                    "%(invoice)s: %(amount)s, collected for us by %(office)s",
                    invoice=row.name,
                    amount=money(row.open),
                    office=handovers.browse(pile.agents[row.item_id]).agent_id.name,
                )
                for row in pile.given
            ],
        }

    @api.model
    def _paid_to(self, pile, row):
        """Who is to be paid for a row, where it is not the company, with the account."""
        payee = payee_of(pile, row)
        if payee == OWN:
            return ""
        if not payee.number:
            return self.env._("To be paid to %s", payee.holder)
        return self.env._(
            "To be paid to %(holder)s, %(number)s", holder=payee.holder, number=payee.number
        )

    @api.model
    def _to_pdf(self, html):
        """A document of ours as a PDF; it may load nothing but what is in it."""
        if weasyprint is None:
            _logger.warning("WeasyPrint is missing: documents are made by Odoo's own engine.")
            return self.env["ir.actions.report"].sudo()._run_wkhtmltopdf([html])
        fetcher = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
        document = weasyprint.HTML(string=html, url_fetcher=fetcher)
        return document.write_pdf(pdf_tags=True)
