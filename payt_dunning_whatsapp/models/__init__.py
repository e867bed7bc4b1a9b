from . import (
    dunning_whatsapp_account,
    dunning_whatsapp_template,
    dunning_whatsapp_optin,
    dunning_whatsapp_report,
    dunning_way_whatsapp,
    dunning_level,
    dunning_notice,
    dunning_reduction,
    res_company,
)
