import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, html2plaintext

from ..rules.facts import ZERO

#: Why a letter came back.
RETURNED = [
    ("moved", "Moved"),
    ("unknown", "Unknown at This Address"),
    ("refused", "Refused"),
    ("deceased", "Deceased"),
    ("not_collected", "Not Picked Up"),
]


class DunningNotice(models.Model):
    """What becomes of a letter: printed in a batch, posted, delivered or returned."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    letter_batch_id = fields.Many2one(
        "dunning.letter.batch", "Print Batch", readonly=True, index="btree_not_null"
    )
    letter_place = fields.Integer("Place in the Stack", readonly=True)
    letter_page = fields.Integer("First Page in the File", readonly=True, aggregator=None)
    letter_pages = fields.Integer("Pages", readonly=True)
    letter_file_id = fields.Many2one(
        "ir.attachment",
        "Letter as Printed",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    letter_hash = fields.Char(
        "SHA-256 of the Letter", readonly=True, help="Of the file exactly as it was printed."
    )
    letter_problem = fields.Text("Not Printed Because", readonly=True)
    letter_note = fields.Text("About the Printed Letter", readonly=True)
    printed_on = fields.Date(readonly=True)
    track_number = fields.Char("Registered Number", readonly=True, help="Track and trace.")
    delivered_on = fields.Date(readonly=True)
    returned_on = fields.Date(readonly=True)
    returned_why = fields.Selection(RETURNED, "Why It Came Back", readonly=True)

    @api.constrains("letter_batch_id", "company_id")
    def _check_letter_batch(self):
        for notice in self:
            batch = notice.letter_batch_id
            if batch and batch.company_id != notice.company_id:
                raise UserError(
                    self.env._("A print batch holds the letters of one company: %s.", batch.name)
                )

    def _check_poster(self):
        """Collectors print and post letters, and note what became of them."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can post letters."))
        return self.sudo()

    def _keep_printed(self, printed):
        """Keep letters exactly as they were made, or why they could not be.

        :param printed: :class:`~.dunning_letter_paper.Printed` by id
        """
        paper = self.env["dunning.letter.paper"]
        made = self.filtered(lambda letter: printed[letter.id].pdf)
        files = self.env["ir.attachment"].create(
            [
                paper._as_file(
                    self.env._("Letter %s.pdf", letter.id), printed[letter.id].pdf, letter
                )
                for letter in made
            ]
        )
        by_letter = dict(zip(made, files, strict=True))
        for letter in self:
            result = printed[letter.id]
            note = result.left_out and self.env._(
                "Left out, because it can't be read: %s", ", ".join(result.left_out)
            )
            letter.write(
                {
                    "letter_problem": result.problem or False,
                    "letter_note": note or False,
                    "letter_pages": result.pages,
                    "letter_file_id": by_letter[letter].id if letter in by_letter else False,
                    "letter_hash": result.pdf and hashlib.sha256(result.pdf).hexdigest(),
                }
            )

    def _why_not_to_post(self, day=None):
        """Why this letter must be taken out of the stack, in words; ``None`` when it may go.

        Decides once more from the ledger as it is now: the same rows for the same amounts.

        :param day: on which it is posted, today when left out
        """
        self.ensure_one()
        if self.state != "queued":
            return self.failure or self.env._("It waits no more.")
        if self.kind == "talk":
            return self._why_not_to_talk() or self._why_not_still()
        planned = self.env["dunning.approval"]._still_planned(self)
        if planned is None:
            return self.env._("It was paid or held meanwhile, or the address changed.")
        now = sum((line.open for line in planned.lines if line.position), ZERO)
        written = sum(self.line_ids.filtered("position").mapped("amount"))
        if self.currency_id.compare_amounts(float(now), written):
            return self.env._("The open amount changed meanwhile.")
        return self._why_too_late(day or self.env["dunning.message"]._today(self.company_id))

    def _why_too_late(self, day):
        """Why a letter that names a last day to pay can't be posted on a day any more, in words.

        The law counts a term from when the letter arrives: a notice that names an earlier day is
        void. Of others it must arrive before the day that they name.
        """
        term = self.pay_by and self._term_if(day)
        if not term:
            return None
        late = term.last > self.pay_by if self.statutory_code else term.received >= self.pay_by
        named = format_date(self.with_context(lang=self.lang).env, self.pay_by)
        if late and named in html2plaintext(self.body or ""):
            return self.env._("It names %s as the last day to pay, which is too early now.", named)
        return None

    def _why_not_still(self):
        """Why what a letter of a conversation lists is no longer so, in words; else ``None``."""
        for line in self.line_ids:
            if line.currency_id.compare_amounts(line.amount, line.item_id.amount_open):
                return self.env._("The open amount changed meanwhile.")
        return None

    def action_print_letter(self):
        """Make this letter as PDF and open it; one that was printed is opened as it was."""
        self.ensure_one()
        letter = self._check_poster()
        if letter.channel != "letter":
            raise UserError(self.env._("This message is not a letter."))
        if letter.state == "queued" and not letter.letter_file_id:
            if letter.letter_batch_id:
                return letter.letter_batch_id._print_and_show()
            batch = self.env["dunning.letter.batch"].sudo()._make(letter.company_id, letter)
            if shown := batch._print_and_show(single=True):
                return shown
        return self.action_letter_file()

    def action_letter_file(self):
        """Open this letter exactly as it was printed."""
        self.ensure_one()
        file = self._check_poster().letter_file_id
        if not file:
            raise UserError(self.letter_problem or self.env._("This letter was not printed yet."))
        return {"type": "ir.actions.act_url", "url": f"/web/content/{file.id}", "target": "new"}

    def _letter_returned(self, why, day):
        """Note that posted letters came back: they gave no term, the address is not used again.

        :param why: one of :data:`RETURNED`
        """
        letters = self._check_poster().filtered(
            lambda letter: letter.channel == "letter" and letter.state == "sent"
        )
        words = dict(self._fields["returned_why"]._description_selection(self.env))[why]
        for letter in letters:
            if day < letter.sent_on:
                raise UserError(self.env._("A letter can't come back before it was posted."))
            if day > self.env["dunning.message"]._today(letter.company_id):
                raise UserError(self.env._("This day is still to come: has it come back already?"))
        letters.write({"returned_on": day, "returned_why": why})
        for letter in letters:
            if why == "deceased":
                self._stop_for_the_dead(letter)
            letter._set_returned(self.env._("The letter came back: %s.", words))
        return letters

    @api.model
    def _stop_for_the_dead(self, letter):
        """Nothing more goes to a debtor who died until somebody decides."""
        about = {
            "company_id": letter.company_id.id,
            "debtor_id": letter.debtor_id.id,
            "kind": "deceased",
        }
        Hold = self.env["dunning.hold"].sudo()
        same = [(name, "=", value) for name, value in about.items()]
        if not Hold.search_count([*same, ("released_on", "=", False)], limit=1):
            Hold.create({**about, "reason": self.env._("A letter came back.")})

    def _address_to_find(self):
        """What somebody is asked to do about an address that failed, in the reader's language."""
        self.ensure_one()
        if not self.returned_why:
            return self.env._("Find the right address: %s does not work", self.recipient)
        labels = self._fields["returned_why"]._description_selection(self.env)
        return self.env._(
            "Letter came back (%(why)s): find the right address instead of %(address)s",
            why=dict(labels)[self.returned_why],
            address=self.recipient,
        )
