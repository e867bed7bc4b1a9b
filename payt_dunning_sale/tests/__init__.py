from . import (
    test_credit_check,
    test_exposure,
    test_payment_classes,
    test_prepayment,
    test_prepayment_avoid,
    test_prepayment_in,
    test_prepayment_override,
    test_prepayment_portal,
    test_prepayment_rpc,
    test_prepayment_screens,
    test_prepayment_start,
    test_prepayment_tour,
)
