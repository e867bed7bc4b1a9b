"""Books kept with the first version of the add-on, for tests that upgrade it."""

import json
import tarfile

from dev import state
from tests_outside.books import BOOKS, RUN, SEND
from tests_outside.page_site import AS_OF

ARCHIVE = state.CHECKOUT / "tests_outside" / "first_version" / "payt_dunning-19.0.1.0.0.tar.xz"
#: What each debtor is for, in the order of their numbers.
DEBTORS = (
    "goes_on",
    "paused",
    "stopped",
    "paid",
    "disputed",
    "unclear",
    "refused",
    "waits_for_approval",
    "queued",
)
#: The first version alone: what it is told, decides and sends.
PREPARE = """
of = dict(zip({names!r}, partners))
policy = env.ref("payt_dunning.policy_business")
env.ref("payt_dunning.level_business_1").text = "In our own words: {{amount}}."
env.ref("payt_dunning.level_business_2").days = 12
env.ref("payt_dunning.level_business_2").copy({{"position": 0, "name": "Our own level", "days": 25}})
policy.action_publish()
careful = policy.copy({{"name": "Careful", "debtor_kind": False}})
careful.level_ids.approval = True
careful.action_publish()
env["dunning.item"]._sync(company)
def debtor(name):
    return env["dunning.debtor"].search([("partner_id", "=", of[name].id)])
debtor("waits_for_approval").policy_id = careful
company.write({{
    "dunning_receipt_days": 5, "dunning_answer_days": 9, "dunning_abnormal_factor": 4.5,
    "dunning_backlog_days": 200, "dunning_bank_gate": False,
    "dunning_handler_id": env.ref("base.user_admin").id, "dunning_policy_id": careful.id}})
env["res.partner.bank"].create(
    {{"partner_id": company.partner_id.id, "acc_number": "NL91ABNA0417164300"}})
late = fields.Date.today() - timedelta(days=30)
moves.line_ids.filtered("date_maturity").date_maturity = late
company.dunning_live_since = late
queued = moves.filtered(lambda move: move.partner_id == of["queued"])
queued.line_ids.filtered("date_maturity").date_maturity = fields.Date.today() - timedelta(days=4)
env["dunning.item"].search([]).next_date = late
env.cr.commit()
"""
#: What people did after the first reminder.
DECIDE = """
def item(name):
    return env["dunning.item"].search(
        [("partner_id.name", "=", f"Debtor {{{names!r}.index(name)}}")])
Hold = env["dunning.hold"]
today = env["dunning.message"]._today(env.company)
Hold.create({{"item_id": item("paused").id, "kind": "pause", "reason": "Asked by phone",
             "date_until": today + timedelta(days=90)}})
Hold.create({{"debtor_id": item("stopped").debtor_id.id, "kind": "stop_goodwill",
             "reason": "Old customer"}})
Hold.create({{"item_id": item("disputed").id, "kind": "dispute", "amount": 40,
             "reason": "Broken"}})
released = Hold.create({{"item_id": item("goes_on").id, "kind": "pause", "reason": "In error"}})
released.action_release("Was wrong", "continue")
item("goes_on").resumed_on = False
env["account.payment.register"].with_context(
    active_model="account.move", active_ids=item("paid").move_id.ids).create({{}})._create_payments()
env.cr.commit()
"""
#: Tables of ours, and columns of ours in tables of others.
COLUMNS = """
SELECT table_name, string_agg(quote_ident(column_name), ',' ORDER BY column_name)
  FROM information_schema.columns
 WHERE table_schema = 'public'
   AND (table_name LIKE 'dunning\\_%' OR column_name LIKE 'dunning\\_%')
 GROUP BY table_name
"""


def unpack(folder):
    """Unpack the first version of the add-on; return the folder as an addons path."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder


def prepare(port):
    """Return a script that sets up the books, before anything is sent."""
    books = BOOKS.format(port=port, debtors=len(DEBTORS))
    return books + PREPARE.format(names=DEBTORS)


def decide(days):
    """Return a script in which people decide, as of a day."""
    return AS_OF.format(days=days) + DECIDE.format(names=DEBTORS)


def day(days):
    """Return a script that is the daily run of a day, with the hand-over after it."""
    return AS_OF.format(days=days) + RUN + SEND


def columns(psql, database):
    """Return ``{table: its columns}`` of everything that is ours."""
    found = dict(row.split("|") for row in psql(database, COLUMNS))
    return {
        table: names if table.startswith("dunning_") else f"id,{names}"
        for table, names in found.items()
    }


def rows(psql, database, known):
    """Return ``{(table, key): {column: value}}`` of some columns of tables."""
    found = {}
    for table, names in known.items():
        for line in psql(database, f"SELECT to_json(t) FROM (SELECT {names} FROM {table}) t"):
            row = json.loads(line)
            key = row.get("id") or json.dumps(row, sort_keys=True)
            found[table, key] = row
    return found
