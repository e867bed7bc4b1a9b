from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields

from .common import DunningCommon


class ScriptedProvider:
    """A provider of text messages; what it answers is scripted.

    :param answers: for each message in turn a state, an exception, or the whole answer
    """

    def __init__(self, *answers):
        self.answers, self.sent = list(answers), []

    def __call__(self, env, account=None):
        return self

    def _set_company(self, company):
        self.company = company

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        (message,) = messages
        (number,) = message["numbers"]
        self.sent.append((self.company, number["number"], message["content"]))
        answer = self.answers.pop(0) if self.answers else "success"
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, str):
            return [{"uuid": number["uuid"], "state": answer}]
        return answer


class ChannelCase(DunningCommon):
    """A company that uses text messages and letters beside e-mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_channel_ids = cls.env["dunning.channel"].search(
            [("optional", "=", True)]
        )
        When = type(cls.env["dunning.when"])
        # Text messages keep to hours and days whatever a company sets; see test_windows.py.
        cls.startClassPatcher(
            patch.object(
                When,
                "_moments",
                lambda self, notices, moment, known=None: dict.fromkeys(notices.ids, moment),
            )
        )
        cls.startClassPatcher(patch.object(When, "_is_rest", lambda *args: False))
        cls.business.write({"phone": "+31 6 12345678", "email": False})

    @classmethod
    def policy(cls, *codes, every=False, **values):
        """A published policy with one level that goes by these channels."""
        channels = [cls.env["dunning.channel"].search([("code", "=", code)]) for code in codes]
        policy = cls.env["dunning.policy"].create(
            {
                "name": "By " + ", ".join(codes),
                "level_ids": [
                    Command.create(
                        {
                            "name": "Level 1",
                            "days": 3,
                            "channel_ids": [Command.set([each.id for each in channels])],
                            "every_channel": every,
                            "subject": "About {numbers}",
                            "text": "Please pay {amount}.",
                            **values,
                        }
                    )
                ],
            }
        )
        policy._publish()
        cls.company.dunning_policy_id = policy
        # Shipped policies follow the kind of debtor: only this one is of interest here.
        (cls.env["dunning.policy"].search([]) - policy).debtor_kind = False
        return policy

    def begun(self, **values):
        """The item of a new invoice, after the daily run."""
        move = self.invoice(**values)
        self.run_day()
        return self.items(move)

    def dispatch(self, provider=None, day=None):
        """Hand over what waits; the provider of text messages answers as scripted."""
        provider = provider or ScriptedProvider()
        Company = type(self.env["res.company"])
        with (
            self.on_day(day or self.today),
            self.no_commit(),
            patch.object(Company, "_get_sms_api_class", lambda company: provider),
        ):
            self.env["dunning.dispatch"].sudo()._cron_dispatch()
        return provider.sent

    def let_wait_be_over(self, notices):
        """The time after which a message is tried again has passed."""
        notices.sudo().write({"leaves_at": fields.Datetime.now() - timedelta(minutes=1)})
