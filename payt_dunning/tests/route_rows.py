"""Every address that we answer, and what each person gets there: read by test_routes.py.

A row is ``(status for who may, why its form needs no token)``; the second is empty for what needs
one, and for what is only read. What others get is the same for all addresses of a page, and is in
test_routes.py.
"""

CLAIM = "/claim/<any(m,i,p):kind>/<int:record_id>/<string:token>"
ALL, MINE = f"{CLAIM}/<any(all):scope>", "/my/claims/<int:debtor_id>"

#: Why forms go without Odoo's token.
SECRET = "the address is a secret itself; under My Account the form's own token is looked at"
BROWSER = "Odoo takes JSON from its own pages only, and what is paid is signed in the address"
NO_SESSION = "it starts no session that somebody else could use"
SIGNED = "the body is signed by who sends it"

#: What follows the address of a claim, of everything, and of My Account: who may gets this.
EVERYWHERE = {
    ("GET", "/pay"): (200, ""),
    ("POST", "/transaction/<string:signed>"): ("refused", BROWSER),
    ("GET", "/invoice/<int:item_id>"): (200, ""),
    ("GET", "/file/<int:file_id>"): (200, ""),
    ("GET", "/overview"): (200, ""),
    ("GET", "/parts"): (200, ""),
    ("GET", "/plan/<int:plan_id>/version/<int:number>"): (200, ""),
    ("GET", "/plan/<int:plan_id>/message/<int:notice_id>"): (200, ""),
    ("POST", "/ask"): (400, SECRET),
    ("POST", "/call"): (400, SECRET),
    ("POST", "/copy"): (400, SECRET),
    ("POST", "/dispute"): (400, SECRET),
    ("POST", "/dispute/withdraw"): (400, SECRET),
    ("POST", "/paid"): (400, SECRET),
    ("POST", "/parts"): (400, SECRET),
    ("POST", "/parts/ask"): (400, SECRET),
    ("POST", "/plan/accept"): (400, SECRET),
    ("POST", "/plan/agree"): (400, SECRET),
    ("POST", "/plan/by-hand"): (400, SECRET),
    ("POST", "/plan/move"): (400, SECRET),
    ("POST", "/plan/stop"): (400, SECRET),
    ("POST", "/plan/withdraw"): (400, SECRET),
    ("POST", "/promise"): (400, SECRET),
    ("POST", "/reason"): (400, SECRET),
}
#: Of a claim alone.
OF_CLAIM = {
    ("GET", ""): (200, ""),
    ("GET", "/message"): (200, ""),
    ("GET", "/proof"): (200, ""),
    ("POST", "/code"): (303, ""),
    ("POST", "/open"): (403, ""),
    ("POST", "/renew"): (404, "the page before it keeps no session; it mails to who we know"),
    ("POST", "/visit"): (204, "it notes a moment, and the address is a secret itself"),
}
#: Of everything, which needs one more proof or a login.
OF_ALL = {
    ("GET", ""): (200, ""),
    ("GET", "/message/<int:notice_id>"): (200, ""),
    ("GET", "/statement"): (200, ""),
    ("POST", "/contact"): (400, SECRET),
    ("POST", "/contact/withdraw"): (400, SECRET),
}
PEOPLE = ("nobody", "portal", "outsider", "viewer", "collector", "manager", "elsewhere")


def everybody(status, **but):
    """What everybody gets, but some."""
    return {**dict.fromkeys(PEOPLE, status), **but}


#: All others, see test_routes_inside.py: by person. ``nobody`` is not logged in, ``portal`` is the
#: debtor's user, ``elsewhere`` a manager of another company only. Nothing is typed in the forms.
OTHERS = {
    ("GET", "/c"): (everybody(200), ""),
    ("GET", "/c/<string:code>"): (everybody(200), ""),
    ("POST", "/c"): (everybody(400), NO_SESSION),
    ("POST", "/c/check"): (everybody(400), NO_SESSION),
    ("GET", "/dossier/<int:link_id>/<string:token>"): (everybody(200), ""),
    ("POST", "/dossier/<int:link_id>/<string:token>"): (everybody(403), NO_SESSION),
    ("GET", "/my/claims"): (everybody(200, nobody=303, portal=303), ""),
    # Odoo's own, answered by a redirect to ours, and looked at once more.
    ("GET", "/my/invoices/overdue"): (everybody(303), ""),
    ("GET", "/payment/pay"): (everybody(200, nobody=303), ""),
    ("POST", "/payt_dunning/office/<string:number>"): (everybody(415), SIGNED),
    ("GET", "/payt_dunning/access/<int:wizard_id>"): (
        everybody(404, nobody=303, manager=200),
        "",
    ),
    ("GET", "/payt_dunning/figures.<string:kind>"): (
        everybody(400, nobody=303, collector=200, manager=200, elsewhere=404),
        "",
    ),
    ("GET", "/payt_dunning/file/<string:model>/<int:record_id>"): (
        everybody(404, nobody=303, collector=200, manager=200),
        "",
    ),
    ("GET", "/payt_dunning/handover/<int:handover_id>"): (
        everybody(404, nobody=303, collector=200, manager=200),
        "",
    ),
}
