from . import base_partner_merge
from . import dunning_outlook
from . import dunning_pause_wizard
from . import dunning_policy_wizard
from . import dunning_release_wizard
from . import dunning_resend_wizard
from . import dunning_settings
from . import dunning_skip_wizard
