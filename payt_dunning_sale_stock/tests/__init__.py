from . import test_delivery_waits
