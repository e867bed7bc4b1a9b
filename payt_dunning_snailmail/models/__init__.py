from . import (
    snailmail_letter,
    dunning_way_snailmail,
)
