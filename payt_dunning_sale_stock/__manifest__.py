{
    "name": "Receivables Follow-up for Deliveries",
    "summary": "Deliveries wait until the prepayment of their order is in",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Payt Dunning contributors",
    "license": "LGPL-3",
    "images": ["static/description/banner.png"],
    "depends": ["payt_dunning_sale", "sale_stock"],
    "data": ["views/stock_picking_views.xml"],
    "auto_install": True,
}
