"""Makes the debtors of a ledger: the template partner and contact, multiplied in the database."""

EMAIL = "debtor-{}@debtors.example.com"


class People:
    """Clones the template partner for each debtor, and the template contact where there is one."""

    def __init__(self, env, partner, contact):
        self.env, self.cr = env, env.cr
        self.partner, self.contact = partner, contact
        self.cr.execute("SELECT max(id) + 1 FROM res_partner")
        self.base = self.cr.fetchone()[0]

    def partner_id(self, debtor):
        """Id of a debtor; its invoice contact, if any, has the next one."""
        return self.base + 2 * debtor.rank

    def addressee_id(self, debtor):
        """Id of whom the debtor's invoices are addressed to."""
        return self.partner_id(debtor) + debtor.contact

    @staticmethod
    def name(debtor):
        """Name of a debtor."""
        return f"Debtor {debtor.rank:06}"

    def shown_name(self, debtor):
        """Display name of whom the debtor's invoices are addressed to."""
        return self.name(debtor) + (f", {self.contact.name}" if debtor.contact else "")

    def make(self, debtors):
        """Insert all partners and contacts."""
        self._insert(self.partner, [self._partner_values(debtor) for debtor in debtors])
        self._insert(self.contact, [self._contact_values(d) for d in debtors if d.contact])
        last = self.base + 2 * len(debtors)
        self.cr.execute("SELECT setval('res_partner_id_seq', %s)", (last,))
        self.env.invalidate_all()

    def _partner_values(self, debtor):
        email = EMAIL.format(debtor.rank) if debtor.email else None
        name = self.name(debtor)
        return {
            "id": self.partner_id(debtor),
            "name": name,
            "complete_name": name,
            "commercial_partner_id": self.partner_id(debtor),
            "commercial_company_name": name if debtor.business else None,
            "is_company": debtor.business,
            "lang": debtor.lang,
            "email": email,
            "email_normalized": email,
        }

    def _contact_values(self, debtor):
        email = "invoices." + EMAIL.format(debtor.rank)
        return {
            "id": self.addressee_id(debtor),
            "complete_name": self.shown_name(debtor),
            "parent_id": self.partner_id(debtor),
            "commercial_partner_id": self.partner_id(debtor),
            "commercial_company_name": self.name(debtor) if debtor.business else None,
            "lang": debtor.lang,
            "email": email,
            "email_normalized": email,
        }

    def _insert(self, source, rows):
        """Insert copies of the row of ``source`` that differ by the values of each of ``rows``."""
        if not rows:
            return
        fields = self.env["res.partner"]._fields.values()
        own = list(rows[0])
        kept = [f.name for f in fields if f.store and f.column_type and f.name not in own]
        types = {name: self.env["res.partner"]._fields[name].column_type[0] for name in own}
        types["id"] = "int4"
        names = ", ".join(f'"{name}"' for name in own + kept)
        values = ", ".join(
            [f"v.{name}::{types[name]}" for name in own] + [f't."{k}"' for k in kept]
        )
        self.cr.execute_values(
            f"""INSERT INTO res_partner ({names})
                SELECT {values} FROM res_partner t, (VALUES %s) AS v ({", ".join(own)})
                 WHERE t.id = {source.id}""",
            [tuple(row.values()) for row in rows],
            page_size=1000,
        )
