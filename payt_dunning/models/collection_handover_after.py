from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, plaintext2html

from .collection_handover import LIVE


class CollectionHandover(models.Model):
    """After a handover: recalled, and told the same day of what was paid to us all the same."""

    _inherit = "collection.handover"  # pylint: disable=consider-merging-classes-inherited

    reported = fields.Json("Payments Told", readonly=True)
    paid_before = fields.Json("Payments in the Package", readonly=True)

    def action_recall(self, reason):
        """Take a case back from an agent: it is ours again, and the agent is told.

        :param reason: why, in words
        """
        for handover in self._as_collector()._still_live():
            if not (reason or "").strip():
                raise UserError(self.env._("Say why it is recalled."))
            handover.write(
                {
                    "state": "recalled",
                    "recalled_on": handover.case_id._today(),
                    "recall_reason": reason,
                }
            )
            if not handover.test:
                handover.case_id._take_back(self.env._("Recalled: %s", reason))
            if handover.agent_closure:
                continue  # it has stopped by itself
            handover._tell_agent(
                lambda env, own=handover: (
                    env._("Recall of case %s", own.case_id.name),
                    env._(
                        "We recall case %(case)s (%(reference)s). Please stop at once and tell us "
                        "what has been done.",
                        case=own.case_id.name,
                        reference=own.reference or own.dossier_id,
                    ),
                ),
                "recall",
                {
                    "caseNumber": handover.case_id.name,
                    "recalledOn": handover.recalled_on.isoformat(),
                    "reason": reason.strip(),
                },
            )
        return True

    def _tell_agent(self, words, kind="", payload=None):
        """Write to the office; where it has no address somebody is asked to tell it.

        :param words: function of an environment that gives subject and text, in its language
        :param kind: ``recall`` or ``payment``, for offices that are told by a program
        :param payload: what such a program is told, as JSON
        """
        self.ensure_one()
        agent = self.agent_id
        env = self.with_context(lang=agent.lang or self.env.lang).env
        subject, text = words(env)
        if not agent._address() or agent.changed_by_id:
            self.env["dunning.task"]._ask(
                self,
                "agent_tell",
                lambda env: env._("Tell the office: %s", subject),
                company=self.company_id,
                handler=self.handler_id,
            )
            return
        if agent.email and agent._address() != agent.partner_id.email_normalized:
            # It has an address of its own for this.
            self._mail_to_office(subject, plaintext2html(text))
            return
        self.sudo().message_post(
            subject=subject,
            body=plaintext2html(text),
            partner_ids=agent.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            email_from=self.company_id._dunning_sender()["email_from"],
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _mail_to_office(self, subject, body):
        """A mail to the address that an office has for packages and notices; noted in the thread."""
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": subject,
                    "body_html": body,
                    "email_to": self.agent_id._address(),
                    "email_from": self.company_id._dunning_sender()["email_from"],
                }
            )
        )
        self.sudo()._message_log(subject=subject, body=body)
        return mail

    # -- payments that still come to us ---------------------------------------------------------------

    @api.model
    def _watch_sql(self, company, day):
        """Whether somebody collects for a company."""
        return SQL(
            """EXISTS (SELECT FROM collection_handover
                        WHERE company_id = %s AND state = ANY(%s) AND test IS NOT TRUE)""",
            company.id,
            list(LIVE),
        )

    @api.model
    def _watch(self, company, day):
        """Tell agents of payments that came to us; close cases that are paid."""
        mine = self.with_context(lang=company.partner_id.lang)
        live = mine.search([("company_id", "=", company.id), *self._live()])
        return self.env["dunning.dialogue"]._safely(live, type(self)._report_payments)

    @api.model
    def _cron_report(self):
        """Tell offices the same day of what was paid, also what came after the day's run."""
        companies = self.env["res.company"].search([])
        for company in companies.filtered(lambda each: each._dunning_is_live()):
            day = self.env["dunning.message"]._today(company)
            ((due,),) = self.env.execute_query(SQL("SELECT %s", self._watch_sql(company, day)))
            if due:
                self._watch(company, day)

    def _report_payments(self):
        """Tell each office what was paid to us since its case was handed over."""
        steps = self.case_id._steps(("payment",))
        for handover in self:
            told = {tuple(each) for each in handover.reported or ()}
            paid = steps[handover.case_id]
            fresh = [each for each in paid if each not in told]
            if not fresh:
                continue
            handover._tell_agent(
                lambda env, own=handover, new=fresh: own._payment_words(env, new),
                "payment",
                handover._payment_payload(fresh),
            )
            handover.sudo().reported = [list(each) for each in (*told, *fresh)]

    def _payment_payload(self, fresh):
        """Payments to us as a program is told of them."""
        items = self.env["dunning.item"].sudo()
        return {
            "caseNumber": self.case_id.name,
            "currency": self.currency_id.name,
            "payments": [
                {"date": day, "amount": amount, "invoice": items.browse(item_id).display_name}
                for item_id, _name, day, amount in fresh
            ],
        }

    def _payment_words(self, env, fresh):
        items = env["dunning.item"].sudo()
        lines = [
            env._(
                "%(day)s: %(amount)s on %(invoice)s",
                day=format_date(env, fields.Date.to_date(day)),
                amount=self.currency_id.with_env(env).format(float(amount)),
                invoice=items.browse(item_id).display_name,
            )
            for item_id, _name, day, amount in fresh
        ]
        return (
            env._("Payment to us in case %s", self.case_id.name),
            "\n".join(
                [
                    env._(
                        "In case %(case)s (%(reference)s) the debtor paid to us:",
                        case=self.case_id.name,
                        reference=self.reference or self.dossier_id,
                    ),
                    *lines,
                ]
            ),
        )


class CollectionCase(models.Model):
    """What was paid to us on what is in a case."""

    _inherit = "collection.case"  # pylint: disable=consider-merging-classes-inherited

    def _steps(self, kinds):
        """What was set against the items of each of these, of some kinds.

        :param kinds: of :class:`~.dunning_owed_history.Step`
        :return: ``{case: [(item id, number, day, amount)]}``, as JSON has them
        """
        history = self.env["dunning.owed"]._history(self.sudo().line_ids.item_id)
        return {
            case: [
                (item.id, step.name, step.day.isoformat(), str(step.amount))
                for item in case.sudo().line_ids.item_id
                if item.id in history
                for step in history[item.id].steps
                if step.kind in kinds
            ]
            for case in self
        }


class DunningDialogue(models.AbstractModel):
    """Handovers are looked at with what the daily run watches."""

    _inherit = "dunning.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watched(self):
        return [*super()._watched(), "collection.handover"]
