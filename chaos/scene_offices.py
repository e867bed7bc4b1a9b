"""Packages to an office by HTTPS, recalls, and what the office tells about its cases."""

import io
import time
from collections import Counter
from urllib.parse import parse_qs, urlsplit

from chaos.scene import Scene, Tick
from tests_outside.books import BOOKS
from tests_outside.office import LATER, PACKAGES, TELLS, Authority, Office, feedback

CASES, A_DAY = 40, 5

#: After ``BOOKS``: an office, and no package for it yet.
OFFICE = PACKAGES.partition("for number, move")[0] + "env.cr.commit()\n"
#: Some cases are handed over.
HAND_OVER = """
import hashlib
from odoo import fields
agent = env["collection.agent"].search([])
moves = env["account.move"].search([("move_type", "=", "out_invoice")], order="id")
for number in range({begin}, {end}):
    case = env["collection.case"]._open(moves[number].dunning_item_ids, "clerk")
    content = b"package %d" % number
    handover = env["collection.handover"].create({{
        "case_id": case.id, "agent_id": agent.id, "dossier_id": f"dossier-{{number}}",
        "idempotency_key": f"key-{{number}}", "day": fields.Date.today(),
        "file_hash": hashlib.sha256(content).hexdigest()}})
    handover.file_id = handover._keep(handover, f"package-{{number}}.zip", content)
    env["collection.transmission"]._queue(handover, "package")
"""
#: Of those that the office has one is recalled.
RECALL = """
env["collection.handover"].with_user(env.ref("base.user_admin")).search(
    [("dossier_id", "=", "dossier-{number}")]).action_recall("The debtor paid.")
"""
SENT = {
    "packages": """SELECT kind, state, CASE WHEN state = 'failed' THEN says END AS says
                    FROM collection_transmission""",
    "handovers": """SELECT h.dossier_id, h.state, h.reference IS NOT NULL AS referred, c.phase, c.outcome
                      FROM collection_handover h JOIN collection_case c ON c.id = h.case_id""",
    "items": "SELECT name, state, action, reason FROM dunning_item",
}


def _takes_and_cuts(handler, body):
    answer, handler.wfile = handler.wfile, io.BytesIO()
    handler.take(body)
    handler.wfile = answer
    handler.close_connection = True
    handler.connection.close()
    return True


def _takes_and_lies(handler, body):
    answer, handler.wfile = handler.wfile, io.BytesIO()
    handler.take(body)
    handler.wfile = answer
    handler.raw(200, b"<html>all is well</html>", "text/html")
    return True


def _is_busy(handler, body):
    handler.raw(503, b"", Retry_After="1")
    return True


def _hangs(handler, body):
    time.sleep(1)
    return False


BEHAVIOURS = (_takes_and_cuts, _takes_and_lies, _is_busy, _hangs)


class Receiver(Office):
    """An office; its own authority signs its certificate."""

    def __init__(self):
        authority = Authority()
        super().__init__(authority)
        self.pem = authority.pem


def behave(office, dice):
    """Let about one in three of the next requests go wrong, where it is a package that comes."""

    def on_packages_only(hook):
        return lambda handler, body: bool(
            handler.command == "POST" and "/recall" not in handler.path and hook(handler, body)
        )

    office.behave(
        *(
            on_packages_only(dice.choice(BEHAVIOURS) if dice.random() < 0.3 else lambda *_: False)
            for _each in range(12)
        )
    )


def sending_ticks(days):
    """Each day some cases are handed over, and one of those of two days before is recalled."""
    found = []
    for number in range(days):
        happens = HAND_OVER.format(begin=number * A_DAY, end=(number + 1) * A_DAY)
        if number >= 2:
            happens += RECALL.format(number=(number - 2) * A_DAY)
        found.append(Tick(jobs=SEND, happens=happens, behave=behave))
    return found


def unclear(stage):
    """Somebody has packages asked for again whose receipt said nothing: the office may have them."""
    given_up = stage.rows("SELECT id FROM collection_transmission WHERE state = 'failed'")
    ids = [row["id"] for row in given_up]
    return len(ids), (
        'packages = env["collection.transmission"].with_user(env.ref("base.user_admin"))\n'
        f"packages.browse({ids}).action_again()\n"
    )


