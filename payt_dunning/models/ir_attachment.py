from odoo import api, models
from odoo.exceptions import UserError

#: Key of the context in which a file that can't be read is an error.
WHOLE_FILES = "dunning_whole_files"


class FileUnreachable(UserError, OSError):
    """A file that is in the database's books is not in reach of this host."""


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _file_read(self, fname, size=None):
        """What leaves is never made with an empty file where the folder of files is out of reach.

        Core gives no bytes then; no file is stored without any.
        """
        content = super()._file_read(fname, size)
        if not content and size != 0 and self.env.context.get(WHOLE_FILES):
            words = self.env._("A file that belongs to it can't be reached from this host.")
            raise FileUnreachable(words)
        return content
