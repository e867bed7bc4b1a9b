import logging

from odoo import api, models

_logger = logging.getLogger(__name__)

#: Kinds of hold on what was paid and is open again.
CHECK_BOOKING = ("reopened", "booking_error")


class DunningTask(models.AbstractModel):
    """Asks people to do what the program can't: an activity on a record, once.

    The kind of task is its activity type (``payt_dunning.activity_<kind>``), so that a second
    reason for the same task finds the first and people can filter by it.
    """

    _name = "dunning.task"
    _description = "Tasks of Follow-up"

    @api.model
    def _ask(self, records, kind, summary, company=None, handler=None):
        """Give somebody a task about each of ``records``, unless it has one of this kind.

        In bulk, and without a mail to whoever gets it: a run may make hundreds.

        :param records: debtors, invoices or partners
        :param kind: the end of the activity type's XML id
        :param summary: function of an environment that gives the text, in its reader's language
        :param company: whose managers are asked, where it is not about a debtor
        :param handler: who handles it, where the records don't tell
        :return: the new activities
        """
        if not records:
            return self.env["mail.activity"]
        records = records.sudo()
        activity_type = self._type(kind)
        records -= records.browse(self._open(records, activity_type).mapped("res_id"))
        records.mapped("display_name")  # core reads the names of what tasks are about one by one
        activities = self.env["mail.activity"].sudo()
        for (responsible, of_company), asked in records.grouped(
            lambda record: (handler or self._handler(record), company or record.company_id)
        ).items():
            person = self._person(responsible, of_company, only_managers=bool(company))
            activities += asked.with_context(mail_activity_quick_update=True).activity_schedule(
                activity_type_id=activity_type.id,
                date_deadline=self.env["dunning.message"]._today(of_company),
                summary=summary(self.with_context(lang=person.lang or self.env.lang).env),
                user_id=person.id,
            )
        return activities

    @api.model
    def _done(self, records, kind):
        """Take back open tasks of a kind about ``records``: what they asked for is done."""
        self._open(records.sudo(), self._type(kind)).filtered("automated").unlink()

    @api.model
    def _type(self, kind):
        return self.env.ref(f"payt_dunning.activity_{kind}").sudo()

    @api.model
    def _open(self, records, activity_type):
        """The tasks of a type about ``records`` that nobody has done yet."""
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("activity_type_id", "=", activity_type.id),
                ]
            )
        )

    @api.model
    def _handler(self, record):
        """Who handles ``record``, where it is a debtor."""
        return record.handler_id if record._name == "dunning.debtor" else self.env["res.users"]

    @api.model
    def _person(self, handler, company, only_managers=False):
        """Who gets a task: the handler, else the company's, else one of its managers.

        Never whoever the program runs as: the mail gateway and the scheduled action read no
        tasks.
        """
        company = company.sudo()
        for user in () if only_managers else (handler.sudo(), company.dunning_handler_id):
            if user.active and not user.share and company in user.company_ids:
                return user
        return self._manager(company)

    @api.model
    def _manager(self, company):
        """A follow-up manager of a company; one who works there before one who may look in."""
        group = self.env.ref("payt_dunning.group_dunning_manager")
        managers = (
            self.env["res.users"]
            .sudo()
            .search(
                [("all_group_ids", "in", group.id), ("company_ids", "in", company.id)], order="id"
            )
        )
        return managers.sorted(lambda user: user.company_id != company)[:1]

    # -- what the run leaves to people ---------------------------------------------------

    @api.model
    def _after_run(self, run):
        """The tasks that follow from a run; in its own savepoint, so that it can't undo it."""
        try:
            with self.env.cr.savepoint():
                self._ask_to_approve(run)
                self._ask_to_match(run.company_id)
        except Exception:
            self.env.invalidate_all(flush=False)
            _logger.exception("Tasks of the dunning run of %s failed", run.company_id.name)

    @api.model
    def _ask_to_approve(self, run):
        """A manager says whether a run goes on that is larger than usual."""
        partner = run.company_id.partner_id
        if run.state != "waiting":
            self._done(partner, "approval")
            return
        self._ask(
            partner,
            "approval",
            lambda env: env._(
                "Approve the follow-up run of %(day)s: %(count)s messages",
                day=run.day,
                count=run.planned,
            ),
            company=run.company_id,
        )

    @api.model
    def _ask_to_match(self, company):
        """One task for each debtor whose free credits cover items, while that lasts."""
        groups = self.env["dunning.item"]._read_group(
            [
                ("company_id", "=", company.id),
                ("state", "=", "open"),
                ("reason", "=", "match_credit"),
            ],
            ["debtor_id"],
        )
        covered = self.env["dunning.debtor"].sudo().union(*(debtor for (debtor,) in groups))
        asked = self.env["mail.activity"].sudo()
        asked = asked.search(
            [
                ("res_model", "=", "dunning.debtor"),
                ("activity_type_id", "=", self._type("credit").id),
                ("res_id", "not in", covered.ids),
                ("automated", "=", True),
            ]
        )
        over = covered.browse(asked.mapped("res_id")).filtered(
            lambda debtor: debtor.company_id == company
        )
        asked.filtered(lambda task: task.res_id in over.ids).unlink()
        self._ask(covered, "credit", lambda env: env._("Match the credit with what is open"))

    # -- what became of messages and holds -----------------------------------------------

    @api.model
    def _ask_about_address(self, notices):
        """An address failed, or a message to it came back: somebody finds the right one."""
        for notice in notices:
            self._ask(
                notice.debtor_id,
                "address",
                lambda env, address=notice.recipient: env._(
                    "Find the right address: %s does not work", address
                ),
            )

    @api.model
    def _ask_whether_sent(self, notices):
        """Nobody but a person can find out whether an unclear message arrived."""
        for notice in notices:
            self._ask(
                notice.debtor_id,
                "unclear",
                lambda env, subject=notice.subject: env._(
                    "Find out whether “%s” was sent", subject
                ),
            )

    @api.model
    def _ask_about_holds(self, holds):
        """Some holds ask for more than waiting: a claim to file, a booking to check."""
        holds = holds.sudo().filtered(lambda hold: not hold.proposed)
        self._ask(
            self._whose(holds.filtered(lambda hold: hold.kind == "insolvency")),
            "insolvency",
            lambda env: env._("File the claim with the trustee"),
        )
        self._ask(
            self._whose(holds.filtered(lambda hold: hold.kind in CHECK_BOOKING)),
            "booking",
            lambda env: env._("Open again after it was paid: check the booking"),
        )

    @api.model
    def _whose(self, holds):
        """The debtors that holds are about, also those with nothing open."""
        whole = holds.filtered(lambda hold: not (hold.debtor_id or hold.item_id or hold.move_id))
        return (
            holds.debtor_id
            | holds.item_id.debtor_id
            | holds.move_id.dunning_item_ids.debtor_id
            | whole._debtors()
        )
