"""Names of files in a package: ours, never those under which somebody uploaded a file."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from .dossier import Dossier

if TYPE_CHECKING:
    from .package import Exhibit

#: In which folder documents of a kind are.
FOLDERS = {
    "invoice": "10_invoices",
    "credit_note": "10_invoices",
    "contract": "20_agreement",
    "order_confirmation": "20_agreement",
    "checkout_evidence": "20_agreement",
    "terms": "20_agreement",
    "delivery_proof": "30_delivery",
    "reminder": "40_reminders",
    "fourteen_day_letter": "40_reminders",
    "default_notice": "40_reminders",
    "sending_proof": "40_reminders",
    "dispute": "50_disputes",
    "payment_plan": "60_payment_plans",
    "payment_proof": "60_payment_plans",
    "register_extract": "70_registers",
    "correspondence": "80_correspondence",
    "mandate": "90_other",
    "other": "90_other",
}
ENDINGS = {
    "application/pdf": "pdf",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/plain": "txt",
    "image/jpeg": "jpg",
    "image/png": "png",
}
#: Longest part of a name that comes from outside.
LONGEST = 40
#: What any file in a package may be called, all of its path.
SAFE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-])|/(?=[A-Za-z0-9]))*")


def safe_part(text: str) -> str:
    """Letters, digits, ``-``, ``_`` and single points of a number or name; may be empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain)
    plain = re.sub(r"\.{2,}", ".", plain)
    return re.sub(r"-{2,}", "-", plain)[:LONGEST].strip("-._")


def document_path(exhibit: Exhibit, number: int) -> str:
    """Where a document is below ``data/``: folder, date, kind, what it is about, exhibit.

    As in ``10_invoices/20250418_invoice_2025-0417_ex03.pdf``. The number of the exhibit makes it
    unique, and findable in the folder.
    """
    day = exhibit.date.isoformat().replace("-", "") if exhibit.date else "00000000"
    words = (day, exhibit.kind.replace("_", "-"), safe_part(exhibit.number), f"ex{number:02d}")
    name = "_".join(filter(None, words))
    return f"{FOLDERS[exhibit.kind]}/{name}.{ENDINGS[exhibit.media_type]}"


def package_name(dossier: Dossier) -> str:
    """Name of a package: case, revision, day, whether it is a test; nothing of the debtor.

    As in ``CASE-2025-00037_r1_20251128.zip``.
    """
    header = dossier.header
    case = safe_part(header.case_number) or "case"
    ending = "_test" if header.test else ""
    return f"{case}_r{header.revision}_{header.calculation_date:%Y%m%d}{ending}.zip"
