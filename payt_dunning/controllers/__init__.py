from . import page, page_payment, page_documents
