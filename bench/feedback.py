"""A message of an office about thousands of cases.

``FEEDBACK=5000 make bench``: so many debtors with an invoice each, in a case that an office has; then
one message about all of them: where each stands, what happened, two bookings and the balance. Then
the same again under another number: all of it is known.
"""

from datetime import timedelta

from odoo import fields

from bench import cases
from bench.meter import Meter

NAMESPACE = "urn:payt-dunning:collection-feedback:1"
PHASES = (
    ("read", "collection.feedback", "_read"),
    ("find", "collection.feedback.line", "_find_all"),
    ("note lines", "collection.feedback.line", "_note"),
    ("take effect", "collection.feedback.line", "_apply_all"),
    ("note on cases", "collection.case", "_note_each"),
    ("tasks", "collection.feedback.line", "_ask"),
)


def make(env, count):
    """Make so many cases that an office has."""
    company = cases._company(env)
    partners = env["res.partner"].create(
        [{"name": f"Debtor {number} B.V.", "is_company": True} for number in range(count)]
    )
    env.cr.commit()
    cases._invoices(env, partners, 1)
    env["dunning.item"]._sync(company)
    env.cr.commit()
    items = env["dunning.item"].search([("company_id", "=", company.id)])
    opened = env["collection.case"]._open_each([(item, None) for item in items], "clerk")
    office = env["res.partner"].create({"name": "Bailiff Office", "email": "b@example.com"})
    agent = env["collection.agent"].create({"partner_id": office.id, "kind": "bailiff"})
    handovers = env["collection.handover"].create(
        [
            {
                "case_id": case.id,
                "agent_id": agent.id,
                "dossier_id": f"6f0e1a52-3b6c-4c1f-9a77-{case.id:012d}",
                "idempotency_key": f"key-{case.id}",
                "day": fields.Date.today(),
            }
            for case in opened
        ]
    )
    env.cr.execute("UPDATE collection_case SET phase = 'handed_over'")
    env.cr.commit()
    env.cr.execute("ANALYZE")
    return {"cases": len(handovers)}


def message(env, number):
    """Return a message about all cases, as an office would write it."""
    day = fields.Date.today() - timedelta(days=1)
    told = []
    for handover in env["collection.handover"].search([], order="id"):
        own = handover.case_id.id
        told.append(
            f'<Case dossierId="{handover.dossier_id}" caseNumber="{handover.case_id.name}"'
            f' recipientReference="R-{own}">'
            f'<Status phase="judicial" code="summons_served" since="{day}"/>'
            f'<Event id="E-{own}" at="{day}T10:00:00+01:00" code="summons_served">Served.</Event>'
            f'<Booking id="P-{own}" date="{day}" type="principal" amount="500.00"'
            ' chargedTo="debtor"/>'
            f'<Booking id="C-{own}" date="{day}" type="official_act" amount="119.40"'
            ' chargedTo="debtor"/>'
            f'<Balance asOf="{day}" principal="500.00" interest="0.00" costs="119.40"'
            ' due="619.40"/></Case>'
        )
    return (
        f'<CollectionFeedback xmlns="{NAMESPACE}" schemaVersion="1.0">'
        f'<Header feedbackId="{number}" sender="office" sentAt="{day}T12:00:00Z" test="false"/>'
        f"{''.join(told)}</CollectionFeedback>"
    ).encode()


def taking_in(env, number):
    """Read a message about all cases and apply it."""
    content = message(env, number)
    agent = env["collection.agent"].search([], limit=1)
    env.invalidate_all()
    meter = Meter(env)
    for phase, model, method in PHASES:
        meter.watch(type(env[model]), method, phase)
    with meter.block() as result:
        taken, _known = env["collection.feedback"]._take_in(agent, content, "upload")
        env.flush_all()
        # What is tracked is noted when a transaction ends.
        env.cr.precommit.run()
        env.cr.commit()
    result["problems"] = (taken.says or "").splitlines()[:3]
    result["cases"] = env["collection.handover"].search_count([])
    result["megabytes"] = len(content) / 1024**2
    result["state"] = taken.state
    result["results"] = dict(
        env["collection.feedback.line"]._read_group(
            [("feedback_id", "=", taken.id)], ["result"], ["__count"]
        )
    )
    return result
