import io
import zipfile

from odoo import fields
from odoo.tools.pdf import PdfFileWriter

from ..models.collection_dossier import Wanted
from ..models.dunning_dispute import Contested
from ..rules.dossier.pdf import text_of
from .case_common import CaseCommon


class HandoverCommon(CaseCommon):
    """A case that can be handed over, and a bailiff."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.business.write(
            {
                "country_id": cls.env.ref("base.nl").id,
                "company_registry": "90000002",
                "street": "Molenstraat 45",
                "city": "Zwolle",
                "zip": "8000 AA",
            }
        )
        bank = cls.env["res.partner.bank"].create(
            {"acc_number": "NL91ABNA0417164300", "partner_id": cls.company.partner_id.id}
        )
        accounts = cls.env["dunning.bank.account"].sudo()
        accounts.search([("company_id", "=", cls.company.id)]).unlink()
        accounts.create(
            {
                "company_id": cls.company.id,
                "bank_id": bank.id,
                "name": bank.acc_number,
                "number": bank.sanitized_acc_number,
                "confirmed_on": fields.Datetime.now(),
            }
        )
        cls.company.partner_id.write(
            {
                "company_registry": "90000001",
                "street": "Havenkade 12",
                "city": "Groningen",
                "zip": "9700 AA",
                "country_id": cls.env.ref("base.nl").id,
            }
        )
        cls.agent = cls.env["collection.agent"].create(
            {"partner_id": cls.debtor("Bailiff Office").id, "kind": "bailiff"}
        )

    def make_once(self):
        super().make_once()
        self.item = self.at_level(3, 40)
        self.case = self.open_case(self.item, begun_on=self.after(-10))
        self.debtor_row = self.item.debtor_id
        self.debtor_row.write(
            {"address_checked_on": self.today, "insolvency_checked_on": self.today}
        )
        self.store_pdf(self.item.move_id)

    def store_pdf(self, move):
        return self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "res_model": "account.move",
                "res_id": move.id,
                "res_field": "invoice_pdf_report_file",
                "raw": self.one_page(),
                "mimetype": "application/pdf",
            }
        )

    def wanted(self, **values):
        return Wanted(
            action="court_action",
            **{
                "agent_id": self.agent,
                "day": self.today,
                "no_defence": True,
                "ground": "Work under order 12.",
                **values,
            },
        )

    def hand_over(self, case=None, user=None, overridden=None, **values):
        handovers = self.env["collection.handover"].with_user(user or self.env.user)
        with self.on_day(self.today):
            return handovers._hand_over(case or self.case, self.wanted(**values), overridden)

    def text_in(self, handover, folder):
        """The words of the PDFs in a folder of a package."""
        package = zipfile.ZipFile(io.BytesIO(handover._content()))
        return " ".join(
            word
            for name in package.namelist()
            if folder in name
            for page in text_of(io.BytesIO(package.read(name)))
            for word in page.split()
        )

    def write_to_us(self, body, answered=True):
        """A message of the debtor about the invoice of the case."""
        message = self.item.move_id.message_post(
            body=body,
            author_id=self.business.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        if answered:
            self.env["dunning.question"].search([("state", "=", "open")]).action_no_answer()
        return message

    def dispute(self, item=None, scope="whole", amount=0.0):
        """A dispute of the debtor about an item of the case."""
        return (
            self.env["dunning.dispute"]
            .sudo()
            ._begin(
                item or self.item,
                Contested(scope, amount, self.env["account.move.line"]),
                self.env.ref("payt_dunning.dispute_reason_quality"),
                "It is broken",
            )
        )

    def one_page(self):
        writer, stream = PdfFileWriter(), io.BytesIO()
        writer.addBlankPage(width=100, height=100)
        writer.write(stream)
        return stream.getvalue()
