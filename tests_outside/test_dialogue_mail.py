"""The dialogue by e-mail: out through SMTP, in through Odoo's own mail gateway, and back."""

import email.policy
import subprocess
from email.message import EmailMessage
from email.parser import BytesParser

import pytest

from dev import odoo_source, outside, python_env, state
from tests_outside.books import RUN, SEND
from tests_outside.page_site import wait_for

#: A company whose answers come to a mailbox of ours; a debtor with two invoices.
BOOKS = """
from datetime import timedelta
from odoo import Command, fields
company = env.company
company.email = "billing@creditor.example.com"
domain = env["mail.alias.domain"].create({{
    "name": "creditor.example.com", "company_ids": [Command.set(company.ids)]}})
company.alias_domain_id = domain
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create(
    {{"name": "test", "smtp_host": "127.0.0.1", "smtp_port": {port}, "smtp_encryption": "none"}})
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company)
handler = env["res.users"].with_context(no_reset_password=True).create({{
    "name": "Hanna Handler", "login": "hanna", "email": "hanna@creditor.example.com",
    "group_ids": [Command.link(env.ref("payt_dunning.group_dunning_user").id)]}})
partner = env["res.partner"].create(
    {{"name": "Bakery", "is_company": True, "email": "pay@bakery.example.com"}})
today = fields.Date.today()
moves = env["account.move"].create([
    {{"move_type": "out_invoice", "partner_id": partner.id,
      "invoice_date": today - timedelta(days=late + 14),
      "invoice_date_due": today - timedelta(days=late), "invoice_payment_term_id": False,
      "invoice_line_ids": [Command.create({{"name": "work", "price_unit": 100, "tax_ids": []}})]}}
    for late in (6, 4)])
moves.action_post()
moves.is_move_sent = True
company.write({{"dunning_send_days": "all", "dunning_hour_from": 0, "dunning_hour_until": 24,
                "dunning_handler_id": handler.id}})
company._dunning_go_live()
env.cr.commit()
"""
ANSWER = """
from odoo import fields
question = env["dunning.question"].search([("state", "=", "open")])
hanna = env["res.users"].search([("login", "=", "hanna")])
dialog = env["dunning.answer.wizard"].with_user(hanna).with_context(
    active_model="dunning.question", active_id=question.id).create({"body": "It was order 17."})
dialog.action_apply()
env.cr.commit()
"""


@pytest.fixture
def books(odoo_db, run_odoo, smtp_server):
    """Return a database from which one reminder about two invoices has left."""
    run_odoo(odoo_db, BOOKS.format(port=smtp_server.port) + RUN + SEND)
    return odoo_db


@pytest.fixture
def gateway(books, processes):
    """Return a function that hands a mail to Odoo's gateway, as a mail server's pipe does."""
    port = state.any_free_port()
    server = outside.start_server(books, port, 0)
    processes.append(server)
    wait_for(server, f"http://127.0.0.1:{port}")
    places = (
        folder / "mail/static/scripts/odoo-mailgate.py" for folder in odoo_source.find().addons
    )
    script = next(place for place in places if place.is_file())
    options = ("-d", books, "-u", "2", "-p", "admin", "--port", str(port), "--debug")

    def take_in(message):
        done = subprocess.run(
            [python_env.python(), script, *options],
            input=bytes(message),
            capture_output=True,
            check=False,
        )
        assert not done.returncode, done.stderr.decode()

    return take_in


def parsed(stored):
    """Return a message that the SMTP server stored, as an e-mail."""
    return BytesParser(policy=email.policy.default).parsebytes(stored.raw)


def to_debtor(server):
    """Return the mails that the debtor got, in their order."""
    return [
        parsed(stored)
        for stored in server.messages
        if stored.recipients == ("pay@bakery.example.com",)
    ]


def reply(reminder, text, sender="Bea Baker <pay@bakery.example.com>", **headers):
    """Return what a mail program makes of answering a message."""
    answer = EmailMessage(policy=email.policy.SMTP)
    answer["From"] = sender
    answer["To"] = reminder["Reply-To"]
    answer["Subject"] = f"Re: {reminder['Subject']}"
    answer["Message-ID"] = f"<{abs(hash(text))}@bakery.example.com>"
    answer["In-Reply-To"] = reminder["Message-ID"]
    answer["References"] = reminder["Message-ID"]
    for name, value in headers.items():
        answer[name.replace("_", "-")] = value
    quoted = reminder.get_body(("plain",)).get_content()
    answer.set_content(f"{text}\n\nOn Mon, 2 Nov 2026 Creditor wrote:\n> " + quoted)
    return answer


