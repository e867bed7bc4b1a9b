"""Fills a database as years of use do: many closed claims with their history, few that are open."""

from datetime import timedelta

from odoo import fields

from .query_plans import copies

DEBTORS = 2_000
#: Closed items and open ones.
CLOSED, OPEN = 12_000, 300
EVENTS = 60_000
NOTICES = 12_000
#: Of each other kind.
OTHERS = 5_000


class Grown:
    """Makes one record of each kind by the ORM, and the others as copies of it.

    :param case: a test with a debtor, an invoice that may be copied and a case that an office has
    """

    def __init__(self, case, move):
        self.case, self.env, self.move = case, case.env(su=True), move
        self.item = case.synced(move).with_env(self.env)
        self.debtor = self.item.debtor_id
        message = case.take_in(case.message(case.status(), case.booking()))
        self.told = message.line_ids[-1:]
        assert self.told, message.says
        self.values = {"company_id": case.company.id, "debtor_id": self.debtor.id}

    def make(self):
        self._ledger()
        self._items()
        self._history()
        self._messages()
        self._work()
        self._cases()
        self.env.invalidate_all()
        self.env.cr.execute("ANALYZE")

    def _of(self, base, number="n"):
        """The id of the debtor (or its partner) of a copy, as SQL."""
        return f"{base} + 1 + ({number}) % {DEBTORS}"

    def _ledger(self):
        partner, copy = self.debtor.partner_id, copies
        mail = "'d' || n || '@debtor.example.com'"
        self.partners = copy(
            partner,
            DEBTORS,
            commercial_partner_id="{id}",
            name="'Debtor ' || n",
            complete_name="'Debtor ' || n",
            email=mail,
            email_normalized=mail,
        )
        self.debtors = copy(self.debtor, DEBTORS, partner_id=f"{self.partners} + n")
        owner = self._of(self.partners)
        still_open = f"n > {CLOSED}"
        self.moves = copy(
            self.move,
            CLOSED + OPEN,
            name="'GROWN/' || n",
            payment_reference="'GROWN/' || n",
            sequence_number="n",
            access_token="NULL",
            partner_id=owner,
            commercial_partner_id=owner,
            invoice_date="current_date - 30 - n % 3000",
            payment_state=f"CASE WHEN {still_open} THEN 'not_paid' ELSE 'paid' END",
            amount_residual=f"CASE WHEN {still_open} THEN t.amount_total ELSE 0 END",
        )
        self.lines = copy(
            self.item.line_id,
            CLOSED + OPEN,
            move_id=f"{self.moves} + n",
            move_name="'GROWN/' || n",
            partner_id=owner,
            date_maturity=f"CASE WHEN {still_open} THEN current_date - n % 40"
            " ELSE current_date - 30 - n % 3000 END",
            reconciled=f"NOT ({still_open})",
            amount_residual=f"CASE WHEN {still_open} THEN t.balance ELSE 0 END",
            amount_residual_currency=f"CASE WHEN {still_open} THEN t.amount_currency ELSE 0 END",
        )

    def _items(self):
        still_open = f"n > {CLOSED}"
        self.items = copies(
            self.item,
            CLOSED + OPEN,
            debtor_id=self._of(self.debtors),
            partner_id=self._of(self.partners),
            line_id=f"{self.lines} + n",
            move_id=f"{self.moves} + n",
            name="'GROWN/' || n",
            date_due=f"CASE WHEN {still_open} THEN current_date - n % 40"
            " ELSE current_date - 30 - n % 3000 END",
            reconciled=f"NOT ({still_open})",
            amount_open=f"CASE WHEN {still_open} THEN t.amount_open ELSE 0 END",
            amount_company=f"CASE WHEN {still_open} THEN t.amount_company ELSE 0 END",
            state=f"CASE WHEN {still_open} THEN 'open' ELSE 'closed' END",
            closed_on=f"CASE WHEN {still_open} THEN NULL ELSE current_date - n % 3000 END",
            next_date=f"CASE WHEN {still_open} THEN current_date + n % 40 END",
            hold_id="NULL",
        )

    def _item(self):
        """The id of an item, and of the debtor that it is of, as SQL."""
        return f"{self.items} + 1 + n % {CLOSED}", self._of(self.debtors, f"(1 + n % {CLOSED})")

    def _history(self):
        item, debtor = self._item()
        self.env["dunning.event"]._note(self.item, "Taken in")
        event = self.item.event_ids[:1]
        copies(
            event,
            EVENTS,
            item_id=item,
            debtor_id=debtor,
            day="current_date - n % 3000",
            hold_id="NULL",
        )
        hold = self.case.hold(item_id=self.item.id, kind="pause", reason="Asked for time")
        copies(
            hold,
            OTHERS,
            item_id=item,
            released_on="current_date - n % 3000",
            release_reason="'Over'",
        )
        hold.sudo().released_on = self.case.today

    def _messages(self):
        item, debtor = self._item()
        notice = self.env["dunning.notice"].create(
            {
                **self.values,
                "currency_id": self.item.currency_id.id,
                "partner_id": self.debtor.partner_id.id,
                "channel": "email",
                "recipient": "d@debtor.example.com",
                "as_of": self.case.today,
                "amount": 100,
                "subject": "Please pay",
                "body": "<p>Please pay</p>",
                "state": "sent",
                "sent_on": self.case.today,
                "sent_at": fields.Datetime.now(),
                "logged": True,
            }
        )
        mail = self.env["mail.mail"].create(
            {"body_html": "<p>Please pay</p>", "state": "sent", "dunning_notice_id": notice.id}
        )
        line = self.env["dunning.notice.line"].create(
            {
                "notice_id": notice.id,
                "item_id": self.item.id,
                "source": "grown",
                "slot": "1",
                "channel": "email",
                "recipient": "d@debtor.example.com",
                "live": True,
                "position": 1,
                "currency_id": self.item.currency_id.id,
            }
        )
        visit = self.env["dunning.page.visit"].create(
            {"debtor_id": self.debtor.id, "notice_id": notice.id}
        )
        self.env["dunning.delivery"]._note(notice, "delivered")
        delivery = self.env["dunning.delivery"].search([("notice_id", "=", notice.id)])
        self.env["dunning.page.key"]._keys(notice)
        key = self.env["dunning.page.key"].search([("notice_id", "=", notice.id)])
        self.env.flush_all()
        messages = copies(mail.mail_message_id, NOTICES, message_id="'grown' || n", res_id="n")
        self.notices = copies(
            notice,
            NOTICES,
            debtor_id=debtor,
            reference="'RF' || n",
            kind="CASE WHEN n % 10 = 0 THEN 'talk' ELSE 'reminder' END",
            channel="CASE WHEN n % 9 = 0 THEN 'letter' ELSE 'email' END",
            as_of="current_date - n % 3000",
            message_id="'<grown' || n || '@example.com>'",
            sent_on="current_date - n % 3000",
            sent_at="now() - n % 3000 * interval '1 day'",
        )
        of_notice = f"{self.notices} + n"
        mails = copies(
            mail, NOTICES, mail_message_id=f"{messages} + n", dunning_notice_id=of_notice
        )
        self.env.cr.execute(
            "UPDATE dunning_notice SET mail_id = id - %s + %s WHERE id > %s",
            [self.notices, mails, self.notices],
        )
        copies(line, NOTICES, notice_id=of_notice, item_id=item, source="'grown' || n")
        moment = "now() - n % 3000 * interval '1 day'"
        copies(
            visit,
            NOTICES,
            notice_id=of_notice,
            debtor_id=debtor,
            moment="now() - n % 89 * interval '1 day'",
        )
        copies(delivery, NOTICES, notice_id=of_notice, moment=moment)
        copies(key, NOTICES, notice_id=of_notice, code="'GROWN' || n")

    def _work(self):
        """What people did and debtors wrote; all of it is done."""
        debtor = self._of(self.debtors)
        past = "now() - n % 3000 * interval '1 day'"
        ago, day = fields.Datetime.now() - timedelta(days=9), self.case.today - timedelta(days=9)
        money = {"currency_id": self.item.currency_id.id, "amount": 10}
        Env = self.env
        call = Env["dunning.call"].create(
            {**self.values, "moment": ago, "outcome": "reached", "user_id": Env.uid}
        )
        copies(call, OTHERS, debtor_id=debtor, moment=past)
        question = Env["dunning.question"].create(
            {**self.values, "asked_on": ago, "answered_on": ago, "state": "answered"}
        )
        copies(question, OTHERS, debtor_id=debtor, asked_on=past, answered_on=past)
        promise = Env["dunning.promise"].create(
            {**self.values, **money, "date": day, "deadline": day, "made_on": day, "state": "kept"}
        )
        copies(
            promise, OTHERS, debtor_id=debtor, date=f"({past})::date", deadline=f"({past})::date"
        )
        dispute = Env["dunning.dispute"].create(
            {
                **self.values,
                **money,
                "scope": "whole",
                "reason_id": Env["dunning.dispute.reason"].search([], limit=1).id,
                "opened_on": ago,
                "owner_id": Env.uid,
                "deadline": day,
                "state": "rejected",
                "decided_on": ago,
            }
        )
        copies(dispute, OTHERS, debtor_id=debtor, opened_on=past, deadline=f"({past})::date")
        change = Env["dunning.change"].create(
            {"company_id": self.case.company.id, "name": "Pause", "steps": {}}
        )
        copies(change, OTHERS, create_date="now() - n % 89 * interval '1 day'")

    def _cases(self):
        case, handover = self.case.case, self.case.handover
        owner = self._of(self.debtors)
        self.cases = copies(case, OTHERS, debtor_id=owner, name="'GROWN/' || n", phase="'closed'")
        self.handovers = copies(
            handover,
            OTHERS,
            case_id=f"{self.cases} + n",
            dossier_id="'grown-' || n",
            idempotency_key="'grown-' || n",
            reference="'G-' || n",
            state="'closed'",
        )
        copies(
            self.told,
            OTHERS,
            handover_id=f"{self.handovers} + n",
            case_id=f"{self.cases} + n",
            number="'G-' || n",
        )
