"""The debtor's page beside Odoo's own invoice page: how long they take to answer.

``PAGE=1 make bench``. A server of its own answers from a database of its own; one visitor after
the other, then four at once.
"""

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).parents[1]))

from dev import databases, outside, state  # noqa: E402  found from here only

DATABASE = "payt_bench_page"
REQUESTS = 100
VISITORS = 4
#: Debtors with 1 and 200 invoices, a message each that left, and the demo way to pay.
BOOKS = """
from datetime import timedelta
from odoo import Command, fields
company = env.company
env["account.chart.template"].try_loading("generic_coa", company)
provider = env["payment.provider"].search([("code", "=", "demo")], limit=1)
provider.write({"state": "test", "is_published": True})
provider.journal_id = provider.journal_id or env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1)
provider.payment_method_ids.active = True
env["res.partner.bank"].create(
    {"acc_number": "NL91ABNA0417164300", "partner_id": company.partner_id.id})
due = fields.Date.today() - timedelta(days=10)
company.write({"dunning_send_days": "all", "dunning_hour_from": 0, "dunning_hour_until": 24,
               "dunning_require_sent": False, "email": "billing@creditor.example.com"})
company._dunning_go_live()
for count in (1, 200):
    partner = env["res.partner"].create({"name": f"Debtor of {count}", "is_company": True,
                                         "email": f"debtor{count}@example.com"})
    moves = env["account.move"].create([
        {"move_type": "out_invoice", "partner_id": partner.id,
         "invoice_date": due - timedelta(days=14 + n % 5), "invoice_date_due": due,
         "invoice_payment_term_id": False,
         "invoice_line_ids": [Command.create(
             {"name": f"work {n}", "price_unit": 100 + n, "tax_ids": []})]}
        for n in range(count)])
    moves.action_post()
env.cr.commit()
env["dunning.run"]._cron_run()
notices = env["dunning.notice"].search([], order="id")
env.cr.execute("UPDATE dunning_notice SET state = 'sent', sent_on = as_of")
for notice in notices:
    move = notice._reminded().item_id.move_id[:1]
    door = env["dunning.page.door"]._path("m", notice.id, notice.debtor_id)
    print("PAGE", len(notice._reminded()), door, move.get_portal_url(), sep="|")
env.cr.commit()
"""


def main():
    """Measure and print; the pages are asked for in turns, so that both meet the same machine."""
    databases.drop(DATABASE)
    databases.copy(databases.installed(), DATABASE)
    found = outside.finish(outside.start_shell(DATABASE, BOOKS), timeout=300)
    pages = [line.split("|")[1:] for line in found.stdout.splitlines() if line.startswith("PAGE|")]
    port = state.any_free_port()
    server = outside.start_server(DATABASE, port, cron_threads=0)
    base = f"http://127.0.0.1:{port}"
    try:
        outside.eventually(lambda: _answers(base), timeout=60, what="the server's answer")
        print("| page | invoices | one visitor: median, p95 | 4 visitors: median, slowest | size |")
        print("|---|---|---|---|---|")
        for count, page, plain in pages:
            _measure(base, count, {"debtor's page": page, "Odoo's invoice page": plain})
    finally:
        server.kill_hard()
        server.stdout.close()
        databases.drop(DATABASE)


def _answers(base):
    try:
        return requests.get(f"{base}/web/login", timeout=30).ok
    except requests.ConnectionError:
        return False


def _measure(base, count, pages):
    """Print a line for each page, and how many times the first takes of the second."""
    session, times = requests.Session(), {name: [] for name in pages}
    sizes = {name: len(_get(session, base + path)[1]) for name, path in pages.items()}
    for _turn in range(REQUESTS):
        for name, path in pages.items():
            times[name].append(_get(session, base + path)[0])
    medians = []
    for name, path in pages.items():
        many = _at_once(base + path)
        own = sorted(times[name])
        medians.append(statistics.median(own))
        print(
            f"| {name} | {count} | {medians[-1]:.0f} ms, {own[int(len(own) * 0.95)]:.0f} ms "
            f"| {statistics.median(many):.0f} ms, {max(many):.0f} ms | {sizes[name]:,} bytes |"
        )
    print(f"\n{medians[0] / medians[1]:.2f} times Odoo's page with {count} invoices\n")


def _at_once(address):
    """Answer times with some visitors at once, each with a session of its own."""
    with ThreadPoolExecutor(VISITORS) as pool:
        sessions = [requests.Session() for _visitor in range(VISITORS)]
        for session in sessions:
            session.get(address, timeout=60)
        jobs = [
            pool.submit(_get, sessions[number % VISITORS], address) for number in range(REQUESTS)
        ]
        return [job.result()[0] for job in jobs]


def _get(session, address):
    started = time.perf_counter()
    answer = session.get(address, timeout=60)
    assert answer.status_code == 200, f"{address} answered {answer.status_code}"
    return (time.perf_counter() - started) * 1000, answer.content


if __name__ == "__main__":
    main()
