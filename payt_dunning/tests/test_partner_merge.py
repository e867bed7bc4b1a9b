from .common import DunningCommon


class TestPartnerMerge(DunningCommon):
    """Merging contacts loses neither levels nor messages nor holds."""

    def setUp(self):
        super().setUp()
        self.kept, self.gone = self.debtor("Kept"), self.debtor("Gone")

    def merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.kept + self.gone).ids, self.kept)
        self.env.invalidate_all()
        self.assertFalse(self.gone.exists())

    def debtors(self):
        return self.env["dunning.debtor"].search([("partner_id", "=", self.kept.id)])

    def both_reminded(self):
        moves = self.invoice(partner=self.kept) + self.invoice(partner=self.gone)
        self.run_and_deliver()
        return moves

    def test_items_of_both_debtors_end_on_the_one_that_stays(self):
        moves = self.both_reminded()
        self.merge()
        self.assertEqual(len(self.debtors()), 1)
        items = self.items(moves)
        self.assertEqual(len(items), 2)
        self.assertEqual(items.debtor_id, self.debtors())
        self.assertEqual(items.partner_id, self.kept)

    def test_what_was_agreed_with_the_one_that_goes_stays(self):
        self.both_reminded()
        gone = self.env["dunning.debtor"].search([("partner_id", "=", self.gone.id)])
        gone.write(
            {
                "contract_rate": 12.0,
                "contract_since": self.today,
                "contract_document": "Framework contract",
            }
        )
        self.merge()
        debtor = self.debtors()
        self.assertEqual((debtor.contract_rate, debtor.contract_since), (12.0, self.today))
        self.assertEqual(debtor.contract_document, "Framework contract")

    def test_the_level_reached_stays(self):
        items = self.items(self.both_reminded())
        self.merge()
        self.run_day()
        self.assertEqual(items.mapped("reached"), [2, 2])
        self.assertEqual(items.mapped("episode"), [1, 1])

    def test_messages_stay_with_the_one_that_stays(self):
        self.both_reminded()
        self.merge()
        self.assertEqual(self.notices_to(self.kept).mapped("state"), ["sent", "sent"])

    def test_nothing_is_sent_again_after_a_merge(self):
        self.both_reminded()
        self.merge()
        self.assertFalse(self.run_and_deliver())
        self.assertFalse(self.run_and_deliver(self.after(1)))

    def test_a_message_in_the_queue_is_not_sent_twice(self):
        self.invoice(partner=self.kept)
        self.invoice(partner=self.gone)
        self.run_day()
        self.merge()
        self.deliver()
        self.run_and_deliver()
        sent = self.notices_to(self.kept).filtered(lambda notice: notice.state == "sent")
        rows = sent.line_ids.filtered("position")
        self.assertEqual(len(rows), 2)
        self.assertEqual(len(rows.item_id), 2)

    def test_a_hold_on_the_debtor_that_goes_holds_on(self):
        moves = self.invoice(partner=self.kept) + self.invoice(partner=self.gone)
        items = self.synced(moves)
        gone = items.debtor_id.filtered(lambda debtor: debtor.partner_id == self.gone)
        hold = self.hold(debtor_id=gone.id, kind="debt_help")
        self.merge()
        self.assertEqual(hold.exists().debtor_id, self.debtors())
        self.assertEqual(self.run_day().planned, 0)

    def test_a_debtor_whose_contact_goes_moves_to_the_contact_that_stays(self):
        move = self.invoice(partner=self.gone)
        self.run_and_deliver()
        item = self.items(move)
        hold = self.hold(debtor_id=item.debtor_id.id)
        self.merge()
        self.run_day()
        self.assertEqual(self.items(move), item)
        self.assertEqual((item.partner_id, item.reached), (self.kept, 2))
        self.assertEqual(hold.debtor_id.partner_id, self.kept)
        self.assertEqual(self.notices_to(self.kept).state, "sent")

    def test_a_contact_that_owes_nothing_can_be_merged_into_a_debtor(self):
        move = self.invoice(partner=self.kept)
        self.run_and_deliver()
        self.merge()
        self.assertEqual((self.items(move).partner_id, self.items(move).reached), (self.kept, 2))

    def contact_of(self, parent):
        return self.env["res.partner"].create({"name": "Contact", "parent_id": parent.id})

    def person_reminded(self, partner):
        """The item of a private person, after its first reminder."""
        partner.is_company = False
        move = self.invoice(partner=partner, days_late=6)
        self.run_and_deliver()
        item = self.items(move)
        self.assertTrue(item.reached)
        return item

    def assert_only_the_debtor_changed(self, item, owner):
        reached = item.reached
        self.merge()
        self.run_day()
        self.assertEqual(item.line_id.partner_id.commercial_partner_id, owner)
        self.assertEqual((item.partner_id, item.reached, item.episode), (owner, reached, 1))
        self.assertFalse(self.run_and_deliver(self.after(1)))

    def test_a_debtor_merged_into_somebodys_contact_becomes_that_debtor(self):
        owner = self.kept
        self.invoice(partner=owner)
        item = self.person_reminded(self.gone)
        # Of one kind: another policy would begin an episode of its own.
        self.debtors().kind = item.debtor_id.kind
        self.kept = self.contact_of(owner)
        self.assert_only_the_debtor_changed(item, owner)
        self.assertEqual(len(item.debtor_id.item_ids), 2)

    def test_a_debtor_merged_into_the_contact_of_who_owes_nothing_keeps_its_level(self):
        owner, item = self.kept, self.person_reminded(self.gone)
        self.kept = self.contact_of(owner)
        self.assert_only_the_debtor_changed(item, owner)

    def test_an_invoice_of_a_contact_of_the_debtor_that_goes_keeps_its_level(self):
        owner, contact = self.kept, self.contact_of(self.gone)
        self.gone.is_company = False
        item = self.person_reminded(contact)
        self.kept = self.contact_of(owner)
        self.assert_only_the_debtor_changed(item, owner)

    def test_a_debtor_that_gets_a_company_by_a_merge_becomes_that_debtor(self):
        owner, item = self.debtor("Owner"), self.person_reminded(self.kept)
        self.gone.write({"is_company": False, "parent_id": owner.id})
        self.assert_only_the_debtor_changed(item, owner)

    def test_debtors_in_different_companies_stay_apart(self):
        other = self.setup_other_company()["company"]
        self.invoice(partner=self.kept)
        self._create_invoice_one_line(
            company_id=other, partner_id=self.gone, price_unit=50, post=True
        )
        self.run_day()
        self.run_day(company=other)
        self.merge()
        self.assertEqual(self.debtors().company_id, self.company + other)
