from . import test_post_rights, test_post_service
