import hashlib
import logging
from datetime import timedelta

from psycopg2 import errors

from odoo import api, fields, models
from odoo.fields import Domain

from ..rules.feedback.reading import ZIP
from .dunning_dialogue import DISTURBED

_logger = logging.getLogger(__name__)

#: So many are read each time the scheduled action runs; then it runs again.
MOST = 50
#: What could not be read because others were at work is tried again so much later.
AGAIN = timedelta(minutes=5)


class CollectionFeedback(models.Model):
    """Messages that come by themselves: kept at once, read when nobody waits for an answer."""

    _inherit = "collection.feedback"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _receive(self, agent, content, way, name="", delivery=""):
        """Keep a message as it came, once; :meth:`_read_message` reads it.

        :param delivery: the number under which it was sent: the same one is the same message
        :return: ``(message, whether it was known)``; no message where it comes twice at this moment
        """
        own, digest = self.sudo(), hashlib.sha256(content).hexdigest()
        same = Domain("file_hash", "=", digest)
        if delivery:
            same |= Domain("delivery", "=", delivery)
        if known := own.search(Domain("agent_id", "=", agent.id) & same, limit=1):
            return known, True
        try:
            with self.env.cr.savepoint():
                message = own.with_context(mail_create_nolog=True).create(
                    {
                        "agent_id": agent.id,
                        "way": way,
                        "state": "received",
                        "file_hash": digest,
                        "delivery": delivery or False,
                    }
                )
        except errors.UniqueViolation:
            return own, True
        message._keep(content, name or _called(content))
        return message, False

    @api.model
    def _wake_reader(self, moment=None):
        """Let what was kept be read as soon as this transaction has ended well."""
        cron = self.env.ref("payt_dunning.ir_cron_collection_read", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger(moment)

    @api.model
    def _cron_read(self):
        """Read what was kept, of each office in the order in which it came."""
        busy = self.env["collection.agent"]
        for _number in range(MOST):
            waits = Domain("state", "=", "received") & Domain("agent_id", "not in", busy.ids)
            message = self.sudo().search(waits, order="id", limit=1)
            if not message:
                break
            # What others did until now is seen while it is read.
            self.env["ir.cron"]._commit_progress()
            if not message._read_alone():
                busy += message.agent_id
            if self.env["ir.cron"]._commit_progress(1) <= 0:
                break
        else:
            self._wake_reader()
        if busy:
            self._wake_reader(fields.Datetime.now() + AGAIN)

    def _read_alone(self):
        """Read one, whatever happens: what fails here changes nothing and is for a person.

        :return: whether it was read; else somebody else was at work on the same
        """
        message = self.with_context(lang=self.company_id.partner_id.lang)
        try:
            with self.env.cr.savepoint():
                message._read_message(wait=False)
        except (*DISTURBED, errors.LockNotAvailable):
            return False
        except Exception:
            _logger.exception("Message %s of an office could not be read", self.id)
            message._refuse(
                message.env._("It could not be read here. The log of the server says why.")
            )
        return True

    def _ask_somebody(self):
        """A manager looks at what was not read, or is about nothing of ours."""
        self.env["dunning.task"]._ask(
            self,
            "agent_unread",
            lambda env: env._("Look at the message of %s", self.agent_id.partner_id.name),
            managers=True,
        )


def _called(content):
    """What a file is called that came without a name."""
    if content[:4] == ZIP:
        return "feedback.zip"
    return "feedback.xml" if b"<" in content[:10] else "feedback.csv"
