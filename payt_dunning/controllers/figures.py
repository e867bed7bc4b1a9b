from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request

from .page import _number

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Figures(http.Controller):
    """The figures of a company as a file."""

    @http.route(
        "/payt_dunning/figures.<string:kind>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def figures_file(self, kind, day=None, company=None, months="3", own="1", **_kwargs):
        """Download the figures as at a day.

        :param kind: ``csv`` or ``xlsx``
        """
        if kind not in TYPES:
            raise request.not_found()
        companies = request.env.user.company_ids
        number = _number(company) if company else request.env.company.id
        if number not in companies.ids:
            raise request.not_found()
        figures = request.env["dunning.figures"].with_context(allowed_company_ids=[number])
        try:
            content = figures._file(
                kind,
                day=day,
                company_id=number,
                months=_number(months) or 3,
                own=own != "0",
            )
        except (AccessError, UserError) as refused:
            headers = [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("X-Content-Type-Options", "nosniff"),
            ]
            return request.make_response(str(refused), headers, status=400)
        headers = [
            ("Content-Type", TYPES[kind]),
            ("Content-Disposition", content_disposition(f"figures.{kind}")),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(content, headers)
