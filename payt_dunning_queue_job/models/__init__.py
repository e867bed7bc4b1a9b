from . import (
    collection_transmission,
    dunning_dispatch,
    dunning_job,
    dunning_notice,
    mail_mail,
)
