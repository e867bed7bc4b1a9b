from odoo.tools import SQL


def lose(attachment):
    """A file that is in the books of the database is not in reach; gives its name, to bring it back."""
    attachment.flush_recordset()
    name = attachment.store_fname
    find(attachment, "no/nothing")
    return name


def find(attachment, name):
    """The file is where it was."""
    attachment.env.cr.execute(
        SQL("UPDATE ir_attachment SET store_fname = %s WHERE id = %s", name, attachment.id)
    )
    attachment.invalidate_recordset()
