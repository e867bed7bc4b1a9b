from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime

from .dunning_timeline_documents import DOCUMENTS
from .dunning_timeline_sources import SOURCES, SPACE

KINDS = [
    ("invoice", "Invoice"),
    ("message", "Message"),
    ("visit", "Page Visited"),
    ("answer", "Debtor Wrote"),
    ("call", "Call"),
    ("agreement", "Promise or Payment Plan"),
    ("dispute", "Dispute"),
    ("hold", "Hold"),
    ("payment", "Payment or Credit"),
    ("charge", "Costs and Interest"),
    ("decision", "Decided by a Person"),
]


class DunningTimeline(models.Model):
    """What happened between us and a debtor, in one list: read from what is kept elsewhere.

    A row is of one of the sources of :meth:`_sources`; its id holds the number of the source and
    the id of the record there. There is no table and no view: a database view would hold on to
    the columns of every other model, and would read all of them to show a few rows by their ids.
    """

    _name = "dunning.timeline"
    _description = "What Happened With a Debtor"
    _auto = False
    _order = "moment desc, id desc"
    _rec_name = "summary"
    # What is written to the database before rows are read.
    _depends = dict(pair for source in (*SOURCES, *DOCUMENTS) for pair in source.reads)

    company_id = fields.Many2one("res.company", readonly=True)
    debtor_id = fields.Many2one("dunning.debtor", readonly=True)
    moment = fields.Datetime("Sequence", readonly=True, help="Noon where only the day is known.")
    exact = fields.Boolean(readonly=True, help="The time of the day is known.")
    kind = fields.Selection(KINDS, readonly=True)
    what = fields.Char(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    by_debtor = fields.Boolean(readonly=True)
    words = fields.Text("As It Was Written", readonly=True)
    amount = fields.Monetary(readonly=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", readonly=True)

    happened = fields.Char("When", compute="_compute_happened")
    summary = fields.Char("What Happened", compute="_compute_summary")
    who = fields.Char("By", compute="_compute_who")
    item_ids = fields.Many2many(
        "dunning.item", string="About", compute="_compute_item_ids", search="_search_item_ids"
    )

    @api.model
    def _sources(self):
        """Where rows come from: list of :class:`~.dunning_timeline_sources.Source`.

        Add-ons add theirs, with a number of their own and with what they read in ``_depends``, and
        say them in a method ``_say_<table>``, see
        :meth:`~.dunning_timeline_words.DunningTimeline._say`.
        """
        return [*SOURCES, *DOCUMENTS]

    @property
    def _table_query(self):
        """All rows, or those that are being read by id: each source reads its own ids only."""
        ids = self.env.context.get("dunning_timeline_ids")
        by_source = _by_source(ids) if ids is not None else None
        parts = [
            source.select(None if by_source is None else by_source.get(source.number, []))
            for source in self._sources()
            if by_source is None or source.number in by_source
        ]
        if not parts:
            parts = [source.select([]) for source in self._sources()[:1]]
        return SQL(" UNION ALL ").join(parts)

    @api.private
    def fetch(self, field_names=None):
        rows = self.with_context(dunning_timeline_ids=tuple(self._ids))
        return super(DunningTimeline, rows).fetch(field_names)

    @api.private
    def exists(self):
        rows = self.with_context(dunning_timeline_ids=tuple(self._ids))
        return super(DunningTimeline, rows).exists().with_env(self.env)

    # -- about which items ---------------------------------------------------------------------

    @api.depends("res_id")
    def _compute_item_ids(self):
        found = {}
        by_source = _by_source(self.ids)
        for source in self._sources():
            if ids := by_source.get(source.number):
                for row_id, item_id in self.env.execute_query(source.items_of(ids)):
                    found.setdefault(row_id, []).append(item_id)
        for row in self:
            row.item_ids = self.env["dunning.item"].browse(sorted(found.get(row.id, ())))

    @api.model
    def _search_item_ids(self, operator, value):
        """Rows about items; asked with a debtor beside it, no more than its rows are read."""
        if operator != "in":
            return NotImplemented
        value = [each for each in value if isinstance(each, int)]
        parts = [source.rows_about(value) for source in self._sources()]
        return Domain("id", "in", SQL("(%s)", SQL(" UNION ALL ").join(parts)))

    # -- in words ------------------------------------------------------------------------------

    @api.depends("moment", "exact")
    @api.depends_context("lang", "tz")
    def _compute_happened(self):
        for row in self:
            row.happened = (
                format_datetime(self.env, row.moment, dt_format="short")
                if row.exact
                else format_date(self.env, row.moment.date())
            )

    @api.depends("user_id", "by_debtor", "debtor_id")
    def _compute_who(self):
        for row in self:
            user = row.user_id.sudo()
            # What the system does, nobody did.
            own = user.name if user.id != SUPERUSER_ID else False
            row.who = self.env._("Debtor") if row.by_debtor else own

    def action_open(self):
        """Open what a row is about: a message with its exact content, a call, an invoice."""
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.res_model].browse(self.res_id)
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # -- for records ---------------------------------------------------------------------------

    @api.model
    def _about(self, debtors, items=None):
        """Domain of the rows about debtors, or about some of their items."""
        domain = Domain("debtor_id", "in", debtors.ids)
        return domain if items is None else domain & Domain("item_ids", "in", items.ids)

    @api.model
    def _open_about(self, name, debtors, items=None):
        """An action with the rows about debtors or items; the user's rights are checked."""
        if not self.env.user.has_group("payt_dunning.group_dunning_viewer"):
            raise AccessError(self.env._("Only users of follow-up can see what happened."))
        debtors.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "payt_dunning.action_dunning_timeline"
        )
        return {
            **action,
            "display_name": self.env._("What Happened: %s", name),
            "domain": list(self._about(debtors, items)),
        }


def _by_source(ids):
    """Ids of records by number of their source, of ids of rows."""
    found = {}
    for row_id in ids:
        if isinstance(row_id, int):
            found.setdefault(row_id % SPACE, []).append(row_id // SPACE)
    return found


class DunningDebtor(models.Model):
    """Debtors with what happened."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    timeline_ids = fields.One2many("dunning.timeline", "debtor_id", "What Happened", readonly=True)

    def action_dunning_timeline(self):
        """All that happened with a debtor, to search, filter and export."""
        self.ensure_one()
        return self.env["dunning.timeline"]._open_about(self.display_name, self)


class DunningItem(models.Model):
    """Items with what happened."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    def action_dunning_timeline(self):
        """All that happened about an item, to search, filter and export."""
        self.ensure_one()
        self.check_access("read")
        return self.env["dunning.timeline"]._open_about(self.display_name, self.debtor_id, self)


class AccountMove(models.Model):
    """Invoices with what happened."""

    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def action_dunning_timeline(self):
        """All that happened about an invoice, to search, filter and export."""
        self.ensure_one()
        self.check_access("read")
        items = self.dunning_item_ids
        return self.env["dunning.timeline"]._open_about(self.name, items.debtor_id, items)
