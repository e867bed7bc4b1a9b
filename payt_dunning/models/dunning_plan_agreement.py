import base64

from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Date

from ..rules.seal import seal


class DunningPaymentPlan(models.Model):
    """The agreement in writing: each version as page and PDF, kept as it was."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    def _keep_version(self, how, why=False):
        """Keep what is agreed now as a version of its own, with its document.

        :param how: see the versions
        """
        self.ensure_one()
        self.version += 1
        env = self.env["dunning.talk"]._env_of(self.debtor_id)
        plan = self.with_env(env)
        body = plan._agreement()
        pdf = env["dunning.page.statement"]._to_pdf(str(plan._agreement_page(body)))
        file = env["ir.attachment"].create(
            {
                "name": env._("Payment plan %(plan)s, version %(version)s.pdf")
                .replace("%(plan)s", self.name.replace("/", "-"))
                .replace("%(version)s", str(self.version)),
                "datas": base64.b64encode(pdf),
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        person = self.env.uid if how in ("clerk", "lighter") else False
        version = self.env["dunning.payment.plan.version"].create(
            {
                "plan_id": self.id,
                "number": self.version,
                "made_on": fields.Datetime.now(),
                "made_by_id": person,
                "how": how,
                "why": why,
                "schedule": [
                    [each.number, Date.to_string(each.date), each.amount]
                    for each in self.installment_ids
                ],
                "body": body,
                "content_hash": seal(self.debtor_id.display_name, self.name, str(body), ()),
                "pdf_id": file.id,
            }
        )
        return version

    def _agreement(self):
        """The agreement as HTML, in the language of the environment."""
        self.ensure_one()
        company = self.company_id.sudo()
        partner = self.debtor_id.partner_id
        address = partner._display_address(without_company=True).split("\n")
        charges = self.charge_ids.sudo()
        values = {
            "plan": self,
            "company": company.name,
            "sender": self.env["dunning.page.values"]._sender(company),
            "who": partner.name,
            "address": [line for line in address if line.strip()],
            "day": self._day(self._today()),
            "covers": [
                *(
                    (item.name, self._day(item.date_due), self._money(item.amount_open))
                    for item in self.item_ids
                ),
                *(
                    (
                        charge.display_name,
                        self._day(charge.due_from),
                        self._money(charge.amount_left),
                    )
                    for charge in charges
                ),
            ],
            "rows": [
                (str(each.number), self._day(each.date), self._money(each.amount))
                for each in self.installment_ids
            ],
            "total": self._money(self.total),
            "waived": self._waived_words(),
            "missed": self._if_missed_words(),
            "avoided": self._avoided_words(),
            "help": self._help_words(),
            "accounts": self._accounts(),
            "online": self._pays_online(),
        }
        return Markup(self.env["ir.qweb"]._render("payt_dunning.plan_agreement", values))  # nosec B704 # rendered, escaped

    def _agreement_page(self, body):
        """The agreement as a whole document."""
        return self.env["ir.qweb"]._render(
            "payt_dunning.plan_agreement_page",
            {"body": body, "lang": self.env.lang.replace("_", "-"), "title": self.name},
        )
