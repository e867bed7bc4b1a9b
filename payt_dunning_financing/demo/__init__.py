from . import dunning_demo, financing_draws