def sending(cases=CASES):
    """Return the scene of packages that leave."""
    return Scene(
        name="packages: an office that lies",
        books=lambda peer: (
            BOOKS.format(port=1, debtors=cases)
            + OFFICE.format(url=peer.url, authorities=peer.pem)
            + 'env["dunning.sync"]._sync(company)\nenv.cr.commit()\n'
        ),
        ticks=lambda stage: sending_ticks(cases // A_DAY),
        peer=Receiver,
        waits=lambda stage: stage.count(
            "collection_transmission WHERE state IN ('queued', 'sending', 'doubt')"
        ),
        later=LATER,
        unclear=unclear,
        got=lambda peer: Counter(
            [*peer.packages, *(f"recall of {path}" for path in {path for path, _ in peer.recalled})]
        ),
        digest=SENT,
    )


class Teller(Receiver):
    """An office that keeps messages for us, each behind the cursor of the one before."""

    def __init__(self):
        super().__init__()
        self.kept, self.until = [], 0

    def next_hook(self):
        """Answer the question for messages; all else as ever."""
        return self._tell

    def _tell(self, handler, body):
        if "/feedback" not in handler.path:
            return False
        after = parse_qs(urlsplit(handler.path).query).get("after", [""])[0]
        place = int(after[1:] or 0) if after else 0
        if place < self.until:
            handler.raw(200, self.kept[place], "application/xml", X_Next_Cursor=f"c{place + 1}")
        else:
            handler.raw(204, b"")
        return True


CODES = ("demand", "summons_served", "judgment")
DOSSIER = "6f0e1a52-3b6c-4c1f-9a77-00000000000{number}"
#: What the scheduled actions do; through them Odoo would take the killed ones for slow ones.
ASK = """
env["collection.poll"]._cron_poll()
env.cr.commit()
env["collection.feedback"]._cron_read()
env.cr.commit()
"""
SEND = """
env["collection.transmission"]._cron_send()
env.cr.commit()
"""
NEXT_HOUR = "UPDATE collection_poll SET next_ask = now() at time zone 'UTC' - interval '1 minute'"
TELLING = TELLS + 'agent.feedback_way = "poll"\nenv.cr.commit()\n'
TOLD = {
    "messages": "SELECT number, state FROM collection_feedback",
    "cases": "SELECT dossier_id, agent_status, state FROM collection_handover",
    "cursor": "SELECT cursor FROM collection_poll",
    "told on": """SELECT c.name, message.subject, count(*) FROM mail_message message
                    JOIN collection_case c ON c.id = message.res_id
                   WHERE message.model = 'collection.case' GROUP BY 1, 2""",
}


def telling_ticks(stage, days):
    """Each day the office has news of all cases."""
    peer, found = stage.peer, []
    names = stage.rows(
        """SELECT c.name FROM collection_handover h JOIN collection_case c ON c.id = h.case_id
            ORDER BY h.dossier_id"""
    )
    for day in range(days):
        code = CODES[min(day, len(CODES) - 1)]
        for number, row in enumerate(names):
            dossier = DOSSIER.format(number=number)
            peer.kept.append(feedback(f"M-{day}-{number}", dossier, row["name"], code))
        until = len(peer.kept)
        found.append(Tick(jobs=ASK, opens=lambda peer, until=until: setattr(peer, "until", until)))
    return found


def telling(cases=9, days=3):
    """Return the scene of messages that an office keeps for us."""
    return Scene(
        name="told: messages of an office",
        books=lambda peer: (
            BOOKS.format(port=1, debtors=cases)
            + PACKAGES.format(url=peer.url, authorities=peer.pem)
            + TELLING
        ),
        ticks=lambda stage: telling_ticks(stage, days),
        peer=Teller,
        waits=lambda stage: (
            stage.count(f"collection_poll WHERE cursor IS DISTINCT FROM 'c{stage.peer.until}'")
            + stage.count("collection_feedback WHERE state = 'received'")
        ),
        later=NEXT_HOUR,
        left="SELECT * FROM collection_poll",
        got=lambda peer: Counter(),
        digest=TOLD,
    )
