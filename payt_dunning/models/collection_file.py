import io
import zipfile
from collections import defaultdict

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..rules.dossier.names import safe_part
from ..rules.dossier.package import arrange
from ..rules.dossier.problems import Refused
from .collection_dossier import Facts, Wanted


class CollectionFile(models.AbstractModel):
    """All that there is about a case, an invoice or a debtor in one ZIP, at any time.

    For ourselves: no claim, no declaration, nothing is handed over by it. What must not be in a
    dossier is not in it either.
    """

    _name = "collection.file"
    _description = "File About Invoices"
    _inherit = "collection.dossier"

    @api.model
    def _zip(self, items, title):
        """The documents about items, and what happened in order.

        :param items: of one debtor; what the user may read
        :param title: of the timeline
        :return: file name and bytes
        :raises UserError: in words, when nothing can be made
        """
        if not items or len(items.debtor_id) != 1:
            raise UserError(self.env._("There is nothing to make a file of."))
        facts = self._about(items.sudo())
        arranged, left_out = self._arranged(facts)
        facts.documents = {each.exhibit.key: each for each in arranged}
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("timeline.pdf", self._timeline(facts, title, left_out))
            for each in arranged:
                with each.exhibit.open() as stream:
                    archive.writestr(each.document.path, stream.read())
        return f"{safe_part(title) or 'file'}.zip", out.getvalue()

    @api.model
    def _about(self, items):
        """What is known about items, open or not; see :class:`~.collection_dossier.Facts`."""
        company, debtor = items.company_id[:1], items.debtor_id
        day = self.env["dunning.message"]._today(company)
        paid = defaultdict(list)
        for owed in self.env["dunning.owed"]._statements(items, day).values():
            for each in owed.paid:
                paid[each.item_id].append(each)
        facts = Facts(
            case=None,
            handover=Wanted(agent_id=None, action="demand", day=day),
            company=company,
            debtor=debtor,
            currency=items.currency_id[:1] or company.currency_id,
            day=day,
            items=items.sorted("date_due"),
            ledgers={},
            standings={},
            laws={},
            excluded={},
            paid=paid,
            lines={},
            charges=(),
            shares=None,
            waived=False,
        )
        self._read_story(facts)
        facts.evidence = self._evidence(facts)
        return facts

    @api.model
    def _arranged(self, facts):
        """The files that can go along, and the titles of those that can't."""
        arranged, left_out = [], []
        for each in facts.evidence:
            try:
                arranged += arrange([each.exhibit], first=len(arranged) + 1)
            except Refused:
                left_out.append(each.exhibit.title)
        return arranged, left_out

    @api.model
    def _timeline(self, facts, title, left_out):
        """What happened, in order, as PDF."""
        numbers = {each.document.id: each.document.exhibit for each in facts.documents.values()}
        rows = []
        for event in self._events(facts):
            where = ", ".join(str(numbers[each]) for each in event.documents if each in numbers)
            told = f"{event.summary} ({where})" if where else event.summary
            rows.append((format_date(self.env, event.at), told))
        if left_out:
            rows.append((self.env._("Can't be read"), ", ".join(left_out)))
        return self._page(title, rows, "")

    @api.model
    def _check_may(self):
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can download files."))


class CollectionCase(models.Model):
    _inherit = "collection.case"  # pylint: disable=consider-merging-classes-inherited

    def action_file(self):
        """Download all that there is about this case."""
        self.ensure_one()
        return _url(self)

    def _file_items(self):
        """The items that the file of a case is about."""
        return self.line_ids.item_id


class DunningDebtor(models.Model):
    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    def action_file(self):
        """Download all that there is about what this debtor owes."""
        self.ensure_one()
        return _url(self)

    def _file_items(self):
        """The items that the file of a debtor is about: what is not settled."""
        return self.item_ids.filtered(lambda item: item.state != "closed")


class DunningItem(models.Model):
    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    def action_file(self):
        """Download all that there is about this invoice."""
        self.ensure_one()
        return _url(self)

    def _file_items(self):
        """The items that the file is about: those of the same invoice."""
        own = self.search(
            [("move_id", "=", self.move_id.id), ("debtor_id", "=", self.debtor_id.id)]
        )
        return own if self.move_id else self


def _url(record):
    """Open the file of a record, for who may; the controller looks again."""
    record.check_access("read")
    record.env["collection.file"]._check_may()
    return {
        "type": "ir.actions.act_url",
        "url": f"/payt_dunning/file/{record._name}/{record.id}",
        "target": "download",
    }
