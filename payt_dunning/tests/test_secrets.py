"""Secrets go in and do not come out: not by reading, not in a log, not in what is said."""

import logging
import time
from contextlib import contextmanager
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.fields import NO_ACCESS
from odoo.tests import HttpCase, tagged

from ..rules.signature import key_of
from .page_common import PageCommon
from .poll_common import PollCommon
from .secret_rows import CLOSED, DIALOGS, HARMLESS, SECRETS, SOUNDS
from .test_webhook import SECRET, sign

KINDS = ("char", "text", "html", "binary", "json")
#: Models with what clients could ask for of a secret: what was said and what was noted.
SAID = ("mail.message", "mail.mail", "mail.activity", "mail.tracking.value", "ir.logging")


def sounding(env, module):
    """Stored fields of a module that sound as if they held secrets."""
    return {
        (model._name, field.name)
        for model in env.values()
        if not model._abstract
        for field in model._fields.values()
        if module in (field._module, model._original_module)
        and module in (field._modules or ())
        and field.store
        and field.type in KINDS
        and SOUNDS.search(field.name)
    }


@contextmanager
def everything_logged():
    """All that any logger says, at the lowest level."""
    said, root = [], logging.getLogger()
    handler = logging.Handler(logging.DEBUG)
    # What the browser of a test says is not the server's.
    handler.addFilter(lambda record: not record.name.startswith("urllib3"))
    handler.emit = lambda record: said.append(f"{record.getMessage()} {record.exc_text or ''}")
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    # Each statement with its values: of the database, which holds the secrets.
    logging.getLogger("odoo.sql_db").setLevel(logging.INFO)
    try:
        yield said
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        logging.getLogger("odoo.sql_db").setLevel(logging.NOTSET)


class Silence:
    """Looks for secrets in what was said."""

    def assert_silent(self, secrets, said):
        """None of these secrets is in the log, in the chatter, in mails or in tasks."""
        self.env.flush_all()
        texts = ["\n".join(said)]
        for model in SAID:
            for row in self.env[model].sudo().search([], order="id desc", limit=200).read():
                texts.append(str(row))
        for secret in secrets:
            for text in texts:
                self.assertNotIn(secret, text)


@tagged("post_install", "-at_install")
class TestSecrets(PollCommon, Silence, HttpCase):
    """Of offices: packages are sent, messages are asked for and come by themselves."""

    def test_each_field_that_sounds_like_a_secret_is_known(self):
        named = {(model, name) for model, name in SECRETS if SOUNDS.search(name)}
        known = named | set(CLOSED) | DIALOGS | set(HARMLESS)
        self.assertEqual(sounding(self.env, "payt_dunning"), known)

    def test_secrets_are_read_by_nobody_and_are_in_no_copy(self):
        for model, name in SECRETS:
            field = self.env[model]._fields[name]
            with self.subTest(f"{model}.{name}"):
                self.assertIn(field.groups, (NO_ACCESS, "base.group_system"))
                self.assertFalse(getattr(field, "tracking", False))
                self.assertFalse(field.copy and field.groups == NO_ACCESS)

    def test_models_with_digests_are_open_to_nobody(self):
        manager = self.person("secrets.manager", "group_dunning_manager")
        for model, _name in CLOSED:
            for user in (manager, self.env.ref("base.user_admin")):
                with self.subTest(model, user=user.login):
                    records = self.env[model].sudo(False).with_user(user)
                    self.assertFalse(records.has_access("read"))

    def test_neither_asking_nor_being_refused_tells_the_secret(self):
        with everything_logged() as said:
            for status in (200, 401, 403, 500):
                self.answers(status, b"s3cret-of-the-tests is wrong")
                self.poll()
        self.assertTrue(self.office.requests)
        self.assert_silent(["s3cret-of-the-tests"], said)

    def test_neither_a_genuine_message_nor_a_forged_one_tells_the_secret(self):
        self.agent.feedback_way = "webhook"
        self.agent._change_secret(SECRET)
        path = urlsplit(self.agent.webhook_url).path
        key = key_of(SECRET)
        self.env.flush_all()
        with everything_logged() as said:
            for signer in (key, b"f" * 32):
                seconds, body = int(time.time()), b"<a/>"
                headers = {
                    "Content-Type": "application/xml",
                    "webhook-id": "msg_1",
                    "webhook-timestamp": str(seconds),
                    "webhook-signature": sign(signer, "msg_1", seconds, body),
                }
                self.url_open(path, data=body, headers=headers)
            with self.no_commit(), self.on_day(self.today):
                self.env["collection.feedback"]._cron_read()
        self.assertTrue(any("/payt_dunning/office/" in each for each in said))
        self.assert_silent([SECRET, SECRET.removeprefix("whsec_"), path.rpartition("/")[2]], said)


@tagged("post_install", "-at_install")
class TestSecretsOfPages(PageCommon, Silence):
    """Of debtors: what opens a page is in no log, and kept nowhere."""

    def test_a_page_that_is_opened_asked_and_refused_tells_no_token(self):
        token = self.path.rpartition("/")[2]
        with everything_logged() as said:
            for ending in ("", "/pay", "/all", "/message", "/nothing"):
                self.get(ending)
            self.post("/ask", text=f"I got {self.path}")
        self.assertTrue(any("/claim/m/" in each for each in said))
        self.assert_silent([token], said)

    def test_a_code_that_is_mailed_and_typed_is_told_to_nobody_else(self):
        Mail = type(self.env["mail.mail"])
        # What was sent is deleted; in tests nothing is sent.
        sent = patch.object(Mail, "send", lambda mails: mails.sudo().unlink())
        drawn = patch("secrets.randbelow", lambda _most: 271828)
        with everything_logged() as said, sent, drawn:
            self.post("/code")
            self.post("/open", code="271828")
        self.assert_silent(["271828"], said)

    def test_the_pin_of_a_letter_is_in_no_log(self):
        key = self.env["dunning.page.key"].sudo()._keys(self.notice)[self.notice.id]
        with everything_logged() as said:
            for pin in ("000000", key.pin):
                self.url_open("/c", data={"code": key.code, "pin": pin})
        self.assert_silent([key.pin], said)
