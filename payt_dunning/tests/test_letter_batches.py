from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..models import dunning_letter_batch
from .law_common import DAY
from .letter_common import LetterCommon

NEXT = DAY + timedelta(days=1)


class TestLetterBatches(LetterCommon):
    """Piles of letters: made, printed, posted."""

    def make_once(self):
        super().make_once()
        self.anna = self.letter_to(self.person_at("Anna", "9711 AA"))
        self.bert = self.letter_to(self.person_at("Bert", "1011 AB"))
        self.shortened(self.anna, self.bert)

    def test_all_letters_that_wait_go_in_one_batch_in_the_order_of_postcodes(self):
        with self.on_day(DAY):
            self.env["dunning.letter.batch"].action_make()
        batch = self.anna.letter_batch_id
        self.assertEqual(batch.letter_ids, self.anna | self.bert)
        with self.on_day(DAY):
            batch.action_print()
        self.assertEqual((self.bert.letter_place, self.anna.letter_place), (1, 2))
        first, second = self.pages(batch.file_id.raw)
        self.assertIn("Bert", first)
        self.assertIn("Anna", second)

    def test_a_letter_is_in_one_batch_only(self):
        self.batch_of(self.anna, printed=False)
        batch = self.Batch._make(self.company)
        self.assertEqual(batch.letter_ids, self.bert)
        self.assertFalse(self.Batch._make(self.company))

    def test_on_both_sides_each_letter_begins_on_an_odd_page(self):
        self.company.dunning_letter_double_sided = True
        batch = self.batch_of(self.anna, self.bert)
        pages = self.pages(batch.file_id.raw)
        self.assertEqual(["Page 1 of 1" in page for page in pages], [True, False, True, False])
        self.assertEqual((self.bert.letter_page, self.anna.letter_page), (1, 3))

    def test_one_letter_is_called_so(self):
        batch = self.batch_of(self.anna)
        self.assertIn("One letter, ", batch.name)
        _dialog, told = self.posted(batch)
        self.assertEqual(told["params"]["message"], "One letter was noted as posted.")

    def test_messages_say_by_which_way_they_go(self):
        self.assertEqual(self.anna.channel_name, "Letter")

    def test_printing_says_of_no_letter_that_it_left(self):
        batch = self.batch_of(self.anna)
        self.assertEqual((self.anna.state, batch.state), ("queued", "printed"))
        self.assertEqual(self.anna.printed_on, DAY)

    def test_printing_again_keeps_the_earlier_file_and_the_letters_as_they_were(self):
        batch = self.batch_of(self.anna, self.bert)
        first, letter = batch.file_id, self.anna.letter_file_id
        content = first.raw
        with self.on_day(NEXT):
            batch.action_print()
        self.assertEqual(len(batch.file_ids), 2)
        self.assertEqual(first.raw, content)
        self.assertEqual(self.anna.letter_file_id, letter)
        self.assertEqual(self.anna.printed_on, DAY)

    def test_one_letter_that_can_not_be_made_is_named_and_the_others_are_printed(self):
        Paper = type(self.env["dunning.letter.paper"])
        real = Paper._html

        def html(paper, letter, shared):
            if letter == self.anna:
                raise ValueError("broken logo")
            return real(paper, letter, shared)

        with patch.object(Paper, "_html", html):
            batch = self.batch_of(self.anna, self.bert)
        self.assertIn("Anna: broken logo", batch.problems)
        self.assertFalse(self.anna.printed_on)
        self.assertEqual(len(self.pages(batch.file_id.raw)), 1)
        with self.on_day(DAY):
            batch.action_print()
        self.assertFalse(batch.problems)
        self.assertTrue(self.anna.printed_on)

    def test_terms_begin_on_the_day_of_posting(self):
        batch = self.batch_of(self.anna, self.bert)
        self.posted(batch, NEXT)
        self.assertEqual((self.anna.state, self.bert.state), ("sent", "sent"))
        self.assertEqual(self.anna.sent_on, NEXT)
        self.assertEqual(self.anna.received_on, NEXT + timedelta(days=2))
        self.assertEqual(batch.state, "posted")

    def test_no_letter_is_posted_before_it_was_printed(self):
        batch = self.batch_of(self.anna, day=NEXT)
        with self.assertRaisesRegex(UserError, "can't have been posted"):
            self.posted(batch, DAY, today=NEXT)
        self.posted(batch, NEXT)
        self.assertEqual(self.anna.sent_on, NEXT)

    def test_no_letter_is_posted_tomorrow(self):
        batch = self.batch_of(self.anna)
        with self.assertRaises(UserError):
            self.posted(batch, NEXT, today=DAY)
        self.assertEqual(self.anna.state, "queued")

    def test_a_letter_that_is_noted_twice_was_posted_once(self):
        batch = self.batch_of(self.anna)
        letters = {"letter_ids": self.anna.ids}
        self.posted(batch, **letters)
        _wizard, told = self.posted(batch, NEXT, **letters)
        self.assertIn("0 letters", told["params"]["message"])
        self.assertEqual(self.anna.sent_on, DAY)

    def test_a_letter_that_is_noted_late_is_not_the_last_message(self):
        batch = self.batch_of(self.anna)
        debtor = self.anna.debtor_id
        debtor.sudo().last_message_date = NEXT
        self.posted(batch, DAY, today=NEXT)
        self.assertEqual(debtor.last_message_date, NEXT)

    def test_a_notice_that_names_a_last_day_is_not_posted_too_late_for_it(self):
        level = self.env.ref("payt_dunning.level_consumer_3")
        level.text += "\nThat is {pay_by}."
        self.policy.action_publish()
        letter = self.letter_to(self.person_at("Carla"))
        self.assertTrue(letter.pay_by)
        batch = self.batch_of(letter)
        _wizard, told = self.posted(batch, NEXT)
        self.assertIn("last day to pay", told["params"]["message"])
        self.assertEqual(letter.state, "queued")
        self.posted(batch, DAY, today=NEXT)
        self.assertEqual(letter.term_until, letter.pay_by)

    def test_some_letters_can_be_posted_and_the_rest_wait(self):
        batch = self.batch_of(self.anna, self.bert)
        self.posted(batch, letter_ids=self.anna.ids)
        self.assertEqual((self.anna.state, self.bert.state), ("sent", "queued"))
        self.assertEqual(batch.state, "printed")

    def test_what_was_paid_meanwhile_is_named_with_its_place_and_not_posted(self):
        batch = self.batch_of(self.anna, self.bert)
        self.pay(self.anna.line_ids.item_id.move_id)
        wizard, told = self.posted(batch, NEXT)
        self.assertIn("No. 2", wizard.take_out)
        self.assertIn("Anna", told["params"]["message"])
        self.assertEqual((self.anna.state, self.bert.state), ("queued", "sent"))

    def test_somebody_who_works_in_another_language_posts_what_was_made_in_this(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.env.ref("base.nl").with_context(lang="nl_NL").name = "Nederland"
        batch = self.batch_of(self.anna)
        with self.on_day(DAY):
            dialog = self.env["dunning.letters.posted"].with_context(
                active_id=batch.id, lang="nl_NL"
            )
            dialog = dialog.create({"day": DAY})
            self.assertFalse(dialog.take_out)
            dialog.action_apply()
        self.assertEqual(self.anna.state, "sent")

    def test_what_was_paid_in_part_meanwhile_is_named_too(self):
        batch = self.batch_of(self.anna)
        self.pay(self.anna.line_ids.item_id.move_id, 100)
        wizard, _told = self.posted(batch, NEXT)
        self.assertIn("amount changed", wizard.take_out)
        self.assertEqual(self.anna.state, "queued")

    def test_what_had_left_before_it_was_paid_counts_when_a_person_says_so(self):
        batch = self.batch_of(self.anna)
        self.pay(self.anna.line_ids.item_id.move_id, 100)
        self.posted(batch, NEXT, anyway=True)
        self.assertEqual(self.anna.state, "sent")

    def test_a_letter_that_the_run_dropped_is_to_be_taken_out(self):
        batch = self.batch_of(self.anna, self.bert)
        self.pay(self.anna.line_ids.item_id.move_id)
        self.run_day(day=NEXT)
        self.assertEqual(self.anna.state, "cancelled")
        self.assertIn("No. 2, from page 2: Anna", batch.take_out)
        with self.on_day(NEXT):
            batch.action_print()
        self.assertEqual(len(self.pages(batch.file_id.raw)), 1)

    def test_letters_still_wait_over_a_weekend(self):
        self.company.dunning_send_days = "mon_fri"
        self.run_day(day=DAY + timedelta(days=5))
        self.assertEqual(self.anna.state, "queued")

    def test_a_batch_never_holds_letters_of_two_companies(self):
        other = self.setup_other_company()["company"]
        batch = self.Batch.create({"company_id": other.id, "made_on": DAY})
        with self.assertRaises(UserError):
            self.anna.letter_batch_id = batch
        self.assertFalse(self.Batch._make(other, self.anna))

    def test_printed_and_not_posted_becomes_a_task_after_a_working_day(self):
        batch = self.batch_of(self.anna)
        self.run_day(day=NEXT)
        self.assertFalse(batch.activity_ids)
        self.run_day(day=DAY + timedelta(days=2))
        self.assertEqual(
            batch.activity_ids.activity_type_id, self.env.ref("payt_dunning.activity_letters")
        )
        self.posted(batch, DAY + timedelta(days=2))
        self.assertFalse(batch.activity_ids)

    def letters_to_print(self):
        kind = self.env.ref("payt_dunning.activity_letters_to_print")
        return self.env["mail.activity"].search([("activity_type_id", "=", kind.id)])

    def test_letters_that_nobody_prints_become_a_task_after_a_working_day(self):
        self.run_day(day=NEXT)
        self.assertFalse(self.letters_to_print())
        self.run_day(day=DAY + timedelta(days=2))
        self.assertEqual(self.letters_to_print().res_id, self.company.partner_id.id)
        self.batch_of(self.anna | self.bert)
        self.assertFalse(self.letters_to_print())

    def test_a_batch_that_nobody_prints_becomes_a_task_too(self):
        batch = self.batch_of(self.anna | self.bert, printed=False)
        self.run_day(day=DAY + timedelta(days=2))
        self.assertIn("print", batch.activity_ids.summary)
        self.assertFalse(self.letters_to_print())

    def test_a_batch_is_made_by_itself_on_a_working_day_where_the_company_wants_it(self):
        def cron(day):
            with self.on_day(day), self.no_commit():
                self.Batch._cron_letters()

        cron(DAY)
        self.assertFalse(self.anna.letter_batch_id)
        self.company.write({"dunning_letter_daily": True, "dunning_send_days": "mon_fri"})
        cron(DAY - timedelta(days=1))  # a Sunday
        self.assertFalse(self.anna.letter_batch_id)
        cron(DAY)
        self.assertEqual(self.anna.letter_batch_id.state, "printed")
        self.assertTrue(self.anna.letter_batch_id.file_id)

    def test_a_batch_that_can_not_be_joined_keeps_no_other_back(self):
        first, second = (self.batch_of(each, printed=False) for each in (self.anna, self.bert))
        (first | second).in_background = True
        real = dunning_letter_batch.joined

        def joined(parts):
            parts = list(parts)
            if any(content == self.anna.letter_file_id.raw for content, _blank in parts):
                raise ValueError("broken file")
            return real(parts)

        with (
            self.on_day(DAY),
            self.no_commit(),
            patch.object(dunning_letter_batch, "joined", joined),
            mute_logger("odoo.addons.payt_dunning.models.dunning_letter_batch"),
        ):
            self.Batch._cron_letters()
        self.assertEqual((first.state, second.state), ("draft", "printed"))
        self.assertFalse(self.anna.printed_on)

    def test_many_letters_are_made_in_the_background_and_found_again(self):
        batch = self.batch_of(self.anna | self.bert, printed=False)
        with patch.object(dunning_letter_batch, "AT_ONCE", 1), self.on_day(DAY):
            batch.action_print()
        self.assertTrue(batch.in_background)
        job = self.env["dunning.job"].sudo().search([("kind", "=", "letters")])
        self.assertEqual((job.res_id, job.total_count), (batch.id, 2))
        with self.on_day(DAY), self.no_commit():
            job._cron_work()
        self.assertEqual((job.state, job.percent), ("done", 100))
        self.assertEqual((batch.state, batch.in_background), ("printed", False))
        self.assertTrue(batch.file_id)

    def test_letters_that_somebody_stops_wait_as_before(self):
        batch = self.batch_of(self.anna | self.bert, printed=False)
        with patch.object(dunning_letter_batch, "AT_ONCE", 1), self.on_day(DAY):
            batch.action_print()
        job = self.env["dunning.job"].sudo().search([("kind", "=", "letters")])
        job.action_cancel()
        self.assertEqual(job.state, "cancelled")
        self.assertEqual((batch.state, batch.in_background), ("draft", False))

    def test_a_printed_letter_is_on_the_timeline_once(self):
        batch = self.batch_of(self.anna)
        with self.on_day(DAY):
            batch._print()
        rows = self.env["dunning.timeline"].search(
            [("debtor_id", "=", self.anna.debtor_id.id), ("what", "=", "printed")]
        )
        self.assertEqual(len(rows), 1)
        self.assertIn("Printed: ", rows.summary)

    def test_without_the_engine_the_browser_prints(self):
        batch = self.batch_of(self.anna, printed=False)
        with (
            patch("odoo.addons.payt_dunning.models.dunning_letter_paper.weasyprint", None),
            self.on_day(DAY),
        ):
            shown = batch.action_print()
        self.assertEqual(shown["report_name"], "payt_dunning.letter")
        self.assertEqual((batch.state, self.anna.printed_on), ("printed", DAY))

    def test_a_dissolved_batch_gives_its_letters_back(self):
        batch = self.batch_of(self.anna)
        batch.action_dissolve()
        self.assertFalse(self.anna.letter_batch_id)
        self.assertEqual(batch.state, "dropped")
        self.assertEqual(self.batch_of(self.anna).letter_ids, self.anna)

    def test_a_letter_alone_is_printed_from_its_form(self):
        with self.on_day(DAY):
            shown = self.anna.action_print_letter()
        self.assertIn(str(self.anna.letter_file_id.id), shown["url"])
        self.assertEqual(self.anna.letter_batch_id.letter_ids, self.anna)

    def test_viewers_and_strangers_print_and_post_nothing(self):
        batch = self.batch_of(self.anna)
        viewer = self.person("letters.viewer", "group_dunning_viewer")
        for act in (
            lambda: batch.with_user(viewer).action_print(),
            lambda: batch.with_user(viewer).action_dissolve(),
            lambda: self.anna.with_user(viewer).action_print_letter(),
            lambda: self.anna.with_user(viewer)._letter_returned("moved", DAY),
            lambda: self.env["dunning.letters.posted"].with_user(viewer).create({}),
        ):
            with self.assertRaises(AccessError):
                act()
