"""``make broken``: break the code on purpose, one fault of others at a time, and see a test fail.

Each break is made in a copy of the checkout, where the test that is named after the fault runs
alone. A break whose test stays green is an error: then the test proves nothing.
"""

import os
import shutil
import subprocess
import sys

from dev import state
from dev.steps import BenchError, say

FAULTS = "/payt_dunning:TestPeerFaults.test_"
MODELS = "payt_dunning/models/"
RULES = "payt_dunning/rules/"
#: Fault, file, what stands there, what is put instead, and the test that must fail.
BREAKS = (
    (
        "paid between compute and send, but dunned",
        MODELS + "dunning_outbox.py",
        "if held_since or not planned:",
        "if not planned:\n            return None\n        if False:",
        FAULTS + "paid_between_compute_and_send_is_not_dunned",
    ),
    (
        "a failed reminder counts as delivered",
        MODELS + "mail_mail.py",
        '"failed": notice._set_failed,',
        '"failed": lambda why: notice._set_sent(None, day),',
        FAULTS + "a_failed_reminder_does_not_count_as_delivered",
    ),
    (
        "an unsent reminder counts as delivered",
        MODELS + "mail_mail.py",
        'notice._update_state("queued", failure=why)',
        "notice._set_sent(None, day)",
        "/payt_dunning:TestHandOver.test_a_server_that_is_busy_gets_the_same_message_later",
    ),
    (
        "a second validation sends again",
        MODELS + "dunning_notice_line.py",
        '_slot_unique = models.UniqueIndex(\n        "(source, slot, channel, recipient) WHERE live"',
        '_slot_unique = models.UniqueIndex(\n        "(id) WHERE live"',
        "/payt_dunning:TestHandOver.test_the_database_refuses_a_second_message_for_the_same_slot",
    ),
    (
        "company B is blocked by company A's run",
        MODELS + "dunning_run.py",
        'if not self._claim(company, "pg_try_advisory_lock"):',
        'if not all(\n            self._claim(each, "pg_try_advisory_lock")\n'
        '            for each in self.env["res.company"].search([])\n        ):',
        FAULTS + "company_b_runs_while_company_a_is_running",
    ),
    (
        "the minimum is compared in the wrong currency",
        RULES + "decide.py",
        "facts.open_company >= rung.item_minimum",
        "facts.open >= rung.item_minimum",
        FAULTS + "the_minimum_of_an_item_is_compared_in_company_currency",
    ),
    (
        "core's own marks are ignored",
        RULES + "decide.py",
        'return case.blocked("core_blocked") if case.facts.core_blocked else None',
        "return None",
        FAULTS + "cores_own_marks_are_honoured",
    ),
    (
        "the message shows the total, not what is open",
        MODELS + "dunning_facts.py",
        "line.amount_residual_currency, line.amount_residual\n                     FROM dunning_item",
        "line.amount_currency, line.balance\n                     FROM dunning_item",
        FAULTS + "a_message_asks_for_the_open_amount_not_for_the_total",
    ),
    (
        "one failing mail stops the run",
        MODELS + "mail_mail.py",
        "parcel.problem = error",
        "raise",
        FAULTS + "one_failing_mail_does_not_stop_the_others",
    ),
    (
        "only invoices due exactly n days ago are seen",
        RULES + "decide.py",
        "return case.wait(code, first, case.rung) if case.day < first else None",
        "return case.wait(code, first, case.rung) if case.day != first else None",
        FAULTS + "invoices_due_any_number_of_days_ago_are_seen",
    ),
    (
        "attachments of the previous debtor in the next mail",
        MODELS + "dunning_message.py",
        "attachment_ids=tuple(attachments),",
        "attachment_ids=tuple(sources.pdfs.values()),",
        FAULTS + "attachments_of_one_debtor_are_never_in_the_next_mail",
    ),
    (
        "a reminder of one invoice silences the debtor's others",
        RULES + "decide.py",
        "facts.last_message + timedelta(days=gap)",
        "facts.last_message + timedelta(days=10 * gap)",
        FAULTS + "a_reminder_of_one_invoice_does_not_silence_the_others_for_ever",
    ),
    (
        "invoices in instalments are overdue only at the last term",
        MODELS + "dunning_facts.py",
        "item.date_due, item.episode",
        "coalesce(move.invoice_date_due, item.date_due), item.episode",
        FAULTS + "an_invoice_in_instalments_is_overdue_at_its_first_term",
    ),
    (
        "resuming fires a burst",
        RULES + "decide.py",
        'return _not_before(case, "resumed", resumed_on + ONE_DAY) if resumed_on else None',
        "return None",
        FAULTS + "resuming_after_a_long_pause_fires_no_burst",
    ),
    (
        "open credit is not netted",
        MODELS + "dunning_money.py",
        "free[partner_id, currency_id] -= amount",
        "pass",
        FAULTS + "free_credit_is_netted",
    ),
    (
        "a merge of partners loses the level",
        "payt_dunning/wizards/base_partner_merge.py",
        'self.env["dunning.debtor"].sudo()._combine(src_partners, dst_partner)',
        "pass",
        "/payt_dunning:TestPartnerMerge.test_the_level_reached_stays",
    ),
    (
        "a reset to draft loses the level",
        MODELS + "dunning_sync.py",
        "self._attach_again(company)",
        "pass",
        FAULTS + "lines_made_anew_in_draft_keep_the_level",
    ),
    (
        "looking at a message marks it as sent",
        MODELS + "dunning_preview.py",
        "planned += plan(candidates, day)",
        "planned += plan(candidates, day)\n"
        '            self.env["dunning.item"].search([]).write({"reached": 1})',
        "/payt_dunning:TestPreview.test_a_preview_stores_nothing_and_marks_nothing",
    ),
)
COPIED = ("bench", "chaos", "dev", "payt_dunning", "tests_outside", "tests_pure")


def main():
    """Break and test one after the other; the exit code tells whether each break was seen."""
    copy = state.path("broken")
    unseen = []
    words = os.environ.get("FAULT", "")
    breaks = [each for each in BREAKS if words in each[0]]
    if not breaks:
        raise BenchError(f"no fault is called {words}", "run 'make broken' to see their names")
    try:
        for fault, file, old, new, test in breaks:
            _copy(copy)
            _break(copy / file, old, new)
            seen = _fails(copy, test)
            say(f"  {'seen' if seen else 'NOT SEEN'}: {fault}\n        {test}")
            if not seen:
                unseen.append(fault)
    finally:
        state.remove(copy)
    say(f"{len(breaks) - len(unseen)} of {len(breaks)} breaks made their test fail")
    return 1 if unseen else 0


def _copy(folder):
    state.remove(folder)
    folder.mkdir(parents=True)
    for name in COPIED:
        shutil.copytree(state.CHECKOUT / name, folder / name)
    for file in ("pyproject.toml", "Makefile"):
        shutil.copy2(state.CHECKOUT / file, folder / file)


def _break(file, old, new):
    text = file.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise BenchError(f"{file.name} has changed: {old!r}", "mend the list in dev/broken.py")
    file.write_text(text.replace(old, new), encoding="utf-8")


def _fails(folder, test):
    """Whether a test fails in a copy of the checkout: the test itself, not what is around it."""
    done = subprocess.run(
        [sys.executable, "dev", "test"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PAYT_STATE": str(state.state_dir()),
            "TESTS": "odoo",
            "TAGS": test,
        },
        check=False,
    )
    return done.returncode != 0 and f".{test.rpartition('.')[2]}" in done.stdout
