"""Books whose messages leave by other ways than mail, for tests with real processes."""

import os
from contextlib import contextmanager

from dev import databases, outside
from tests_outside.books import BOOKS, RUN

#: After ``BOOKS``: the debtors have phones and no mail, and one policy for all goes by ``channels``.
CHANNELS = """
company.dunning_channel_ids = env["dunning.channel"].search([("optional", "=", True)])
for number, partner in enumerate(partners):
    partner.write({{"email": False, "phone": f"+3161234560{{number}}"}})
channels = [env["dunning.channel"].search([("code", "=", code)]).id for code in {channels!r}]
policy = env["dunning.policy"].create({{
    "name": "By other ways",
    "level_ids": [Command.create({{
        "name": "Level 1", "days": 3, "subject": "About {{numbers}}", "text": "Please pay.",
        "channel_ids": [Command.set(channels)]}})]}})
policy._publish()
company.dunning_policy_id = policy
(env["dunning.policy"].search([]) - policy).debtor_kind = False
env["ir.config_parameter"].set_param("sms.endpoint", "{url}")
env["ir.config_parameter"].set_param("payt_dunning_whatsapp.api_url", "{url}")
env.cr.commit()
"""
#: After ``CHANNELS``: the company has a number at WhatsApp, and all debtors agreed.
WHATSAPP = """
env["dunning.whatsapp.account"].create({
    "company_id": company.id, "phone_number_id": "1066001", "business_account_id": "1022001",
    "new_access_token": "token-of-the-tests", "new_app_secret": "secret-of-the-tests"})
env["dunning.whatsapp.template"].create({
    "name": "waiting", "code": "en", "lang": "en_US", "status": "approved",
    "body": "A message of {{1}}: {{2}} .", "parameters": "company, link"})
env["dunning.whatsapp.optin"].create([
    {"partner_id": partner.id, "source": "call", "text": "Yes"} for partner in partners])
env.cr.commit()
"""
#: The scheduled action, as the server runs it.
DISPATCH = """
env.ref("payt_dunning.ir_cron_dunning_dispatch").method_direct_trigger()
env.cr.commit()
"""
#: The quarter of an hour is over after which a message is tried again.
LATER = """UPDATE dunning_notice SET leaves_at = now() at time zone 'UTC' - interval '1 minute'
            WHERE state = 'queued'"""


def script(url, debtors, *channels):
    """Return the script that makes the books."""
    return BOOKS.format(port=1, debtors=debtors) + CHANNELS.format(channels=channels, url=url)


@contextmanager
def planned(installed_db, name, made):
    """A database in which messages wait to be handed over, for tests to copy.

    :param made: the script that makes its books
    """
    name = f"payt_outside_{os.getpid()}_{name}"
    databases.copy(installed_db, name)
    outside.finish(outside.start_shell(name, made + RUN))
    yield name
    databases.drop(name)
