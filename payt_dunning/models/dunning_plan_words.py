from odoo import api, fields, models

from ..rules.law.asks import announced
from ..rules.law.errors import Held, Refused
from ..rules.law.money import ZERO
from ..tools import exact
from .dunning_talk import Telling

TOPICS = [
    ("plan_offer", "Payment Plan Offered"),
    ("plan_received", "Payment Plan Asked For"),
    ("plan_refused", "Payment Plan Refused"),
    ("plan", "Agreement on a Payment Plan"),
    ("plan_change", "Payment Plan Changed"),
    ("plan_before", "Instalment Is Coming"),
    ("plan_due", "Instalment Is Due"),
    ("plan_missed", "Instalment Missed"),
    ("plan_lapsed", "Payment Plan Lapsed"),
    ("plan_ended", "Payment Plan Ended"),
    ("plan_done", "Payment Plan Completed"),
]
#: Of so many invoices the numbers are named.
NAMED = 10


class DunningNotice(models.Model):
    """Messages about payment plans."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    topic = fields.Selection(
        selection_add=TOPICS, ondelete={key: "set null" for key, _name in TOPICS}
    )


class DunningPaymentPlan(models.Model):
    """What debtors read about their plans: friendly, short, and what happens if it goes wrong."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    # -- values ----------------------------------------------------------------------------------

    def _money(self, amount):
        return self.env["dunning.page"]._money(amount, self.currency_id)

    def _day(self, day):
        return self.env["dunning.page"]._date(day)

    def _names(self):
        """Numbers of its invoices, of many the first."""
        return self.env["dunning.promise"]._names(self.item_ids, NAMED)

    def _rows(self, shares=None):
        """Its instalments as rows: ``[(date, amount)]`` in the reader's language."""
        shares = shares or self._schedule()
        return [
            (
                self.env._("%(number)s. by %(day)s", number=share.number, day=self._day(share.due)),
                self._money(share.amount),
            )
            for share in shares
        ]

    def _costs_avoided(self, day=None):
        """What a collection case about what is left would cost the debtor at least; an amount.

        0 where there are none, or they are claimed already.
        """
        self.ensure_one()
        return self._costs_of_collection(self._open_items(), day or self._today())

    @api.model
    def _costs_of_collection(self, items, day):
        """What a collection case about items of one company would cost at least; an amount.

        By the law that applies, as the calculation of costs gives it.
        """
        items = items.sudo()
        company = items.company_id
        claimed = (
            self.env["dunning.charge.share"]
            .sudo()
            .search([("item_id", "in", items.ids), ("once", "=", True)])
        )
        items -= claimed.item_id
        if not items:
            return ZERO
        law = self.env["dunning.law"].sudo()
        try:
            standings = law._standings(items, day)
            bar = law._bar(law._creditor(company, day), day)
            principals = {item.id: exact(item.amount_open) for item in items}
            found = announced(
                bar.tables.fresh(),
                [standings[item.id] for item in items],
                principals,
                bar.creditor,
                day,
                0,
            )
        except (Held, Refused):
            return ZERO
        return found.total

    def _avoided_words(self):
        """What is spared by keeping the plan, in one sentence; empty where nothing is."""
        avoided = self._costs_avoided()
        if not avoided:
            return ""
        return self.env._(
            "As long as you keep to it we add no costs. If this had to go to collection, about %s "
            "would come on top.",
            self._money(avoided),
        )

    def _help_words(self):
        """Where free help with debts is to be found, where there is any."""
        company = self.company_id.sudo()
        consumer = self.debtor_id.kind == "consumer"
        url = company.dunning_debt_help_url if consumer else company.dunning_debt_help_business_url
        return url and self.env._(
            "Do you have more debts than you can pay? You find free help at %s", url
        )

    # -- telling ---------------------------------------------------------------------------------

    def _tell_plan(self, topic, words, table=None, **options):
        """Say something about a plan to its debtor.

        :param words: function of the plan in the debtor's language: subject and paragraphs
        :param table: the same, of rows that are shown below the first paragraph
        :return: the message; empty where it could not be mailed
        """
        self.ensure_one()
        options.setdefault("values", {"plan_id": self.id})
        options.setdefault("button", lambda env: env._("Go to your payment plan"))
        if table:
            options["table"] = lambda env: table(self.with_env(env))
        items = self._open_items() or self.item_ids
        (notice,) = self.env["dunning.talk"]._tell_all(
            [
                Telling(
                    self.debtor_id,
                    items,
                    topic,
                    lambda env: words(self.with_env(env)),
                    options,
                )
            ]
        )
        return notice

    def _tell_agreed(self, version):
        """The agreement, sent when it begins or changes."""

        def words(plan):
            env = plan.env
            changed = plan.version > 1
            subject = (
                env._("Your payment plan for %s has changed", plan._names())
                if changed
                else env._("Your payment plan for %s", plan._names())
            )
            first = (
                env._("This is how you pay %s from now on:", plan._money(plan.left))
                if changed
                else env._(
                    "Thank you. We agreed that you pay %(amount)s for %(invoices)s in parts:",
                    amount=plan._money(plan.total),
                    invoices=plan._names(),
                )
            )
            return subject, [
                first,
                plan._how_to_pay(
                    env._(
                        "Behind the button you pay each instalment, and see at any time where you "
                        "stand. Do you transfer it yourself? Then mention %s.",
                        plan.reference,
                    )
                ),
                plan._waived_words(),
                plan._if_missed_words(),
                plan._avoided_words(),
                env._(
                    "Does an instalment not work out? Tell us before its day, or move it "
                    "yourself on the same page."
                ),
                plan._help_words(),
            ]

        topic = "plan_change" if self.version > 1 else "plan"
        return self._tell_plan(topic, words, lambda plan: plan._rows(), files=version.pdf_id)

    def _waived_words(self):
        if not self.waived:
            return ""
        return self.env._(
            "If you keep to it, you need not pay the last %s.", self._money(self.waived)
        )

    def _instalment_words(self, share, moment):
        """What is said about an instalment before its day, and on it."""
        env = self.env
        values = {
            "amount": self._money(share.left),
            "day": self._day(share.due),
            "invoices": self._names(),
            "reference": self.reference,
        }
        if moment == "before":
            subject = env._("Coming up: your instalment of %(amount)s on %(day)s", **values)
            first = env._(
                "A short message to help you remember: on %(day)s the next instalment of %(amount)s "
                "for %(invoices)s is due.",
                **values,
            )
        else:
            subject = env._("Today: your instalment of %(amount)s", **values)
            first = env._(
                "The instalment of %(amount)s for %(invoices)s is due (%(day)s).", **values
            )
        return subject, [
            first,
            self._still_missed_words(share),
            self._how_to_pay(
                env._(
                    "You pay it behind the button. Do you transfer it yourself? Then mention "
                    "%(reference)s.",
                    **values,
                )
            ),
            env._("Have you just paid? Thank you, then you need not do anything."),
            env._("Does it not work out? Move the instalment behind the button, or answer us."),
        ]

    def _lapsed_words(self):
        env = self.env
        return env._("Our payment plan for %s has ended", self._names()), [
            env._(
                "We agreed that you pay %(invoices)s in parts. We have not received what was due, "
                "also not after our message, so the agreement has ended.",
                invoices=self._names(),
            ),
            self.paid
            and env._("You paid %s of it. Thank you; that stays as it is.", self._money(self.paid)),
            env._(
                "%s is due at once now. From tomorrow on our reminders go on for it.",
                self._money(self.left),
            ),
            self._later_costs_words(),
            env._("Can't you pay it? Tell us, and we look for a solution together."),
            self._help_words(),
        ]

    def _later_costs_words(self):
        avoided = self._costs_avoided()
        return avoided and self.env._(
            "So far we added no costs. If this has to go to collection, about %s comes on top.",
            self._money(avoided),
        )

    def _ended_words(self):
        env = self.env
        return env._("Our payment plan for %s has ended", self._names()), [
            env._("Our agreement to pay %s in parts has ended.", self._names()),
            self.paid and env._("You paid %s of it. Thank you.", self._money(self.paid)),
            self.left
            and env._(
                "%s is open. From tomorrow on it is as if there had been no plan: please pay it as "
                "our invoices say.",
                self._money(self.left),
            ),
            env._("Is this not right? Answer this message, then we look at it again."),
        ]

    def _done_words(self):
        env = self.env
        return env._("All paid: thank you"), [
            env._(
                "You have paid the last instalment for %s. Your payment plan is complete. Thank "
                "you for keeping to it.",
                self._names(),
            ),
            self.waived
            and env._("As agreed you need not pay the last %s.", self._money(self.waived)),
            env._("You need not do anything more."),
        ]

    def _offer_words(self):
        env = self.env
        values = {
            "amount": self._money(self.total),
            "invoices": self._names(),
            "until": self._day(self.valid_until),
        }
        return env._("Pay %(invoices)s in parts?", **values), [
            env._(
                "%(amount)s is open for %(invoices)s. Is it difficult to pay all of it at "
                "once? You can pay it in parts, like this:",
                **values,
            ),
            env._(
                "You agree with one tap behind the button, until %(until)s. Do other amounts "
                "or days suit you better? You can choose them there too. You need not call, "
                "and we ask for no proof of your income.",
                **values,
            ),
            self._waived_words(),
            self._if_missed_words(),
            self._avoided_words(),
            self._help_words(),
        ]

    def _received_words(self):
        env = self.env
        return env._("We have your proposal to pay %s in parts", self._names()), [
            env._("Thank you for your proposal. You would like to pay like this:"),
            env._(
                "One of us looks at it and answers you by %s. Until then we send no reminders "
                "about it.",
                self._day(self.answer_by),
            )
            if self._is_held()
            else env._("One of us looks at it and answers you by %s.", self._day(self.answer_by)),
            self._help_words(),
        ]

    @api.model
    def _refused_words(self, plan, why):
        env = plan.env
        return env._("Your proposal to pay %s in parts", plan._names()), [
            env._("You asked to pay %s in parts. We can't agree to this proposal.", plan._names()),
            why,
            env._(
                "From tomorrow on our reminders go on. Do you have another proposal? You can make "
                "it behind the button, or answer this message."
            ),
            plan._help_words(),
        ]
