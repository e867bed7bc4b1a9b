import random
from collections import Counter, defaultdict
from datetime import timedelta

from odoo import Command
from odoo.tools import mute_logger

from .common import DunningCommon

SEED = 19
DAYS = 365
SELDOM = {
    "contacts_are_merged": 8,
    "a_debtor_gets_another_policy": 11,
    "an_invoice_is_corrected": 14,
    "the_program_ends_half_way": 18,
}


class TestYear(DunningCommon):
    """A year of the demo companies, day by day, with whatever happens at random moments.

    Payments, pauses, merges of contacts, other policies, invoices that are corrected, and
    programs that end half-way.
    """

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
        cls.happened = Counter()
        #: What happens seldom has its days beforehand, so that it is sure to happen.
        cls.seldom = {
            what: {cls.today + timedelta(days=n) for n in cls.dice.sample(range(DAYS), times)}
            for what, times in SELDOM.items()
        }
        #: By row of a message: its rung, as the item had it then.
        cls.rungs = {}
        #: When each debtor last got a message, and the distances between them.
        cls.last, cls.gaps = {}, []
        cls.in_draft = cls.env["account.move"].sudo()
        cls.manager = cls.person("year.manager", "group_dunning_manager", cls.companies[0])
        cls.manager.company_ids = cls.companies

    @mute_logger("odoo.addons.mail.models.mail_mail", "odoo.addons.payt_dunning.models.mail_mail")
    def test_a_year_keeps_every_promise(self):
        self.note_rungs(self.Notice.search([("company_id", "in", self.companies.ids)]))
        for offset in range(DAYS):
            if offset % 10 == 0:
                self.analyze()
            self.live_one_day(self.today + timedelta(days=offset))
        notices = self.Notice.search([("company_id", "in", self.companies.ids)])
        sent = notices.filtered(lambda notice: notice.state == "sent").sorted("id")
        self.assertGreater(len(sent), 120, "too little happened to prove anything")
        for what in ("merge", "policy", "draft", "restart"):
            self.assertGreater(self.happened[what], 2, f"{what}: too seldom to prove anything")
        phases = Counter(sent.mapped("phase"))
        for phase in ("notice", "collection"):
            self.assertGreater(phases[phase], 10, f"{phase}: too seldom to prove anything")
        self.assertGreater(self.env["dunning.charge"].sudo().search_count([]), 5)
        self.check_nobody_was_reminded_of_paid_or_held_items(sent)
        self.check_costs_followed_their_notice(sent)
        self.check_levels_in_order_with_their_spacing(sent)
        self.check_distance_between_messages_to_one_debtor()

    def live_one_day(self, day):
        with self.on_day(day):
            self.something_happens(day)
            if day.weekday() == 3:
                planned = self.Notice.search([("state", "=", "planned")])
                planned.sudo(False).with_user(self.manager).action_approve()
        for company in self.companies:
            self.run_day(company=company, day=day)
        self.assertFalse(self.Run.search([("state", "=", "running")]))
        waiting = self.Notice.search([("state", "=", "queued")])
        if not waiting:
            return
        with self.on_day(day):
            # Between the plan and the hand-over of this very day.
            self.somebody_pays(1, self.dice.choice(waiting).line_ids.item_id)
            self.forbidden[day] = self.paid_or_held(waiting.line_ids.item_id, day)
        self.note_rungs(waiting)
        self.deliver(day=day)
        self.note_distances(waiting.filtered(lambda notice: notice.sent_on == day))

    def note_rungs(self, notices):
        # What waits on a list for long may be of levels that its item follows no more.
        new = notices.line_ids.filtered(lambda line: line.position and line.id not in self.rungs)
        for line in new:
            rungs = line.item_id.revision_id._to_ladder().rungs
            self.rungs[line.id] = next(rung for rung in rungs if rung.position == line.position)

    def note_distances(self, notices):
        for notice in notices:
            key = (notice.debtor_id.id, notice.currency_id.id)
            # Formal messages follow their own dates.
            if key in self.last and notice.phase in ("courtesy", "reminder"):
                self.gaps.append((notice.sent_on - self.last[key]).days)
            self.last[key] = notice.sent_on

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
        self.in_draft.action_post()
        self.in_draft = self.in_draft.browse()
        for what, days in self.seldom.items():
            if day in days:
                getattr(self, what)(day)

    def contacts_are_merged(self, day):
        partners = self.open_items().partner_id
        partners = partners.filtered(lambda partner: not partner.user_ids and not partner.parent_id)
        items = self.open_items().filtered(lambda item: item.partner_id in partners)
        by_company = items.grouped("company_id")
        able = [company for company in self.companies if len(by_company[company].partner_id) > 1]
        company = self.dice.choice(able)
        partners = by_company[company].partner_id
        kept, gone = self.dice.sample(partners.sorted("id"), 2)
        debtors = self.env["dunning.debtor"].sudo()
        former = debtors.search([("partner_id", "in", (kept + gone).ids)])
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((kept + gone).ids, kept)
        self.env.invalidate_all()
        self.happened["merge"] += 1
        survivor = debtors.search([("partner_id", "=", kept.id), ("company_id", "=", company.id)])
        for debtor_id, currency_id in [key for key in self.last if key[0] in former.ids]:
            day = self.last.pop((debtor_id, currency_id))
            key = (survivor.id, currency_id)
            self.last[key] = max(day, self.last.get(key, day))

    def a_debtor_gets_another_policy(self, day):
        item = self.dice.choice(self.open_items())
        policies = self.env["dunning.policy"].sudo().search([], order="id")
        policies = policies.filtered(
            lambda policy: not policy.company_id or policy.company_id == item.company_id
        )
        item.debtor_id.sudo().policy_id = self.dice.choice(policies)
        self.happened["policy"] += 1

    def an_invoice_is_corrected(self, day):
        items = self.open_items().filtered(
            lambda item: (
                item.move_id.move_type == "out_invoice"
                and item.move_id.payment_state == "not_paid"
                and item.line_state == "posted"
            )
        )
        move = self.dice.choice(items).move_id.sudo()
        move.button_draft()
        # Posted again at once, or only after the day's run.
        if self.dice.random() < 0.5:
            move.action_post()
        else:
            self.in_draft += move
        self.happened["draft"] += 1

    def the_program_ends_half_way(self, day):
        company = self.dice.choice(self.companies)
        self.Run.create({"company_id": company.id, "day": day})
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.happened["restart"] += 1

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
                    # A part that is held leaves the rest to be reminded of.
                    ("amount", "in", (False, 0)),
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
        history = defaultdict(list)
        for notice in sent:
            for line in notice.line_ids.filtered("position"):
                history[line.item_id.id, line.slot.split(":")[0]].append((line, notice.sent_on))
        several = 0
        for lines in history.values():
            positions = [line.position for line, _day in lines]
            self.assertEqual(positions, sorted(set(positions)))
            # What goes along with a statutory notice leaves before its own day.
            lines = [each for each in lines if not each[0].notice_id.statutory_code]
            for line, day in lines:
                rung = self.rungs[line.id]
                # By its day, at a weekend: on the Friday before.
                first = line.date_due + timedelta(days=rung.days - 3 * rung.by_day)
                self.assertGreaterEqual(day, first)
            for (_line, before), (line, day) in zip(lines, lines[1:], strict=False):
                several += 1
                spacing = self.rungs[line.id].spacing
                self.assertGreaterEqual((day - before).days, spacing)
        self.assertGreater(several, 50)

    def check_costs_followed_their_notice(self, sent):
        """No message asked a consumer for costs before its notice's term had passed."""
        for notice in sent.filtered("costs"):
            charges = self.env["dunning.charge"].sudo()
            charges = charges.search(
                [
                    ("share_ids.item_id", "in", notice.line_ids.item_id.ids),
                    ("due_from", "<=", notice.as_of),
                    ("kind", "=", "costs"),
                ]
            )
            self.assertTrue(charges, notice.subject)
            self.assertFalse(charges.filtered(lambda each: not each.notice_id.term_until))

    def check_distance_between_messages_to_one_debtor(self):
        self.assertGreater(len(self.gaps), 50)
        self.assertGreaterEqual(min(self.gaps), 7)
