from lxml import etree

from odoo.tests import tagged
from odoo.tools import SQL

from .feedback_common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestAgentResults(FeedbackCommon):
    """What offices recovered and what it cost, beside our own follow-up."""

    def setUp(self):
        super().setUp()
        self.Result = self.env["collection.agent.result"]

    def tell(self, *parts, **values):
        return self.take_in(self.message(self.status(), *parts, **values))

    def rows(self, **wanted):
        self.env.flush_all()
        self.env.invalidate_all()
        domain = [(name, "=", value) for name, value in wanted.items()]
        return self.Result.search([("company_id", "=", self.company.id), *domain])

    def row(self):
        return self.rows(handover_id=self.handover.id)

    def paid_out(self, **amounts):
        return self.remittance(
            collected="250.00", withheld="50.00", withheldVat="10.50", paidOut="189.50", **amounts
        )

    def test_a_handover_is_a_row(self):
        row = self.row()
        self.assertEqual((row.agent_id, row.route), (self.agent, "bailiff"))
        self.assertEqual(
            (row.handed_over, row.recovered, row.open_count), (self.handover.total, 0, 1)
        )
        self.assertEqual((row.success, row.cost_per_euro, row.days_first), (0, 0, 0))

    def test_what_was_collected_and_kept_is_counted(self):
        self.tell(self.paid_out())
        row = self.row()
        self.assertEqual((row.collected, row.paid_out, row.costs), (250, 189.5, 50))
        self.assertAlmostEqual(row.success, 250 / self.handover.total * 100, places=1)
        self.assertAlmostEqual(row.cost_per_euro, 0.2)

    def test_costs_told_twice_count_once(self):
        self.tell(self.booking("B1", "50.00", "fee", "creditor"), self.paid_out())
        self.assertEqual(self.row().costs, 50)
        self.tell(self.booking("B2", "30.00", "enquiry_costs", "creditor"))
        self.assertEqual(self.row().costs, 80)

    def test_vat_that_can_not_be_deducted_is_a_cost(self):
        self.company.dunning_cannot_deduct = True
        self.tell(self.paid_out())
        self.assertEqual(self.row().costs, 60.5)

    def test_what_was_taken_back_was_not_collected(self):
        self.tell(
            self.booking("B1", "-100.00", "payment"),
            self.booking("B2", "40.00", "payment_reversal"),
        )
        self.assertEqual(self.row().collected, 60)

    def test_what_was_paid_to_us_counts_and_what_was_paid_out_counts_once(self):
        self.tell(self.paid_out())
        with self.on_day(self.today):
            self.pay(self.item.move_id, 40)
        self.assertEqual((self.row().direct, self.row().recovered), (40, 290))

    def test_what_was_matched_is_not_paid_to_us_as_well(self):
        self.tell(
            self.remittance(
                collected="250.00", withheld="0.00", withheldVat="0.00", paidOut="250.00"
            )
        )
        user = self.person("results.books", "group_dunning_user")
        user.group_ids += self.env.ref("account.group_account_user")
        remittance = self.env["collection.remittance"].search([("agent_id", "=", self.agent.id)])
        with self.on_day(self.today):
            remittance.with_user(user)._match(self.receipt(250.0, "R 1"))
        self.assertEqual((self.row().direct, self.row().recovered), (0, 250))

    def test_a_correction_takes_the_place_of_what_was_told(self):
        self.tell(self.booking("B1", "-100.00", "payment"))
        message = self.tell(self.booking("B1", "-70.00", "payment"))
        message.line_ids.filtered("to_decide").action_take()
        self.assertEqual(self.row().collected, 70)

    def test_days_to_first_money_count_from_the_handover(self):
        self.handover.day = self.after(-31)
        self.tell(self.booking("B1", "-100.00", "payment"))
        self.assertEqual(self.row().days_first, 30)

    def test_without_money_there_is_no_first_day_of_it(self):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT days_first FROM (%s) AS result WHERE handover_id = %s",
                self.Result._table_query,
                self.handover.id,
            )
        )
        self.assertEqual(self.env.cr.fetchall(), [(None,)])

    def test_tests_and_refusals_are_no_results(self):
        self.handover.test = True
        self.assertFalse(self.row())
        self.handover.write({"test": False, "state": "rejected"})
        self.assertFalse(self.row())
        self.assertEqual(self.rows(case_id=self.case.id).route, "own")

    def test_a_package_that_took_the_place_of_another_goes_on_with_it(self):
        self.handover.day = self.after(-9)
        self.tell(self.paid_out())
        values = self.handover.copy_data()[0]
        self.handover.state = "replaced"
        self.env.flush_all()
        newer = self.handover.create(
            {
                **values,
                "revision": 2,
                "function": "replacement",
                "state": "delivered",
                "total": 400,
                "day": self.today,
                "dossier_id": self.handover.dossier_id,
                "idempotency_key": "other",
            }
        )
        [row] = self.rows(case_id=self.case.id)
        self.assertEqual((row.handover_id, row.handed_over, row.collected), (newer, 400, 250))
        self.assertEqual(row.since, self.after(-9))

    def test_what_no_office_had_is_our_own(self):
        item = self.at_level(3, 40, amount=300.0, partner=self.debtor("Own"))
        case = self.open_case(item, begun_on=self.after(-10))
        with self.on_day(self.today):
            self.pay(item.move_id, 90)
        row = self.rows(case_id=case.id)
        self.assertEqual((row.route, row.agent_id.ids), ("own", []))
        self.assertEqual((row.handed_over, row.recovered, row.costs), (300, 90, 0))
        self.assertEqual(row.success, 30)

    def test_our_own_is_compared_with_what_an_office_would_take(self):
        self.agent.fee_percent = 15
        item = self.at_level(3, 40, amount=300.0, partner=self.debtor("Own"))
        case = self.open_case(item, begun_on=self.after(-10))
        with self.on_day(self.today):
            self.pay(item.move_id, 100)
        self.assertEqual(self.rows(case_id=case.id).agreed_fee, 15)

    def test_ratios_of_a_group_are_of_its_sums(self):
        self.tell(self.paid_out())
        other = self.at_level(3, 40, amount=9500.0, partner=self.debtor("Large"))
        case = self.open_case(other, begun_on=self.after(-10))
        handover = self.handover.copy_data()[0]
        handover.update(
            case_id=case.id,
            revision=1,
            principal=9500,
            total=9500,
            state="delivered",
            day=self.today,
            dossier_id="other",
            idempotency_key="other",
        )
        self.env["collection.handover"].sudo().create(handover)
        self.env.flush_all()
        [(success, cost)] = self.Result._read_group(
            [("agent_id", "=", self.agent.id)], [], ["success:avg", "cost_per_euro:avg"]
        )
        self.assertAlmostEqual(success, 250 / (self.handover.total + 9500) * 100)
        self.assertAlmostEqual(cost, 0.2)

    def test_an_office_that_recovered_nothing_is_not_the_cheapest(self):
        self.tell(self.booking("B1", "50.00", "fee", "creditor"))
        row = self.row()
        self.assertEqual((row.costs, row.recovered), (50, 0))
        own = [("agent_id", "=", self.agent.id)]
        [(cost,)] = self.Result._read_group(own, [], ["cost_per_euro:avg"])
        self.assertIs(cost, False)
        self.assertFalse(self.agent.cost_known)
        # The last of a list that is sorted by it, the cheapest first.
        item = self.at_level(3, 40, amount=300.0, partner=self.debtor("Own"))
        case = self.open_case(item, begun_on=self.after(-10))
        with self.on_day(self.today):
            self.pay(item.move_id, 90)
        self.env.flush_all()
        rows = self.Result.search(
            [("case_id", "in", (self.case + case).ids)], order="cost_per_euro, id"
        )
        self.assertEqual(rows[-1], row)
        cell = etree.fromstring(self.Result.get_view(view_type="list")["arch"])
        field = cell.find(".//field[@name='cost_per_euro']")
        self.assertEqual(field.get("invisible"), "not recovered")

    def test_what_is_over_has_a_ratio_of_its_own(self):
        self.tell(self.paid_out())
        self.assertFalse(self.row().success_closed)
        self.tell(f'<Closure code="partially_paid" date="{self.since}"/>')
        row = self.row()
        self.assertEqual((row.closed, row.open_count), (True, 0))
        self.assertEqual(row.success_closed, row.success)

    def test_another_currency_counts_at_the_rate_of_the_day(self):
        self.tell(self.paid_out())
        self.handover.rate = 0.5
        row = self.row()
        self.assertEqual((row.collected, row.costs), (125, 25))
        self.assertEqual(row.handed_over, self.handover.total / 2)

    def test_the_office_shows_its_results(self):
        self.tell(self.paid_out())
        self.env.invalidate_all()
        self.assertEqual(self.agent.open_cases, 1)
        self.assertAlmostEqual(self.agent.cost_per_euro, 0.2)
        action = self.agent.action_results()
        self.assertEqual(self.Result.search(action["domain"]), self.row())

    def figures(self, days=0):
        """The figures as at a day, and a way to open what is behind a number."""
        day = self.after(days).isoformat()
        Figures = self.env["dunning.figures"]
        with self.on_day(self.after(9)):
            groups = Figures.look(day, self.company.id, 12)["groups"]
        cards = {card["key"]: card for group in groups for card in group["cards"]}

        def opened(key):
            with self.on_day(self.after(9)):
                action = Figures.open(key, day, self.company.id, 12)
            return self.env[action["res_model"]].search(action["domain"])

        return cards, opened

    def test_what_was_handed_over_after_the_day_is_not_in_its_figures(self):
        self.tell(self.paid_out())
        cards, opened = self.figures()
        self.assertIn("0.20", cards["cost_office"]["text"])
        self.assertEqual(opened("office_costs"), self.row())
        cards, opened = self.figures((self.handover.day - self.today).days - 1)
        self.assertFalse(cards["cost_office"]["known"])
        self.assertFalse(opened("office_costs"))

    def test_the_invoices_that_an_office_has_are_those_counted(self):
        for kind in ("bailiff", "lawyer", "agency"):
            with self.subTest(kind):
                self.agent.kind = kind
                self.env.flush_all()
                cards, opened = self.figures()
                (number, _all) = cards["handed"]["inputs"]
                lines = opened("handed")
                self.assertEqual(lines, self.case.line_ids.item_id.line_id)
                self.assertEqual(number["text"], str(len(lines.move_id)))
        self.assertFalse(self.figures((self.handover.day - self.today).days - 1)[1]("handed"))

    def test_the_addresses_that_fail_are_those_of_the_day(self):
        Failed = self.env["dunning.failed.address"].sudo()
        spans = ((-9, False), (-9, 0), (-9, -1), (1, False))
        failed = Failed.create(
            [
                {
                    "debtor_id": self.item.debtor_id.id,
                    "channel": "sms",
                    "address": f"+3161234567{number}",
                    "since": self.after(since),
                    "until": until is not False and self.after(until),
                }
                for number, (since, until) in enumerate(spans)
            ]
        )
        cards, opened = self.figures()
        self.assertEqual(opened("failing"), failed[:2])
        self.assertEqual(cards["arrived"]["inputs"][2]["text"], "2")

    def test_another_company_sees_nothing_of_it(self):
        other = self.setup_other_company()["company"]
        stranger = self.person("results.stranger", "group_dunning_manager", other)
        self.assertFalse(self.Result.with_user(stranger).search([]))

    def test_it_takes_one_statement_for_any_number(self):
        self.tell(self.paid_out())
        asked = ([("company_id", "=", self.company.id)], ["route"], ["costs:sum", "success:avg"])
        self.Result._read_group(*asked)
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.Result._read_group(*asked)
