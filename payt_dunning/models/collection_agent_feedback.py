import re
import secrets
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ..rules.signature import is_genuine, key_of

FEEDBACK_WAYS = [
    ("hand", "By Mail or Its Website: We Read Them by Hand"),
    ("poll", "We Ask Its Server Every Hour"),
    ("webhook", "Its Server Sends Them"),
]
#: The former secret is taken for so long after there is a new one.
BOTH_SECRETS = timedelta(days=7)
#: Where messages are sent to, before the number of the office.
PLACE = "/payt_dunning/office/"
_NUMBER = re.compile(r"[0-9a-f]{32}")
#: What messages to nobody are compared with.
_NOBODY = secrets.token_bytes(32)


class CollectionAgent(models.Model):
    """How messages of an office come. Secrets go in and never come out."""

    _inherit = "collection.agent"  # pylint: disable=consider-merging-classes-inherited

    feedback_way = fields.Selection(
        FEEDBACK_WAYS,
        "Its Messages Come",
        required=True,
        default="hand",
        copy=False,
        tracking=True,
    )
    poll_ids = fields.One2many("collection.poll", "agent_id", readonly=True)
    poll_asked_at = fields.Datetime("Asked Last", compute="_compute_poll", compute_sudo=True)
    poll_says = fields.Char("What Came of That", compute="_compute_poll", compute_sudo=True)
    webhook_number = fields.Char(readonly=True, copy=False)
    webhook_url = fields.Char(
        "Address for Its Messages",
        compute="_compute_webhook_url",
        groups="payt_dunning.group_dunning_manager",
        help="For the office. It opens nothing without the secret.",
    )
    webhook_secret = fields.Char(copy=False, prefetch=False, groups=fields.NO_ACCESS)
    webhook_former = fields.Char(copy=False, prefetch=False, groups=fields.NO_ACCESS)
    webhook_has_secret = fields.Boolean(compute="_compute_webhook_has_secret", compute_sudo=True)
    webhook_since = fields.Datetime("Secret Since", readonly=True, copy=False)
    webhook_former_until = fields.Datetime(
        "Former Secret Until", readonly=True, copy=False, help="Until then both are taken."
    )

    _webhook_number_once = models.UniqueIndex(
        "(webhook_number) WHERE webhook_number IS NOT NULL", "This address is another office's."
    )

    @api.depends("poll_ids.asked_at", "poll_ids.says")
    def _compute_poll(self):
        for agent in self:
            agent.poll_asked_at = agent.poll_ids.asked_at
            agent.poll_says = agent.poll_ids.says

    @api.depends("webhook_number")
    def _compute_webhook_url(self):
        for agent in self:
            number = agent.webhook_number
            agent.webhook_url = number and f"{agent.get_base_url()}{PLACE}{number}"

    @api.depends("webhook_secret")
    def _compute_webhook_has_secret(self):
        for agent in self:
            agent.webhook_has_secret = bool(agent.webhook_secret)

    @api.constrains("feedback_way", "way")
    def _check_feedback_way(self):
        for agent in self:
            if agent.feedback_way == "poll" and agent.way != "https":
                raise ValidationError(
                    self.env._(
                        "%s can be asked for messages when packages go to its server.", agent.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        agents = super().create(vals_list)
        agents._give_number()
        return agents

    def write(self, vals):
        """Another server has messages of its own, from the first one on."""
        before = {agent: agent.url for agent in self} if "url" in vals else {}
        result = super().write(vals)
        self._give_number()
        moved = self.filtered(lambda agent: agent in before and agent.url != before[agent])
        moved.sudo().poll_ids.write({"cursor": False, "etag": False})
        if vals.get("feedback_way") == "poll":
            self._ask_soon()
        return result

    def _give_number(self):
        """Give offices that send their messages an address that nobody guesses."""
        for agent in self:
            if agent.feedback_way == "webhook" and not agent.webhook_number:
                agent.sudo().webhook_number = secrets.token_hex(16)

    # -- asking ----------------------------------------------------------------------------------------

    def action_ask_now(self):
        """Ask for messages as soon as possible instead of within the hour."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about handovers."))
        self.sudo()._check_confirmed()
        for agent in self:
            if agent.feedback_way != "poll":
                raise UserError(self.env._("%s is not asked for messages.", agent.display_name))
            if not agent.company_id._dunning_is_live():
                raise UserError(
                    self.env._("Nobody is asked before %s is live.", agent.company_id.name)
                )
        self._ask_soon()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("Its server is asked within a minute or two."),
            },
        }

    def _ask_soon(self):
        polls = self.env["collection.poll"]
        polls._of(self).next_ask = fields.Datetime.now()
        polls._wake()

    def _go_on(self):
        result = super()._go_on()
        self.filtered(lambda agent: agent.feedback_way == "poll")._ask_soon()
        return result

    # -- being told --------------------------------------------------------------------------------------

    @api.model
    def _sender(self, number, signed):
        """The office that a message is from; empty where it is not genuine.

        As much work for an address that does not exist.

        :param number: end of the address
        :param signed: :class:`~..rules.signature.Signed`
        """
        number = number if _NUMBER.fullmatch(number) else ""
        agent = self.sudo().search(
            [("webhook_number", "=", number), ("feedback_way", "=", "webhook")], limit=1
        )
        until = agent.webhook_former_until
        former = agent.webhook_former if until and until > fields.Datetime.now() else False
        keys = [key_of(kept) if kept else _NOBODY for kept in (agent.webhook_secret, former)]
        return agent if is_genuine(signed, keys, time.time()) else self.browse()

    def _change_secret(self, secret, at_once=False):
        """From now on messages are signed with another secret; the former one works some days.

        :param secret: as it is told to the office
        :param at_once: the former one works no more
        """
        self.ensure_one()
        try:
            key_of(secret)
        except ValueError as error:
            raise ValidationError(
                self.env._(
                    "A secret is 24 to 64 bytes in base64, with whsec_ before it or without."
                )
            ) from error
        kept, now = self.sudo(), fields.Datetime.now()
        former = kept.webhook_secret if kept.webhook_secret and not at_once else False
        kept.write(
            {
                "webhook_former": former,
                "webhook_former_until": former and now + BOTH_SECRETS,
                "webhook_secret": secret.strip(),
                "webhook_since": now,
            }
        )
        if former:
            until = format_date(self.env, now + BOTH_SECRETS)
            words = self.env._(
                "There is a new secret for its messages. The former one is taken until %s.", until
            )
        else:
            words = self.env._("There is a new secret for its messages, and no other one is taken.")
        kept._message_log(body=words)
