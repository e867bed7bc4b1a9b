"""A ledger with years of history, and what it costs: ``make scale``.

The ledger is that of the bench after a first run. The invoices that were paid get what they would
have left: an item that is closed, a message that left with its mail, and decisions about them.
"""

import time

from bench.figures import _timed
from bench.meter import Meter
from bench.plans import copy

#: Of five items that were paid, so many got a message before.
REMINDED = 3
#: So many lines are taken in by one statement.
PART = 20_000
#: What Odoo keeps beside our own tables.
THEIRS = ("account_move", "account_move_line", "mail_mail", "mail_message", "res_partner")
#: The page of a message: what its visitor is known by.
VISITOR = {"proven": False, "since": 0, "own": (0,), "told": "", "csrf": "", "typed": None}


def history(env, events):
    """Give the past to what was paid, and decisions until there are so many; return the counts."""
    before = _count(env, "dunning_item")
    for company in env["res.company"].search([]):
        _past_items(env, company)
    env.cr.execute(
        """CREATE TEMP TABLE bench_past ON COMMIT DROP AS
           SELECT row_number() OVER (ORDER BY id) AS n, id AS item_id, debtor_id, company_id,
                  closed_on FROM dunning_item WHERE state = 'closed'"""
    )
    if _count(env, "dunning_item") > before:
        _messages(env)
    _events(env, events)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    return {
        table: _count(env, f"dunning_{table}")
        for table in ("item", "event", "notice", "notice_line", "delivery")
    }


def _count(env, table):
    env.cr.execute(f"SELECT count(*) FROM {table}")
    return env.cr.fetchone()[0]


def _past_items(env, company):
    """Items of what was paid already, as if they had been taken in when it was open."""
    env.cr.execute(
        """SELECT line.id FROM account_move_line line
             JOIN account_account account ON account.id = line.account_id
             JOIN account_move move ON move.id = line.move_id
            WHERE line.company_id = %s AND line.reconciled AND line.parent_state = 'posted'
              AND move.move_type = 'out_invoice' AND account.account_type = 'asset_receivable'
              AND NOT EXISTS (SELECT 1 FROM dunning_item item WHERE item.line_id = line.id)
         ORDER BY line.id""",
        [company.id],
    )
    line_ids = [line_id for (line_id,) in env.cr.fetchall()]
    for start in range(0, len(line_ids), PART):
        part = line_ids[start : start + PART]
        sync = env["dunning.sync"].with_company(company)
        sync._insert_debtors(company, part)
        sync._insert_items(company, part)
        env.cr.execute(
            """UPDATE dunning_item
                  SET state = 'closed', action = 'closed', reason = 'paid', reconciled = true,
                      amount_open = 0, amount_company = 0, next_date = NULL,
                      closed_on = date_due + (id %% 30)::int
                WHERE line_id = ANY(%s)""",
            [part],
        )
        env.cr.commit()
    env.invalidate_all()


def _messages(env):
    """A message with its mail, line, code and delivery for most of the closed items."""
    notice = env["dunning.notice"].search([("channel", "=", "email")], limit=1)
    keys = env["dunning.page.key"]
    keys._keys(notice)
    mail = notice.mail_id or env["mail.mail"].search([("dunning_notice_id", "=", notice.id)])
    key = keys.search([("notice_id", "=", notice.id)], limit=1)
    env["dunning.delivery"]._note(notice, "delivered", "250 ok")
    delivery = env["dunning.delivery"].search([("notice_id", "=", notice.id)], limit=1)
    env.flush_all()
    ids = {table: _last_id(env, table) for table in ("mail_message", "dunning_notice", "mail_mail")}
    some = f"bench_past p WHERE p.n % 5 < {REMINDED} AND t.id = "
    of_notice, moment = f"{ids['dunning_notice']} + p.n", "p.closed_on - interval '9 days'"
    made = {"id": of_notice, "debtor_id": "p.debtor_id", "company_id": "p.company_id"}
    made |= {"state": "'sent'", "logged": "true", "reference": "NULL", "mail_id": "NULL"}
    made |= {"message_id": "'<bench' || p.n || '@example.com>'", "sent_on": "p.closed_on - 9"}
    copy(
        env, notice, {**made, "sent_at": moment, "as_of": "p.closed_on - 9"}, some + str(notice.id)
    )
    new = {"notice_id": of_notice}
    line = {**new, "item_id": "p.item_id", "source": "'bench' || p.n"}
    copy(env, notice.line_ids[:1], line, some + str(notice.line_ids[:1].id))
    copy(env, key, {**new, "code": "'B' || lpad(p.n::text, 9, '0')"}, some + str(key.id))
    way = {**new, "company_id": "p.company_id", "moment": moment}
    copy(env, delivery, way, some + str(delivery.id))
    message = {"id": f"{ids['mail_message']} + p.n", "message_id": "'<bench' || p.n || '>'"}
    copy(env, mail.mail_message_id, message, some + str(mail.mail_message_id.id))
    sent = {"id": f"{ids['mail_mail']} + p.n", "mail_message_id": message["id"]}
    sent |= {"dunning_notice_id": of_notice, "state": "'sent'"}
    copy(env, mail, sent, some + str(mail.id))
    for table in ids:
        env.cr.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        )


