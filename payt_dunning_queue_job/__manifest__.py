{
    "name": "Receivables Follow-up on Job Queue",
    "summary": "Messages, letters, packages and trials as jobs of OCA's queue, on as many hosts as you like",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Payt Dunning contributors",
    "license": "LGPL-3",
    "images": ["static/description/banner.png"],
    "depends": ["payt_dunning", "queue_job"],
    "data": ["data/queue_job.xml"],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
