from . import base_partner_merge
from . import dunning_release_wizard
from . import dunning_skip_wizard
from . import dunning_resend_wizard
