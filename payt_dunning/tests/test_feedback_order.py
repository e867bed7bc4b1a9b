import itertools
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models import collection_feedback
from .feedback_common import FeedbackCommon

#: What a message must not change a second time, beside all of ours.
OF_CORE = ("account_move", "account_move_line", "account_partial_reconcile", "mail_message")
CORE = (*OF_CORE, "mail_activity", "mail_mail", "ir_attachment", "mail_tracking_value")
#: What a message adds when it comes under another number: itself.
ITSELF = ("collection_feedback", "collection_feedback_line", "ir_attachment")


@tagged("post_install", "-at_install")
class TestFeedbackOrder(FeedbackCommon):
    """Messages of offices that come again, in another order, or about many cases at once."""

    def rows(self):
        """All that is stored here, as a fingerprint by table."""
        self.env.flush_all()
        tables = [
            model._table
            for model in self.env.values()
            if model._auto
            and not model._abstract
            and not model._transient
            and (model._name.startswith(("collection.", "dunning.")) or model._table in CORE)
        ]
        return {
            table: self.env.execute_query(
                SQL(
                    "SELECT md5(coalesce(string_agg(kept::text, '|' ORDER BY id), '')) FROM %s kept",
                    SQL.identifier(table),
                )
            )
            for table in tables
        }

    def full(self, number=None):
        """A message that tells of everything there is."""
        remittance = (
            f'<Remittance id="P" date="{self.since}" collected="100.00" withheld="10.00"'
            ' withheldVat="2.10" paidOut="87.90" iban="NL91ABNA0417164300" paymentReference="R"/>'
        )
        question = f'<Question id="Q" askedAt="{self.since}T10:00:00Z">Who signed?</Question>'
        closure = f'<Closure code="uncollectable" date="{self.since}"/>'
        return self.message(
            self.status("judgment", phase="judicial", reason="Awarded"),
            self.event(),
            self.booking(),
            self.booking("B-2", "-100.00", "payment"),
            self.balance("400.00"),
            remittance,
            question,
            closure,
            number=number,
        )

    def test_the_same_message_again_changes_nothing_at_all(self):
        content = self.full()
        self.assertEqual(self.take_in(content).state, "applied")
        before = self.rows()
        self.take_in(content)
        self.assertEqual(self.rows(), before)

    def test_the_same_under_another_number_adds_but_itself(self):
        self.take_in(self.full("M-1"))
        before = self.rows()
        self.take_in(self.full("M-2"))
        after = self.rows()
        changed = {table for table, rows in after.items() if before[table] != rows}
        self.assertEqual(changed, set(ITSELF))

    # -- order -------------------------------------------------------------------------------------

    def story(self):
        """What an office writes in four days, each message about what is new."""
        days = [self.today - timedelta(days=left) for left in (4, 3, 2, 1)]

        def at(day, *parts, number):
            content = self.message(*parts, number=number, reference="2026-118")
            return content.replace(b"2026-03-02T06", f"{day}T06".encode())

        def booking(day, *values):
            return self.booking(*values).replace(str(self.since), str(day))

        return [
            at(
                days[0],
                self.status("accepted", days[0]),
                booking(days[0], "B-1"),
                self.balance("500.00", day=days[0]),
                number="M-1",
            ),
            at(
                days[1],
                self.status("judgment", days[1], "judicial"),
                self.event(code="judgment"),
                booking(days[1], "B-2", "80.00", "court_fee"),
                number="M-2",
            ),
            at(
                days[2],
                self.status("payment_plan", days[2], "judicial"),
                booking(days[2], "B-3", "-200.00", "payment"),
                number="M-3",
            ),
            at(
                days[3],
                self.status("received", days[3], "judicial"),
                # The sum of what the three before tell.
                self.balance("380.00", day=days[3]),
                number="M-4",
            ),
        ]

    def end(self):
        """What is to be seen when all has come."""
        self.env.flush_all()
        shown = self.handover.read(
            [
                "state",
                "reference",
                "agent_phase",
                "agent_status",
                "agent_since",
                "agent_balance_on",
                "agent_due",
            ]
        )
        lines = self.handover.feedback_line_ids.filtered(
            lambda line: line.result == "applied" and line.number
        )
        return (
            shown,
            (self.case.phase, self.case.phase_on),
            sorted((line.kind, line.number, line.amount, line.code) for line in lines),
            set(self.handover.feedback_line_ids.feedback_id.mapped("state")),
            sorted(self.handover.activity_ids.mapped("summary")),
        )

    def test_in_whatever_order_messages_come_they_end_the_same(self):
        story, ends = self.story(), {}
        for order in itertools.permutations(range(len(story))):
            with self.env.cr.savepoint() as savepoint:
                for place in order:
                    self.take_in(story[place])
                ends[order] = self.end()
                savepoint.rollback()
        wanted = ends[0, 1, 2, 3]
        self.assertEqual(wanted[0][0]["state"], "acknowledged")
        self.assertEqual(wanted[0][0]["agent_due"], 380)
        self.assertEqual(wanted[1][0], "judgment")
        self.assertEqual(wanted[3], {"applied"})
        for order, end in ends.items():
            with self.subTest(order=order):
                self.assertEqual(end, wanted)

    def test_a_balance_that_overtakes_its_bookings_waits_for_them(self):
        first, second = (
            self.message(self.status(), self.booking()),
            self.message(
                self.status("payment_plan", self.today),
                self.booking("B-2", "-200.00", "payment"),
                self.balance("300.00"),
            ),
        )
        early = self.take_in(second)
        self.assertEqual((early.state, self.handover.agent_status), ("review", False))
        self.take_in(first)
        self.assertEqual((early.state, early.says), ("applied", False))
        self.assertEqual(self.handover.agent_status, "payment_plan")
        self.assertEqual(self.handover.agent_due, 300)
        self.assertFalse(self.handover.activity_ids)

    def test_what_is_still_wrong_goes_on_waiting(self):
        early = self.take_in(
            self.message(
                self.status("payment_plan", self.today),
                self.booking("B-2", "-200.00", "payment"),
                self.balance("299.00"),
            )
        )
        self.take_in(self.message(self.status(), self.booking()))
        self.assertEqual((early.state, self.handover.agent_status), ("review", "demand"))
        self.assertEqual(set(early.line_ids.mapped("result")), {"review"})

    def test_what_somebody_began_to_decide_stays_with_people(self):
        early = self.take_in(
            self.message(
                self.status("payment_plan", self.today),
                self.booking("B-2", "-200.00", "payment"),
                self.balance("300.00"),
            )
        )
        early.line_ids.filtered(lambda line: line.kind == "booking").action_keep()
        self.take_in(self.message(self.status(), self.booking()))
        self.assertEqual(early.state, "review")
        self.assertEqual(self.handover.agent_status, "demand")

    def test_an_unknown_case_beside_it_is_still_to_be_seen(self):
        unknown = self.message(
            self.status(),
            dossier="6f0e1a52-3b6c-4c1f-9a77-0d5c2b8e4411",
            case="X",
            reference="Z",
        )
        early = self.take_in(
            self.together(
                self.message(
                    self.status("payment_plan", self.today),
                    self.booking("B-2", "-200.00", "payment"),
                    self.balance("300.00"),
                ),
                unknown,
            )
        )
        self.take_in(self.message(self.status(), self.booking()))
        self.assertEqual(self.handover.agent_status, "payment_plan")
        self.assertEqual(early.state, "review")
        self.assertIn("X", early.says)

    def test_an_office_that_refused_and_goes_on_all_the_same_is_looked_at(self):
        self.take_in(self.message(self.status("rejected", self.since)))
        self.assertFalse(self.handover.activity_ids)
        self.take_in(self.message(self.status("accepted", self.today)))
        self.assertEqual((self.handover.state, self.case.phase), ("rejected", "ready"))
        self.assertIn("it took the case", self.handover.activity_ids.summary)

    # -- many cases --------------------------------------------------------------------------------

    def cases(self, count):
        """So many handovers more."""
        handovers = self.handover.browse()
        for _number in range(count):
            item = self.at_level(3, 40)
            case = self.open_case(item, begun_on=self.after(-10))
            handovers |= self.handover.create(
                {
                    "case_id": case.id,
                    "agent_id": self.agent.id,
                    "dossier_id": f"6f0e1a52-3b6c-4c1f-9a77-{case.id:012d}",
                    "idempotency_key": f"key-{case.id}",
                    "day": self.today,
                }
            )
        return handovers

    def about(self, handovers, event="Served."):
        return self.together(
            *(
                self.message(
                    self.status("summons_served", phase="judicial"),
                    self.event(f"E-{handover.id}", event),
                    self.booking(f"B-{handover.id}"),
                    self.balance("500.00"),
                    dossier=handover.dossier_id,
                    case=handover.case_id.name,
                    reference=f"R-{handover.id}",
                )
                for handover in handovers
            )
        )

    def statements(self, content):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        message = self.take_in(content)
        self.env.flush_all()
        self.assertEqual(message.state, "applied")
        return self.env.cr.sql_log_count - before

    def test_many_cases_cost_hardly_more_statements_than_few(self):
        few, many = self.cases(2), self.cases(12)
        self.statements(self.about(self.handover))
        few, many = self.statements(self.about(few)), self.statements(self.about(many))
        self.assertLessEqual(many, few + 4, f"{few} for two cases, {many} for twelve")

    def test_what_fails_of_one_case_changes_nothing_of_the_others(self):
        handovers = self.cases(5)
        broken = handovers[3]
        lines = type(self.env["collection.feedback.line"])
        before, refusal = lines._apply_booking, "No."

        def fail(line, files):
            if line.handover_id == broken:
                raise UserError(refusal)
            return before(line, files)

        with patch.object(lines, "_apply_booking", fail):
            message = self.take_in(self.about(handovers))
        self.assertEqual(message.state, "review")
        self.assertEqual(message.says, f"{broken.case_id.name}: No.")
        self.assertFalse(broken.agent_status)
        self.assertEqual(set((handovers - broken).mapped("agent_status")), {"summons_served"})
        self.assertEqual(len(message.line_ids), 16)

    def test_a_case_that_is_told_of_twice_in_a_message_is_read_in_that_order(self):
        message = self.take_in(
            self.together(
                self.message(self.status("demand"), self.booking()),
                self.message(
                    self.status("judgment", self.today, "judicial"),
                    self.booking("B-2", "80.00", "court_fee"),
                    self.balance("580.00", day=self.today),
                ),
            )
        )
        self.assertEqual(self.handover.agent_status, "judgment")
        # The balance is the sum of what both tell.
        self.assertEqual((message.state, self.handover.agent_due), ("applied", 580))

    def test_more_than_fit_in_one_go_are_all_applied(self):
        handovers = self.cases(5)
        with patch.object(collection_feedback, "TOGETHER", 2):
            message = self.take_in(self.about(handovers))
        self.assertEqual((message.state, len(message.line_ids)), ("applied", 20))

    # -- whose case --------------------------------------------------------------------------------

    def test_an_office_of_another_company_tells_nothing_about_our_case(self):
        company = self.setup_other_company()["company"]
        other = self.env["collection.agent"].create(
            {"partner_id": self.agent.partner_id.id, "kind": "bailiff", "company_id": company.id}
        )
        before = self.rows()
        message = self.take_in(self.full(), other)
        self.assertEqual(set(message.line_ids.mapped("result")), {"refused"})
        self.assertFalse(message.line_ids.handover_id)
        self.assertEqual(message.company_id, company)
        after = self.rows()
        changed = {table for table, rows in after.items() if before[table] != rows}
        # Somebody of the other company is asked to look at the message.
        self.assertEqual(changed, {*ITSELF, "mail_activity"})
        self.assertEqual(len(message.activity_ids), 1)

    def test_money_with_a_wrong_sign_is_looked_at_before_anything_of_the_case_is_applied(self):
        for part in (
            self.booking(amount="-5.00"),
            self.booking(amount="5.00", kind="payment"),
            f'<Remittance id="P" date="{self.since}" collected="-1.00" withheld="-1.00"'
            ' withheldVat="0.00" paidOut="0.00" iban="NL91ABNA0417164300" paymentReference="R"/>',
        ):
            with self.subTest(part=part):
                message = self.take_in(self.message(self.status(), part))
                self.assertEqual(set(message.line_ids.mapped("result")), {"review"})
                self.assertFalse(self.handover.agent_status)
