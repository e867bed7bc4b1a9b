{
    "name": "Receivables Follow-up by Post Service",
    "summary": "Letters of follow-up printed and posted by Odoo's post service",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Payt Dunning contributors",
    "license": "LGPL-3",
    "images": ["static/description/banner.png"],
    "depends": ["payt_dunning", "snailmail"],
    "data": ["data/dunning_channel.xml"],
    "uninstall_hook": "uninstall_hook",
    "auto_install": True,
}
