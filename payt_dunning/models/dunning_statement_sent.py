from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..rules.seal import seal
from ..tools import exact
from .dunning_message import CLAIM
from .dunning_page_door import Door
from .dunning_talk import Speech

#: Invoices listed in the message itself; the document has all.
LISTED = 40


class DunningDebtor(models.Model):
    """Statements of account on demand, by what reaches the debtor."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    def action_send_statement(self):
        """Send each of these debtors its statement of account, and say how it goes.

        One that goes by letter is printed at once.
        """
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors send statements of account."))
        sent = self.env["dunning.notice"].sudo()
        for debtor in self:
            sent |= self.env["dunning.statement"].sudo()._send(debtor.sudo())
        if len(sent) == 1 and sent.channel == "letter":
            return sent.action_print_letter()
        names = {each.code: each.name for each in self.env["dunning.channel"].search([])}
        channels = ", ".join(dict.fromkeys(names[each] for each in sent.mapped("channel")))
        params = {
            "type": "success",
            "message": self.env._("The statement goes out by: %s", channels),
            "next": {"type": "ir.actions.act_window_close"},
        }
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}


class DunningStatement(models.AbstractModel):
    """Sends statements of account: by e-mail with the document, else as a letter or a link."""

    _name = "dunning.statement"
    _description = "Sending Statements of Account"

    @api.model
    def _send(self, debtor):
        """Send one statement; kept as a message of the conversation.

        :return: the message
        :raises UserError: naming the debtor, where nothing is open or nothing reaches it
        """
        company = debtor.company_id
        if not company._dunning_is_live():
            raise UserError(self.env._("Sending is switched off for %s.", company.name))
        items = debtor.item_ids.filtered(lambda item: item.state == "open")
        if not items:
            raise UserError(self.env._("%s has nothing open.", debtor.display_name))
        items = items._ours()
        if not items:
            raise UserError(
                self.env._("All that %s has open is collected by others.", debtor.display_name)
            )
        talk = self.env["dunning.talk"]
        if next(iter(debtor._known_addresses()), False):
            options = {"files": self._file(debtor), "table": lambda env: self._rows(env, items)}
            return talk._tell(debtor, items, "statement", self._words(company), **options)
        for channel in ("letter", "sms"):
            if address := self._address(debtor, channel):
                return self._by(channel, address, debtor, items)
        raise UserError(
            self.env._(
                "%s has no e-mail address, postal address or mobile number that works.",
                debtor.display_name,
            )
        )

    @api.model
    def _address(self, debtor, channel):
        """Where a debtor is reached by a channel that its company uses; empty for nowhere."""
        company = debtor.company_id
        day = self.env["dunning.message"]._today(company)
        house = self.env["dunning.house"]._read(company, day, debtor)
        person = self.env["dunning.debtor"]._people(debtor.ids, house)[debtor.id]
        return next((each[2] for each in person.recipients if each[0] == channel), "")

    @api.model
    def _words(self, company, answers=True):
        """Subject and paragraphs, as a function of an environment in the debtor's language.

        :param answers: the message itself can be answered
        """

        def words(env):
            subject = env._("Statement of account of %s", company.name)
            what = env._("Here is a statement of everything that is open at this moment.")
            if answers:
                then = env._(
                    "Is something not right, or have you just paid? Reply to this message."
                )
            else:
                then = env._(
                    "Please contact us if something is not right, or if you have just paid."
                )
            return subject, [what, then]

        return words

    @api.model
    def _rows(self, env, items):
        """``[(label, text)]`` of what is open, the oldest first."""
        rows, payees = [], env["dunning.payee"]._by_move(items.move_id.ids)
        for item in items.with_env(env).sorted(lambda item: (item.date_due, item.id))[:LISTED]:
            label = env._(
                "%(number)s, due on %(day)s",
                number=item.name or "",
                day=env["dunning.page"]._date(item.date_due),
            )
            if payee := payees.get(item.move_id.id):
                label = env._("%(what)s, to be paid to %(payee)s", what=label, payee=payee.holder)
            rows.append(
                (label, env["dunning.page"]._money(exact(item.amount_open), item.currency_id))
            )
        return rows

    @api.model
    def _file(self, debtor):
        """The statement as a PDF, in the language of the debtor."""
        env = self.env["dunning.talk"]._env_of(debtor)
        debtor = debtor.with_env(env)
        day = env["dunning.message"]._today(debtor.company_id)
        items = debtor.item_ids
        door = Door("my", debtor.id, debtor, items, whole=True)
        piles = env["dunning.page"]._piles(debtor, items, day)
        content = env["dunning.page.statement"]._pdf(door, piles, day)
        return self.env["ir.attachment"].create(
            {
                "name": env._("Statement of account %s", fields.Date.to_string(day)) + ".pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": debtor._name,
                "res_id": debtor.id,
            }
        )

    @api.model
    def _by(self, channel, address, debtor, items):
        """A statement by another channel than e-mail: printed, or a link in a text message."""
        talk = self.env["dunning.talk"]
        env = talk._env_of(debtor)
        subject, paragraphs = self._words(debtor.company_id, answers=False)(env)
        table = self._rows(env, items) if channel == "letter" else []
        own = items.with_env(env)
        options = {"paper": channel == "letter"}
        speech = Speech(
            debtor.with_env(env), own, "statement", subject, paragraphs, table, address, options
        )
        values = talk._notice_values(speech)
        values["channel"] = channel
        for command in values["line_ids"]:
            command[2]["channel"] = channel
        if channel == "letter":
            values["attachment_ids"] = [Command.set(self._file(debtor).ids)]
        else:
            text = env._(
                "%(company)s: here is your statement of account: %(link)s",
                company=debtor.company_id.name,
                link=CLAIM,
            )
            values |= {"text": text, "in_hours": True}
            values["content_hash"] = seal(address, subject, str(values["body"]), ())
        notice = self.env["dunning.notice"].create(values)
        notice._queue()
        talk._show_entries(
            [(debtor.with_env(env), own.move_id, subject, talk._as_text(speech), None, None)]
        )
        return notice


class DunningNotice(models.Model):
    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    def _why_not_to_tell_now(self):
        """Nobody gets a statement of what was paid meanwhile."""
        if self.topic == "statement" and not self.line_ids.item_id.filtered(
            lambda item: item.state == "open"
        ):
            return self.env._("Nothing is open any more.")
        return super()._why_not_to_tell_now()
