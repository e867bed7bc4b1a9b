from . import (
    page,
    page_payment,
    page_documents,
    page_proof,
    page_forms,
    page_dispute,
    portal,
    portal_thread,
)
