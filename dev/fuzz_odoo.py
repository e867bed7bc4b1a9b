"""What ``make fuzz`` feeds the readers that live in Odoo: mails, uploads, forms, reports."""

import json
from contextlib import suppress
from email import message_from_bytes, policy
from types import SimpleNamespace

from dev.fuzz_others import MAIL, REPORT, refused

MESSAGE = (
    b"From: Jan <jan@debtor.example.com>\r\nTo: billing@creditor.example.com\r\n"
    b"Message-Id: <1@debtor.example.com>\r\nIn-Reply-To: <2-openerp-7-account.move@creditor>\r\n"
    b"References: <2-openerp-7-account.move@creditor>\r\nSubject: Re: 2025-0417\r\n"
    b"Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n" + MAIL[0].encode()
)
BOUNCE = (
    b"From: MAILER-DAEMON@peer.example.com\r\nTo: bounce@creditor.example.com\r\n"
    b"Subject: Undelivered Mail\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
    b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; peer\r\n\r\n"
    b"Final-Recipient: rfc822; jan@debtor.example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    b"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-Id: <2-openerp-7@creditor>\r\n\r\nx\r\n"
    b"--b--\r\n"
)
FILES = (
    b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n",
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00",
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01",
    b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    b"PK\x03\x04\x14\x00\x00\x00word/document.xml[Content_Types].xml",
    b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    b"a;b\r\n1;2\r\n",
)
NAMES = ("proof.pdf", "../../a.png", "a\u202efdp.exe", "x.docx", ".", "a" * 300 + ".jpeg", "y.csv")


def readers(env):
    """By name: who reads, and examples."""
    return {
        "inbound mails": (_mails(env), [MESSAGE, BOUNCE]),
        "uploads": (_uploads(env), FILES),
        "names of files": (_names(env), NAMES),
        "forms of the page": (_forms(env), _typed()),
        "signed choices": (_choices(env), [_choice(env)]),
        "filters of policies": (_filters(env), ["[('city', '=', 'Zwolle')]", "['|', 1, 2]", "[]"]),
        "WhatsApp's webhook": (_webhook(env), _reports()),
    }


def _mails(env):
    """A mail as core reads it, and what we look for in it; what core can't read is core's."""
    thread, talk = env["mail.thread"], env["dunning.talk"]
    notices = env["dunning.notice"].sudo()

    def read(content):
        mail = message_from_bytes(content, policy=policy.SMTP)
        try:
            told = thread.message_parse(mail)
            mail.get("Auto-Submitted"), mail.get("Precedence")
        except Exception:  # noqa: BLE001
            return
        thread._dunning_find_answered(told)
        talk._without_tokens(told.get("body"))
        notices._receive_bounce(mail, told)
        notices._is_good_news(mail, told)

    return read


def _uploads(env):
    uploads = env["dunning.page.upload"]

    def read(content):
        for ending in ("pdf", "png", "docx", "csv", "svg"):
            with suppress(_user_error()):
                found = uploads._check(f"a.{ending}", content)
                if not uploads._is_kind(f"a.{ending}", found):
                    raise AssertionError("taken, and of no kind that is taken")

    return read


def _names(env):
    uploads = env["dunning.page.upload"]

    def read(text):
        name = uploads._clean_name(text)
        if not name or len(name) > 100 or set(name) & set('/\\\r\n\x00"<>'):
            raise AssertionError(f"a name that leads somewhere: {name!r}")

    return read


def _typed():
    values = {"text": "Hello", "date": "31-12-2026", "amount": "1.234,56", "email": "a@b.nl"}
    return [*values.values(), "+31 10 123 45 67", "8000 AA", "I pay on Monday \u202e"]


def _forms(env):
    """What is typed on a debtor's page; amounts and days are refused in words."""
    pages, contact = env["dunning.page.dialogue"], env["dunning.contact.change"]
    debtor = env["dunning.debtor"].new({"partner_id": env.company.partner_id.id})
    items = SimpleNamespace(currency_id=env.company.currency_id)

    def read(text):
        with suppress(_user_error()):
            pages._check_text(text)
        with suppress(_user_error()):
            pages._day(text)
        if text.strip():
            with suppress(_user_error()):
                pages._amount(text, items)
        for name in ("email", "phone", "street", "zip", "city"):
            with suppress(_user_error()):
                contact._check(debtor, name, text)

    return read


def _door(env):
    return SimpleNamespace(kind="m", record_id=1, debtor=env["dunning.debtor"], whole=False)


def _choice(env):
    choice = SimpleNamespace(keys=("r1",), total="1.00", amount="1.00", plan=None, number=0)
    pile = SimpleNamespace(currency=env.company.currency_id)
    return env["dunning.page.choice"]._sign(_door(env), pile, choice)


def _choices(env):
    choices, door = env["dunning.page.choice"], _door(env)
    good = choices._signed(door, _choice(env))

    def read(text):
        with suppress(_user_error()):
            # What is written in another way and says the same is no forgery.
            if choices._signed(door, text) != good:
                raise AssertionError("nobody signed this")

    return read


def _filters(env):
    """Filters of policies as managers type them: refused with words, or good to use."""
    contacts = env["res.partner"].search([], limit=1)
    segment = env["dunning.policy"].search([], limit=1).copy()

    def read(text):
        # Neither can be stored in a database at all.
        text = text.replace("\0", "").encode("utf-8", "ignore").decode()
        try:
            with env.cr.savepoint():
                segment.partner_domain = text
                segment.flush_recordset()
        except _user_error() as error:
            env.invalidate_all(flush=False)
            refused(error)
            return
        segment._members(contacts)

    return read


def _reports():
    status = {"id": "wamid.1", "status": "failed", "timestamp": "1", "errors": [REPORT]}
    message = {"from": "31612345678", "id": "wamid.2", "type": "text", "text": {"body": "STOP"}}
    value = {"metadata": {"phone_number_id": "22"}, "statuses": [status], "messages": [message]}
    template = {"event": "REJECTED", "message_template_name": "x", "message_template_id": 7}
    return [
        json.dumps({"entry": [{"id": "11", "changes": [{"field": field, "value": content}]}]})
        for field, content in (("messages", value), ("message_template_status_update", template))
    ]


def _webhook(env):
    """Reports that are signed: the platform may say whatever it likes, about its own."""
    from odoo.addons.payt_dunning_whatsapp.cloud_api import read_json

    account = env["dunning.whatsapp.account"].create(
        {"phone_number_id": "22", "business_account_id": "11"}
    )
    reports = env["dunning.whatsapp.report"]

    def read(text):
        payload = read_json(text.encode("utf-8", "surrogatepass"))
        if isinstance(payload, dict):
            with env.cr.savepoint():
                reports._take(account, payload)

    return read


def _user_error():
    from odoo.exceptions import UserError

    return UserError
