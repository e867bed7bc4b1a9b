from email import message_from_string

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import DunningCommon, ScriptedSMTP


class ListeningSMTP(ScriptedSMTP):
    """A server that keeps the commands it was given.

    :param extensions: what it says it can
    """

    def __init__(self, *extensions):
        super().__init__()
        self.does_esmtp = True
        self.esmtp_features = dict.fromkeys(extensions, "")
        self.commands = []

    def send(self, s):
        if not isinstance(s, bytes):
            self.commands.append(s.strip())
        return super().send(s)


@tagged("post_install", "-at_install")
class TestSender(DunningCommon):
    """Whom messages come from, where answers go, and what mail servers are asked to report."""

    def header(self, name):
        """A header of the one message that leaves."""
        self.invoice()
        (content,) = self.run_and_deliver()
        return message_from_string(content)[name]

    def level(self):
        policy = self.env.ref("payt_dunning.policy_business")
        return policy.level_ids.filtered(lambda level: level.days > 0)[0]

    def test_a_company_has_a_sender_of_its_own_for_follow_up(self):
        self.company.dunning_sender = "money@creditor.example.com"
        sender = self.header("From")
        self.assertIn("money@creditor.example.com", sender)
        self.assertIn(self.company.name, sender)

    def test_without_one_the_companys_address_is_the_sender(self):
        self.assertIn("billing@creditor.example.com", self.header("From"))

    def test_a_policy_comes_before_the_company(self):
        self.company.dunning_sender = "money@creditor.example.com"
        self.level().policy_id.sender = "policy@creditor.example.com"
        self.assertIn("policy@creditor.example.com", self.header("From"))

    def test_a_level_comes_before_its_policy(self):
        self.level().policy_id.sender = "policy@creditor.example.com"
        self.level().policy_id.level_ids.sender = "level@creditor.example.com"
        self.assertIn("level@creditor.example.com", self.header("From"))

    def test_answers_go_where_the_company_wants_them(self):
        self.company.dunning_reply_to = "answers@creditor.example.com"
        self.assertIn("answers@creditor.example.com", self.header("Reply-To"))

    def test_what_is_no_address_is_refused(self):
        with self.assertRaises(ValidationError):
            self.company.dunning_sender = "nobody"
        with self.assertRaises(ValidationError):
            self.level().policy_id.reply_to = "nobody"

    def test_the_checklist_tells_that_no_server_sends_for_the_sender(self):
        server = self.env["ir.mail_server"].create(
            {"name": "Out", "smtp_host": "localhost", "from_filter": "creditor.example.com"}
        )
        self.env["ir.mail_server"].search([("id", "!=", server.id)]).active = False
        readiness = self.env["dunning.readiness"].sudo()
        self.assertNotIn("No outgoing mail server", readiness._find_sender(self.company)[1])
        self.company.dunning_sender = "money@elsewhere.example.com"
        state, words = readiness._find_sender(self.company)
        self.assertEqual(state, "attention")
        self.assertIn("money@elsewhere.example.com", words)

    # -- reports -------------------------------------------------------------------------------

    def commands(self, *extensions):
        server = ListeningSMTP(*extensions)
        self.invoice()
        self.run_day()
        self.assertEqual(len(self.deliver(server)), 1)
        return [each for each in server.commands if each.lower().startswith(("mail", "rcpt"))]

    def test_reports_are_asked_for_where_the_server_can_give_them(self):
        self.company.dunning_delivery_reports = True
        mail, rcpt = self.commands("dsn")
        self.assertIn("RET=HDRS", mail)
        self.assertIn("NOTIFY=SUCCESS,FAILURE,DELAY", rcpt)

    def test_a_server_that_can_not_report_is_not_asked(self):
        self.company.dunning_delivery_reports = True
        self.assertNotIn("NOTIFY", " ".join(self.commands()))

    def test_reports_are_asked_for_only_where_the_company_wants_them(self):
        self.assertNotIn("NOTIFY", " ".join(self.commands("dsn")))
