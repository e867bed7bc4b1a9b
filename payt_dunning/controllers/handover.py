from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request


class Handover(http.Controller):
    """Packages for those of us who may hand over cases."""

    @http.route("/payt_dunning/handover/<int:handover_id>", type="http", auth="user", readonly=True)
    def package(self, handover_id):
        """The bytes of a package, exactly as they were made.

        :raises NotFound: when there is none that this user may read; which, is not told
        """
        handover = request.env["collection.handover"].browse(handover_id).exists()
        try:
            if not request.env.user.has_group("payt_dunning.group_dunning_user"):
                raise AccessError(request.env._("Only collectors can download packages."))
            handover.check_access("read")
        except AccessError:
            return request.not_found()
        if not handover.sudo().file_id:
            return request.not_found()
        return request.make_response(
            handover._content(),
            [
                ("Content-Type", "application/zip"),
                ("Content-Disposition", content_disposition(handover.sudo().file_id.name)),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )
