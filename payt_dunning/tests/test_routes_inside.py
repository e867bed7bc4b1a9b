"""Who gets what at our other addresses: of offices, of codes, and of our own people."""

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.collection_dossier import Wanted
from .handover_common import HandoverCommon
from .route_common import RouteCase
from .route_rows import OTHERS, PEOPLE
from .test_routes import NOISE


@tagged("post_install", "-at_install")
class TestRoutesInside(HandoverCommon, RouteCase):
    """Each address is asked for by each person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people(cls.setup_other_company()["company"])
        portal = new_test_user(cls.env, "routes.portal", groups="base.group_portal")
        portal.partner_id.parent_id = cls.business

    def make_once(self):
        super().make_once()
        with self.on_day(self.today):
            wanted = Wanted(
                agent_id=self.agent,
                action="demand",
                day=self.today,
                no_defence=True,
                ground="Work under order 12.",
            )
            self.handover = self.env["collection.handover"]._hand_over(self.case, wanted)
        manager = self.env["res.users"].search([("login", "=", "routes.manager")])
        debtor = self.synced(self.invoice(partner=self.consumer)).debtor_id
        self.wizard = (
            self.env["dunning.access.wizard"]
            .with_user(manager)
            .create({"debtor_id": debtor.id, "person_id": debtor.partner_id.id})
        )
        self.wizard.sudo().noted = True
        self.link, address, self.code = self.env["collection.handover.link"]._make(
            self.handover, "office@example.com"
        )
        self.values = {
            "<string:code>": "7K3M9PX4",
            "<int:link_id>": self.link.id,
            "<string:token>": address.rpartition("/")[2],
            "<string:number>": "0" * 32,
            "<int:wizard_id>": self.wizard.id,
            "<string:kind>": f"csv?company={self.company.id}",
            "<string:model>": "collection.case",
            "<int:record_id>": self.case.id,
            "<int:handover_id>": self.handover.id,
        }

    def filled(self, path):
        for name, value in self.values.items():
            path = path.replace(name, str(value))
        return path

    def asked(self, method, path):
        """The status that somebody gets; a GET has written nothing."""
        with mute_logger(*NOISE):
            answer, written = self.request(
                method, path, **({"data": {"x": "1"}} if method == "POST" else {})
            )
        if method == "GET":
            self.assertFalse(written)
        return answer.status_code

    def test_each_person_gets_what_its_row_says(self):
        for person in PEOPLE:
            self.sign_in(None if person == "nobody" else person)
            for (method, path), (expected, _reason) in OTHERS.items():
                with self.subTest(path, method=method, person=person):
                    self.assertEqual(self.asked(method, self.filled(path)), expected[person])

    def test_records_that_are_not_there_answer_as_those_of_others_do(self):
        self.sign_in("manager")
        for name in ("<int:wizard_id>", "<int:record_id>", "<int:handover_id>"):
            for number in (0, 10**6, 2**31, 10**30):
                self.values[name] = number
                for method, path in OTHERS:
                    if name in path:
                        with self.subTest(path, number=number):
                            self.assertEqual(self.asked(method, self.filled(path)), 404)

    def test_a_file_is_made_of_nothing_but_what_it_is_for(self):
        self.sign_in("manager")
        for model in ("res.users", "account.move", "ir.attachment", "no.model"):
            path = f"/payt_dunning/file/{model}/1"
            with self.subTest(model):
                self.assertEqual(self.asked("GET", path), 404)

    def test_nobody_gets_the_access_export_that_somebody_else_asked_for(self):
        somebody = self.env["res.users"].search([("login", "=", "routes.collector")])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE dunning_access_wizard SET create_uid = %s WHERE id = %s",
            [somebody.id, self.wizard.id],
        )
        self.sign_in("manager")
        self.assertEqual(self.asked("GET", f"/payt_dunning/access/{self.wizard.id}"), 404)

    def test_nonsense_beside_an_address_is_no_fault_of_the_server(self):
        self.sign_in("manager")
        for query in (
            "company=" + "9" * 5000,
            "months=" + "9" * 5000,
            "months=٣",
            "day=2026-02-31",
            "day=%00",
            "company=²",
        ):
            with self.subTest(query[:20]):
                status = self.asked("GET", f"/payt_dunning/figures.csv?{query}")
                self.assertIn(status, (200, 400, 404))

    def test_the_page_for_offices_loads_nothing_and_is_not_framed(self):
        self.sign_in(None)
        for data in ({}, {"data": {"code": "1"}}):
            answer = self.url_open(self.filled("/dossier/<int:link_id>/<string:token>"), **data)
            self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
            self.assertEqual(answer.headers["X-Frame-Options"], "DENY")
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
