from . import test_jobs, test_safety_net
