from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class DunningFailedAddress(models.Model):
    """A number or postal address at which a debtor could not be reached: not used again.

    Of e-mail the debtor itself keeps them (*Addresses That Failed*). Another number or address
    of the contact is another one, and is used.
    """

    _name = "dunning.failed.address"
    _description = "Address That Failed"
    _order = "id desc"
    _rec_name = "address"

    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True, index=True)
    channel = fields.Char(required=True, readonly=True)
    channel_name = fields.Char("Channel", compute="_compute_channel_name")
    address = fields.Char("Number or Address", required=True, readonly=True)
    since = fields.Date("Failed On", required=True, readonly=True)
    until = fields.Date(
        "Not Used Until", readonly=True, help="Empty: until it is corrected or released."
    )
    why = fields.Text("What Went Wrong", readonly=True)
    notice_id = fields.Many2one(
        "dunning.notice", "Message", readonly=True, ondelete="set null", index="btree_not_null"
    )

    _by_age = models.Index("(company_id, since)")
    _address_unique = models.UniqueIndex(
        "(debtor_id, channel, address)", "This address is known to fail."
    )

    @api.depends("channel")
    @api.depends_context("lang")
    def _compute_channel_name(self):
        names = {each.code: each.name for each in self.env["dunning.channel"].search([])}
        for failed in self:
            failed.channel_name = names.get(failed.channel, failed.channel)

    @api.model_create_multi
    def create(self, vals_list):
        failed = super().create(vals_list)
        failed.debtor_id._look_again()
        return failed

    @api.model
    def _note(self, notice, why, until=None):
        """Don't use the address of a message again.

        :param until: the first day on which it is tried again; ``None``: never by itself
        """
        day = self.env["dunning.message"]._today(notice.company_id)
        self.env.flush_all()
        # Two reports about one address may come at the same moment.
        self.env.cr.execute(
            SQL(
                """INSERT INTO dunning_failed_address (
                          debtor_id, company_id, channel, address, since, until, why, notice_id,
                          create_uid, create_date, write_uid, write_date)
                   VALUES (%(debtor)s, %(company)s, %(channel)s, %(address)s, %(day)s, %(until)s,
                           %(why)s, %(notice)s, %(user)s, now() AT TIME ZONE 'UTC', %(user)s,
                           now() AT TIME ZONE 'UTC')
                       ON CONFLICT (debtor_id, channel, address)
                       DO UPDATE SET since = excluded.since, until = excluded.until,
                                     why = excluded.why, notice_id = excluded.notice_id,
                                     write_uid = excluded.write_uid,
                                     write_date = excluded.write_date""",
                debtor=notice.debtor_id.id,
                company=notice.company_id.id,
                channel=notice.channel,
                address=notice.recipient,
                day=day,
                until=until or None,
                why=why or None,
                notice=notice.id,
                user=self.env.uid,
            )
        )
        self.invalidate_model()
        notice.debtor_id._look_again()

    @api.model
    def _failing(self, debtor_ids, day):
        """Addresses not to be used on ``day``: set of ``(debtor id, channel, address)``."""
        return set(
            self.env.execute_query(
                SQL(
                    """SELECT debtor_id, channel, address FROM dunning_failed_address
                        WHERE debtor_id = ANY(%s) AND (until IS NULL OR until > %s)""",
                    list(debtor_ids),
                    day,
                )
            )
        )

    @api.model
    def _follow_debtor(self, debtor, survivor):
        """What failed for a debtor failed for the one that it became; each address once."""
        known = {
            (each.channel, each.address) for each in self.search([("debtor_id", "=", survivor.id)])
        }
        for each in self.search([("debtor_id", "=", debtor.id)]):
            if (each.channel, each.address) in known:
                each.unlink()
            else:
                each.debtor_id = survivor

    @api.model
    def _still_had(self, debtors):
        """Those of ``debtors`` with a contact that still has a number or address that failed."""
        known = self.search([("debtor_id", "in", debtors.ids)])
        known = known.filtered(
            lambda each: (
                not each.until or each.until > self.env["dunning.message"]._today(each.company_id)
            )
        )
        if not known:
            return debtors.browse()
        people = self.env["dunning.debtor"]
        rows = people._debtor_rows(known.debtor_id.ids)
        contacts = people._contacts(rows)
        found = debtors.browse()
        for (code, company), failed in known.grouped(
            lambda each: (each.channel, each.company_id)
        ).items():
            everyone = [each for own in contacts.values() for role in own.values() for each in role]
            way = self.env["dunning.channel"]._way(code).with_company(company)
            addresses = way._addresses(everyone)
            for each in failed:
                own = contacts[each.debtor_id.partner_id.id].values()
                used = {addresses.get(contact.contact_id) for role in own for contact in role}
                if each.address in used:
                    found |= each.debtor_id
        return found

    def action_use_again(self):
        """It works again: somebody says so."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can release an address."))
        failed, debtors = self.sudo(), self.debtor_id
        for each in failed:
            each.debtor_id._message_log(
                body=self.env._(
                    "%(address)s is used again, according to %(user)s.",
                    address=each.address,
                    user=self.env.user.name,
                )
            )
        failed.unlink()
        self.env["dunning.task"].sudo()._take_back(debtors.sudo())
        debtors.sudo()._look_again()
        return True
