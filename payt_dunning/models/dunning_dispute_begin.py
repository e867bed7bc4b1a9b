from odoo import api, fields, models

from ..tools import heard


class DunningDispute(models.Model):
    """What debtors are told when a dispute begins."""

    _inherit = "dunning.dispute"  # pylint: disable=consider-merging-classes-inherited

    def _confirm(self, answers=None):
        """Say that we look into it: what is held, what stays to be paid, and when we answer."""
        for dispute in self:
            self.env["dunning.talk"]._tell(
                dispute.debtor_id,
                dispute.item_ids,
                "dispute",
                dispute._opened_words,
                answers=answers,
            )

    def _opened_words(self, env):
        self.ensure_one()
        pages = env["dunning.page"]
        rest = self._room(self.item_ids)
        day = pages._date(self.deadline)
        subject = env._("You don't agree with %s: we look into it", self.name)
        held = env._(
            "You told us that you don't agree with %(invoice)s. It is about %(amount)s. You need "
            "not pay that while we look into it, and we don't remind you of it.",
            invoice=self.name,
            amount=pages._money(self.amount, self.currency_id),
        )
        stays = rest > 0 and env._(
            "The rest stays to be paid: %s.", pages._money(rest, self.currency_id)
        )
        return subject, [
            held,
            stays,
            self._term_words(env) if stays else "",
            env._("%(who)s looks into it. We answer by %(day)s.", who=self.owner_id.name, day=day),
        ]

    def _term_words(self, env):
        """That the term of a message that left stays, for what is not disputed."""
        today = self.item_ids._today()
        notice = (
            self.env["dunning.notice"]
            .sudo()
            .search(
                [
                    ("line_ids.item_id", "in", self.item_ids.ids),
                    ("state", "=", "sent"),
                    ("retry_of_id", "=", False),
                    ("term_until", ">=", today),
                ],
                order="term_until",
                limit=1,
            )
        )
        if not notice:
            return ""
        pages = env["dunning.page"]
        return env._(
            "For that rest the term stays that we gave you on %(sent)s: you have until %(until)s "
            "to pay it.",
            sent=pages._date(notice.sent_on),
            until=pages._date(notice.term_until),
        )


class DunningPolicy(models.Model):
    """Whether what is not disputed of an invoice is followed up."""

    _inherit = "dunning.policy"  # pylint: disable=consider-merging-classes-inherited

    follow_undisputed = fields.Boolean(
        "Follow Up What Is Not Disputed",
        default=True,
        help="While a part of an invoice is disputed the rest is still reminded of. Off: all of "
        "it waits until the dispute is decided. Takes effect at once.",
    )


class DunningQuestion(models.Model):
    """Messages by which debtors said on their page that they don't agree."""

    _inherit = "dunning.question"  # pylint: disable=consider-merging-classes-inherited

    dispute_id = fields.Many2one(
        "dunning.dispute", readonly=True, index="btree_not_null", ondelete="set null"
    )

    @api.model
    def _take(self, move, debtor, items, message):
        """The outcome of a dispute answers the message that began it."""
        question = super()._take(move, debtor, items, message)
        dispute = heard(self.env).dispute_id
        if dispute and question.message_id == message:
            question.dispute_id = dispute
        return question

    def _hold(self, items):
        """A message that began a dispute holds no more than the dispute does."""
        if heard(self.env).dispute_id:
            return None
        return super()._hold(items)
