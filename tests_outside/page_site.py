"""A running server with debtors' pages, and a visitor with a browser."""

import urllib.error
import urllib.request
from typing import NamedTuple

from playwright.sync_api import expect

from dev import postgres
from dev.outside import eventually

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
UNKNOWN = f"/claim/m/99999999/{'a' * 32}"
#: The text of a page, and what the browser shows of it.
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true; })"


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

    def __init__(self, database, url, claims):
        self.database = database
        self.url = url
        self._claims = claims

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
            self.page.get_by_role("checkbox", name=name).set_checked(number in numbers)

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
