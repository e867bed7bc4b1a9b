from . import dunning_sale_confirm, dunning_sale_override_wizard
