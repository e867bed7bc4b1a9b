import logging

from odoo import api, models

_logger = logging.getLogger(__name__)

#: Kinds of hold on what was paid and is open again.
CHECK_BOOKING = ("reopened", "booking_error")
#: Tasks that last while a debtor has an item that waits for this reason.
REASONS = {"credit": "match_credit", "failed": "failed", "number": "no_number"}
#: Tasks that last while a debtor has a hold of one of these kinds.
HOLDS = {"insolvency": ("insolvency",), "booking": CHECK_BOOKING}
ABOUT_DEBTORS = ("address", "unclear", *REASONS, *HOLDS)


class DunningTask(models.AbstractModel):
    """Asks people to do what the program can't: an activity on a record, once.

    The kind of task is its activity type (``payt_dunning.activity_<kind>``), so that a second
    reason for the same task finds the first and people can filter by it.
    """

    _name = "dunning.task"
    _description = "Tasks of Follow-up"

    @api.model
    def _ask(self, records, kind, summary, company=None, handler=None, managers=False, again=False):
        """Give somebody a task about each of ``records``, unless it has one of this kind.

        In bulk, and without a mail to whoever gets it: a run may make hundreds.

        :param records: debtors, cases, invoices or partners
        :param kind: the end of the activity type's XML id
        :param summary: function of an environment that gives the text, in its reader's language
        :param company: whose people are asked, where the records don't tell
        :param handler: who handles it, where the records don't tell
        :param managers: whether only a manager can do it
        :param again: also where there is one of this kind
        :return: the new activities
        """
        if not records:
            return self.env["mail.activity"]
        records = records.sudo()
        activity_type = self._type(kind)
        if not again:
            records -= records.browse(self._open(records, activity_type).mapped("res_id"))
        records.mapped("display_name")  # core reads the names of what tasks are about one by one
        activities = self.env["mail.activity"].sudo()
        for (responsible, of_company), asked in records.grouped(
            lambda record: (handler or self._handler(record), company or record.company_id)
        ).items():
            person = self._person(responsible, of_company, only_managers=managers)
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
    def _type(self, *kinds):
        """The activity types of kinds of task; from the cache, they are asked for in every run."""
        find = self.env["ir.model.data"]._xmlid_to_res_id
        ids = [find(self._xmlid_of(kind), True) for kind in kinds]
        return self.env["mail.activity.type"].sudo().browse(ids)

    @api.model
    def _xmlid_of(self, kind):
        """The XML id of a kind's activity type; add-ons say theirs."""
        return f"payt_dunning.activity_{kind}"

    @api.model
    def _open(self, records, activity_types):
        """The tasks of some types about ``records`` that nobody has done yet."""
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("activity_type_id", "in", activity_types.ids),
                ]
            )
        )

    @api.model
    def _handler(self, record):
        """Who handles ``record``, where it is a debtor or a case."""
        handled = record._name in ("dunning.debtor", "collection.case")
        return record.handler_id if handled else self.env["res.users"]

    @api.model
    def _person(self, handler, company, only_managers=False):
        """Who gets a task: the handler, else the company's, else one of its managers.

        Never whoever the program runs as: the mail gateway and the scheduled action read no
        tasks.
        """
        company = company.sudo()
        stand_in = self.env["dunning.substitute"]._instead_of
        handlers = () if only_managers else (handler.sudo(), company.dunning_handler_id)
        for user in (each for handler in handlers for each in (stand_in(handler), handler)):
            if user.active and not user.share and company in user.company_ids:
                return user
        return self._manager(company)

    @api.model
    def _manager(self, company):
        """A follow-up manager of a company; one who works there before one who may look in."""
        group = self.env.ref("payt_dunning.group_dunning_manager")
        users = self.env["res.users"].sudo()
        domain = [("all_group_ids", "in", group.id), ("company_ids", "in", company.id)]
        managers = users.search(domain, order="id")
        return managers.sorted(lambda user: user.company_id != company)[:1]

    # -- what the run leaves to people ---------------------------------------------------

    @api.model
    def _after_run(self, run):
        """The tasks that follow from a run; in its own savepoint, so that it can't undo it."""
        try:
            with self.env.cr.savepoint():
                self._ask_to_approve(run)
                self._ask_about_reasons(run)
                self._take_back(self._debtors_with_tasks(run.company_id))
                self._server_answers(run.company_id)
                self.env["dunning.bank.account"]._look(run.company_id)
                self.env["dunning.letter.batch"]._look(run.company_id)
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
            managers=True,
        )

    @api.model
    def _ask_about_reasons(self, run):
        """What items wait for that only a person can end: once a debtor, or once a company."""
        waiting = dict(
            self.env["dunning.item"]._read_group(
                [
                    ("company_id", "=", run.company_id.id),
                    ("state", "=", "open"),
                    ("reason", "in", [*REASONS.values(), "bank_behind"]),
                ],
                ["reason"],
                ["debtor_id:recordset"],
            )
        )
        none = self.env["dunning.debtor"]
        words = {
            "credit": lambda env: env._("Match the credit with what is open"),
            "failed": lambda env: env._("Find out why messages fail, then try again"),
            "number": lambda env: env._("Find a telephone number"),
        }
        for kind, summary in words.items():
            self._ask(waiting.get(REASONS[kind], none), kind, summary)
        self._ask_to_import(run, bool(waiting.get("bank_behind")))

    @api.model
    def _ask_to_import(self, run, waits):
        """The bank's statements are behind, and something waits for them.

        :param waits: whether an item was last decided about while they were
        """
        company = run.company_id
        behind = run.live and waits and self.env["dunning.money"]._bank_behind(company, run.day)
        if not behind:
            self._done(company.partner_id, "bank")
            return
        self._ask(
            company.partner_id,
            "bank",
            lambda env: env._("Import the bank statements: reminders wait for them"),
            company=company,
        )

    # -- tasks that nobody needs to do any more --------------------------------------------

    @api.model
    def _about_debtors(self):
        """Kinds of task that end with what asked for them."""
        return ABOUT_DEBTORS

    @api.model
    def _debtors_with_tasks(self, company):
        """The debtors of a company with an open task that may be over."""
        about = [
            ("res_model", "=", "dunning.debtor"),
            ("activity_type_id", "in", self._type(*self._about_debtors()).ids),
            ("automated", "=", True),
        ]
        tasks = self.env["mail.activity"].sudo().search(about)
        debtors = self.env["dunning.debtor"].sudo().browse(set(tasks.mapped("res_id")))
        return debtors.filtered(lambda debtor: debtor.company_id == company)

    @api.model
    def _take_back(self, debtors):
        """Take back the tasks about ``debtors`` whose reason is over; those of people stay."""
        if not debtors:
            return
        debtors = debtors.sudo()
        types = self._type(*self._about_debtors())
        kinds = dict(zip(types, self._about_debtors(), strict=True))
        tasks = self._open(debtors, types).filtered("automated")
        over = tasks.browse()
        for activity_type, of_type in tasks.grouped("activity_type_id").items():
            asked = debtors.browse(of_type.mapped("res_id"))
            still = set(self._still_asked(kinds[activity_type], asked).ids)
            over += of_type.filtered(lambda task, still=still: task.res_id not in still)
        over.unlink()

    @api.model
    def _still_asked(self, kind, debtors):
        """Those of ``debtors`` for whom what asked for a kind of task lasts."""
        if kind == "address":
            return self._with_wrong_address(debtors)
        if kind in HOLDS:
            return self._with_hold(debtors, HOLDS[kind])
        model, about = (
            ("dunning.notice", [("state", "=", "ambiguous")])
            if kind == "unclear"
            else ("dunning.item", [("state", "=", "open"), ("reason", "=", REASONS[kind])])
        )
        found = self.env[model].sudo().search([("debtor_id", "in", debtors.ids), *about])
        return found.debtor_id

    @api.model
    def _with_wrong_address(self, debtors):
        """Those of ``debtors`` with a contact whose address failed.

        A copy may have gone to an address that no contact has: then a person has to see it.
        """
        failed = {debtor: set((debtor.failed_email or "").split()) for debtor in debtors}
        used = [
            (contact.commercial_partner_id, contact.email_normalized)
            for contact in self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("commercial_partner_id", "in", debtors.partner_id.ids),
                    ("email_normalized", "in", list(set().union(*failed.values()))),
                ]
            )
        ]
        used += [
            (copy.debtor_id, copy.recipient)
            for copy in self.env["dunning.notice"]
            .sudo()
            .search(
                [
                    ("debtor_id", "in", debtors.ids),
                    ("retry_of_id", "!=", False),
                    ("state", "in", ("failed", "returned")),
                ]
            )
            if copy.recipient != copy.retry_of_id.recipient
        ]
        used = set(used)
        return debtors.filtered(
            lambda debtor: any(
                (owner, address) in used
                for address in failed[debtor]
                for owner in (debtor, debtor.partner_id)
            )
        )

    @api.model
    def _with_hold(self, debtors, kinds):
        """Those of ``debtors`` with a hold of one of ``kinds`` that is not over."""
        active = [
            ("company_id", "in", debtors.company_id.ids),
            ("kind", "in", kinds),
            ("released_on", "=", False),
            ("proposed", "=", False),
        ]
        holds = self.env["dunning.hold"].sudo().search(active)
        Message = self.env["dunning.message"]
        today = {company: Message._today(company) for company in holds.company_id}
        return self._whose(
            holds.filtered(
                lambda hold: (
                    (not hold.date_until or hold.date_until >= today[hold.company_id])
                    and (not hold.item_id or hold.item_id.state == "open")
                )
            )
        )

    @api.model
    def _holds_ended(self, holds):
        """Holds were released: what they asked of people is over, unless another asks it too."""
        self._take_back(self._whose(holds.sudo()))

    # -- the mail server -------------------------------------------------------------------

    @api.model
    def _ask_about_server(self, companies):
        """The mail server can't be reached, so nothing leaves: a manager is told, once a day."""
        for company in companies.sudo():
            today = self.env["dunning.message"]._today(company)
            of_today = [
                ("res_model", "=", "res.partner"),
                ("res_id", "=", company.partner_id.id),
                ("activity_type_id", "=", self._type("server").id),
                ("date_deadline", "=", today),
            ]
            Activity = self.env["mail.activity"].sudo().with_context(active_test=False)
            if Activity.search_count(of_today, limit=1):
                continue  # open still, or done: it was seen
            self._ask(
                company.partner_id,
                "server",
                lambda env: env._("The mail server can't be reached: no messages leave"),
                company=company,
                managers=True,
            )

    @api.model
    def _server_answers(self, companies):
        """Take the task about the mail server back once a message has left since."""
        tasks = self._open(companies.sudo().partner_id, self._type("server")).filtered("automated")
        for task in tasks:
            company = companies.filtered(lambda each, task=task: each.partner_id.id == task.res_id)
            if self.env["dunning.notice"].search_count(
                [("company_id", "=", company.id), ("sent_at", ">=", task.create_date)], limit=1
            ):
                task.unlink()

    # -- what became of messages and holds -----------------------------------------------

    @api.model
    def _ask_about_address(self, notices):
        """An address failed, or a message to it came back: somebody finds the right one."""
        for notice in notices:
            self._ask(
                notice.debtor_id,
                "address",
                lambda env, notice=notice: notice.with_env(env)._address_to_find(),
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
