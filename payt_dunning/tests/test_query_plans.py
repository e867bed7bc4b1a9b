from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo.tools.safe_eval import datetime, dateutil, safe_eval, time

from ..models import dunning_reduction
from ..rules.access_code import new_code
from .feedback_common import FeedbackCommon
from .grown import Grown
from .query_plans import QueryPlans

#: Tables of what happens by itself. What people do and say is a hundredth of it.
BY_THE_MILLION = {"dunning_item", "dunning_event", "dunning_notice"}
#: Odoo wants an index of its own for what its lists of records begin with.
INVERSE = {
    "collection_handover__case_id_index",
    "dunning_debtor__company_id_index",
    "dunning_delivery__notice_id_index",
    "dunning_item__line_id_index",
}


class TestQueryPlans(FeedbackCommon):
    """What is done each day reads what it is about, and not all that years have left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What a test does each day asks no random pages of a turning disk.
        cls.env.cr.execute("SET LOCAL random_page_cost = 1.1")

    def make_once(self):
        super().make_once()
        self.tell()
        self.grown = Grown(self, self.invoice(40, partner=self.consumer))
        self.grown.make()

    def tell(self):
        """What parts of a message of an office are numbered with."""
        self.numbers = iter(range(1, 100))
        self.since = self.today - timedelta(days=1)

    def setUp(self):
        super().setUp()
        self.plans = QueryPlans(self.env.cr)

    def asserts_narrow(self, least=1):
        """Nothing read all of a table that has grown, and something was asked of one."""
        self.env.flush_all()
        self.assertGreaterEqual(self.plans.statements, least)
        self.assertEqual(self.plans.wide, [])

    def notice(self):
        return self.Notice.browse(self.grown.notices + 5)

    def test_all_that_grows_has_grown(self):
        for table in ("item", "event", "notice", "notice_line", "delivery", "page_visit", "call"):
            self.assertIn(f"dunning_{table}", self.plans.rows)

    def test_a_statement_that_reads_all_is_found(self):
        with self.plans.watched():
            self.env.cr.execute("SELECT count(*) FROM dunning_event WHERE note = 'x'")
        self.assertEqual(len(self.plans.wide), 1)

    def test_an_update_that_reads_all_is_found(self):
        with self.plans.watched():
            self.env.cr.execute("UPDATE dunning_event SET note = 'x' WHERE note = 'y'")
        self.assertEqual(len(self.plans.wide), 1)

    def test_the_daily_run(self):
        with self.plans.watched():
            self.run_day()
        self.asserts_narrow(10)

    def test_taking_in_one_invoice(self):
        move = self.invoice()
        with self.plans.watched():
            self.Item._sync(self.company)
        self.assertTrue(self.items(move))
        self.asserts_narrow(5)

    def test_handing_over(self):
        self.run_day()
        with self.plans.watched():
            with self.no_commit():
                self.env["dunning.dispatch"].sudo()._cron_dispatch()
            self.deliver()
        self.asserts_narrow(5)

    def test_the_page_of_a_message(self):
        self.env.flush_all()
        env, notice = self.env(su=True), self.notice()
        doors = env["dunning.page.door"]
        token = doors._token("m", notice.id, notice.debtor_id.page_version)
        visitor = {"proven": False, "since": 0, "own": (0,), "told": "", "csrf": "", "typed": None}
        with self.plans.watched():
            for door in (doors._open("m", notice.id, token),):
                for each in (door, doors._widen(door)):
                    piles = env["dunning.page"]._piles(each.debtor, each.items, self.today)
                    env["dunning.page.values"]._claim(each, piles, self.today)
                    env["dunning.page.dialogue"]._sections(each, piles, self.today, visitor)
                env["dunning.page.visit"]._note(door)
        self.asserts_narrow(10)

    def test_a_code_that_was_typed(self):
        keys, code = self.env["dunning.page.key"].sudo(), new_code()
        self.env.cr.execute(
            "UPDATE dunning_page_key SET code = %s WHERE notice_id = %s", [code, self.notice().id]
        )
        with self.plans.watched():
            keys._check(code, "192.0.2.1")
        self.asserts_narrow()

    def test_what_happened_with_a_debtor(self):
        timeline = self.env["dunning.timeline"]
        fields = {"moment": {}, "summary": {}, "who": {}, "item_ids": {}}
        domain = timeline._about(self.notice().debtor_id, None)
        with self.plans.watched():
            timeline.web_search_read(domain, fields, limit=40)
        self.asserts_narrow(2)

    def test_why_an_item_is_where_it_is(self):
        item = self.Item.search([("state", "=", "open")], limit=1, order="id desc")
        asked = self.env["dunning.why"].with_context(active_model=item._name, active_id=item.id)
        with self.plans.watched():
            asked.create({}).read()
        self.asserts_narrow(3)

    def test_the_form_of_a_debtor(self):
        debtor = self.notice().debtor_id
        with self.plans.watched():
            debtor.web_read(self.fields_of(debtor, "form"))
        self.asserts_narrow(5)

    def test_the_screen_of_today(self):
        for scope in ("mine", "team", "all"):
            with self.plans.watched():
                self.env["dunning.today"].look(scope)
        self.asserts_narrow(10)

    def test_a_payment(self):
        move = self.invoice()
        self.synced(move)
        with self.plans.watched():
            self.pay(move)
            self.env.flush_all()
        self.asserts_narrow(5)

    def test_a_receipt_that_nobody_matched(self):
        with self.plans.watched():
            self.receipt(100, "GROWN/5 RF5", partner=self.business)
            self.run_day()
        self.asserts_narrow(5)

    def test_a_mail_that_came_back(self):
        with self.plans.watched():
            found = self.Notice._find_by_message_id(["<grown7@example.com>"])
        self.assertEqual(len(found), 1)
        self.asserts_narrow()

    def test_a_message_of_an_office(self):
        content = self.message(self.status(), self.booking("G-77"), self.balance("400.00"))
        with self.plans.watched():
            self.take_in(content)
        self.asserts_narrow(5)

    def test_a_message_of_an_office_with_numbers_of_its_own(self):
        content = self.message(self.status(), dossier="gone", case="gone", reference="G-99")
        with self.plans.watched():
            self.take_in(content)
        self.asserts_narrow(3)

    def test_what_is_over_is_cleaned(self):
        for row in self.env["dunning.retention"].search([("cleaner", "!=", False)]):
            model, _dot, name = row.cleaner.rpartition(".")
            with self.subTest(row.cleaner):
                self.plans = QueryPlans(self.env.cr)
                # A batch is a small part of what has grown.
                with self.plans.watched(), patch.object(dunning_reduction, "BATCH", 100):
                    getattr(self.env[model].sudo(), name)()
                self.asserts_narrow(0)

    # -- indexes -------------------------------------------------------------------------------

    def test_what_points_to_rows_that_go_each_day_has_an_index(self):
        """Of a row that is deleted the database looks for all that points to it."""
        going = ["mail_activity", "mail_message", "mail_mail", "ir_attachment", "account_move"]
        going += ["account_move_line", "account_bank_statement_line"]
        self.env.cr.execute(
            """SELECT kept.relname || '.' || own.attname
                 FROM pg_constraint key
                 JOIN pg_class kept ON kept.oid = key.conrelid
                 JOIN pg_class gone ON gone.oid = key.confrelid
                 JOIN pg_attribute own ON own.attrelid = kept.oid AND own.attnum = key.conkey[1]
                WHERE key.contype = 'f' AND kept.relname = ANY(%s) AND gone.relname = ANY(%s)
                  AND NOT EXISTS (SELECT 1 FROM pg_index known
                                   WHERE known.indrelid = kept.oid
                                     AND known.indkey[0] = key.conkey[1])""",
            [self.own_tables(), going],
        )
        self.assertEqual([name for (name,) in self.env.cr.fetchall()], [])

    def own_tables(self):
        """Tables of ours that are kept, without those of dialogs."""
        return [
            model._table
            for name, model in self.env.items()
            if name.startswith(("dunning.", "collection."))
            and model._auto
            and not (model._abstract or model._transient)
        ]

    def test_no_index_is_the_beginning_of_another_one(self):
        """Each index of a large table costs space, and time with each row."""
        self.env.cr.execute(
            """SELECT one.indexrelid::regclass::text
                 FROM pg_index one
                 JOIN pg_index other
                   ON other.indrelid = one.indrelid AND other.indexrelid <> one.indexrelid
                 JOIN pg_class kept ON kept.oid = one.indrelid
                WHERE kept.relname = ANY(%s) AND NOT one.indisunique AND one.indexprs IS NULL
                  AND (one.indpred IS NULL OR one.indrelid::regclass::text = 'dunning_item')
                  AND (other.indpred IS NULL
                       OR pg_get_expr(other.indpred, kept.oid) = pg_get_expr(one.indpred, kept.oid))
                  AND starts_with(other.indkey::text || ' ', one.indkey::text || ' ')
                  AND (other.indkey <> one.indkey OR one.indexrelid > other.indexrelid)""",
            [sorted(set(self.own_tables()) & self.plans.rows.keys())],
        )
        self.assertEqual({name for (name,) in self.env.cr.fetchall()} - INVERSE, set())

    # -- screens -------------------------------------------------------------------------------

    def fields_of(self, model, kind):
        """What a screen reads, as the web client asks for it."""
        arch = etree.fromstring(model.get_view(view_type=kind)["arch"])
        # Of lists in a form, their own fields are read by the client as well.
        names = {
            each.get("name")
            for each in arch.iter("field")
            if not any(above.tag == "field" for above in each.iterancestors())
        }
        related = {"fields": {"display_name": {}}}
        return {
            name: related if model._fields[name].relational else {}
            for name in names
            if name in model._fields
        }

    def lists(self):
        """Each list of our menus about a table that has grown, and with each of its filters."""
        root = self.env.ref("payt_dunning.menu_dunning_root")
        for menu in self.env["ir.ui.menu"].search([("id", "child_of", root.id)]):
            action = menu.action
            if not action or action._name != "ir.actions.act_window":
                continue
            context = {"uid": self.env.uid}
            model = self.env[action.res_model]
            if model._table not in self.plans.rows or "list" not in action.view_mode:
                continue
            own = safe_eval(action.domain or "[]", {**context})
            values = safe_eval(action.context or "{}", {**context})
            view = [id_ for id_, kind in action.views if kind == "search"]
            search = etree.fromstring(model.get_view(*view, view_type="search")["arch"])
            filters = {
                each.get("name"): safe_eval(each.get("domain"), self.times())
                for each in search.iter("filter")
                if each.get("domain")
            }
            defaults = [
                filters[name.removeprefix("search_default_")]
                for name in values
                if name.removeprefix("search_default_") in filters
            ]
            opened = sum(defaults, own)
            yield menu.name, "as it opens", model, opened
            yield menu.name, "without filters", model, own
            if model._table in BY_THE_MILLION:
                for name, domain in filters.items():
                    yield menu.name, name, model, opened + domain

    def times(self):
        return {
            "uid": self.env.uid,
            "datetime": datetime,
            "relativedelta": dateutil.relativedelta.relativedelta,
            "time": time,
            "context_today": lambda: self.today,
            "today": self.today,
        }

    def test_lists(self):
        for menu, name, model, domain in self.lists():
            with self.subTest(menu, filter=name):
                self.env.invalidate_all()
                self.plans = QueryPlans(self.env.cr)
                spec = self.fields_of(model, "list")
                with self.plans.watched():
                    # The client counts up to 10,000 of millions.
                    model.web_search_read(domain, spec, limit=80, count_limit=100)
                self.asserts_narrow(0)
