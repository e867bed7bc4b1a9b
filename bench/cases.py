"""Collection cases: opened after their notices, and packaged for a bailiff.

``CASES=100 make bench``: so many cases of ninety invoices each, with PDFs of about 80 kB and some
electronic invoices: with the messages that left, a hundred documents and more.
"""

import base64
import io
import random
import time
import zipfile
from datetime import timedelta

from PIL import Image

from odoo import Command, fields

from odoo.addons.payt_dunning.models.collection_dossier import Wanted
from odoo.addons.payt_dunning.rules.dossier.checking import check_package

from bench.ledger.clone import Cloner
from bench.meter import Meter
from bench.run import ANY_DAY

INVOICES, UBL = 90, 8
#: Days before today on which each invoice was due at the latest, and its messages left.
LATE, LEFT = 70, (60, 53, 43)
#: Dots on each side of the picture in a PDF: about 60 kB.
SIDE = 140
PHASES = (
    ("PDF", "dunning.page.statement", "_to_pdf"),
    ("checks", "collection.check", "_checks"),
    ("read", "collection.dossier", "_read"),
    ("dossier", "collection.dossier", "_make"),
    ("keep", "collection.handover", "_keep"),
    ("follow-up stops", "collection.case", "_handed_over"),
)
OPENING = (
    ("align", "collection.case", "_align"),
    ("check", "collection.case", "_check_may_open"),
    ("note", "collection.case", "_note"),
    ("settle", "collection.case", "_settle"),
)


def make(env, count):
    """Make so many debtors with invoices, their files, and the messages that left about them."""
    company = _company(env)
    partners = env["res.partner"].create(
        [
            {
                "name": f"Debtor {number} B.V.",
                "is_company": True,
                "email": f"d{number}@example.com",
                "street": "Lindelaan 5",
                "zip": "2611 AB",
                "city": "Delft",
                "country_id": company.country_id.id,
                "company_registry": f"{90000000 + number}",
            }
            for number in range(count)
        ]
    )
    env.cr.commit()
    _invoices(env, partners)
    _files(env)
    env["dunning.item"]._sync(company)
    env.cr.commit()
    _messages(env, company)
    today = fields.Date.today()
    env["dunning.debtor"].search([]).write(
        {"address_checked_on": today, "insolvency_checked_on": today}
    )
    office = env["res.partner"].create({"name": "Bailiff Office", "email": "b@example.com"})
    env["collection.agent"].create({"partner_id": office.id, "kind": "bailiff"})
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return {"cases": count, "invoices": count * INVOICES}


def _company(env):
    company, euro = env.company, env.ref("base.EUR")
    euro.active = True
    company.write(
        {
            **ANY_DAY,
            "dunning_require_sent": False,
            "dunning_terms_agreed": True,
            "email": "billing@example.com",
            "phone": "+31 10 123 45 67",
            "street": "Havenkade 1",
            "zip": "3011 AA",
            "city": "Rotterdam",
            "country_id": env.ref("base.nl").id,
            "company_registry": "90000001",
        }
    )
    env["account.chart.template"].try_loading("generic_coa", company)
    company.currency_id = euro
    env["res.partner.bank"].create(
        {"acc_number": "NL91ABNA0417164300", "partner_id": company.partner_id.id}
    )
    company._dunning_go_live()
    policy = env.ref("payt_dunning.policy_business")
    policy.case_opening = "notice"
    company.dunning_policy_id = policy
    env.cr.commit()
    return company


def _invoices(env, partners, each=INVOICES):
    """One invoice by the ORM, the others as multiples of it; so many for each debtor."""
    due = fields.Date.today() - timedelta(days=LATE)
    line = {"name": "Work under order 12", "price_unit": 10, "tax_ids": []}
    first = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": env["res.partner"].create({"name": "Template"}).id,
            "invoice_date": due - timedelta(days=14),
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [Command.create(line)],
        }
    )
    first.action_post()
    env.flush_all()
    Cloner(env, [(first, env["account.payment"])]).clone(
        (
            place * each + number,
            0,
            partner.id,
            partner.id,
            partner.name,
            3 + number % 40,
            -(number % 60),
        )
        for place, partner in enumerate(partners)
        for number in range(each)
    )
    first.button_draft()
    first.button_cancel()
    env.cr.commit()


def _files(env):
    """Each case has the same files: bytes are read as often as if each had its own."""
    moves = env["account.move"].search(
        [("move_type", "=", "out_invoice"), ("state", "=", "posted")], order="id"
    )
    kept = []
    for number in range(INVOICES):
        kept.append(_kept(env, "invoice_pdf_report_file", "application/pdf", _pdf(env, number)))
        if number < UBL:
            content = f"<Invoice><ID>{number}</ID></Invoice>".encode()
            kept.append(_kept(env, "ubl_cii_xml_file", "application/xml", content))
    env.flush_all()
    sources = [[file.id, number] for number, file in _numbered(kept)]
    ids = ", ".join(f"({source}, {number})" for source, number in sources)
    names = [
        name
        for name, field in env["ir.attachment"]._fields.items()
        if field.store and field.column_type and name not in ("id", "res_id")
    ]
    columns = ", ".join(f'"{name}"' for name in names)
    env.cr.execute(
        f"""INSERT INTO ir_attachment ({columns}, res_id)
            SELECT {", ".join(f't."{name}"' for name in names)}, move.id
              FROM (VALUES {ids}) source (id, number)
              JOIN ir_attachment t ON t.id = source.id
              JOIN (SELECT id, mod(row_number() OVER (ORDER BY id) - 1, {INVOICES}) AS number
                      FROM account_move WHERE id = ANY(%s)) move
                ON move.number = source.number""",
        [moves.ids],
    )
    env.cr.commit()


