from . import dunning_sale_override_wizard
