from ..models.dunning_dispute import Contested
from ..rules.instalments import single
from ..tools import exact
from .common import DunningCommon


class PublicRecords(DunningCommon):
    """A record of each model whose methods clients can call, in a state in which they can."""

    def make_once(self):
        super().make_once()
        self.invoice()
        self.run_day()
        self.notice = self.notices_to()
        self.item = self.notice.line_ids.item_id
        self.pause = self.hold(item_id=self.item.id)
        self.other = self.synced(self.invoice()).move_id
        self.question = self.asked()
        self.disputed = self.dispute()
        self.line = self.receipt(10)
        self.company.dunning_write_off_limit = 1000
        self.law = (
            self.env["collection.law.row"]
            .sudo()
            ._add(
                "rates",
                "jurisdiction,since,until,kind,percent,source,confidence\n"
                "NL,2027-07-01,2027-12-31,commercial,10.65,Stb. 2027 1,sure\n",
            )
        )
        self.loss = self.company_data["default_account_expense"]
        self.charge, self.rest = self.charges()
        self.env["res.partner.bank"].create(
            {"acc_number": "NL91ABNA0417164300", "partner_id": self.company.partner_id.id}
        )
        self.values = {
            "items": self.item.ids,
            "job": self.job().id,
            "company": self.company.id,
            "debtor": self.item.debtor_id.id,
        }
        changes = self.env["dunning.change"].with_user(self.people["collector"]).sudo()
        debtor = self.item.debtor_id
        steps = {
            "values": [[debtor._name, debtor.id, {"handler_id": [False, debtor.handler_id.id]}]],
            "made": [[self.pause.id, False]],
            "ended": [],
            "entries": [],
            "messages": [[self.notice.id, False]],
        }
        change = changes.create({"company_id": self.company.id, "name": "Paused", "steps": steps})
        promise = self.env["dunning.promise"].sudo()._make(self.item, self.today)
        self.receipt(20, text=self.item.name)
        advice, _held = self.env["dunning.payment.advice"].sudo()._make(self.item, self.today, 20)
        self.plan, running = self.plans()
        self.batch, self.posted = self.letters()
        self.case = self.env["collection.case"]._open(
            self.synced(self.invoice(partner=self.debtor("In a Case"))), "clerk"
        )
        handover = self.handed_over()
        self.records = {
            "collection.case": self.case,
            "collection.handover": handover,
            "dunning.behaviour": self.env["dunning.behaviour"]._refresh(
                self.company, self.business
            ),
            "dunning.payment.class": self.env["dunning.payment.class"]._of_company(self.company)[1],
            "collection.agent": self.agent,
            "collection.handover.run": self.env["collection.handover.run"]
            .sudo()
            .create({"agent_id": self.agent.id, "day": self.today}),
            "collection.transmission": self.given_up(handover),
            "collection.feedback": self.told(handover).feedback_id,
            "collection.feedback.line": self.told(handover, "y"),
            "collection.remittance": self.paid_out(handover),
            "dunning.bank.account": self.env["dunning.bank.account"].search([], limit=1),
            "dunning.change": change,
            "dunning.charge": self.charge,
            "dunning.debtor": self.item.debtor_id,
            "dunning.dispute": self.disputed,
            "account.bank.statement.line": self.line,
            "dunning.failed.address": self.env["dunning.failed.address"]
            .sudo()
            .create(
                {
                    "debtor_id": self.item.debtor_id.id,
                    "channel": "sms",
                    "address": "+31612345678",
                    "since": self.today,
                }
            ),
            "dunning.hold": self.pause,
            "dunning.item": self.item,
            "dunning.job": self.job(),
            "dunning.letter.batch": self.batch,
            "dunning.nonpayment": self.reason_given(),
            "dunning.notice": self.notice,
            "dunning.question": self.question,
            "dunning.payment.advice": advice,
            "dunning.payment.candidate": advice.candidate_ids[:1],
            "dunning.payment.plan": self.plan,
            "dunning.payment.plan.version": running.version_ids,
            "dunning.policy": self.env.ref("payt_dunning.policy_business"),
            "dunning.promise": promise,
            "dunning.run": self.notice.run_id,
            "dunning.timeline": debtor.timeline_ids.filtered(
                lambda row: row.res_model == "dunning.notice"
            )[:1],
            "account.move": self.item.move_id,
            "dunning.workload": self.env["dunning.workload"].search(
                [("company_id", "=", self.company.id)], limit=1
            ),
        }
        self.env.flush_all()

    def job(self):
        """A trial of levels that waits, of the system."""
        jobs = self.env["dunning.job"].sudo()
        known = jobs.search([("company_id", "=", self.company.id)], limit=1)
        return known or jobs.create(
            {
                "kind": "simulation",
                "name": "x",
                "company_id": self.company.id,
                "user_id": self.env.ref("base.user_root").id,
            }
        )

    def handed_over(self):
        """A package about the case, made for an office."""
        self.agent = self.env["collection.agent"].create(
            {"partner_id": self.debtor("Office").id, "company_id": self.company.id}
        )
        return (
            self.env["collection.handover"]
            .sudo()
            .create(
                {
                    "case_id": self.case.id,
                    "agent_id": self.agent.id,
                    "dossier_id": "x",
                    "idempotency_key": "x",
                    "day": self.today,
                }
            )
        )

    def given_up(self, handover):
        """A package that did not get to its office."""
        transmission = self.env["collection.transmission"]._queue(handover, "package")
        transmission.state = "failed"
        return transmission

    def told(self, handover, number="x"):
        """Something that an office told, which contradicts something else."""
        message = self.env["collection.feedback"].sudo()
        message = message.create(
            {
                "agent_id": handover.agent_id.id,
                "way": "upload",
                "file_hash": number,
                "file_id": self.env["ir.attachment"]
                .sudo()
                .create({"name": "f.xml", "raw": b"x"})
                .id,
            }
        )
        return message.line_ids.create(
            {
                "feedback_id": message.id,
                "handover_id": handover.id,
                "kind": "booking",
                "content_hash": "x",
                "values": {},
                "result": "conflict",
            }
        )

    def paid_out(self, handover):
        """A transfer that an office told of."""
        line = self.told(handover, "z")
        said = {"collected": "9.00", "withheld": "0.00", "withheld_vat": "0.00", "paid_out": "9.00"}
        line.write({"kind": "remittance", "result": "applied", "values": said, "amount": 9})
        line.remittance_id = line.remittance_id.create(
            {
                "agent_id": handover.agent_id.id,
                "currency_id": handover.currency_id.id,
                "reference": "PAY-1",
                "day": self.today,
            }
        )
        return line.remittance_id

    def letters(self):
        """A letter in a batch that waits to be posted, and one that was."""
        waiting, posted = (
            self.notice.create(
                {
                    **{name: self.notice[name].id for name in ("debtor_id", "company_id")},
                    "currency_id": self.notice.currency_id.id,
                    "channel": "letter",
                    "recipient": "Lindelaan 5, Delft",
                    "as_of": self.today,
                    "state": state,
                    "sent_on": self.today,
                    "printed_on": self.today,
                }
            )
            for state in ("queued", "sent")
        )
        batch = self.env["dunning.letter.batch"].sudo()._make(self.company, waiting)
        return batch, posted

    def reason_given(self):
        """A reason that waits for a manager; and contact details that were proposed."""
        self.proposed = (
            self.env["dunning.contact.change"]
            .sudo()
            ._propose(self.item.debtor_id, {"city": "Rotterdam"})
        )
        reason = self.env.ref("payt_dunning.reason_bad_faith")
        return self.env["dunning.nonpayment"].sudo()._give(self.item, reason, "x")

    def plans(self):
        """A plan that a debtor asks for and that had an agreement; and one that runs."""
        plans, found = self.env["dunning.payment.plan"].sudo(), []
        for _each in range(2):
            self.free = self.synced(self.invoice(partner=self.debtor("Pays in Parts")))
            found.append(plans._make(self.free, self.parts(self.free), "proposed", "debtor"))
        found[0]._keep_version("page")
        found[1]._start("clerk")
        self.free = self.synced(self.invoice(partner=self.free.debtor_id.partner_id))
        return found

    def parts(self, item):
        return single(exact(item.amount_open), self.after(10))

    def asked(self):
        """A message of the debtor that waits for an answer."""
        self.item.move_id.message_post(
            body="Why?",
            author_id=self.business.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return self.env["dunning.question"].search([("debtor_id", "=", self.item.debtor_id.id)])

    def dispute(self):
        """A dispute that waits for a decision."""
        reason = self.env.ref("payt_dunning.dispute_reason_price")
        items = self.other.dunning_item_ids.sudo()
        return self.env["dunning.dispute"].sudo()._begin(items, Contested("whole"), reason)

    def charges(self):
        """Costs of a business that can be booked, and others of which the invoice is paid."""
        self.company.write(
            {
                "country_id": self.env.ref("base.nl").id,
                "dunning_charge_journal_id": self.company_data["default_journal_sale"].id,
                "dunning_costs_account_id": self.company_data["default_account_revenue"].id,
            }
        )
        euro = self.env.ref("base.EUR")
        euro.active = True
        paid, owed = (self.synced(self.invoice(currency_id=euro.id)) for _each in range(2))
        charges = [
            self.env["dunning.charge"]._create_costs(
                None, [(item, 100, 40)], 40, 0, self.today, "BW 6:96", ["40"], ["NL"]
            )
            for item in (owed, paid)
        ]
        self.pay(paid.move_id)
        paid._close()
        return charges[0], paid
