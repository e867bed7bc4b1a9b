"""The fixtures themselves: a killed process, a cut line, a refused recipient."""

import os
import signal
import smtplib

import pytest

from dev.smtp_double import DROP, REFUSE, TRY_LATER, call, hang

SEND = """
server = env["ir.mail_server"].create(
    {"name": "test", "smtp_host": "127.0.0.1", "smtp_port": %d, "smtp_encryption": "none"}
)
env["ir.mail_server"].send_email(
    env["ir.mail_server"]._build_email__(
        "me@example.com", ["you@example.com"], "Subject é", "<p>Text</p>", subtype="html"
    ),
    mail_server_id=server.id,
)
env["ir.config_parameter"].set_param("outside.sent", "yes")
env.cr.commit()
print("sent")
"""
SENT = "SELECT value FROM ir_config_parameter WHERE key = 'outside.sent'"


def send(server, recipient="you@example.com"):
    with smtplib.SMTP("127.0.0.1", server.port, timeout=10) as client:
        client.sendmail("me@example.com", [recipient], "Subject: Hello\n\nText")


def test_a_script_sends_and_commits(odoo_db, run_odoo, smtp_server, psql):
    done = run_odoo(odoo_db, SEND % smtp_server.port)
    assert "sent" in done.stdout
    assert [message.subject for message in smtp_server.messages] == ["Subject é"]
    assert "<p>Text</p>" in smtp_server.messages[0].body()
    assert psql(odoo_db, SENT) == ["yes"]


def test_a_process_can_be_killed_between_acceptance_and_commit(
    odoo_db, run_odoo, smtp_server, psql
):
    started = []
    smtp_server.behave(call(lambda message: os.kill(started[0].pid, signal.SIGKILL)))
    started.append(run_odoo(odoo_db, SEND % smtp_server.port, wait=False))
    smtp_server.wait_for(1)
    assert started[0].wait(timeout=30) == -signal.SIGKILL
    assert psql(odoo_db, SENT) == []


def test_a_failing_script_fails_the_test(odoo_db, run_odoo):
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        run_odoo(odoo_db, "1 / 0")


def test_a_server_runs_until_it_is_killed(odoo_db, run_server):
    server = run_server(odoo_db)
    assert server.poll() is None
    server.kill_hard()
    assert server.returncode == -signal.SIGKILL


def test_recipients_are_refused_for_good_or_for_now(smtp_server):
    smtp_server.behave(TRY_LATER)
    smtp_server.behave_for("gone@example.com", REFUSE)
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="451"):
        send(smtp_server)
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="550"):
        send(smtp_server, "gone@example.com")
    send(smtp_server)
    assert len(smtp_server.messages) == 1
    assert smtp_server.refused == ["you@example.com", "gone@example.com"]


def test_the_line_is_cut_after_the_message_is_stored(smtp_server):
    smtp_server.behave(DROP)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        send(smtp_server)
    assert len(smtp_server.messages) == 1


def test_the_sender_waits_while_the_server_hangs(smtp_server):
    smtp_server.behave(hang(0.5))
    send(smtp_server)
    assert len(smtp_server.messages) == 1
