{
    "name": "Receivables Follow-up by Job Queue",
    "summary": "Messages, letters, packages and trials as jobs of OCA's queue, on as many hosts as you like",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Payt Dunning contributors",
    "website": "https://github.com/payt-dunning/payt_dunning",
    "license": "LGPL-3",
    "depends": ["payt_dunning", "queue_job"],
    "data": ["data/queue_job.xml"],
    "auto_install": True,
}
