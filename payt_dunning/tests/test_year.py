import random
from collections import defaultdict
from datetime import timedelta

from odoo import Command
from odoo.tools import mute_logger

from .common import DunningCommon

SEED = 19
DAYS = 365


class TestYear(DunningCommon):
    """A year of the demo companies, day by day, with payments and pauses at random moments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        demo = cls.env["dunning.demo"].sudo()
        demo._load()
        demo._go_live()
        cls.companies = (
            cls.env["dunning.demo"].sudo()._demo_companies().with_context(tracking_disable=True)
        )
        # The demo's bank lines are of today; a year on, the bank would always be behind.
        cls.companies.dunning_bank_gate = False
        cls.dice = random.Random(SEED)
        cls.forbidden = defaultdict(set)

    @mute_logger("odoo.addons.mail.models.mail_mail", "odoo.addons.payt_dunning.models.mail_mail")
    def test_a_year_keeps_every_promise(self):
        for offset in range(DAYS):
            self.live_one_day(self.today + timedelta(days=offset))
        notices = self.Notice.search([("company_id", "in", self.companies.ids)])
        sent = notices.filtered(lambda notice: notice.state == "sent").sorted("id")
        self.assertGreater(len(sent), 120, "too little happened to prove anything")
        self.check_nobody_was_reminded_of_paid_or_held_items(sent)
        self.check_levels_in_order_with_their_spacing(sent)
        self.check_distance_between_messages_to_one_debtor(sent)

    def live_one_day(self, day):
        with self.on_day(day):
            self.something_happens(day)
        for company in self.companies:
            self.run_day(company=company, day=day)
        waiting = self.Notice.search([("state", "=", "queued")])
        if not waiting:
            return
        with self.on_day(day):
            # Between the plan and the hand-over of this very day.
            self.somebody_pays(1, self.dice.choice(waiting).line_ids.item_id)
            self.forbidden[day] = self.paid_or_held(waiting.line_ids.item_id, day)
        self.deliver(day=day)

    def something_happens(self, day):
        if self.dice.random() < 0.2:
            self.somebody_pays(self.dice.randrange(3))
        if self.dice.random() < 0.1:
            item = self.dice.choice(self.open_items())
            self.env["dunning.hold"].sudo().create(
                {
                    "company_id": item.company_id.id,
                    "item_id": item.id,
                    "date_from": day,
                    "date_until": day + timedelta(days=self.dice.randrange(30)),
                }
            )
        if day.weekday() == 0:
            self.a_new_invoice(day)

    def open_items(self):
        return self.Item.search(
            [("company_id", "in", self.companies.ids), ("state", "=", "open")], order="id"
        )

    def somebody_pays(self, count, among=None):
        for _number in range(count):
            items = (among or self.open_items()).filtered(
                lambda item: (
                    item.move_id.move_type == "out_invoice"
                    and item.move_id.payment_state in ("not_paid", "partial")
                )
            )
            if not items:
                return
            item = self.dice.choice(items)
            part = self.dice.choice((1, 1, 1, 0.5))
            move = item.move_id.with_company(item.company_id).sudo()
            self.pay(move, amount=round(move.amount_residual * part, 2))

    def a_new_invoice(self, day):
        item = self.dice.choice(self.open_items())
        move = (
            self.env["account.move"]
            .sudo()
            .with_company(item.company_id)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": item.partner_id.id,
                    "invoice_date": day,
                    "invoice_date_due": day + timedelta(days=14),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "more work", "price_unit": 250.0, "tax_ids": []})
                    ],
                }
            )
        )
        move.action_post()
        move.is_move_sent = True

    def paid_or_held(self, items, day):
        """Ids of the items that must not be in a message that leaves now."""
        holds = (
            self.env["dunning.hold"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.companies.ids),
                    ("released_on", "=", False),
                    ("date_from", "<=", day),
                    "|",
                    ("date_until", "=", False),
                    ("date_until", ">=", day),
                ]
            )
        )
        # Administration with a representative redirects messages instead of stopping them; a
        # hold on a part leaves the rest to be asked for.
        holds = holds.filtered(
            lambda hold: (
                not hold.amount
                and (
                    hold.kind != "administration"
                    or "representative"
                    not in hold.debtor_id.partner_id.child_ids.mapped("dunning_role")
                )
            )
        )
        paid = items.filtered(lambda item: item.line_id.reconciled)
        return set((paid | holds._items()).ids)

    def check_nobody_was_reminded_of_paid_or_held_items(self, sent):
        for notice in sent:
            reminded = notice.line_ids.filtered("position").item_id
            wrong = self.forbidden[notice.sent_on] & set(reminded.ids)
            self.assertFalse(wrong, f"{notice.subject} on {notice.sent_on}")

    def check_levels_in_order_with_their_spacing(self, sent):
        rungs = {}
        history = defaultdict(list)
        for notice in sent:
            for line in notice.line_ids.filtered("position"):
                history[line.item_id.id, line.slot.split(":")[0]].append((line, notice.sent_on))
                revision = line.item_id.revision_id
                for rung in revision._to_ladder().rungs if revision else ():
                    rungs[line.item_id.id, rung.position] = rung
        several = 0
        for (item_id, _episode), lines in history.items():
            positions = [line.position for line, _day in lines]
            self.assertEqual(positions, sorted(set(positions)))
            for line, day in lines:
                rung = rungs[item_id, line.position]
                self.assertGreaterEqual(day, line.date_due + timedelta(days=rung.days))
            for (_line, before), (line, day) in zip(lines, lines[1:], strict=False):
                several += 1
                spacing = rungs[item_id, line.position].spacing
                self.assertGreaterEqual((day - before).days, spacing)
        self.assertGreater(several, 50)

    def check_distance_between_messages_to_one_debtor(self, sent):
        days = defaultdict(list)
        for notice in sent:
            days[notice.debtor_id.id, notice.currency_id.id].append(notice.sent_on)
        for series in days.values():
            for before, day in zip(series, series[1:], strict=False):
                self.assertGreaterEqual((day - before).days, 7)
