from . import test_jobs, test_leaving, test_safety_net
