import re
from dataclasses import replace

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..rules.plan import plan
from ..tools import exact, qr_image
from .dunning_page import Pile


class DunningLetter(models.AbstractModel):
    """Statutory notices on paper: made from the same facts, printed and posted by a person."""

    _name = "dunning.letter"
    _description = "Notices by Letter"

    @api.model
    def _house(self, company, day, debtor):
        """The facts of a company in which debtors can be reached by letter."""
        house = self.env["dunning.house"]._read(company, day, debtor)
        return replace(house, channels=house.channels | {"letter"})

    @api.model
    def _make(self, debtor):
        """Make the statutory notices of a debtor that go by letter today.

        :return: ``dunning.notice`` records that wait to be printed and posted
        :raises UserError: when the rules give none, naming the debtor
        """
        day = self.env["dunning.message"]._today(debtor.company_id)
        house = self._house(debtor.company_id, day, debtor)
        candidates = self.env["dunning.facts"]._candidates(debtor, day, house)
        planned = [
            replace(each, approval=False)
            for each in plan(candidates, day)
            if each.channel == "letter" and each.asked and each.asked.notice
        ]
        if not planned:
            raise UserError(
                self.env._(
                    "No notice goes to %s by letter today. Look whether its postal address is "
                    "complete, and at “Why?”.",
                    debtor.display_name,
                )
            )
        notices, problems = self.env["dunning.notice"]._create_planned(
            self.env["dunning.run"], planned
        )
        if problems:
            raise UserError("\n".join(problems))
        debtor._decide_now()
        return notices

    @api.model
    def _addresses(self, partner_ids):
        """Postal addresses in one line, of those that have street and city; by partner id.

        They are compared with those of earlier letters, so that they are in the company's
        language, whoever looks.
        """
        found = {}
        partners = self.env["res.partner"].with_context(lang=self.env.company.partner_id.lang)
        for partner in partners.browse(partner_ids):
            if partner.street and partner.city:
                lines = partner._display_address(without_company=True).split("\n")
                lines = [" ".join(line.split()) for line in lines]
                found[partner.id] = ", ".join(line for line in lines if line)
        return found


class DunningNotice(models.Model):
    """Messages that are printed and posted."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    proof_id = fields.Many2one(
        "ir.attachment",
        "Proof of Posting",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    def _as_poster(self):
        """The letters among these that wait to be posted, writable, for a collector."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can post letters."))
        return self.sudo().filtered(
            lambda notice: notice.channel == "letter" and notice.state == "queued"
        )

    def action_not_posted(self):
        """This letter is not posted after all: it is decided anew."""
        why = self.env._("Not posted, according to %(user)s.", user=self.env.user.name)
        letters = self._as_poster()
        letters._update_state("cancelled", failure=why)
        letters._decide_anew()
        letters.debtor_id._decide_now()
        return True

    def _posted(self, day, proof=None):
        """Note that letters were posted on a day, with what proves it."""
        for letter in self._as_poster():
            today = self.env["dunning.message"]._today(letter.company_id)
            made = max(letter.as_of, letter.printed_on or letter.as_of)
            if not made <= day <= today:
                raise UserError(
                    self.env._(
                        "The letter was made on %(made)s: it can't have been posted on %(day)s.",
                        made=format_date(self.env, made),
                        day=format_date(self.env, day),
                    )
                )
            if proof:
                letter.proof_id = proof
            letter._update_state("sending")
            letter._set_sent(day=day)
            letter.debtor_id._decide_now()

    def _letter_body(self):
        """The message with working links, to be printed."""
        self.ensure_one()
        body = self.env["dunning.message"]._insert_links(self.body or "", self._page_url())
        return Markup(self._with_keys(body))  # nosec B704 # kept as we rendered it, escaped then

    def _letter_codes(self):
        """QR codes on a letter, each with its caption: of its page first, then of a transfer."""
        self.ensure_one()
        codes = [
            {
                "image": qr_image(self._page_url()),
                "caption": self.env._("Scan this code with your phone to see, ask or pay online."),
            }
        ]
        if transfer := self._transfer_code():
            caption = self.env._("Or scan this code with the app of your bank to transfer.")
            codes.append({"image": transfer, "caption": caption})
        return codes

    def _transfer_code(self):
        """The EPC QR code of a transfer of what a letter asks for; empty where there is none.

        It never names another account than the letter itself does, nor one of several.
        """
        notice = self.sudo()
        items = notice._reminded().item_id.sorted(lambda item: (item.date_due, item.id))
        payee = notice._one_payee()
        if payee is None:
            return ""
        if payee.payee_id:
            account = self.env["dunning.payee"]._account(payee)
        else:
            account = self.env["dunning.page"]._account_for(notice.company_id, items[:1].move_id)
        number = account.sanitized_acc_number
        if not number or number not in re.sub(r"[\s\xa0]", "", notice.body or ""):
            return ""
        reference = notice.reference or items[:1].move_id.payment_reference or items[:1].name
        pile = Pile(notice.company_id, notice.currency_id)
        amount = exact(notice.amount)
        return self.env["dunning.page.values"]._qr(account, pile, amount, reference or "")


class DunningDebtor(models.Model):
    """Debtors that get a letter."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    needs_letter = fields.Boolean(compute="_compute_needs_letter")

    @api.depends("item_ids.reason", "item_ids.state")
    def _compute_needs_letter(self):
        waiting = self.env["dunning.item"].search(
            [("debtor_id", "in", self.ids), ("state", "=", "open"), ("reason", "=", "letter")]
        )
        for debtor in self:
            debtor.needs_letter = debtor in waiting.debtor_id

    def action_make_letter(self):
        """Make the statutory notice of this debtor as a letter, to be printed and posted."""
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if not user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can make letters."))
        notices = self.env["dunning.letter"].sudo()._make(self.sudo())
        if notices.level_id.filtered("approval") and not user.has_group(
            "payt_dunning.group_dunning_manager"
        ):
            raise AccessError(self.env._("A follow-up manager makes this letter: it is approved."))
        action = self.env["ir.actions.act_window"]._for_xml_id("payt_dunning.action_dunning_notice")
        return {
            **action,
            "domain": [("id", "in", notices.ids)],
            "views": [(False, "list"), (False, "form")],
        }
