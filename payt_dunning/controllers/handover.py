from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request

from ..models.dunning_page_pace import CODES_FROM

#: What a file can be made about.
FILED = ("collection.case", "dunning.debtor", "dunning.item")
#: What no cache and no search engine keeps.
PRIVATE = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("X-Content-Type-Options", "nosniff"),
]
#: What a page of ours for offices may load and do: nothing but send its form.
CLOSED = [
    ("X-Frame-Options", "DENY"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'",
    ),
]


class Handover(http.Controller):
    """Packages for those of us who may hand over cases."""

    @http.route(
        "/payt_dunning/handover/<int:handover_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
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

    @http.route(
        "/payt_dunning/file/<string:model>/<int:record_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def file(self, model, record_id):
        """All documents about a case, a debtor or an invoice, for ourselves.

        :raises NotFound: when there is none that this user may read; which, is not told
        """
        if model not in FILED:
            return request.not_found()
        record = request.env[model].browse(record_id).exists()
        try:
            request.env["collection.file"]._check_may()
            record.check_access("read")
            items = record._file_items()
            items.check_access("read")
            name, content = request.env["collection.file"]._zip(items, record.display_name)
        except (AccessError, UserError):
            return request.not_found()
        headers = [
            *PRIVATE,
            ("Content-Type", "application/zip"),
            ("Content-Disposition", content_disposition(name)),
        ]
        return request.make_response(content, headers)

    @http.route(
        "/dossier/<int:link_id>/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        readonly=True,
    )
    def link(self, link_id, token):
        """A page that asks for the code; it looks the same whether or not the link works."""
        return self._ask(link_id, token)

    @http.route(
        "/dossier/<int:link_id>/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
    )
    def open_link(self, link_id, token, code="", **_kwargs):
        """The package, for whoever knows the code.

        Without a token in the form: it starts no session that somebody else could use.
        """
        tries = request.env(su=True)["dunning.page.try"]
        here = tries._from(request.httprequest.remote_addr)
        if tries._waits("package from", here):
            return self._ask(link_id, token, wrong=True, status=429)
        found = request.env["collection.handover.link"]._find(link_id, token)
        try:
            content = found._open(token, code[:20]) if found else None
        except UserError:
            content = None
        if content is None:
            tries._too_many("package from", here, CODES_FROM)
            return self._ask(link_id, token, wrong=True, status=403)
        name = found.handover_id.file_id.name
        headers = [
            *PRIVATE,
            ("Content-Type", "application/zip"),
            ("Content-Disposition", content_disposition(name)),
        ]
        return request.make_response(content, headers)

    def _ask(self, link_id, token, wrong=False, status=200):
        found = request.env["collection.handover.link"]._find(link_id, token)
        lang = found.handover_id.agent_id.lang if found else request.env.lang
        html = (
            request.env["ir.qweb"]
            .sudo()
            .with_context(lang=lang)
            ._render(
                "payt_dunning.dossier_link_page",
                {
                    "action": f"/dossier/{link_id}/{token}",
                    "wrong": wrong,
                    "waits": status == 429,
                    "spoken": (lang or "en_US").replace("_", "-"),
                },
            )
        )
        headers = [*PRIVATE, *CLOSED, ("Content-Type", "text/html; charset=utf-8")]
        return request.make_response(html, headers, status=status)
