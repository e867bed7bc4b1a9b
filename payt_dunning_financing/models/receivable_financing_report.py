import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.payt_dunning.models.dunning_dialogue import DISTURBED

from .receivable_financing_draw import GROUP

_logger = logging.getLogger(__name__)

#: Changes that stand in the mail itself; the others are in its file.
SHOWN = 50


class ReceivableFinancingReport(models.Model):
    """What a financier is told at one time about invoices that are pledged to it."""

    _name = "receivable.financing.report"
    _description = "Report to a Financier"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", readonly=True)
    financing_id = fields.Many2one(
        "receivable.financing", "Financier", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    state = fields.Selection(
        [("waiting", "To Be Sent"), ("sent", "Sent"), ("failed", "Failed")],
        required=True,
        default="waiting",
        readonly=True,
    )
    made_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    sent_on = fields.Datetime(readonly=True)
    sent_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    problem = fields.Char(readonly=True)
    closed_on = fields.Datetime(
        readonly=True,
        help="Its files are kept as of then; what changes later is in another report.",
    )
    email = fields.Char("Sent To", readonly=True)
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, index="btree_not_null", ondelete="set null"
    )
    change_ids = fields.One2many("receivable.pledge.change", "report_id", "Changes")
    change_count = fields.Integer(compute="_compute_change_count")

    @api.depends("change_ids")
    def _compute_change_count(self):
        counts = dict(
            self.env["receivable.pledge.change"]._read_group(
                [("report_id", "in", self.ids)], ["report_id"], ["__count"]
            )
        )
        for report in self:
            report.change_count = counts.get(report, 0)

    # -- making them ---------------------------------------------------------------------------------

    @api.model
    def _cron_report(self):
        """Tell each financier what it was not told yet; each is kept when it is done."""
        reports = self.sudo()
        reports._after_mails()
        commit, waiting = self.env["ir.cron"]._commit_progress, reports._to_tell()
        commit(remaining=len(waiting))
        for financing, changes in waiting:
            reports._report_to(financing, changes)
            if not commit(processed=1):
                return

    @api.model
    def _report_all(self, financiers=None):
        """Put what nobody was told yet into a report for each financier; send what goes by mail.

        :param financiers: of whom; all when left out
        """
        self._after_mails()
        for financing, changes in self._to_tell():
            if financiers is None or financing in financiers:
                self._report_to(financing, changes)

    @api.model
    def _report_to(self, financing, changes):
        """Put changes into a report to one financier and hand it over; no fault stops others."""
        try:
            with self.env.cr.savepoint():
                self._gather(financing, changes)._hand_over()
        except DISTURBED:
            raise
        except Exception as error:
            self.env.invalidate_all(flush=False)
            _logger.exception("Financier %s could not be told", financing.id)
            why = self.env._("It could not be made: %s", error)
            self._guarded(lambda: self._gather(financing, changes)._failed(why))

    @api.model
    def _guarded(self, step):
        """Do something; where that fails, leave no more than a line in the log."""
        try:
            with self.env.cr.savepoint():
                step()
        except DISTURBED:
            raise
        except Exception:
            self.env.invalidate_all(flush=False)
            _logger.exception("A report could not be looked after")

    @api.model
    def _gather(self, financing, changes):
        """The report that waits for one financier, with these changes in it too."""
        report = self.search(
            [
                ("financing_id", "=", financing.id),
                ("state", "=", "waiting"),
                ("mail_id", "=", False),
                ("closed_on", "=", False),
            ],
            limit=1,
        )
        # Whoever downloads it at this moment has what was in it before.
        report._lock()
        report = report or self._make(financing)
        changes.report_id = report
        return report

    @api.model
    def _to_tell(self):
        """Changes that are in no report: pairs of financier and changes."""
        changes = self.env["receivable.pledge.change"].search(
            [("report_id", "=", False)], order="id"
        )
        return changes.grouped(lambda change: change.pledge_id.financing_id).items()

    @api.model
    def _make(self, financing):
        sequence = self.env["ir.sequence"].with_company(financing.company_id)
        return self.create(
            {
                "name": sequence.next_by_code("receivable.financing.report"),
                "financing_id": financing.id,
                "company_id": financing.company_id.id,
            }
        )

    def _hand_over(self):
        """Mail a report, or ask somebody to send it; nothing is mailed before a company is live."""
        self.ensure_one()
        by_mail = self.financing_id.report_by == "mail"
        if by_mail and self.company_id._dunning_is_live():
            self._mail()
        else:
            self._ask_to_send()

    def _ask_to_send(self):
        """Give somebody who may the task to send these, or to find out why that failed."""
        for report in self:
            self.env["dunning.task"]._ask(
                report,
                "financing_report",
                lambda env, report=report: (
                    env._("The report to %s could not be sent", report.financing_id.name)
                    if report.state == "failed"
                    else env._("Send the report to %s", report.financing_id.name)
                ),
                handler=report._who(),
                managers=not report._who(),
            )

    def _who(self):
        """Who drew the money last and still may: whoever that is sends the reports."""
        draws = self.env["receivable.financing.draw"].search(
            [("financing_id", "=", self.financing_id.id), ("applied_by_id", "!=", False)], limit=1
        )
        user = draws.applied_by_id
        may = user.active and user.has_group(GROUP) and self.company_id in user.company_ids
        return user if may else user.browse()

    # -- by hand -------------------------------------------------------------------------------------

    def action_sent(self):
        """Somebody has sent these to their financiers."""
        reports = self._check_may()
        reports._lock()
        for report in reports:
            if report.state == "sent":
                raise UserError(self.env._("%s was sent already.", report.name))
            if report.mail_id:
                raise UserError(self.env._("%s is on its way by e-mail.", report.name))
        reports._sent(self.env.user)
        return True

    def action_again(self):
        """Mail again what could not be mailed, to the address of now."""
        reports = self._check_may()
        reports._lock()
        for report in reports:
            if report.state != "failed":
                raise UserError(self.env._("%s did not fail.", report.name))
        for report in reports:
            report.write({"state": "waiting", "problem": False})
            report._hand_over()
        return True

    def _check_may(self):
        """Refuse who may not, or may not see these; give them as the system writes them."""
        self.env["receivable.financing.draw"]._check_group()
        self.check_access("read")
        return self.sudo()

    def _lock(self):
        """Wait for whoever else sends these."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE receivable_financing_report SET write_date = write_date WHERE id = ANY(%s)",
            [self.ids],
        )
        self.invalidate_recordset()

    def _sent(self, user=None):
        """The financiers know: what is paid in full is theirs no more."""
        self.write(
            {
                "state": "sent",
                "sent_on": fields.Datetime.now(),
                "sent_by_id": user.id if user else False,
                "problem": False,
            }
        )
        self.env["dunning.task"]._done(self, "financing_report")
        self.change_ids.pledge_id._release_settled()

    # -- by mail -------------------------------------------------------------------------------------

    def _mail(self):
        """Put a report into the mail queue, once."""
        self.ensure_one()
        email = email_normalize(self.financing_id.report_email or "")
        if not email:
            address = self.financing_id.report_email or ""
            self._failed(self.env._("“%s” is not an e-mail address.", address))
            return
        env = self.with_context(lang=self.company_id.partner_id.lang or self.env.lang).env
        report = self.with_env(env)
        mail = env["mail.mail"].create(
            {
                "subject": report._subject(),
                "body_html": report._body(),
                "email_to": email,
                "email_from": self.company_id._dunning_sender()["email_from"],
                "auto_delete": False,
                "attachment_ids": report._close().ids,
            }
        )
        self.write({"mail_id": mail.id, "email": email, "problem": False})

    def _subject(self):
        contract = self.financing_id.contract
        return self.env._(
            "%(company)s: pledged invoices, report %(number)s",
            company=self.company_id.name,
            number=f"{self.name} ({contract})" if contract else self.name,
        )

    def _body(self):
        return self.env["ir.qweb"]._render(
            "payt_dunning_financing.report_mail",
            {
                "company": self.company_id.name,
                "rows": [change._row() for change in self.change_ids.sorted("id")[:SHOWN]],
                "more": max(len(self.change_ids) - SHOWN, 0),
            },
        )

    def _failed(self, problem):
        """A report that could not be mailed: somebody finds out why."""
        self.write({"state": "failed", "problem": problem, "mail_id": False})
        self._ask_to_send()

    @api.model
    def _after_mails(self, mails=None):
        """See what became of mails that were put into the queue.

        :param mails: of which; all when left out
        """
        domain = Domain("state", "=", "waiting") & Domain("mail_id", "!=", False)
        if mails is not None:
            domain &= Domain("mail_id", "in", mails.ids)
        for report in self.sudo().search(domain):
            try:
                with self.env.cr.savepoint():
                    report._after_mail()
            except DISTURBED:
                raise
            except Exception:
                self.env.invalidate_all(flush=False)
                _logger.exception("What became of report %s could not be kept", report.id)
                self._guarded(report._ask_to_look)

    def _after_mail(self):
        """What became of the mail of one report."""
        mail = self.mail_id
        if mail.state in ("sent", "received"):
            self._sent()
        elif mail.state in ("exception", "cancel"):
            why = mail.failure_reason or self.env._("The e-mail was cancelled.")
            self._failed(self.env._("It could not be mailed: %s", why))

    def _ask_to_look(self):
        """Somebody finds out why what became of a mail could not be kept."""
        self.env["dunning.task"]._ask(
            self,
            "financing_report",
            lambda env: env._("Find out what became of the report to %s", self.financing_id.name),
            handler=self._who(),
            managers=not self._who(),
        )


class MailMail(models.Model):
    """What became of the mail of a report is seen at once; else the next day."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(self, *args, **kwargs):
        # The mail has left: whatever goes wrong here must not have it sent again.
        try:
            with self.env.cr.savepoint():
                self.env["receivable.financing.report"]._after_mails(self)
        except Exception:
            _logger.exception("Reports of mails %s could not be looked at", self.ids)
        return super()._postprocess_sent_message(*args, **kwargs)
