from . import dunning_demo, report
