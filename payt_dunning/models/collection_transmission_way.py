import base64
import hashlib
import json
import logging
import os
from dataclasses import replace
from pathlib import Path

from odoo import api, models
from odoo.exceptions import UserError

from ..https import ask
from ..rules.delivery import LATER, REFUSED, SETTINGS, TAKEN, Outcome, Receipt, judge, judge_lookup
from .ir_attachment import FileUnreachable

_logger = logging.getLogger(__name__)

#: Where folders of offices lie; set by who runs the machine.
FOLDER = "payt_dunning.package_folder"
SCHEMA = "1.0"
SHOWN = 200


class CollectionTransmissionWay(models.AbstractModel):
    """The ways to an office: its server, or a folder that somebody else empties."""

    _name = "collection.transmission.way"
    _description = "Ways to an Office"

    @api.model
    def _deliver(self, transmission, question):
        """Send something, or ask whether it is there: :class:`~..rules.delivery.Outcome`.

        It never raises for what is wrong there, or with what is stored; only where the files are
        out of reach of this host, or another worker took it.
        """
        try:
            if transmission.agent_id.way == "folder":
                return self._by_folder(transmission)
            if transmission.agent_id.way != "https":
                return Outcome(REFUSED, "way")
            return self._by_server(transmission, question)
        except FileUnreachable:
            raise
        except UserError:
            # The stored bytes are not those that were made.
            return Outcome(REFUSED, "stored")

    # -- server ----------------------------------------------------------------------------------------

    @api.model
    def _by_server(self, transmission, question):
        handover, door = transmission.handover_id, transmission.agent_id._door()
        place = f"/dossiers/{handover.dossier_id}"
        headers = [
            ("Idempotency-Key", transmission.idempotency_key),
            ("X-Dossier-Id", handover.dossier_id),
            ("X-Dossier-Revision", str(handover.revision)),
            ("X-Schema-Version", SCHEMA),
        ]
        if handover.test:
            headers.append(("X-Test", "true"))
        if question == "lookup":
            transmission._check_still_ours()
            return judge_lookup(ask(door, "GET", place, headers), handover.file_hash)
        if transmission.kind == "package":
            content, kind, place = handover._content(), "application/zip", "/dossiers"
        else:
            content = json.dumps(transmission.payload or {}).encode()
            kind, place = "application/json", f"{place}/{transmission.kind}"
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        headers += [("Content-Type", kind), ("Content-Digest", f"sha-256=:{digest}:")]
        transmission._check_still_ours()
        answer = ask(door, "POST", place, headers, content)
        if transmission.kind == "package":
            return judge(answer, handover.file_hash)
        return self._judge_notice(answer, transmission)

    @api.model
    def _judge_notice(self, answer, transmission):
        """A notice has no receipt: an answer is enough, and its key makes it safe to repeat.

        Where the office does not know the case there is nothing to recall, if no package arrived.
        """
        outcome = judge(answer, "")
        if answer.fault:
            return outcome
        packages = transmission.handover_id.transmission_ids.filtered(
            lambda each: each.kind == "package"
        )
        never_there = packages and all(each.state == "dropped" for each in packages)
        gone = answer.status in (404, 410)
        if (
            200 <= answer.status < 300
            or answer.status == 409
            or (gone and transmission.kind == "recall" and never_there)
        ):
            return Outcome(TAKEN, "", answer.status)
        return replace(outcome, kind=REFUSED) if gone else outcome

    # -- folder ----------------------------------------------------------------------------------------

    @api.model
    def _by_folder(self, transmission):
        """Write a file, then another that says that it is whole: who empties it waits for that.

        A folder that this host can't write to, or a full disk, stops no office: another host may
        have it, and it is tried again.
        """
        root = self.env["ir.config_parameter"].sudo().get_param(FOLDER)
        if not root or not transmission.agent_id.folder:
            return Outcome(SETTINGS, "folder")
        folder = Path(root, transmission.agent_id.folder)
        handover = transmission.handover_id
        if transmission.kind == "package":
            name, content = handover.file_id.name, handover._content()
        else:
            name = f"{handover.dossier_id}_{transmission.id}_{transmission.kind}.json"
            content = json.dumps({"dossierId": handover.dossier_id, **(transmission.payload or {})})
            content = content.encode()
        digest = hashlib.sha256(content).hexdigest()
        transmission._check_still_ours()
        try:
            self._write_whole(folder / name, content)
            self._write_whole(folder / f"{name}.done", f"{digest}  {name}\n".encode())
        except OSError as error:
            _logger.error("Nothing can be put in the folder of an office from this host: %s", error)
            return Outcome(LATER, "folder")
        return Outcome(TAKEN, receipt=Receipt(sha256=digest))

    @api.model
    def _write_whole(self, file, content):
        """A file that is there whole or not at all."""
        part = file.with_name(f"{file.name}.part")
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)

    # -- words -----------------------------------------------------------------------------------------

    @api.model
    def _words(self, outcome):
        """What came of it, for a person."""
        env = self.env
        words = {
            "connect": lambda: env._("Its server can't be reached."),
            "tls": lambda: env._("The certificate of its server, or ours, is not accepted."),
            "address": lambda: env._("The address of its server is not allowed."),
            "cut": lambda: env._("The line was cut: not clear whether it arrived."),
            "timeout": lambda: env._("Its server did not answer: not clear whether it arrived."),
            "too_large": lambda: env._("Its answer was too large: not clear whether it arrived."),
            "redirect": lambda: env._("Its server sends us elsewhere, which is not followed."),
            "receipt": lambda: env._("Its receipt is about something else than what was sent."),
            "not_there": lambda: env._("It does not have it: it is sent again."),
            "way": lambda: env._("It is not set how packages go to it."),
            "folder": lambda: env._("Its folder can't be written to."),
            "stored": lambda: env._("The stored package is not what was made: it is not sent."),
        }
        if not outcome.code:
            reference = outcome.receipt.reference
            return env._("Arrived; its number: %s", reference) if reference else env._("Arrived.")
        if outcome.code == "http":
            said = env._("Its server answered %s.", outcome.status)
            return f"{said} {outcome.words}".strip()[:SHOWN]
        return words[outcome.code]()
