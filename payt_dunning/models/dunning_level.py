from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.mail import email_normalize

from ..rules.facts import TO_ORDER
from ..rules.texts import PLACEHOLDERS, unknown_placeholders

PHASES = [
    ("courtesy", "Courtesy"),
    ("reminder", "Reminder"),
    ("notice", "Statutory Notice"),
    ("collection", "Collection"),
]


class DunningLevel(models.Model):
    """A rung of a policy: when a message goes, to whom by which channel, and what it says."""

    _name = "dunning.level"
    _description = "Dunning Level"
    _order = "policy_id, days, position, id"

    policy_id = fields.Many2one("dunning.policy", required=True, index=True, ondelete="cascade")
    position = fields.Integer(
        "No.", required=True, readonly=True, copy=True, help="Identifies the level for ever."
    )
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(
        default=True, help="Off: the level is left out, once that is published."
    )
    days = fields.Integer("Days After Due Date", help="Negative: so many days before the due date.")
    spacing = fields.Integer(
        "Days After Previous Level",
        default=7,
        help="Least number of days since the previous level left.",
    )
    by_day = fields.Boolean(
        "Not After Its Day",
        help="The message leaves on the last day until its day on which messages may leave; off: on "
        "the first from its day on. Demands before it name a last day to pay that fits.",
    )
    phase = fields.Selection(
        PHASES,
        required=True,
        default="reminder",
        help="Courtesies and reminders of a debtor share a message. Statutory notices and "
        "collection are formal: each goes alone.",
    )
    channel_ids = fields.Many2many(
        "dunning.channel",
        string="Channels",
        required=True,
        help="How it goes out: by the first of them by which the debtor can be reached.",
    )
    every_channel = fields.Boolean(
        help="Send through all channels by which the debtor can be reached. "
        "Off: through the first of them."
    )
    recipient = fields.Selection(
        [
            ("accounts", "Accounts Payable"),
            ("management", "Management"),
            ("both", "Accounts Payable and Management"),
            ("order", "Person on the Order, else Accounts Payable"),
            ("accounts_order", "Accounts Payable and Person on the Order"),
        ],
        required=True,
        default="accounts",
        help="Management: the contact of the debtor with that follow-up role, if there is one. "
        "Person on the order: the contact with that role, else the contact on the invoice, who sees "
        "no invoices of others.",
    )
    approval = fields.Boolean(help="A manager approves each message before it leaves.")
    attachment = fields.Selection(
        [("link", "Link"), ("pdf", "PDF Attached")],
        "Invoice",
        required=True,
        default="link",
        help="An invoice without a stored PDF is always linked.",
    )
    sender = fields.Char(help="Address the message comes from. Empty: the company's.")
    reply_to = fields.Char(help="Address that answers go to. Empty: they land on the invoice.")
    item_minimum = fields.Float(
        "Minimum per Item",
        digits=(16, 2),
        help="Items on which less than this is open are not reminded of, in company currency.",
    )
    minimum = fields.Float(
        "Minimum Total",
        digits=(16, 2),
        help="The level is skipped for now while the debtor owes less than this in all, "
        "in company currency.",
    )
    subject = fields.Char(translate=True)
    text = fields.Text(
        translate=True,
        help="Plain text; an empty line begins a paragraph. Placeholders are filled in.",
    )
    short_text = fields.Text(
        "Text Message",
        translate=True,
        help="What a text message says, where the level goes by one. It shows on a locked screen: "
        "no amounts, nothing about being late. Empty: that there is a message, and where to read "
        "it.",
    )
    closing = fields.Text(
        translate=True, help="Last lines of the message, with who signs it. Empty: the policy's."
    )

    statutory_code = fields.Selection(
        lambda self: self._statutory_codes(),
        "Statutory Notice",
        help="The notice that the law wants before costs may be claimed. Its text must say what "
        "the law wants.",
    )
    term_days = fields.Integer(
        "Days to Pay",
        help="The term that the message gives, from the day after its receipt. A written demand "
        "with at least 7 days puts the debtor in default where no term was agreed.",
    )
    announces_costs = fields.Boolean(
        help="The message says what costs are due once its term has passed."
    )
    asks = fields.Selection(
        [("costs", "Costs"), ("costs_interest", "Costs and Interest")],
        "Asks Beside the Invoices",
        help="What has been claimed by then. Empty: the invoices alone.",
    )
    fee = fields.Float(
        "Fee for This Message",
        digits=(16, 2),
        help="Claimed with the message, in company currency. Never from consumers, and never more "
        "than the law or the contract gives.",
    )
    alone_below = fields.Float(
        "E-mail Alone Below",
        digits=(16, 2),
        help="A statutory notice goes by letter. Below this total, in company currency, an e-mail "
        "is enough where the debtor used the address in the last 12 months. 0: always enough.",
    )

    invites_plan = fields.Boolean(
        "Offers a Payment Plan",
        help="The message offers to pay in parts, by the bounds of the policy: the debtor agrees "
        "in one tap.",
    )

    _term_not_negative = models.Constraint(
        "CHECK(term_days >= 0 AND alone_below >= 0 AND fee >= 0)",
        "Days and amounts can't be negative.",
    )
    _position_unique = models.UniqueIndex(
        "(policy_id, position)", "Two levels of a policy can't have the same place."
    )
    _spacing_not_negative = models.Constraint(
        "CHECK(spacing >= 0)", "The days after the previous level can't be negative."
    )

    @api.model
    def _statutory_codes(self):
        """The notices that any law knows, each with its name."""
        names = {
            "nl_14_day": self.env._("Fourteen-day Letter (Netherlands)"),
            "be_first_reminder": self.env._("First Reminder (Belgium)"),
        }
        codes = self.env["collection.law.row"]._notice_codes()
        return [(code, names.get(code, code)) for code in sorted({*names, *codes})]

    @api.model_create_multi
    def create(self, vals_list):
        places = {}
        for vals in vals_list:
            policy_id = vals.get("policy_id")
            if vals.get("position") or not policy_id:
                continue
            if policy_id not in places:
                levels = self.with_context(active_test=False).search(
                    [("policy_id", "=", policy_id)], order="position desc", limit=1
                )
                places[policy_id] = levels.position
            places[policy_id] += 1
            vals["position"] = places[policy_id]
        return super().create(vals_list)

    def _check_text(self):
        """A level that is to be published must have something to say."""
        for level in self:
            if not level.channel_ids:
                raise UserError(
                    self.env._(
                        "Level “%(level)s” of policy “%(policy)s” has no channel to go by.",
                        level=level.name,
                        policy=level.policy_id.name,
                    )
                )
            work = self.env["dunning.channel"]._work()
            if not (level.subject and level.text) and any(
                code not in work for code in level.channel_ids.mapped("code")
            ):
                raise UserError(
                    self.env._(
                        "Level “%(level)s” of policy “%(policy)s” has no subject or no text.",
                        level=level.name,
                        policy=level.policy_id.name,
                    )
                )

    @api.constrains("days", "position", "active")
    def _check_order(self):
        self.policy_id._check_order()

    @api.constrains("sender", "reply_to")
    def _check_addresses(self):
        for level in self:
            for address in (level.sender, level.reply_to):
                if address and not email_normalize(address):
                    raise ValidationError(
                        self.env._(
                            "“%(address)s” of level “%(level)s” is not an e-mail address.",
                            address=address,
                            level=level.name,
                        )
                    )

    @api.constrains("recipient", "statutory_code", "term_days", "announces_costs", "asks", "fee")
    def _check_recipient(self):
        """What may cost the debtor money is one message about all, to who answers for it."""
        for level in self:
            in_law = (
                level.statutory_code
                or level.term_days
                or level.announces_costs
                or level.asks
                or level.fee
            )
            if in_law and level.recipient in TO_ORDER:
                raise ValidationError(
                    self.env._(
                        "Level “%s” gives a term or has to do with costs: it goes to accounts "
                        "payable or the management, not to the person on the order.",
                        level.name,
                    )
                )

    @api.constrains("subject", "text", "closing")
    def _check_placeholders(self):
        for level in self:
            names = [
                name
                for text in (level.subject, level.text, level.closing)
                for name in unknown_placeholders(text)
            ]
            if names:
                raise ValidationError(self._unknown_message(level, names))
            for field in ("subject", "text", "closing"):
                self.env["dunning.checks"]._refuse_faults(level, field, level[field])

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        """Other languages are written around constraints: their placeholders are checked here."""
        if field_name in ("subject", "text", "closing"):
            self._check_translations(self, field_name, translations)
        return super()._update_field_translations(field_name, translations, *args, **kwargs)

    @api.model
    def _check_translations(self, record, field, translations):
        """Refuse a text in another language for what would be refused in one's own."""
        for lang, text in translations.items():
            if not isinstance(text, str):
                continue
            if names := unknown_placeholders(text):
                raise ValidationError(self._unknown_message(record, names))
            self.env["dunning.checks"]._refuse_faults(record, field, text, lang)

    @api.model
    def _unknown_message(self, record, names):
        """What to tell somebody whose text names placeholders that don't exist."""
        return self.env._(
            "“%(record)s” uses %(unknown)s, which can't be filled in. "
            "Placeholders that can: %(known)s.",
            record=record.display_name,
            unknown=_placeholders(names),
            known=_placeholders(PLACEHOLDERS),
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for level in self:
            revisions = level.policy_id.revision_ids
            if any(
                rung["position"] == level.position
                for revision in revisions
                for rung in revision.ladder["rungs"]
            ):
                raise UserError(
                    self.env._(
                        "Level “%(level)s” has been published: items may be on it. "
                        "Archive it instead, then publish the policy again.",
                        level=level.name,
                    )
                )

    def _rung_values(self):
        """This level as the rules know it; see :class:`~..rules.facts.Rung`.

        What has a part in law, offers a payment plan or keeps to its day is there only where it is
        set, so that a ladder without any is what it was before there was such a thing.
        """
        self.ensure_one()
        where_set = {
            "notice": self.statutory_code,
            "term_days": self.term_days,
            "announces": self.announces_costs,
            "asks": self.asks,
            "fee": self.fee and str(self.fee),
            "alone_below": self.alone_below and str(self.alone_below),
            "invites": self.invites_plan,
            "by_day": self.by_day,
        }
        return {
            **{name: value for name, value in where_set.items() if value},
            "position": self.position,
            "days": self.days,
            "spacing": self.spacing,
            "phase": self.phase,
            "channels": self.channel_ids.mapped("code"),
            "every_channel": self.every_channel,
            "recipient": self.recipient,
            "minimum": str(self.minimum),
            "item_minimum": str(self.item_minimum),
            "approval": self.approval,
            "active": self.active,
        }


def _placeholders(names):
    """Names of placeholders as they are written in a text."""
    return ", ".join(f"{{{name}}}" for name in names)
