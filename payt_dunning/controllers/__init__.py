from . import (
    page,
    page_payment,
    page_documents,
    page_proof,
    page_forms,
    page_dispute,
    page_promise,
    page_reason,
    page_contact,
    portal,
    portal_thread,
)