def _last_id(env, table):
    env.cr.execute(f"SELECT max(id) FROM {table}")
    return env.cr.fetchone()[0]


def _events(env, wanted):
    """Decisions about all closed items alike, until there are so many."""
    missing = wanted - _count(env, "dunning_event")
    items = _count(env, "bench_past")
    event = env["dunning.event"].search([("kind", "=", "decision")], limit=1)
    if missing <= 0 or not items:
        return
    each = -(-missing // items)
    own = {"item_id": "p.item_id", "debtor_id": "p.debtor_id", "company_id": "p.company_id"}
    own |= {"day": "p.closed_on - k", "hold_id": "NULL"}
    source = f"bench_past p, generate_series(1, {each}) k WHERE t.id = {event.id}"
    copy(env, event, own, f"{source} AND (p.n - 1) * {each} + k <= {missing}")


# -- measuring -----------------------------------------------------------------------


def sync(env):
    """Taking in what is new in the ledger, where nothing is."""
    meter = Meter(env)
    with meter.block() as result:
        for company in env["res.company"].search([]):
            env["dunning.item"].with_company(company)._sync(company)
    env.cr.commit()
    return result


def screens(env):
    """What the screens take that people look at all day: ``[(title, seconds, statements)]``."""
    companies = env["res.company"].search([])
    env = env(context={**env.context, "allowed_company_ids": companies.ids})
    notice = env["dunning.notice"].search([("state", "=", "sent")], limit=1)
    if not notice:
        return []
    debtor, timeline = notice.debtor_id, env["dunning.timeline"]
    names = ("name", "debtor_id", "date_due", "amount_open", "reached_name", "action", "reason")
    items, rows = env["dunning.item"], {name: {} for name in ("moment", "summary", "who")}
    is_open = [("state", "=", "open")]

    def listed(domain):
        return items.web_search_read(domain, dict.fromkeys(names, {}), limit=80, count_limit=10_001)

    jobs = (
        ("open items, first page with the count", lambda: listed(is_open)),
        ("all items, first page with the count", lambda: listed([])),
        ("items of a debtor", lambda: listed([("debtor_id", "=", debtor.id)])),
        ("Today, of all", lambda: env["dunning.today"].look("all")),
        ("form of a debtor", lambda: debtor.web_read(_fields(debtor))),
        (
            "what happened with a debtor, first page",
            lambda: timeline.web_search_read(timeline._about(debtor), rows, limit=40),
        ),
        ("page of a message", lambda: _page(env(su=True), notice.sudo())),
    )
    found = [_timed(env, title, job) for title, job in jobs]
    env.cr.rollback()
    return found


def _fields(record):
    return {
        name: {"fields": {"display_name": {}}} if record._fields[name].relational else {}
        for name in record.get_view(view_type="form")["models"][record._name]
    }


def _page(env, notice):
    """What lies behind the address of a message, as its page shows it."""
    doors, day = env["dunning.page.door"], env["dunning.message"]._today(notice.company_id)
    token = doors._token("m", notice.id, notice.debtor_id.page_version)
    door = doors._open("m", notice.id, token)
    piles = env["dunning.page"]._piles(door.debtor, door.items, day)
    env["dunning.page.values"]._claim(door, piles, day)
    env["dunning.page.dialogue"]._sections(door, piles, day, VISITOR)


def cleaning(env):
    """Each cleaner until nothing is left for it: ``[(what, seconds, statements, records, times)]``.

    In the order of the list of what is kept; each time is a transaction, as Odoo does it. What was
    settled is kept for a year here, so that there is something to do.
    """
    found = []
    env["res.company"].search([]).dunning_keep_years = 1
    env.cr.commit()
    for row in env["dunning.retention"].search([("cleaner", "!=", False)]):
        model, _dot, name = row.cleaner.rpartition(".")
        started, statements, records, times, again = time.monotonic(), env.cr.sql_log_count, 0, 0, 1
        while again:
            done, again = getattr(env[model], name)() or (0, False)
            env.cr.commit()
            records, times = records + done, times + 1
        took = time.monotonic() - started
        found.append((row.name, took, env.cr.sql_log_count - statements, records, times))
    return found


def sizes(env):
    """How many rows tables have, and how many bytes they and their indexes take."""
    env.cr.execute(
        """SELECT relname, greatest(reltuples, 0)::bigint, pg_table_size(oid), pg_indexes_size(oid)
             FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples >= 100
              AND (relname LIKE 'dunning%%' OR relname LIKE 'collection%%' OR relname = ANY(%s))
         ORDER BY pg_total_relation_size(oid) DESC""",
        [list(THEIRS)],
    )
    return env.cr.fetchall()
