"""A running server with debtors' pages, and a visitor with a browser."""

import urllib.error
import urllib.request
from typing import NamedTuple

from playwright.sync_api import expect

from dev import outside, postgres
from dev.outside import eventually
from tests_outside.books import RUN, SEND

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
UNKNOWN = f"/claim/m/99999999/{'a' * 32}"
#: The text of a page, and what the browser shows of it.
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true; })"


#: The company's today is another day, for the script that follows.
AS_OF = """
from datetime import timedelta
Message = type(env["dunning.message"])
core = Message._today
Message._today = lambda self, company: core(self, company) + timedelta(days={days})
"""


class Ledger(NamedTuple):
    """What the books say of one claim, as strings to the cent.

    :param open: what is open of each invoice
    :param payments: amount and state of payments made on the page
    :param balance: what the debtor owes on all receivable lines together
    :param charges: state, amount, and of the booking what was invoiced and is open
    """

    open: list
    payments: list
    balance: str
    charges: list = []


class Site:
    """The server, and claims that are handed out once each."""

    def __init__(self, database, url, claims, smtp):
        self.database = database
        self.url = url
        self.smtp = smtp
        self._claims = claims

    def run(self, script):
        """Run a script in Odoo's shell beside the server; what it did is committed."""
        return outside.finish(outside.start_shell(self.database, f"{script}\nenv.cr.commit()\n"))

    def run_day(self, days=0):
        """Let the daily run do its work as of so many days from today, and mails leave."""
        self.run(AS_OF.format(days=days) + RUN + SEND)

    def mails_to(self, claim):
        """The mails that the debtor of a claim got, each as its subject and its text."""
        return [
            (each.mail["Subject"], each.mail.get_body(("plain",)).get_content())
            for each in self.smtp.messages
            if each.recipients == (claim["email"],)
        ]

    def take(self, kind):
        """Return a claim that no other test uses."""
        assert self._claims[kind], f"all claims of kind {kind} are taken: see KINDS"
        return self._claims[kind].pop(0)

    def peek(self, kind):
        """Return a claim that tests only look at."""
        return self._claims[kind][-1]

    def sql(self, query):
        """Return rows of the database as text, fields split by ``|``."""
        return postgres.psql(self.database, query).splitlines()

    def forget_tries(self):
        """Begin anew with counting wrong codes: all tests come from one address."""
        self.sql("DELETE FROM dunning_page_try RETURNING id")

    def ledger(self, claim):
        """Return what the books say of a claim."""
        moves, debtor = ",".join(map(str, claim["moves"])), claim["debtor"]
        balance = self.sql(
            f"""SELECT sum(line.amount_residual) FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN dunning_debtor debtor ON debtor.partner_id = line.partner_id
                 WHERE account.account_type = 'asset_receivable'
                   AND line.parent_state = 'posted' AND debtor.id = {debtor}"""
        )
        return Ledger(
            self.sql(f"SELECT amount_residual FROM account_move WHERE id IN ({moves}) ORDER BY id"),
            self.sql(
                f"""SELECT payment.amount, move.state, tx.state FROM payment_transaction tx
                      JOIN account_payment payment ON payment.id = tx.payment_id
                      JOIN account_move move ON move.id = payment.move_id
                     WHERE tx.dunning_debtor_id = {debtor} ORDER BY tx.id"""
            ),
            balance[0],
            self.sql(
                f"""SELECT charge.state, charge.amount, move.amount_total, move.amount_residual
                      FROM dunning_charge charge
                 LEFT JOIN account_move move ON move.dunning_charge_id = charge.id
                     WHERE charge.debtor_id = {debtor} ORDER BY charge.id"""
            ),
        )


class Clerk:
    """One of us, logged in at a desk."""

    def __init__(self, page, site, login="clerk"):
        self.page = page
        self.site = site
        page.set_default_timeout(30_000)
        page.goto(f"{site.url}/web/login")
        page.fill("#login", login)
        page.fill("#password", f"{login}.{login}")
        page.click("button[type=submit]")
        page.wait_for_selector(".o_main_navbar")

    def open(self, path):
        """Open a screen by its path below ``/odoo/``, and wait until it is there."""
        self.page.goto(f"{self.site.url}/odoo/{path}")
        self.page.wait_for_selector(
            ".o_action_manager .o_view_controller, .o_list_view, .o_form_view"
        )

    def row(self, text):
        """The row of a list with this text."""
        return self.page.locator("tr.o_data_row", has_text=text).first

    def field(self, name):
        """The input of a field, in the dialog where one is open."""
        inside = ".modal " if self.page.locator(".modal").count() else ""
        return self.page.locator(f"{inside}div[name='{name}']").locator("input, textarea").first

    def press(self, name):
        """Press a button by the name of its method, in the dialog where one is open."""
        inside = ".modal " if self.page.locator(".modal").count() else ""
        self.page.locator(f"{inside}button[name='{name}']").first.click()

    def done(self):
        """Wait until the dialog has closed."""
        self.page.wait_for_selector(".modal", state="detached")


class Visitor:
    """Somebody who opens a claim's page and acts on it as people do."""

    def __init__(self, page, site):
        self.page = page
        self.site = site
        page.set_default_timeout(20_000)

    def open(self, claim, suffix=""):
        """Open the page of a claim, or one below it; return the status of the answer."""
        path = claim if isinstance(claim, str) else claim["path"]
        return self.page.goto(f"{self.site.url}{path}{suffix}").status

    def press(self, name, role="link"):
        """Press what has this name."""
        self.page.get_by_role(role, name=name, exact=True).click()

    def choose(self, claim, *numbers):
        """Leave the ticks only at these invoices of a claim, counted from 0."""
        self.page.get_by_text("Choose what to pay, or pay a part").click()
        for number, name in enumerate(claim["names"]):
            form = self.page.locator("form.choose")
            form.get_by_role("checkbox", name=name).set_checked(number in numbers)

    def pay_online(self, claim, outcome="done"):
        """Pay in Odoo's form, and wait until the claim's page is shown again."""
        self.page.select_option("#simulated_payment_state", outcome)
        self.page.click("button[name=o_payment_submit_button]:enabled")
        self.page.wait_for_url(f"**{claim['path']}")

    def reads(self, text):
        """Check that one sees this on the page, without opening anything."""
        shown = self.page.locator("main, .claim .content").first
        expect(shown).to_contain_text(text, use_inner_text=True)


def answers(url):
    """Tell whether a server answers."""
    try:
        with urllib.request.urlopen(f"{url}/web/health", timeout=30):
            return True
    except (urllib.error.URLError, OSError):
        return False


def wait_for(process, url):
    """Wait until a server answers; one that has ended fails at once."""

    def ready():
        assert process.poll() is None, process.log_tail()
        return answers(url)

    eventually(ready, 60, "the first answer of the server")
