from . import test_post_service
