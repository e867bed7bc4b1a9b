from . import (
    dunning_payment_class,
    res_company,
    dunning_behaviour,
    dunning_money,
    dunning_sale_override,
    sale_order,
    sale_order_prepayment,
    sale_order_credit,
    sale_order_money,
    sale_order_start,
    sale_order_kept,
    payment_transaction,
)
