from . import (
    test_whatsapp_account,
    test_whatsapp_agreement,
    test_whatsapp_api,
    test_whatsapp_chain,
    test_whatsapp_messages,
    test_whatsapp_rights,
    test_whatsapp_routes,
    test_whatsapp_template,
    test_whatsapp_webhook,
)
