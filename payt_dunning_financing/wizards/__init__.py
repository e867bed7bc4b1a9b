from . import receivable_insurance_wizard
