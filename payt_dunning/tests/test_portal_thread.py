import json

from .page_common import PageCommon


class TestPortalThread(PageCommon):
    """What a debtor writes on Odoo's own page of an invoice is heard, whatever its client says."""

    def post_in_thread(self, move, body="From the portal", context=None, **chosen):
        """Post as a client does that has the invoice's own link."""
        token = move._portal_ensure_token()
        self.env.flush_all()
        params = {
            "thread_model": "account.move",
            "thread_id": move.id,
            "post_data": {"body": body, **chosen},
            "context": context or {},
            "token": token,
        }
        answer = self.url_open(
            "/mail/message/post",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
            headers={"Content-Type": "application/json"},
        ).json()
        self.assertNotIn("error", answer)
        self.env.invalidate_all()

    def questions(self):
        return self.env["dunning.question"].sudo().search([])

    def test_it_waits_for_an_answer(self):
        self.post_in_thread(self.moves[0])
        self.assertEqual(self.questions().move_id, self.moves[0])
        self.assertEqual(self.questions().text, "From the portal")

    def test_a_client_that_calls_it_a_note_or_a_notification_is_heard_all_the_same(self):
        for chosen in (
            {"message_type": "notification", "subtype_xmlid": "mail.mt_note"},
            {"message_type": "comment", "subtype_xmlid": "mail.mt_note"},
            {"message_type": "auto_comment"},
        ):
            with self.subTest(chosen=chosen):
                self.questions().unlink()
                self.post_in_thread(self.moves[0], **chosen)
                self.assertEqual(len(self.questions()), 1)

    def test_what_a_client_says_about_it_is_not_believed(self):
        other = self.synced(self.invoice(partner=self.consumer))
        forged = {
            "automatic": True,
            "debtor_id": other.debtor_id.id,
            "item_ids": other.ids,
            "answered": self.notice.ids,
        }
        self.post_in_thread(self.moves[0], context={"dunning_heard": forged})
        self.assertEqual(self.questions().debtor_id, self.debtor)
        self.assertNotIn(other, self.questions().item_ids)
        self.assertNotEqual(other.reason, "hold")
