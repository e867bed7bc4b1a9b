from werkzeug.wsgi import wrap_file

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request

from .handover import PRIVATE


class Access(http.Controller):
    """Access exports, for who asked for one in the dialog."""

    @http.route(
        "/payt_dunning/access/<int:wizard_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def access(self, wizard_id):
        """The export of a person: read in pieces, kept nowhere.

        :raises NotFound: when this user did not ask for one; which, is not told
        """
        wizard = request.env["dunning.access.wizard"].browse(wizard_id).exists()
        if not wizard or wizard.sudo().create_uid != request.env.user:
            return request.not_found()
        wizard = wizard.sudo()
        if not wizard.noted:
            return request.not_found()
        debtor = wizard.debtor_id.sudo(False)
        try:
            export, name, size = request.env["dunning.access"]._zip(
                debtor, wizard.person_id.sudo(False)
            )
        except (AccessError, UserError):
            return request.not_found()
        headers = [
            *PRIVATE,
            ("Content-Type", "application/zip"),
            ("Content-Length", str(size)),
            ("Content-Disposition", content_disposition(name)),
        ]
        body = wrap_file(request.httprequest.environ, export)
        return http.Response(body, headers=headers, direct_passthrough=True)
