"""The office of Odoo's own tests, for tests with real processes; and books with packages for it."""

import base64
import hmac
import importlib.util
import time

from dev import state

_spec = importlib.util.spec_from_file_location(
    "https_double", state.CHECKOUT / "payt_dunning" / "tests" / "https_double.py"
)
_double = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_double)
Authority, Office = _double.Authority, _double.Office

#: After ``BOOKS``: a package for each debtor waits to be sent to ``url``.
PACKAGES = """
import hashlib
env["ir.config_parameter"].set_param("payt_dunning.allow_private_hosts", "1")
office = env["res.partner"].create({{"name": "Office", "is_company": True}})
agent = env["collection.agent"].create({{
    "partner_id": office.id, "company_id": company.id, "way": "https", "url": {url!r},
    "authorities": {authorities!r}, "new_secret": "secret-of-the-tests"}})
env["dunning.sync"]._sync(company)
for number, move in enumerate(moves):
    case = env["collection.case"]._open(move.dunning_item_ids, "clerk")
    content = b"package %d" % number
    handover = env["collection.handover"].create({{
        "case_id": case.id, "agent_id": agent.id, "dossier_id": f"dossier-{{number}}",
        "idempotency_key": f"key-{{number}}", "day": fields.Date.today(),
        "file_hash": hashlib.sha256(content).hexdigest()}})
    handover.file_id = handover._keep(handover, f"package-{{number}}.zip", content)
    env["collection.transmission"]._queue(handover, "package")
env.cr.commit()
"""
#: The scheduled action, as the server runs it.
SEND = """
env.ref("payt_dunning.ir_cron_collection_send").method_direct_trigger()
env.cr.commit()
"""
#: Ten minutes later: what was broken off is no longer under way, what waits has its turn.
LATER = """UPDATE collection_transmission
              SET sending_since = sending_since - interval '11 minutes',
                  next_try = now() at time zone 'UTC' - interval '1 minute'"""
STATES = "SELECT state, count(*) FROM collection_transmission GROUP BY state"
#: After ``PACKAGES``: the cases are at the office, which tells about them by both ways.
TELLS = """
agent.write({"feedback_way": "webhook"})
agent._change_secret("whsec_" + "a2tr" * 10)
for number, handover in enumerate(env["collection.handover"].search([], order="id")):
    handover.write({"state": "delivered", "dossier_id": f"6f0e1a52-3b6c-4c1f-9a77-00000000000{number}"})
env["collection.transmission"].search([]).state = "sent"
env.cr.commit()
"""
#: What an office knows: dossier, case.
CASES = """SELECT dossier_id, c.name FROM collection_handover JOIN collection_case c ON c.id = case_id
         ORDER BY dossier_id"""
KEY = b"kkk" * 10


def feedback(number, dossier, case, code):
    """A message that says since when a case stands where."""
    return f"""<CollectionFeedback xmlns="urn:payt-dunning:collection-feedback:1" schemaVersion="1.0">
<Header feedbackId="{number}" sender="office" sentAt="2026-03-02T06:00:00Z" test="false"/>
<Case dossierId="{dossier}" caseNumber="{case}" recipientReference="R-1">
<Status phase="judicial" code="{code}" since="2026-03-01"/></Case></CollectionFeedback>
""".encode()


def signed(number, body):
    """Headers of a message, as an office makes them: written anew, so that nothing of ours is believed."""
    seconds = str(int(time.time()))
    content = b".".join((number.encode(), seconds.encode(), body))
    digest = hmac.new(KEY, content, "sha256").digest()
    return {
        "Content-Type": "application/xml",
        "webhook-id": number,
        "webhook-timestamp": seconds,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }
