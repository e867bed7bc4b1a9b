from odoo import api, models
from odoo.tools import format_amount, format_date

#: How much of what somebody wrote is in one line.
SHORT = 160


class DunningTimeline(models.Model):
    """The rows of the timeline, each in a line, in the user's language."""

    _inherit = "dunning.timeline"  # pylint: disable=consider-merging-classes-inherited

    @api.depends("res_model", "res_id", "what", "words")
    @api.depends_context("lang")
    def _compute_summary(self):
        """Records of one kind are read together: rows don't add statements."""
        channels = self.env["dunning.channel"].sudo().search_fetch([], ["code", "name"])
        names = {each.code: each.name for each in channels}
        told = self.with_context(dunning_channel_names=names)
        for model, rows in told.grouped("res_model").items():
            # The rows are the user's to read; that their records are of his companies is known.
            records = self.env[model].sudo().browse(rows.mapped("res_id"))
            alive = set(records.exists().ids)
            for row, record in zip(rows, records, strict=True):
                row.summary = row._say(record) if record.id in alive else row.words

    def _say(self, record):
        """What happened, in a line.

        :param record: what the row is of, as the system reads it
        """
        self.ensure_one()
        return getattr(self, f"_say_{record._table}")(record)

    # -- each kind -----------------------------------------------------------------------------

    def _say_account_move(self, move):
        if self.kind == "payment":
            words = {
                "payment": self.env._("%(amount)s received (%(number)s)"),
                "credit": self.env._("Credited %(amount)s (%(number)s)"),
            }
            text = words.get(self.what) or self.env._("%(amount)s settled otherwise (%(number)s)")
            return text % {"amount": self._money(), "number": self.words}
        if self.what == "sent":
            return self.env._("Invoice %s was sent", move.name)
        values = {"number": move.name, "amount": self._money()}
        return self.env._("Invoice %(number)s of %(amount)s", **values)

    def _say_dunning_notice(self, notice):
        subject, recipient, *rest = (self.words or "").split("\n")
        way = self.env.context["dunning_channel_names"].get(notice.channel, notice.channel)
        values = {
            "subject": self.env["dunning.message"]._hide_keys(subject),
            "to": self.env._("%(channel)s to %(recipient)s", channel=way, recipient=recipient),
            "why": _short("\n".join(rest)),
        }
        words = {
            "made": self.env._("Made: “%(subject)s”, %(to)s"),
            "left": self.env._("Handed over: “%(subject)s”, %(to)s"),
            "failed": self.env._("Did not leave: “%(subject)s”, %(to)s. %(why)s"),
            "cancelled": self.env._("Dropped before it left: “%(subject)s”, %(to)s. %(why)s"),
            "ambiguous": self.env._("Unclear whether it left: “%(subject)s”, %(to)s. %(why)s"),
            "delivered": self.env._("Delivered: “%(subject)s”, %(to)s"),
            "relayed": self.env._("Passed on to another server: “%(subject)s”, %(to)s"),
            "delayed": self.env._("Not delivered yet: “%(subject)s”, %(to)s. %(why)s"),
            "undelivered": self.env._("Not delivered: “%(subject)s”, %(to)s. %(why)s"),
            "printed": self.env._("Printed: “%(subject)s”, %(to)s"),
            "posted": self.env._("Posted: “%(subject)s”, %(to)s"),
            "returned": self.env._("Came back: “%(subject)s”, %(to)s. %(why)s"),
        }
        if notice.channel in self.env["dunning.channel"]._work():
            words["left"] = self.env._("Done: “%(subject)s”")
        return (words[self.what] % values).strip()

    def _say_dunning_page_visit(self, visit):
        if subject := visit.notice_id.subject:
            return self.env._("The page of “%s” was opened", subject)
        return self.env._("The debtor's page was opened")

    def _say_dunning_item(self, item):
        return self.words or ""

    def _say_dunning_hold(self, hold):
        kind = self._label(hold, "kind")
        if self.what == "ended":
            text = self.env._("Goes on after: %s", kind)
        elif hold.date_until:
            until = format_date(self.env, hold.date_until)
            text = self.env._("On hold until %(day)s: %(kind)s", day=until, kind=kind)
        else:
            text = self.env._("On hold: %s", kind)
        return self._with_words(text)

    def _say_dunning_promise(self, promise):
        values = {"amount": self._money(), "day": format_date(self.env, promise.date)}
        if self.what == "made":
            return self._with_words(self.env._("Promised %(amount)s by %(day)s", **values))
        words = {
            "kept": self.env._("Promise of %(amount)s by %(day)s: kept"),
            "broken": self.env._("Promise of %(amount)s by %(day)s: not kept"),
        }
        text = words.get(promise.state) or self.env._("Promise of %(amount)s by %(day)s: over")
        return self._with_words(text % values)

    def _say_dunning_payment_plan(self, plan):
        values = {"plan": plan.name, "amount": self._money()}
        if self.what == "offered":
            text = (
                self.env._("Asked to pay %(amount)s in parts (%(plan)s)", **values)
                if plan.origin == "debtor"
                else self.env._("Payment plan %(plan)s of %(amount)s offered", **values)
            )
        elif self.what == "agreed":
            text = self.env._("Payment plan %(plan)s of %(amount)s agreed", **values)
        elif self.what == "changed":
            text = self.env._("Payment plan %(plan)s of %(amount)s changed", **values)
        else:
            values["state"] = self._label(plan, "state")
            text = self.env._("Payment plan %(plan)s of %(amount)s: %(state)s", **values)
        return self._with_words(text)

    def _say_dunning_dispute(self, dispute):
        values = {"invoice": dispute.move_id.name, "amount": self._money()}
        if self.what == "opened":
            values["reason"] = dispute.reason_id.name
            text = self.env._("%(amount)s of %(invoice)s disputed: %(reason)s", **values)
        else:
            values["state"] = self._label(dispute, "state")
            text = self.env._("Dispute about %(invoice)s: %(state)s", **values)
        return self._with_words(text)

    def _say_dunning_charge(self, charge):
        kind = self._label(charge, "kind")
        return self.env._("Claimed %(amount)s: %(kind)s", amount=self._money(), kind=kind)

    def _say_dunning_question(self, question):
        if self.what == "answered":
            return self.env._("We answered the message")
        return self._with_words(self.env._("Wrote to us"))

    def _say_dunning_call(self, call):
        text = self._label(call, "outcome")
        if call.contact_name:
            text = f"{text} ({call.contact_name})"
        return self._with_words(self.env._("Call: %s", text))

    def _say_dunning_nonpayment(self, given):
        return self._with_words(self.env._("Reason for not paying: %s", given.reason_id.name))

    def _say_dunning_payment_advice(self, advice):
        day = format_date(self.env, advice.paid_on)
        text = self.env._("Says that %(amount)s was paid on %(day)s", amount=self._money(), day=day)
        return self._with_words(text)

    def _say_dunning_contact_change(self, change):
        return self.env._("Proposed other contact details")

    # -- parts ---------------------------------------------------------------------------------

    def _money(self):
        """The amount of the row, with its currency."""
        if not self.currency_id:
            return ""
        return format_amount(self.env, self.amount, self.currency_id.sudo())

    def _label(self, record, name):
        """What a choice of a record is called."""
        field = record._fields[name]
        return dict(field._description_selection(self.env)).get(record[name], "")

    def _with_words(self, text):
        """A line with what somebody wrote beside it."""
        words = _short(self.words)
        return f"{text}. {words}" if words else text


def _short(text):
    """The beginning of what somebody wrote, in one line."""
    text = " ".join((text or "").split())
    return text if len(text) <= SHORT else f"{text[:SHORT].rstrip()}…"
