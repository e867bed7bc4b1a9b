from odoo import fields, models

from .collection_transmission import OPEN

#: Ways by which packages go by themselves.
BY_ITSELF = ("https", "folder")


class CollectionHandover(models.Model):
    """Packages and notices that go to offices by themselves."""

    _inherit = "collection.handover"  # pylint: disable=consider-merging-classes-inherited

    transmission_ids = fields.One2many(
        "collection.transmission", "handover_id", "Sent by Itself", readonly=True
    )
    agent_way = fields.Selection(related="agent_id.way")

    def _made(self):
        """A package goes by itself where its office has a way for that."""
        if self.agent_id.way in BY_ITSELF:
            self.env["collection.transmission"]._queue(self, "package")
        return super()._made()

    def _tell_agent(self, words, kind="", payload=None):
        """Where there is a server it is told what people would be told by mail."""
        if kind and self.agent_id.way in BY_ITSELF:
            if kind == "recall" and self._drop_unsent():
                return None
            self.env["collection.transmission"]._queue(self, kind, payload)
            return None
        return super()._tell_agent(words, kind, payload)

    def _give_way(self):
        """What is not there yet is dropped at its next turn, which is now: the other waits for it."""
        waiting = self.sudo().transmission_ids.filtered(lambda each: each.state in OPEN)
        told = waiting.filtered(lambda each: each.kind == "payment" and not each.attempt_ids)
        # What takes its place is net of it.
        told._drop()
        (waiting - told).next_try = fields.Datetime.now()
        return super()._give_way()

    def _drop_unsent(self):
        """Whether the package never left: then there is nothing to recall."""
        packages = self.sudo().transmission_ids.filtered(lambda each: each.kind == "package")
        if not packages or any(each.state != "queued" or each.attempt_ids for each in packages):
            return False
        packages._drop()
        return True
