from . import page, page_payment, page_documents, page_proof, page_forms, portal, portal_thread
