from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.mail import email_normalize, formataddr


class ResCompany(models.Model):
    """Whom the messages of a company come from, and where answers go to."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_sender = fields.Char(
        "Messages Come From",
        help="An address of yours that your mail server sends for. Empty: the company's address. "
        "A policy or a level may have its own.",
    )
    dunning_reply_to = fields.Char(
        "Answers Go To",
        help="Empty: answers land on the invoice, where they hold its reminders until somebody "
        "answers.",
    )
    dunning_delivery_reports = fields.Boolean(
        "Ask for Delivery Reports",
        help="Mail servers that can are asked to report that a message was delivered, and when. "
        "It says that the debtor's server took it, not that somebody read it.",
    )

    @api.constrains("dunning_sender", "dunning_reply_to")
    def _check_dunning_addresses(self):
        for company in self:
            company._refuse_wrong_addresses(company.dunning_sender, company.dunning_reply_to)

    @api.model
    def _refuse_wrong_addresses(self, *addresses):
        """Refuse what is no address.

        :raises ValidationError: naming it
        """
        for address in addresses:
            if address and not email_normalize(address):
                raise ValidationError(
                    self.env._("“%s” is not an e-mail address.", address),
                )

    def _dunning_sender(self):
        """Sender and address for answers; one that was chosen for follow-up comes first.

        A chosen sender without a name of its own carries the company's.
        """
        found = super()._dunning_sender()
        company = self.sudo()
        if company.dunning_sender:
            sender = _named(company.dunning_sender, company.name)
            found = {"email_from": sender, "reply_to": company.catchall_formatted or sender}
        if company.dunning_reply_to:
            found["reply_to"] = company.dunning_reply_to
        return found


class DunningPolicy(models.Model):
    """Policies that write in the name of somebody else than the company."""

    _inherit = "dunning.policy"  # pylint: disable=consider-merging-classes-inherited

    sender = fields.Char(
        help="Address that messages of this policy come from. Empty: the company's."
    )
    reply_to = fields.Char(help="Address that answers go to. Empty: they land on the invoice.")

    @api.constrains("sender", "reply_to")
    def _check_addresses(self):
        for policy in self:
            self.env["res.company"]._refuse_wrong_addresses(policy.sender, policy.reply_to)


class DunningNotice(models.Model):
    """Messages by whom their level says, else their policy."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    def _mail_values(self, move_id):
        values = super()._mail_values(move_id)
        policy = self.level_id.policy_id
        own = {"email_from": policy.sender, "reply_to": policy.reply_to}
        return {**{name: each for name, each in own.items() if each}, **values}


class DunningReadiness(models.AbstractModel):
    """A sender that no mail server sends for is told before going live."""

    _inherit = "dunning.readiness"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _find_sender(self, company):
        state, words = super()._find_sender(company)
        if state != "mend" and (strange := self._replaced_senders(company)):
            return "attention", "\n".join(
                (
                    words,
                    self.env._(
                        "No outgoing mail server may send as %s: Odoo puts another sender in its "
                        "place, and answers may be lost. An administrator can add the address to "
                        "the filter of a mail server.",
                        ", ".join(strange),
                    ),
                )
            )
        return state, words

    @api.model
    def _replaced_senders(self, company):
        """Senders in whose place core would put another, for its filters of mail servers."""
        policies = self.env["dunning.policy"].search([("company_id", "in", (False, company.id))])
        chosen = [company._dunning_sender()["email_from"]]
        chosen += policies.mapped("sender") + policies.level_ids.mapped("sender")
        Server = self.env["ir.mail_server"].sudo()
        senders = dict.fromkeys(filter(None, map(email_normalize, filter(None, chosen))))
        return [
            each
            for each in senders
            if email_normalize(Server._find_mail_server(each)[1] or each) != each
        ]


class DunningSettingsMixin(models.AbstractModel):
    """The same where it is set."""

    _inherit = "dunning.settings.mixin"  # pylint: disable=consider-merging-classes-inherited

    dunning_sender = fields.Char(related="company_id.dunning_sender", readonly=False)
    dunning_reply_to = fields.Char(related="company_id.dunning_reply_to", readonly=False)
    dunning_delivery_reports = fields.Boolean(
        related="company_id.dunning_delivery_reports", readonly=False
    )


def _named(address, name):
    """An address with a name: its own, where it has one."""
    return address if "<" in address else formataddr((name or "", address))
