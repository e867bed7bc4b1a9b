"""Guarding running payment plans: an ordinary day, and the day on which all are told at once.

``PLANS=10000 make bench``: so many plans of twelve instalments, made in bulk.
"""

from datetime import timedelta

from odoo import Command, fields

from bench.meter import Meter
from bench.run import ANY_DAY

INSTALMENTS = 12
#: Open in each item, and paid each time.
TOTAL, PART = 1200, 100
#: Payment days are spread over so many days.
SPREAD = 30
PHASES = (
    ("standings", "dunning.payment.plan", "_standings"),
    ("look", "dunning.payment.plan", "_look"),
    ("what is told", "dunning.payment.plan", "_reminders"),
    ("missed", "dunning.payment.plan", "_guard_missed"),
    ("tell", "dunning.talk", "_tell_all"),
    ("mail", "dunning.talk", "_mail"),
)


def make(env, count):
    """Make so many debtors with an item each, and a plan about it."""
    open_items(env, count)
    _make_plans(env, env["dunning.item"].search([], order="id"), fields.Date.today())
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return {"plans": count, "instalments": count * INSTALMENTS}


def open_items(env, count):
    """Make so many debtors with an open item each, in a company that is live."""
    company = env.company
    env["account.chart.template"].try_loading("generic_coa", company)
    company.write({**ANY_DAY, "dunning_require_sent": False, "email": "billing@example.com"})
    company._dunning_go_live()
    partners = env["res.partner"].create(
        [{"name": f"Debtor {n}", "email": f"d{n}@example.com"} for n in range(count)]
    )
    accounts = env["account.account"].search([("company_ids", "in", company.ids)])
    owed = accounts.filtered(lambda each: each.account_type == "asset_receivable")[:1]
    sales = accounts.filtered(lambda each: each.account_type == "income")[:1]
    today = fields.Date.today()
    for start in range(0, count, 1000):
        some = partners[start : start + 1000]
        rows = [
            {
                "account_id": owed.id,
                "partner_id": partner.id,
                "balance": TOTAL,
                "date_maturity": today - timedelta(days=20),
                "no_followup": False,
            }
            for partner in some
        ]
        rows.append({"account_id": sales.id, "balance": -TOTAL * len(some)})
        env["account.move"].create(
            {"line_ids": [Command.create(row) for row in rows]}
        ).action_post()
        env.cr.commit()
    env["dunning.item"]._sync(company)
    env.cr.commit()


def _make_plans(env, items, today):
    """One plan and one hold by the ORM, the others as copies of them."""
    first, plans = items[:1], env["dunning.payment.plan"]
    plan = plans.create(
        {
            **plans._terms_of(first).guard,
            "company_id": first.company_id.id,
            "debtor_id": first.debtor_id.id,
            "currency_id": first.currency_id.id,
            "origin": "clerk",
            "state": "running",
            "health": "on_track",
            "total": TOTAL,
            "left": TOTAL,
            "left_company": TOTAL,
            "item_ids": [Command.set(first.ids)],
            "installment_ids": [
                Command.create(
                    {
                        "number": n + 1,
                        "date": today + timedelta(days=30 * n),
                        "amount": PART,
                        "needed": PART,
                    }
                )
                for n in range(INSTALMENTS)
            ],
        }
    )
    hold = env["dunning.hold"].create(
        {
            "company_id": first.company_id.id,
            "item_id": first.id,
            "kind": "plan",
            **env["dunning.hold"]._owner_values(plan),
        }
    )
    env.flush_all()
    known = '\'{"open": "1200", "paid": "0", "gone": "0"}\'::jsonb'
    env.cr.execute("ALTER TABLE dunning_payment_plan ADD COLUMN bench_item int")
    others = f"dunning_item item WHERE item.id <> {first.id} AND t.id = {plan.id}"
    copy(
        env,
        plan,
        {
            "name": "'BENCH' || item.id",
            "reference": "'BENCH' || item.id",
            "debtor_id": "item.debtor_id",
            "handler_id": "item.handler_id",
            "bench_item": "item.id",
        },
        others,
    )
    env.cr.execute(
        "UPDATE dunning_payment_plan SET bench_item = %s WHERE id = %s", [first.id, plan.id]
    )
    env.cr.execute(
        f"UPDATE dunning_payment_plan SET open_at_start = jsonb_build_object('i' || bench_item, {known})"
    )
    copies = f"dunning_payment_plan p WHERE p.id <> {plan.id} AND t.plan_id = {plan.id}"
    copy(env, plan.installment_ids[:1], {"plan_id": "p.id"}, copies)
    items_of = plans._fields["item_ids"]
    env.cr.execute(
        f"INSERT INTO {items_of.relation} ({items_of.column1}, {items_of.column2}) "
        f"SELECT id, bench_item FROM dunning_payment_plan WHERE id <> {plan.id}"
    )
    copies = f"dunning_payment_plan p WHERE p.id <> {plan.id} AND t.id = {hold.id}"
    copy(env, hold, {"item_id": "p.bench_item", "owner_id": "p.id"}, copies)
    env.cr.execute("ALTER TABLE dunning_payment_plan DROP COLUMN bench_item")
    env.invalidate_all()


def copy(env, record, changed, source):
    """Insert rows like one of ``record``'s table, with some columns changed; return how many."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [record._table]
    )
    columns = [name for (name,) in env.cr.fetchall() if name != "id" or "id" in changed]
    if "bench_item" in columns and "bench_item" not in changed:
        columns.remove("bench_item")
    wanted = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changed.get(name, f't."{name}"') for name in columns)
    env.cr.execute(
        f"INSERT INTO {record._table} ({wanted}) SELECT {values} FROM {record._table} t, {source}"
    )
    return env.cr.rowcount


def ordinary(env):
    """Payment days spread over the month; what had to be said until yesterday was said."""
    today = fields.Date.today()
    env.cr.execute(
        "UPDATE dunning_payment_installment SET date = %s::date + plan_id %% %s + 30 * (number - 1)",
        [today, SPREAD],
    )
    _guard(env, today, measured=False)
    return _guard(env, today + timedelta(days=1))


def worst(env):
    """The next instalment of all plans is due in three days: a message for each of them."""
    day = fields.Date.today() + timedelta(days=1)
    env.cr.execute(
        "UPDATE dunning_payment_installment SET date = %s::date + 33 + 30 * (number - 1)", [day]
    )
    return _guard(env, day + timedelta(days=30))


def _guard(env, day, measured=True):
    env.cr.commit()
    env.invalidate_all()
    notices = env["dunning.notice"]
    before = notices.search_count([("kind", "=", "talk")])
    meter = Meter(env)
    for phase, model, method in PHASES if measured else ():
        meter.watch(type(env[model]), method, phase)
    meter.watch(type(env["ir.cron"]), "_commit_progress", "commit", is_commit=True)
    with meter.block() as result:
        problems = env["dunning.dialogue"]._watch(env.company, day)
    env.cr.commit()
    plans = env["dunning.payment.plan"].search_count([("state", "=", "running")])
    result.update(
        plans=plans,
        notices=notices.search_count([("kind", "=", "talk")]) - before,
        problems=problems[:3],
    )
    return result
