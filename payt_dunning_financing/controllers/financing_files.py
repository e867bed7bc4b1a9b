from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "invoices.csv": "text/csv; charset=utf-8",
    "debtors.csv": "text/csv; charset=utf-8",
    "changes.csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
#: What files can be made of, by what stands in the address.
SOURCES = {
    "check": "receivable.financing.check",
    "draw": "receivable.financing.draw",
    "report": "receivable.financing.report",
}


class FinancingFiles(http.Controller):
    """Files for financiers."""

    @http.route(
        "/payt_dunning_financing/<string:what>/<int:number>/<string:kind>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def financing_file(self, what, number, kind, **_kwargs):
        """Download a check as a file; whoever may not see it learns nothing of it.

        :param what: a key of :data:`SOURCES`
        :param kind: a key of :data:`TYPES`
        """
        if (
            what not in SOURCES
            or kind not in TYPES
            or (kind == "changes.csv") != (what == "report" and kind.endswith("csv"))
        ):
            raise request.not_found()
        companies = request.env.user.company_ids
        model = request.env[SOURCES[what]].with_context(allowed_company_ids=companies.ids)
        source = model.browse(number).exists()
        try:
            source.check_access("read")
        except AccessError:
            source = model
        if not source:
            raise request.not_found()
        export = source.env["receivable.financing.export"]
        headers = [
            ("Content-Type", TYPES[kind]),
            ("Content-Disposition", content_disposition(export._name_of(kind, source))),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(export._file(kind, source), headers)
