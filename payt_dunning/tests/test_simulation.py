import random
from collections import Counter
from datetime import date, timedelta
from unittest.mock import patch

from odoo.tools import mute_logger

from odoo.addons.payt_dunning.rules.simulate.measure import Tally

from .simulation_common import ClockCommon

#: A Monday.
BEGUN = date(2025, 10, 6)
DAYS = 365


class TestSimulatedYear(ClockCommon):
    """A year of a company in which all kinds of things happen, and the same year simulated."""

    with_holidays = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = BEGUN
        cls.company.write(
            {
                "dunning_live_since": BEGUN,
                "dunning_send_days": "tue_fri",
                "dunning_bank_gate": False,
                "dunning_channel_ids": [(4, cls.env.ref("payt_dunning.channel_letter").id)],
            }
        )
        cls.manager = cls.person("year.manager", "group_dunning_manager")
        cls.dice = random.Random(11)
        nl = cls.env.ref("base.nl").id
        cls.debtors = cls.env["res.partner"]
        for number in range(7):
            cls.debtors += cls.debtor(f"Shop {number}", country_id=nl)
            cls.debtors += cls.env["res.partner"].create(
                {
                    "name": f"Person {number}",
                    "email": f"person{number}@debtor.example.com",
                    "country_id": nl,
                    "lang": "en_US",
                    "street": f"Street {number}",
                    "zip": "1000 AA",
                    "city": "Amsterdam",
                }
            )
        cls.happened = Counter()
        cls.live_a_year()

    @classmethod
    @mute_logger("odoo.addons.mail.models.mail_mail", "odoo.addons.payt_dunning.models.mail_mail")
    def live_a_year(cls):
        self = cls("test_the_same_levels_send_what_was_really_sent")
        # What is on paper is of no account here: all letters look like the first.
        Paper, first = type(cls.env["dunning.letter.paper"]), []
        print_one = Paper._print_one

        def print_like_first(*letter):
            if not first:
                first.append(print_one(*letter))
            return first[0]

        with patch.object(Paper, "_print_one", print_like_first):
            for number in range(DAYS):
                if number % 30 == 0:
                    self.analyze()
                day = BEGUN + timedelta(days=number)
                # This company's program runs on working days.
                if day.weekday() < 5:
                    self.live_one_day(day)

    def live_one_day(self, day):
        self.at(day, 5)
        with self.on_day(day):
            self.something_happens(day)
        self.at(day, 6)
        self.run_day(day=day)
        self.at(day, 7)
        with self.on_day(day):
            planned = self.Notice.search([("state", "=", "planned")])
            planned.sudo(False).with_user(self.manager).action_approve()
        self.at(day, 8)
        self.deliver(day=day)
        letters = self.Notice.search([("state", "=", "queued"), ("channel", "=", "letter")])
        if letters:
            self.posted(self.batch_of(*letters, day=day), day=day)

    def something_happens(self, day):
        """What debtors, banks and clerks do before the run of a day."""
        if day.weekday() == 0:
            for _number in range(2):
                self.a_new_invoice(day)
        if self.dice.random() < 0.4:
            self.somebody_pays()
        if self.dice.random() < 0.07:
            self.a_pause(day)
        if self.dice.random() < 0.07:
            self.a_pause_ends()
        if self.dice.random() < 0.05:
            self.a_credit_note(day)

    def open_items(self):
        return self.Item.search(
            [("company_id", "=", self.company.id), ("state", "=", "open")], order="id"
        )

    def a_new_invoice(self, day):
        partner = self.dice.choice(self.debtors)
        amount = self.dice.choice((60.0, 250.0, 1200.0))
        due = day + timedelta(days=14)
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": day,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [(0, 0, {"name": "work", "price_unit": amount, "tax_ids": []})],
            }
        )
        move.action_post()
        self.happened["invoice"] += 1

    def somebody_pays(self):
        items = self.open_items().filtered(lambda item: item.move_id.move_type == "out_invoice")
        if not items:
            return
        move = self.dice.choice(items).move_id
        part = self.dice.choice((1, 1, 0.5))
        self.pay(move.sudo(False), amount=round(move.amount_residual * part, 2))
        self.happened["payment"] += 1

    def a_pause(self, day):
        items = self.open_items()
        if items:
            item = self.dice.choice(items)
            self.env["dunning.hold"].create(
                {
                    "company_id": self.company.id,
                    "item_id": item.id,
                    "date_from": day,
                    "date_until": day + timedelta(days=self.dice.randrange(5, 40)),
                }
            )
            self.happened["pause"] += 1

    def a_pause_ends(self):
        holds = self.env["dunning.hold"].search(
            [("company_id", "=", self.company.id), ("released_on", "=", False)]
        )
        holds = holds.filtered_domain(holds._in_force())
        if holds:
            self.dice.choice(holds).action_release("enough")
            self.happened["release"] += 1

    def a_credit_note(self, day):
        items = self.open_items()
        if items:
            partner = self.dice.choice(items).partner_id
            self.credit_note(80.0, partner, invoice_date=day)
            self.happened["credit"] += 1

    def simulated(self, policy=None, ladder=None):
        simulation = self.env["dunning.simulation"].sudo()
        end = BEGUN + timedelta(days=DAYS - 1)
        with self.on_day(end + timedelta(days=1)):
            view = simulation._view(self.company, BEGUN, end)
            world = simulation._world(view, policy.id if policy else 0, ladder)
            partners = self.env["dunning.past"].sudo()._partners(self.company, BEGUN)
            return simulation._part(view, world, partners, policy.id if policy else 0)

    def test_the_same_levels_send_what_was_really_sent(self):
        tally = self.simulated()
        made = self.Notice.search(
            [("company_id", "=", self.company.id), ("kind", "=", "reminder")]
        ).filtered(lambda notice: notice.state != "cancelled" and notice.channel != "list")
        self.assertGreater(len(made), 60, "too little happened to prove anything")
        for what in ("payment", "pause", "release", "credit"):
            self.assertGreater(self.happened[what], 4, f"{what}: too seldom to prove anything")
        told = [
            (self.Item.browse(each.item_id).name, each.position, each.channel, each.was, each.would)
            for each in tally.differences
        ]
        self.assertEqual(told, [])
        self.assertGreater(tally.counts["same"], 60)
        self.assertEqual(
            sum(
                count
                for (side, _month, channel), count in tally.volumes.items()
                if side == "would" and channel != "list"
            ),
            len(made),
        )
        self.assertEqual(Tally.from_json(tally.to_json()).to_json(), tally.to_json())

    def test_levels_that_are_tried_say_what_they_would_have_sent_and_change_nothing(self):
        policy = self.env.ref("payt_dunning.policy_business")
        first = policy.level_ids.filtered(lambda level: level.days == 3)
        first.days = 5
        ladder = policy.revision_id.new({"ladder": policy._ladder_values()})._to_ladder()
        models = ("dunning.notice", "dunning.item", "dunning.event", "dunning.hold", "mail.mail")
        counts = {model: self.env[model].sudo().search_count([]) for model in models}
        tally = self.simulated(policy, ladder)
        self.assertEqual(
            counts, {model: self.env[model].sudo().search_count([]) for model in models}
        )
        moved = [
            each
            for each in tally.differences
            if each.position == first.position and each.was and each.would
        ]
        self.assertGreater(len(moved), 5)
        self.assertGreater(tally.counts["later"], tally.counts["earlier"])
        # Of who follows another policy nothing is said.
        others = self.Item.browse([each.item_id for each in tally.differences])
        self.assertEqual(set(others.debtor_id.mapped("kind")), {"business"})

    def test_a_year_that_is_begun_half_way_is_the_same_from_there_on(self):
        simulation = self.env["dunning.simulation"].sudo()
        start, end = BEGUN + timedelta(days=180), BEGUN + timedelta(days=DAYS - 1)
        with self.on_day(end + timedelta(days=1)):
            view = simulation._view(self.company, start, end)
            partners = self.env["dunning.past"].sudo()._partners(self.company, start)
            tally = simulation._part(view, simulation._world(view), partners)
        self.assertGreater(tally.counts["same"], 100)
        # Cases that were open on that day had been opened before it: their levels may move.
        differing = tally.counts.total() - tally.counts["same"] - tally.counts["items"]
        differing -= tally.counts["reminded"] + tally.counts["followed"]
        self.assertLess(differing, 0.1 * tally.counts["same"])