def _numbered(files):
    number = -1
    for file in files:
        number += file.res_field == "invoice_pdf_report_file"
        yield number, file


def _kept(env, field, mimetype, content):
    return env["ir.attachment"].create(
        {
            "name": "invoice",
            "res_model": "account.move",
            "res_id": 0,
            "res_field": field,
            "raw": content,
            "mimetype": mimetype,
        }
    )


def _pdf(env, number):
    """A page as heavy as one with a logo and fonts: noise does not shrink."""
    noise = random.Random(number).randbytes(3 * SIDE * SIDE)
    stream = io.BytesIO()
    Image.frombytes("RGB", (SIDE, SIDE), noise).save(stream, "PNG")
    logo = base64.b64encode(stream.getvalue()).decode()
    words = "<p>Work under order 12, as agreed.</p>" * 20
    return env["dunning.page.statement"]._to_pdf(
        f'<h1>Invoice {number}</h1><img src="data:image/png;base64,{logo}"/>{words}'
    )


def _messages(env, company):
    """Three messages that left about all of a debtor: two reminders, and a formal demand."""
    policy = company.dunning_policy_id
    levels = policy.level_ids.filtered(lambda level: level.position in (2, 3, 4)).sorted("position")
    today = fields.Date.today()
    for debtor in env["dunning.debtor"].search([("company_id", "=", company.id)]):
        items = env["dunning.item"].search([("debtor_id", "=", debtor.id)])
        rows = "".join(
            f"<tr><td>{item.display_name}</td><td>{item.date_due}</td><td>{LATE} days late</td>"
            f"<td>{item.amount_open}</td></tr>"
            for item in items
        )
        way = {"channel": "email", "recipient": debtor.partner_id.email}
        env["dunning.notice"].create(
            [
                {
                    **way,
                    "debtor_id": debtor.id,
                    "company_id": company.id,
                    "partner_id": debtor.partner_id.id,
                    "currency_id": items.currency_id.id,
                    "level_id": level.id,
                    "level_name": level.name,
                    "phase": level.phase,
                    "subject": level.name,
                    "body": f"<p>Please pay what is open.</p><table>{rows}</table>",
                    "content_hash": "0" * 64,
                    "state": "sent",
                    "as_of": today - timedelta(days=days),
                    "sent_on": today - timedelta(days=days),
                    "sent_at": fields.Datetime.now() - timedelta(days=days),
                    "line_ids": [
                        Command.create(
                            {
                                **way,
                                "position": level.position,
                                "currency_id": items.currency_id.id,
                                "item_id": item.id,
                                "source": f"item:{item.id}",
                                "slot": f"level:{level.position}",
                                "live": True,
                                "amount": item.amount_open,
                            }
                        )
                        for item in items
                    ],
                }
                for level, days in zip(levels, LEFT, strict=True)
            ]
        )
        env.flush_all()
        env.invalidate_all()
    env.cr.execute(
        "UPDATE dunning_item SET revision_id = %s, reached = %s, reached_on = %s",
        [policy.revision_id.id, levels[-1].position, today - timedelta(days=LEFT[-1])],
    )
    env.cr.commit()


def opening(env):
    """The daily look that opens a case about each formal notice."""
    company, day = env.company, fields.Date.today()
    meter = Meter(env)
    for phase, model, method in OPENING:
        meter.watch(type(env[model]), method, phase)
    with meter.block() as result:
        result["problems"] = env["collection.case"]._watch(company, day)
        env.flush_all()
    env.cr.commit()
    result["cases"] = env["collection.case"].search_count([])
    return result


def packaging(env):
    """Hand over every case: a package each."""
    agent = env["collection.agent"].search([], limit=1)
    cases = env["collection.case"].search([], order="id")
    wanted = Wanted(
        agent_id=agent,
        action="court_action",
        day=fields.Date.today(),
        ground="Work under order 12.",
        no_defence=True,
    )
    handovers = env["collection.handover"]
    meter = Meter(env)
    for phase, model, method in PHASES:
        meter.watch(type(env[model]), method, phase)
    slowest = 0.0
    with meter.block() as result:
        for case in cases:
            started = time.monotonic()
            handovers |= env["collection.handover"]._hand_over(case, wanted)
            # As in a request of its own for each.
            env.cr.commit()
            env.invalidate_all()
            slowest = max(slowest, time.monotonic() - started)
    result.update(cases=len(cases), slowest=slowest, **_made(handovers))
    return result


def _made(handovers):
    """What was made, and what is wrong with the first of it."""
    content = io.BytesIO(handovers[:1]._content())
    return {
        "documents": sum(len(each.documents) for each in handovers),
        "megabytes": sum(each.file_size for each in handovers) / 1e6,
        "files": len(zipfile.ZipFile(content).namelist()),
        "problems": [
            str(each)
            for section in check_package(content)
            for each in section.problems
            if each.is_error
        ],
    }
