"""Books of a small Dutch company on a busy day, for the pictures of the guides."""

from tests_outside import page_books

#: Who looks at the screens: login, name, language, group.
PEOPLE = (
    ("clerk", "Carla Clerk", "en_US", "group_dunning_user"),
    ("medewerker", "Mila de Wit", "nl_NL", "group_dunning_user"),
    ("manager", "Mark Manager", "en_US", "group_dunning_manager"),
    ("beheerder", "Bas Bakker", "nl_NL", "group_dunning_manager"),
)

USERS = """
env["ir.mail_server"].search([]).name = "Mail"
env.ref("base.EUR").position = "before"
for login, name, lang, group in {people!r}:
    env["res.users"].with_context(no_reset_password=True).create({{
        "login": login, "password": f"{{login}}.{{login}}", "name": name, "lang": lang,
        "tz": "Europe/Amsterdam",
        "group_ids": [Command.set([env.ref(f"payt_dunning.{{group}}").id,
                                   env.ref("account.group_account_user").id])]}})
"""
#: Debtors who ask, disagree, promise, want to pay in parts, are to be called, or are at the end.
DEBTORS = """
from odoo.addons.payt_dunning.demo.plans import DemoPlans
from odoo.addons.payt_dunning.models.dunning_dispute import Contested
from odoo.addons.payt_dunning.tools import Heard

def debtor(name, lang, address, business=True):
    return env["res.partner"].create({
        "name": name, "is_company": business, "lang": lang, "country_id": nl.id, "email": address,
        "phone": "010 555 01 10", "street": "Kadewerf 18", "zip": "3029 ZZ", "city": "Rotterdam"})

def owing(partner, *rows):
    moves = env["account.move"].create([{
        "move_type": "out_invoice", "partner_id": partner.id, "invoice_payment_term_id": False,
        "invoice_date": today - timedelta(days=late + 14),
        "invoice_date_due": today - timedelta(days=late),
        "invoice_line_ids": [Command.create(
            {"name": "Onderhoud", "price_unit": amount, "tax_ids": []})]}
        for amount, late in rows])
    moves.action_post()
    moves.is_move_sent = True
    env["dunning.sync"].sudo()._sync(company)
    return env["dunning.item"].sudo().search([("move_id", "in", moves.ids)], order="date_due")

def ask(items, text, days):
    item = items[-1:]
    item.move_id.with_context(
        dunning_heard=Heard(debtor_id=item.debtor_id.id, item_ids=tuple(item.ids))
    ).message_post(body=text, message_type="comment", subtype_xmlid="mail.mt_comment",
                   author_id=item.partner_id.id)
    question = env["dunning.question"].search([("move_id", "=", item.move_id.id)], limit=1)
    asked = fields.Datetime.subtract(fields.Datetime.now(), days=days)
    question.write({"asked_on": asked, "last_on": asked})
    question.message_id.date = asked

bakery = owing(debtor("Bakkerij De Korenaar", "nl_NL", "info@korenaar.example.nl"),
               (412.5, 38), (186.0, 18), (95.25, 4))
harbour = owing(debtor("Harbour Trading Ltd", "en_US", "accounts@harbour.example.com"),
                (1280.0, 24), (640.0, 6))
hotel = owing(debtor("Hotel Zilverberk", "nl_NL", "receptie@zilverberk.example.nl"), (890.0, 12))
garage = owing(debtor("Garage Van Dam", "nl_NL", "info@vandam.example.nl"), (350.0, 20))
ended = owing(debtor("Feestzaal De Kroon", "nl_NL", "info@dekroon.example.nl"), (2150.0, 75))
ended |= owing(debtor("Klusbedrijf Stolk", "nl_NL", "info@stolk.example.nl"), (730.0, 68))
family = owing(debtor("Familie Postma", "nl_NL", "postma@example.nl", False), (300.0, 9))
miller = owing(debtor("J. Miller", "en_US", "j.miller@example.com", False), (300.0, 9))
DemoPlans(env, company).load()
env["dunning.run"]._cron_run()
env["mail.mail"].process_email_queue()
ask(bakery, "Voor welke bestelling is deze factuur? Wij kunnen hem nergens plaatsen.", 2)
ask(harbour, "Which order is this invoice for? We can't find it in our books.", 1)
env["dunning.dispute"].sudo()._begin(
    hotel, Contested("amount", 50.0), env.ref("payt_dunning.dispute_reason_price"),
    "Eén uur te veel gerekend.", by_debtor=True)
promise = env["dunning.promise"].sudo()._make(garage, today + timedelta(days=3), by_debtor=True)
env["dunning.call"].sudo().create({
    "company_id": company.id, "debtor_id": ended[1:].debtor_id.id, "outcome": "not_reached",
    "user_id": env["res.users"].search([("login", "=", "medewerker")]).id,
    "moment": fields.Datetime.subtract(fields.Datetime.now(), days=6)})
env["dunning.run"]._cron_run()
ended.write({"action": "blocked", "reason": "end_of_ladder"})
# What leaves today.
owing(debtor("Drukkerij Inktvis", "nl_NL", "info@inktvis.example.nl"), (525.0, 5))
owing(debtor("Northgate Ltd", "en_US", "ap@northgate.example.com"), (968.0, 4))
env.invalidate_all()
"""
TELL = """
found = {}
for kind, items in {"nl": family, "en": miller, "debtor nl": bakery, "debtor en": harbour}.items():
    notice = env["dunning.notice"].sudo().search(
        [("debtor_id", "=", items.debtor_id.id), ("state", "=", "sent")], limit=1)
    found[kind] = [{
        "path": env["dunning.page.door"]._path("m", notice.id, notice.debtor_id),
        "debtor": items.debtor_id.id, "name": items.partner_id.name}]
found["policy"] = [{"id": env.ref("payt_dunning.policy_business").id}]
env.cr.commit()
print("CLAIMS", json.dumps(found))
"""


def script(port):
    """Return the script that makes the books; mails go to ``port``."""
    company = page_books.COMPANY.format(port=port, kinds="{}")
    return company + USERS.format(people=PEOPLE) + DEBTORS + TELL
