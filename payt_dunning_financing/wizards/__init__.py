from . import (
    receivable_draw_offer,
    receivable_draw_payout,
    receivable_insurance_wizard,
    receivable_pledge_pay,
    receivable_release,
)
