import os
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: Key of the context in which a file that can't be read is an error.
WHOLE_FILES = "dunning_whole_files"
#: A file that was written so long ago has reached every host that shares the folder.
SPREAD = timedelta(hours=1)


class FileUnreachable(UserError, OSError):
    """A file that is in the database's books is not in reach of this host.

    ``lost``: others are in reach and it is not new, so that trying again later does not help.
    """

    def __init__(self, message, lost=False):
        super().__init__(message)
        self.lost = lost


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _file_read(self, fname, size=None):
        """What leaves is never made with an empty file where the folder of files is out of reach.

        Core gives no bytes then; no file is stored without any.
        """
        content = super()._file_read(fname, size)
        if not content and size != 0 and self.env.context.get(WHOLE_FILES):
            raise self._unreachable(fname)
        return content

    @api.model
    def _unreachable(self, fname):
        """The error for a file that can't be read: whether it is lost, and what it is called."""
        files = self.sudo().with_context(skip_res_field_check=True, **{WHOLE_FILES: False})
        found = files.search([("store_fname", "=", fname)], order="write_date DESC", limit=1)
        old = found and found.write_date < fields.Datetime.now() - SPREAD
        if old and self._is_gone(fname) and files.env["dunning.host"]._has_files():
            return FileUnreachable(
                self.env._(
                    "The file “%s” is in the books and not in the folder of files: restore it from "
                    "a backup, or delete it, then try again",
                    found.name,
                ),
                lost=True,
            )
        return FileUnreachable(
            self.env._("A file that belongs to it can't be reached from this host.")
        )

    @api.model
    def _is_gone(self, fname):
        """Whether the folder of files answers, and says that there is no such file."""
        try:
            os.stat(self._full_path(fname))
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return False