def test_a_reminder_is_answered_and_the_answer_comes_back(
    books, gateway, run_odoo, smtp_server, psql
):
    reminder = to_debtor(smtp_server)[0]
    assert "catchall@creditor.example.com" in reminder["Reply-To"]
    names = psql(books, "SELECT name FROM account_move ORDER BY invoice_date_due")

    gateway(reply(reminder, f"What is {names[1]} for?"))

    question = "SELECT move.name, question.text, question.state FROM dunning_question question"
    question += " JOIN account_move move ON move.id = question.move_id"
    assert psql(books, question) == [f"{names[1]}|What is {names[1]} for?|open"]
    held = "SELECT count(*) FROM dunning_hold WHERE kind = 'question' AND released_on IS NULL"
    assert psql(books, held) == ["2"], "all that the message reminded of waits"
    assert psql(
        books,
        """SELECT users.login FROM mail_activity task JOIN res_users users ON users.id = user_id
            WHERE task.res_model = 'account.move'""",
    ) == ["hanna"]
    assert psql(books, "SELECT DISTINCT reason FROM dunning_item") == ["hold"]

    run_odoo(books, RUN + SEND)
    told = [each.recipients for each in smtp_server.messages]
    assert ("hanna@creditor.example.com",) in told, "the handler is told by mail as well"
    received = to_debtor(smtp_server)[1]
    assert received["Subject"] == f"We have received your message about {names[1]}"
    assert received["Auto-Submitted"] == "auto-generated"
    assert "pay@bakery.example.com" in received["To"]

    run_odoo(books, ANSWER + SEND)
    answer = to_debtor(smtp_server)[2]
    assert answer["Subject"] == f"Answer to your message about {names[1]}"
    assert "It was order 17." in answer.get_body(("plain",)).get_content()
    asked = psql(
        books,
        """SELECT message.message_id FROM dunning_question question
             JOIN mail_message message ON message.id = question.last_message_id""",
    )[0]
    assert asked in answer["References"], "mail programs show it below the question"
    assert psql(books, question + " WHERE question.state = 'answered'")
    assert psql(books, held) == ["0"]

    gateway(reply(answer, "Thank you, and who ordered it?"))
    assert psql(books, "SELECT state FROM dunning_question ORDER BY id") == ["answered", "open"]
    assert len(to_debtor(smtp_server)) == 3


def test_two_programs_that_answer_each_other_end_after_one_mail(
    books, gateway, run_odoo, smtp_server, psql
):
    reminder = to_debtor(smtp_server)[0]
    gateway(reply(reminder, "I am away", Auto_Submitted="auto-replied"))
    gateway(reply(reminder, "We got your mail"))
    run_odoo(books, SEND)
    received = to_debtor(smtp_server)[1]
    gateway(reply(received, "Ticket 1 was made"))
    gateway(reply(received, "Ticket 2 was made"))
    run_odoo(books, RUN + SEND)
    assert len(to_debtor(smtp_server)) == 2
    assert psql(books, "SELECT count(*) FROM dunning_question") == ["1"]


def test_nothing_of_ours_stands_in_what_debtors_get(books, gateway, run_odoo, smtp_server):
    reminder = to_debtor(smtp_server)[0]
    gateway(reply(reminder, "A question"))
    run_odoo(
        books,
        """
move = env["dunning.question"].search([]).move_id
lawyer = env["res.partner"].create({"name": "Lawyer", "email": "lawyer@secret.example.com"})
move.message_subscribe(lawyer.ids)
move.message_post(body="They never pay: SECRET-NOTE", subtype_xmlid="mail.mt_note")
env.cr.commit()
"""
        + ANSWER
        + SEND
        + SEND,
    )
    mails = [each for each in smtp_server.messages if "pay@bakery.example.com" in each.recipients]
    assert len(mails) == 3
    for raw in (each.raw for each in mails):
        assert b"SECRET-NOTE" not in raw
        assert b"secret.example.com" not in raw
        assert b"hanna@creditor" not in raw
