"""The screen of today: how long it takes with many open items and much that waits.

``TODAY=100000 make bench``: so many open items of 5,000 debtors, and work of most kinds. An item of
each debtor has its line in the ledger; the others are copies of it, for the screen reads items only.
"""

import time

from odoo import fields

from bench.plans import copy, open_items

#: Of a hundred items, so many wait for each of these.
REASONS = {"end_of_ladder": 5, "no_address": 5, "match_credit": 3, "failed": 2, "bank_behind": 2}
#: Messages in states that wait for somebody, of each so many.
MESSAGES = (
    ("call", "queued"),
    ("list", "queued"),
    ("letter", "queued"),
    ("email", "planned"),
    ("email", "ambiguous"),
)
EACH = 1000
DEBTORS = 5000
USERS = 10


def make(env, count):
    """Make the items, then by SQL what waits."""
    open_items(env, min(count, DEBTORS))
    items = env["dunning.item"].search([], limit=1)
    number = f"generate_series(2, {max(1, count // DEBTORS)}) p"
    copy(env, items, {"line_id": "NULL"}, f"{number} WHERE t.state = 'open'")
    _handlers(env)
    low = 0
    for reason, share in REASONS.items():
        env.cr.execute(
            """UPDATE dunning_item SET action = 'blocked', reason = %s
                WHERE id %% 100 >= %s AND id %% 100 < %s""",
            [reason, low, low + share],
        )
        low += share
    env.cr.execute("UPDATE dunning_item SET limitation_told = current_date + 9 WHERE id % 500 = 99")
    env.invalidate_all()
    _questions_and_disputes(env)
    _messages(env)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return {"items": count}


def _handlers(env):
    """Ten people who each handle a tenth of the debtors; the first of them looks."""
    group = env.ref("payt_dunning.group_dunning_manager")
    users = env["res.users"].create(
        [
            {"name": f"User {n}", "login": f"today{n}", "group_ids": [(4, group.id)]}
            for n in range(USERS)
        ]
    )
    for table, column in (("dunning_debtor", "id"), ("dunning_item", "debtor_id")):
        env.cr.execute(
            f"UPDATE {table} SET handler_id = (%s::int[])[1 + {column} %% {USERS}]", [users.ids]
        )


def _some(table="dunning_item"):
    """So many of a table's rows, as ``p``."""
    return f"(SELECT * FROM {table} ORDER BY id DESC LIMIT {EACH}) p"


def _questions_and_disputes(env):
    first = env["dunning.item"].search([], limit=1)
    values = {"company_id": first.company_id.id, "debtor_id": first.debtor_id.id}
    question = env["dunning.question"].create(
        {**values, "asked_on": fields.Datetime.now(), "text": "Why?"}
    )
    dispute = env["dunning.dispute"].create(
        {
            **values,
            "scope": "whole",
            "currency_id": first.currency_id.id,
            "amount": 100,
            "reason_id": env["dunning.dispute.reason"].search([], limit=1).id,
            "opened_on": fields.Datetime.now(),
            "owner_id": env.uid,
            "deadline": fields.Date.today(),
        }
    )
    env.flush_all()
    for record, changed in (
        (question, {"handler_id": "p.handler_id"}),
        (dispute, {"deadline": "current_date + (p.id % 20) - 10"}),
    ):
        source = f"{_some()} WHERE t.id = {record.id}"
        copy(env, record, {"debtor_id": "p.debtor_id", **changed}, source)
    rel = question._fields["item_ids"]
    env.cr.execute(
        f"""INSERT INTO {rel.relation} ({rel.column1}, {rel.column2})
            SELECT DISTINCT q.id, i.id FROM dunning_question q
              JOIN dunning_item i ON i.debtor_id = q.debtor_id"""
    )


def _messages(env):
    item = env["dunning.item"].search([], limit=1)
    for channel, state in MESSAGES:
        notice = env["dunning.notice"].create(
            {
                "debtor_id": item.debtor_id.id,
                "company_id": item.company_id.id,
                "currency_id": item.currency_id.id,
                "channel": channel,
                "recipient": "somebody",
                "as_of": fields.Date.today(),
                "call_on": fields.Date.today(),
                "amount": 100,
                "state": state,
            }
        )
        env.flush_all()
        source = f"{_some()} WHERE t.id = {notice.id}"
        copy(env, notice, {"debtor_id": "p.debtor_id", "amount": "p.id % 900"}, source)


def look(env, scope):
    """What somebody's screen reads, twice in a process, and which sections take longest."""
    user = env["res.users"].search([("login", "=", "today0")])
    today = env(user=user)["dunning.today"]
    started, before = time.monotonic(), env.cr.sql_log_count
    found = today.look(scope)
    seconds = time.monotonic() - started
    env.invalidate_all()
    started, before = time.monotonic(), env.cr.sql_log_count
    today.look(scope)
    again, statements = time.monotonic() - started, env.cr.sql_log_count - before
    took = []
    for section in found["sections"]:
        env.invalidate_all()
        started = time.monotonic()
        today.look(scope, [section["key"]])
        took.append((section["title"], time.monotonic() - started))
    return {
        "waiting": sum(section["count"] for section in found["sections"]),
        "sections": sum(1 for section in found["sections"] if section["count"]),
        "seconds": seconds,
        "again": again,
        "statements": statements,
        "slowest": sorted(took, key=lambda each: -each[1])[:5],
    }
