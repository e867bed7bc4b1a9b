import io
from datetime import timedelta

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..demo.cases import Case, DemoCases
from ..demo.setup import QUIET
from ..rules.dossier.checking import check_package
from .common import DunningCommon

#: The track.
DAYS = 30
#: When the demands with costs have left, at businesses and at consumers.
COSTS_CLAIMED = 24
#: Debtors of the story, on the books of the demo: the second reminder left ten days ago.
CONSUMER, BUSINESS, PLANNER, PAYER, WRONGED = (
    Case(
        name,
        name.split()[1].lower(),
        registry,
        "Storystraat 1",
        "3011 ZZ",
        "Rotterdam",
        "Cv-ketel",
        amounts,
        0,
    )
    for name, registry, amounts in (
        ("Story Consumer", "", (640.0,)),
        ("Story Business", "90000111", (1800.0, 420.0)),
        ("Story Planner", "", (900.0,)),
        ("Story Payer", "90000112", (750.0,)),
        ("Story Wronged", "90000113", (310.0,)),
    )
)


@tagged("post_install", "-at_install")
class TestCaseStory(DunningCommon, HttpCase):
    """From the last reminder to the package, on the books of the demo, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        demo = cls.env["dunning.demo"].sudo()
        demo._load()
        demo._load_dialogue()
        demo._go_live()
        cls.company = demo._demo_companies()[0]
        # The bank lines of the demo are of today; later the bank would be behind.
        cls.company.dunning_bank_gate = False
        cls.today = cls.env["dunning.message"]._today(cls.company)
        quiet = cls.env["dunning.demo"].sudo().with_context(**QUIET).env
        story = DemoCases(quiet, cls.company)
        cls.owing = {
            row: story._owing(row).with_env(cls.env).sudo()
            for row in (CONSUMER, BUSINESS, PLANNER, PAYER, WRONGED)
        }
        cls.company.dunning_waive_limit = 500.0
        # On days on which the company is closed the track rests.
        cls.env["dunning.closure"].sudo().search([]).unlink()
        users = cls.env["res.users"].search([("login", "in", ("clerk", "manager"))])
        users.lang = "en_US"

    @mute_logger("odoo.addons.mail.models.mail_mail", "odoo.addons.payt_dunning.models.mail_mail")
    def test_from_the_last_reminder_to_the_package_of_a_consumer_and_of_a_business(self):
        self.lived = 0
        self.live(0)
        notices = "/odoo/action-payt_dunning.action_dunning_notice"
        self.play("dunning_story_approve", 0, notices, "manager")
        self.deliver(day=self.day(0))
        self.post_letters(0)
        self.live_until(COSTS_CLAIMED)
        for name in ("plan", "offer", "recall"):
            self.play(f"dunning_story_{name}", COSTS_CLAIMED)
        with self.on_day(self.day(COSTS_CLAIMED)):
            self.pay(self.owing[PAYER].move_id.with_company(self.company))
        self.live_until(DAYS)
        self.check_what_became_of_the_others()
        for row, name in ((CONSUMER, "consumer"), (BUSINESS, "business")):
            self.assertEqual(self.case(row).phase, "ready", row.name)
            self.play(f"dunning_story_{name}", DAYS)
            self.check_package(row)

    def live_until(self, last):
        """Every day until the last one on which something of the story is due."""
        for number in range(self.lived + 1, last + 1):
            items = self.Item.union(*self.owing.values()).filtered("next_date")
            due = min(items.mapped("next_date"), default=self.day(last))
            if number == last or due <= self.day(number):
                self.live(number)
        self.lived = last

    def live(self, number):
        """A day of the company: what is due leaves, letters are posted."""
        day = self.day(number)
        self.run_day(company=self.company, day=day)
        self.deliver(day=day)
        self.post_letters(number)

    def post_letters(self, number):
        """Print the letters to the debtors of the story, and post them."""
        debtors = [items.debtor_id.id for items in self.owing.values()]
        day = self.day(number)
        letters = self.Notice.search(
            [
                ("debtor_id", "in", debtors),
                ("channel", "=", "letter"),
                ("state", "=", "queued"),
            ]
        )
        with self.on_day(day):
            for letter in letters:
                letter.action_print_letter()
                letter._posted(day)

    def day(self, number):
        return self.today + timedelta(days=number)

    def play(self, tour, number, url="/odoo/action-payt_dunning.action_cases", login="clerk"):
        self.env.flush_all()
        with self.on_day(self.day(number)):
            self.start_tour(url, tour, login=login)
        self.env.invalidate_all()

    def case(self, row):
        [case] = self.owing[row].debtor_id.case_ids
        return case

    def check_what_became_of_the_others(self):
        plan = self.case(PLANNER)
        plans = self.env["dunning.payment.plan"].sudo()
        plans = plans.search([("debtor_id", "=", plan.debtor_id.id)])
        self.assertEqual((plans.state, plan.outcome), ("running", False))
        paid = self.case(PAYER)
        self.assertEqual((paid.phase, paid.outcome, paid.costs), ("closed", "waived", 0))
        recalled = self.case(WRONGED)
        self.assertEqual(recalled.outcome, "recalled")

    def check_package(self, row):
        """The package as the clerk gets it is in order, seen from outside."""
        [handover] = self.case(row).handover_ids
        self.authenticate("clerk", "clerk")
        content = self.url_open(f"/payt_dunning/handover/{handover.id}").content
        self.assertEqual(content, handover._content())
        found = [
            str(problem)
            for section in check_package(io.BytesIO(content))
            for problem in section.problems
            if problem.is_error
        ]
        self.assertEqual(found, [])
