"""What of today is work of ours: calls, decisions, approvals, post, addresses, money."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .dunning_today import MANAGER, Act, Section
from .dunning_today_talk import excerpt, names

NOTHING = SQL("NULL::numeric")
NO_CURRENCY = SQL("NULL::int")


class DunningToday(models.AbstractModel):
    _inherit = "dunning.today"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self):
        return [
            *super()._sections(),
            (30, self._today_calls()),
            (35, self._today_work_list()),
            (40, self._today_unclear()),
            (45, self._today_approvals()),
            (46, self._today_runs()),
            (75, self._today_letters()),
            (76, self._today_batches()),
            (80, self._today_failed()),
            (85, self._today_addresses()),
            (90, self._today_no_address()),
            (100, self._today_receipts()),
            (105, self._today_credit()),
            (110, self._today_end()),
        ]

    @api.model
    def _of_items(self, key, title, reason, action, acts, **values):
        """A section of debtors whose items wait for one of some reasons."""
        return Section(
            key=key,
            title=title,
            model="dunning.item",
            domain=Domain("state", "=", "open") & Domain("reason", "in", reason),
            action=action,
            by_debtor=True,
            about=names,
            acts=acts,
            **values,
        )

    @api.model
    def _of_notices(self, key, title, domain, action, acts, **values):
        """A section of messages in a state that waits for somebody."""
        return Section(
            key=key,
            title=title,
            model="dunning.notice",
            domain=domain,
            action=action,
            acts=acts,
            about=lambda notice: names(notice.line_ids.item_id),
            **{
                "handler": "debtor_id.handler_id",
                "why": lambda notice: notice.level_name or notice.subject,
                **values,
            },
        )

    @api.model
    def _today_calls(self):
        env = self.env
        return self._of_notices(
            "call",
            env._("Calls to make"),
            Domain("channel", "=", "call")
            & Domain("state", "=", "queued")
            & Domain("call_on", "<=", fields.Date.context_today(self)),
            "payt_dunning.action_dunning_to_call",
            (Act(env._("Log Call…"), "action_log_call"),),
            deadline=SQL("t.call_on"),
        )

    @api.model
    def _today_work_list(self):
        env = self.env
        return self._of_notices(
            "list",
            env._("Debtors to decide about"),
            Domain("channel", "=", "list") & Domain("state", "=", "queued"),
            "payt_dunning.action_dunning_to_decide",
            (Act(env._("Decide…"), "payt_dunning.action_dunning_work_wizard"),),
        )

    @api.model
    def _today_unclear(self):
        env = self.env
        return self._of_notices(
            "unclear",
            env._("Messages of which it is unclear whether they left"),
            Domain("state", "=", "ambiguous"),
            "payt_dunning.action_dunning_notice",
            (
                Act(env._("It Was Sent"), "action_was_sent"),
                Act(env._("It Was Not Sent"), "action_was_not_sent"),
            ),
            why=lambda notice: excerpt(notice.failure) or notice.level_name,
            deadline=SQL("t.as_of"),
        )

    @api.model
    def _today_approvals(self):
        env = self.env
        return self._of_notices(
            "approval",
            env._("Messages to approve"),
            Domain("state", "=", "planned"),
            "payt_dunning.action_dunning_notice",
            (
                Act(env._("Approve"), "action_approve", group=MANAGER),
                Act(
                    env._("Refuse"),
                    "action_refuse",
                    group=MANAGER,
                    confirm=env._("The message is dropped, and its items are paused. Refuse it?"),
                ),
            ),
        )

    @api.model
    def _today_runs(self):
        env = self.env
        return Section(
            key="run",
            title=env._("Runs to approve"),
            model="dunning.run",
            domain=Domain("state", "=", "waiting"),
            action="payt_dunning.action_dunning_run",
            handler=None,
            debtor=SQL("NULL::int"),
            amount=NOTHING,
            currency=NO_CURRENCY,
            deadline=SQL("t.day"),
            about=lambda run: run.company_id.name,
            why=lambda run: env._("%s messages, more than usual", run.planned),
            acts=(Act(env._("Look at It")), Act(env._("Approve"), "action_approve", group=MANAGER)),
        )

    @api.model
    def _today_letters(self):
        env = self.env
        return self._of_notices(
            "letter",
            env._("Letters to print"),
            Domain("channel", "=", "letter")
            & Domain("state", "=", "queued")
            & Domain("letter_batch_id", "=", False),
            "payt_dunning.action_dunning_notice",
            (Act(env._("Print"), "action_print_letter"),),
            handler=None,
            deadline=SQL("t.as_of"),
        )

    @api.model
    def _today_batches(self):
        env = self.env
        return Section(
            key="batch",
            title=env._("Piles of letters to print or post"),
            model="dunning.letter.batch",
            domain=Domain("state", "in", ("draft", "printed")),
            action="payt_dunning.action_dunning_letter_batch",
            handler=None,
            debtor=SQL("NULL::int"),
            amount=NOTHING,
            currency=NO_CURRENCY,
            deadline=SQL("coalesce(t.printed_on, t.made_on)"),
            about=lambda batch: batch.name,
            why=lambda batch: env._("Letters in it: %s", len(batch.letter_ids)),
            acts=(
                Act(
                    env._("Mark as Posted…"),
                    "payt_dunning.action_dunning_letters_posted",
                    when=lambda batch: batch.state == "printed",
                ),
                Act(env._("Print"), "action_print", when=lambda batch: batch.state == "draft"),
            ),
        )

    @api.model
    def _today_failed(self):
        env = self.env
        return self._of_items(
            "failed",
            env._("Messages that failed several times"),
            ("failed",),
            "payt_dunning.action_dunning_item",
            (Act(env._("Try Again"), "action_try_again", about="debtor"),),
        )

    @api.model
    def _today_addresses(self):
        """Debtors who owe something, with an address that came back and is in the books still."""
        env = self.env
        today = fields.Date.context_today(self)
        lasting = Domain("until", "=", False) | Domain("until", ">=", today)
        return Section(
            key="address",
            title=env._("Addresses that failed"),
            model="dunning.debtor",
            domain=Domain("item_ids.state", "=", "open")
            & (Domain("failed_email", "!=", False) | Domain("failed_address_ids", "any", lasting)),
            action="payt_dunning.action_dunning_debtor",
            debtor=SQL("t.id"),
            amount=SQL(
                """(SELECT sum(item.amount_company) FROM dunning_item item
                     WHERE item.debtor_id = t.id AND item.state = 'open')"""
            ),
            currency=SQL("company.currency_id"),
            about=lambda debtor: "",
            why=lambda debtor: excerpt(
                ", ".join(
                    filter(
                        None, (debtor.failed_email, *debtor.failed_address_ids.mapped("address"))
                    )
                )
            ),
            acts=(Act(env._("Correct It")),),
        )

    @api.model
    def _today_no_address(self):
        env = self.env
        return self._of_items(
            "no_address",
            env._("Debtors who can't be reached"),
            ("no_address", "no_number"),
            "payt_dunning.action_dunning_item_no_address",
            (Act(env._("Correct It")),),
            why=lambda items: items[:1]._today_reason(),
        )

    @api.model
    def _today_receipts(self):
        """The company's: a receipt is nobody's until it is matched."""
        env = self.env
        return Section(
            key="receipt",
            title=env._("Receipts to match"),
            model="account.bank.statement.line",
            domain=Domain("is_reconciled", "=", False)
            & Domain("amount", ">", 0)
            & Domain("dunning_dismissed", "=", False),
            action="payt_dunning.action_dunning_receipt",
            handler=None,
            debtor=SQL(
                """(SELECT debtor.id FROM dunning_debtor debtor
                      JOIN res_partner partner ON partner.commercial_partner_id = debtor.partner_id
                     WHERE partner.id = t.partner_id AND debtor.company_id = t.company_id)"""
            ),
            about=lambda line: excerpt(line.payment_ref),
            why=lambda line: env._("On the bank since %s", format_date(env, line.date)),
            acts=(
                Act(env._("Look at It")),
                Act(env._("Not for an Open Invoice"), "action_dunning_dismiss"),
            ),
        )

    @api.model
    def _today_credit(self):
        env = self.env
        return self._of_items(
            "credit",
            env._("Credits to match"),
            ("match_credit",),
            "payt_dunning.action_dunning_item",
            (Act(env._("Match…"), "payt_dunning.action_dunning_allocate", about="debtor"),),
            why=lambda items: items[:1]._today_reason(),
        )

    @api.model
    def _today_end(self):
        env = self.env
        return self._of_items(
            "end",
            env._("End of the policy"),
            ("end_of_ladder",),
            "payt_dunning.action_dunning_debtor_end",
            listed=lambda domain: Domain("item_ids", "any", domain),
            acts=(
                Act(
                    env._("Payment Plan…"),
                    "payt_dunning.action_dunning_plan_debtors",
                    about="debtor",
                ),
                Act(env._("Open a Case…"), "payt_dunning.action_case_debtors", about="debtor"),
                Act(
                    env._("Stop…"),
                    "payt_dunning.action_dunning_stop_debtors",
                    about="debtor",
                    group=MANAGER,
                ),
            ),
            why=lambda items: excerpt(items.debtor_id[:1].end_tried),
        )


class DunningItem(models.Model):
    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    # The few that wait for somebody, found among all that are open.
    _waits_for_somebody = models.Index(
        "(reason) WHERE state = 'open' AND reason IN "
        "('end_of_ladder', 'no_address', 'no_number', 'match_credit', 'failed')"
    )

    def _today_reason(self):
        """Why an item waits, in words."""
        return dict(self._fields["reason"]._description_selection(self.env)).get(self.reason, "")


class DunningDebtor(models.Model):
    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    def action_try_again(self):
        """Messages to these debtors that failed several times may be sent again."""
        self.check_access("read")
        items = self.env["dunning.item"].search(
            [("debtor_id", "in", self.ids), ("state", "=", "open"), ("reason", "=", "failed")]
        )
        return items.action_try_again()
