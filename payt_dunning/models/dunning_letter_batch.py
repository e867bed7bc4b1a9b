import logging

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date, split_every

from ..pdf import joined
from ..rules.paper import stacked
from .ir_attachment import WHOLE_FILES

_logger = logging.getLogger(__name__)

#: So many letters are made at a time.
CHUNK = 50
#: A batch of more letters is printed in the background.
AT_ONCE = 200
STATES = [
    ("draft", "To Print"),
    ("printed", "Printed"),
    ("posted", "Posted"),
    ("dropped", "Nothing Posted"),
]
#: States in which nothing is left to do.
DONE = ("posted", "dropped")


class DunningLetterBatch(models.Model):
    """A pile of letters of one company: printed as one file, then posted.

    Printing never says that a letter left: a person says on which day they were posted. Only
    methods change it; each file that was made is kept.
    """

    _name = "dunning.letter.batch"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Print Batch of Letters"
    _order = "id desc"

    name = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    made_by_id = fields.Many2one("res.users", readonly=True, help="Empty: made by itself.")
    made_on = fields.Date(required=True, readonly=True)
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, index=True)
    double_sided = fields.Boolean("Both Sides", readonly=True)
    in_background = fields.Boolean(readonly=True)
    printed_on = fields.Date(readonly=True)
    file_id = fields.Many2one(
        "ir.attachment", "File to Print", readonly=True, index="btree_not_null"
    )
    file_ids = fields.Many2many("ir.attachment", string="All Files", readonly=True)
    letter_ids = fields.One2many("dunning.notice", "letter_batch_id", "Letters", readonly=True)
    letter_count = fields.Integer("Letters in It", compute="_compute_counts")
    waiting_count = fields.Integer("To Post", compute="_compute_counts")
    page_count = fields.Integer("Pages", compute="_compute_counts")
    problems = fields.Text("Not Printed", compute="_compute_words")
    take_out = fields.Text("Take These Out", compute="_compute_words")

    @api.depends("letter_ids.state", "letter_ids.letter_pages")
    def _compute_counts(self):
        for batch in self:
            letters = batch.letter_ids
            batch.letter_count = len(letters)
            batch.waiting_count = len(letters.filtered(lambda each: each.state == "queued"))
            batch.page_count = sum(letters.mapped("letter_pages"))

    @api.depends("state", "letter_ids.state", "letter_ids.letter_problem")
    @api.depends_context("lang")
    def _compute_words(self):
        for batch in self:
            letters = batch.letter_ids
            batch.problems = "\n".join(
                f"{each.debtor_id.display_name}: {each.letter_problem}"
                for each in letters.filtered("letter_problem")
            )
            gone = letters.filtered(
                lambda each: each.letter_place and each.state in ("cancelled", "failed")
            )
            batch.take_out = "\n".join(
                batch._in_the_stack(each, each.failure or "")
                for each in gone.sorted("letter_place")
            )

    def _in_the_stack(self, letter, why):
        """A letter that must be taken out, so that one finds it in the pile."""
        return self.env._(
            "No. %(number)s, from page %(page)s: %(debtor)s. %(why)s",
            number=letter.letter_place,
            page=letter.letter_page,
            debtor=letter.debtor_id.display_name,
            why=why,
        )

    # -- making ----------------------------------------------------------------------------

    @api.model
    def _waiting(self, company):
        """Letters of a company that wait to be posted and are in no batch."""
        return (
            Domain("company_id", "=", company.id)
            & Domain("channel", "=", "letter")
            & Domain("state", "=", "queued")
            & Domain("letter_batch_id", "=", False)
        )

    @api.model
    def _make(self, company, letters=None):
        """A batch of the letters that wait, or of those among ``letters`` that do.

        Letters that somebody else takes at this moment are left to him.

        :return: the batch; none where no letter waits
        """
        domain = self._waiting(company)
        if letters is not None:
            domain &= Domain("id", "in", letters.ids)
        found = self.env["dunning.notice"].search(domain, order="id")
        found = found.try_lock_for_update(allow_referencing=True)
        if not found:
            return self.browse()
        today = self.env["dunning.message"]._today(company)
        words = self.with_context(lang=company.partner_id.lang).env
        batch = self.with_context(mail_create_nolog=True).create(
            {
                "company_id": company.id,
                "name": (
                    words._("One letter, %s", format_date(words, today))
                    if len(found) == 1
                    else words._(
                        "%(count)s letters, %(day)s",
                        count=len(found),
                        day=format_date(words, today),
                    )
                ),
                "made_by_id": self.env.uid != SUPERUSER_ID and self.env.uid,
                "made_on": today,
                "double_sided": company.dunning_letter_double_sided,
            }
        )
        found.write({"letter_batch_id": batch.id})
        self._ask_to_print(company)
        return batch

    # -- printing ----------------------------------------------------------------------------

    def _to_post(self):
        return self.letter_ids.filtered(lambda letter: letter.state == "queued")

    def _print(self, commit=False):
        """Make the letters that have no file yet, and one file of all that are to be posted.

        A letter that was printed is never made anew: its file is what lies in the envelope.

        :param commit: keep what is done after every :data:`CHUNK` letters (scheduled action)
        """
        for _done in self.with_context(**{WHOLE_FILES: True})._print_parts(commit):
            if commit:
                self.env["ir.cron"]._commit_progress()

    def _print_parts(self, commit=False):
        """The same, part by part: gives the number of letters that are made after each."""
        self.ensure_one()
        missing = self._to_post().filtered(lambda letter: not letter.letter_file_id)
        done = 0
        for chunk in split_every(CHUNK, missing.ids, self.env["dunning.notice"].browse):
            chunk._keep_printed(self.env["dunning.letter.paper"]._print(chunk))
            done += len(chunk)
            yield done
        try:
            with self.env.cr.savepoint():
                self._stack()
        except Exception as problem:
            if not commit or isinstance(problem, psycopg2.Error):
                raise
            # Others are printed all the same; of this one somebody is told that it waits.
            _logger.exception("The letters of batch %s can't be joined", self.id)
            self.invalidate_recordset()
        self.in_background = False

    def _stack(self):
        """Put the printed letters in order and join them into a file of their own."""
        letters = self._to_post().filtered("letter_file_id")
        if not letters:
            return
        placed = stacked(
            [
                (
                    letter.id,
                    letter.letter_pages,
                    letter.partner_id.country_id.code or "",
                    letter.partner_id.zip or "",
                )
                for letter in letters
            ],
            self.company_id.country_id.code or "",
            self.double_sided,
        )
        by_id = {letter.id: letter for letter in letters}
        self._note_printed(letters)
        today = self.env["dunning.message"]._today(self.company_id)
        for place in placed:
            letter = by_id[place.key]
            letter.write(
                {
                    "letter_place": place.number,
                    "letter_page": place.page,
                    "printed_on": letter.printed_on or today,
                }
            )
        pdf = joined((by_id[place.key].letter_file_id.raw, place.blank) for place in placed)
        version = len(self.file_ids) + 1
        name = self.env._("%(batch)s, file %(version)s.pdf", batch=self.name, version=version)
        file = self.env["ir.attachment"].create(
            self.env["dunning.letter.paper"]._as_file(name, pdf, self)
        )
        self.write(
            {
                "file_id": file.id,
                "file_ids": [fields.Command.link(file.id)],
                "state": "printed",
                "printed_on": self.printed_on or today,
            }
        )

    @api.model
    def _note_printed(self, letters):
        """Tell on the timeline that letters are printed, the first time that they are."""
        fresh = letters.filtered(lambda letter: not letter.printed_on)
        self.env["dunning.delivery"]._note(fresh, "printed")

    def _print_and_show(self, single=False):
        """Print; where WeasyPrint is missing, the browser does, one letter after the other.

        :return: an action where there is something else to show than the files
        """
        self.ensure_one()
        if not self._to_post():
            raise UserError(self.env._("None of these letters waits to be printed any more."))
        if not self.env["dunning.letter.paper"]._has_engine():
            return self._print_in_browser()
        told = self.env._(
            "The letters are made in the background: you are told when they are there."
        )
        if self._jobs():
            return self._told(told)
        if len(self._to_post()) > AT_ONCE:
            self.env["dunning.job"]._begin(
                "letters", self.name, self.company_id, len(self._to_post()), record=self
            )
            self.in_background = True
            return self._told(told)
        self._print()
        if single:
            return None
        if not self.file_id:
            raise UserError(self.problems)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.file_id.id}",
            "target": "new",
        }

    def _jobs(self):
        """Long work that makes the letters of this batch now."""
        return (
            self.env["dunning.job"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("state", "in", ("waiting", "running")),
                ],
                limit=1,
            )
        )

    def _print_in_browser(self):
        _logger.warning("WeasyPrint is missing: letters are printed by the browser.")
        letters = self._to_post()
        today = self.env["dunning.message"]._today(self.company_id)
        self._note_printed(letters)
        letters.filtered(lambda letter: not letter.printed_on).printed_on = today
        for number, letter in enumerate(letters, 1):
            letter.letter_place = number
        self.write({"state": "printed", "printed_on": self.printed_on or today})
        return self.env.ref("payt_dunning.report_dunning_letter").report_action(
            letters.ids, config=False
        )

    @api.model
    def _told(self, message, kind="info"):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _as_printer(self):
        """These batches, writable, for a collector."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can print and post letters."))
        return self.sudo()

    def action_make(self):
        """Make a batch of all letters that wait in the user's company, and show it."""
        self._as_printer()
        batch = self.sudo()._make(self.env.company)
        if not batch:
            raise UserError(
                self.env._("No letter of %s waits to be printed.", self.env.company.name)
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": batch.id,
            "views": [(False, "form")],
        }

    def action_print(self):
        """Print: the file holds what is to be posted now; earlier files are kept."""
        self.ensure_one()
        return self._as_printer()._print_and_show()

    def action_dissolve(self):
        """Give the letters back that were not posted: they wait for another batch."""
        for batch in self._as_printer():
            batch._to_post().write(
                {
                    "letter_batch_id": False,
                    "letter_place": False,
                    "letter_page": False,
                    "printed_on": False,
                }
            )
            batch._close()
        return True

    # -- posting ----------------------------------------------------------------------------

    def _mark_posted(self, letters, day, anyway=False):
        """Note that letters of these batches were posted on a day; the legal terms begin there.

        Each is looked at again: what was paid or held since is left out and told.

        :param letters: ``dunning.notice`` records that the user says were posted
        :param anyway: they had left already when that happened
        :return: why each was left out, by letter
        """
        batches = self._as_printer()
        out = {}
        for letter in (letters._as_poster() & batches.letter_ids).filtered("printed_on"):
            why = None if anyway else letter._why_not_to_post(day)
            if why:
                out[letter] = why
            else:
                letter._posted(day)
        batches._close()
        return out

    def _close(self):
        """A batch of which nothing is left to be posted is done, and so is its task."""
        done = self.filtered(lambda batch: batch.state not in DONE and not batch._to_post())
        left = done.filtered(
            lambda batch: {"sent", "returned"} & set(batch.letter_ids.mapped("state"))
        )
        left.write({"state": "posted", "in_background": False})
        (done - left).write({"state": "dropped", "in_background": False})
        self.env["dunning.task"]._done(done, "letters")
