import re

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.mimetypes import guess_mimetype

MEGABYTE = 1024 * 1024
#: Of one file, of all files of a message, and how many of them.
LARGEST, LARGEST_TOGETHER, MOST_FILES = 10 * MEGABYTE, 20 * MEGABYTE, 5
#: Kinds of file that a debtor may send: by the end of the name, what the content must be.
KINDS = {
    "pdf": {"application/pdf"},
    "png": {"image/png"},
    "jpg": {"image/jpeg"},
    "jpeg": {"image/jpeg"},
    "webp": {"image/webp"},
    "txt": {"text/plain"},
    "csv": {"text/plain", "text/csv"},
    "docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    "xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    "odt": {"application/vnd.oasis.opendocument.text"},
    "ods": {"application/vnd.oasis.opendocument.spreadsheet"},
}
#: What a browser may show itself; all else is saved.
SHOWN = {"application/pdf", "image/png", "image/jpeg", "image/webp"}
LONGEST_NAME = 100


class DunningPageUpload(models.AbstractModel):
    """Files that debtors send: hostile until looked at. They are kept, and never opened by us."""

    _name = "dunning.page.upload"
    _description = "Files That Debtors Send"

    @api.model
    def _keep(self, uploads):
        """Keep the files of a form, for the message that goes with them.

        :param uploads: what the web server took in, see ``werkzeug.datastructures.FileStorage``
        :return: attachments
        :raises UserError: names the file that can't be taken and says why; nothing is kept then
        """
        uploads = [each for each in uploads if each and each.filename]
        if len(uploads) > MOST_FILES:
            raise UserError(self.env._("At most %s files fit in one message.", MOST_FILES))
        checked, total = [], 0
        for upload in uploads:
            name = self._clean_name(upload.filename)
            content = upload.read(LARGEST + 1)
            total += len(content)
            checked.append((name, content, self._check(name, content)))
        if total > LARGEST_TOGETHER:
            raise UserError(
                self.env._(
                    "Together your files are larger than %s MB.", LARGEST_TOGETHER // MEGABYTE
                )
            )
        # Odoo would make large pictures smaller: a few kilobytes may unpack to hundreds of megabytes.
        return (
            self.env["ir.attachment"]
            .sudo()
            .with_context(image_no_postprocess=True)
            .create(
                [
                    {
                        "name": name,
                        "raw": content,
                        "mimetype": mimetype,
                        # As what is uploaded in a composer: the message takes it along.
                        "res_model": "mail.compose.message",
                        "res_id": 0,
                    }
                    for name, content, mimetype in checked
                ]
            )
        )

    @api.model
    def _check(self, name, content):
        """The kind of a file by its content, which must be what its name says.

        :raises UserError: when it is too large, empty, or no kind that is taken
        """
        if len(content) > LARGEST:
            raise UserError(
                self.env._(
                    "“%(name)s” is larger than %(most)s MB. Make it smaller, or send it by e-mail.",
                    name=name,
                    most=LARGEST // MEGABYTE,
                )
            )
        if not content:
            raise UserError(self.env._("“%s” is empty.", name))
        found = guess_mimetype(content, default="application/octet-stream")
        if found not in KINDS.get(self._ending(name), ()):
            raise UserError(
                self.env._(
                    "We can't take “%s”. Send a PDF, a picture, or a document of Word, Excel or "
                    "LibreOffice.",
                    name,
                )
            )
        return found

    @api.model
    def _is_kind(self, name, mimetype):
        """Whether a file may be given to a debtor: of a kind that it could have sent itself."""
        return mimetype in KINDS.get(self._ending(name or ""), ())

    @api.model
    def _ending(self, name):
        return name.rpartition(".")[2].lower() if "." in name else ""

    @api.model
    def _clean_name(self, name):
        """A file's name without folders, control characters or what turns text around."""
        name = re.split(r"[/\\]", name)[-1]
        name = re.sub(r"[\x00-\x1f\x7f<>:\"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", name)
        name = name.strip(" .")
        if len(name) > LONGEST_NAME:
            stem, dot, ending = name.rpartition(".")
            room = max(LONGEST_NAME - len(ending) - 1, 0)
            name = f"{stem[:room]}{dot}{ending}"[:LONGEST_NAME]
        return name or self.env._("file")
