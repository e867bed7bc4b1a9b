from odoo.tests import HttpCase

from .plan_common import PlanCommon


class PlanPageCommon(PlanCommon, HttpCase):
    """Debtors that see and change their payment plans on their page, without login."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def path(self, record, kind="p", debtor=None):
        """The address of a page: of a plan, of a message (``m``) or an invoice (``i``)."""
        debtor = debtor or record.debtor_id
        return self.env["dunning.page.door"]._path(kind, record.id, debtor.sudo())

    def invoice_path(self, item):
        return self.path(item.move_id, "i", item.debtor_id)

    def get(self, path, status=200):
        self.env.flush_all()
        answer = self.url_open(path, timeout=60)
        self.env.invalidate_all()
        self.assertEqual(answer.status_code, status, answer.text[:400])
        return self.plain(answer.text)

    def post(self, path, status=200, **data):
        self.env.flush_all()
        answer = self.url_open(path, data=data or {"x": "1"}, timeout=60)
        self.env.invalidate_all()
        self.assertEqual(answer.status_code, status, answer.text[:400])
        return self.plain(answer.text)

    def plain(self, text):
        """A page's text, with ordinary spaces and signs."""
        text = (
            text.replace("\xa0", " ")
            .replace("\ufeff", "")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
        )
        return " ".join(text.split())

    def offer(self, item=None, count=3, days=20):
        item = item or self.item()
        return self.Plan._offer(item, self.schedule(item, count, days))

    def proposal(self, item=None, count=10):
        item = item or self.item()
        return self.Plan._propose(item, self.schedule(item, count))

    def questions(self, debtor):
        return self.env["dunning.question"].search([("debtor_id", "=", debtor.id)])
