# The demo, played in Odoo's shell on the demo database: a Dutch company goes
# live with receivables follow-up, and one day's run sends what is due. The
# script is fed to the shell, which provides `env`; its last line of output is
# the report, read back by dev/demo.py.
import json
import os

demo = env["dunning.demo"]
demo._load("127.0.0.1", int(os.environ["PAYT_SMTP_PORT"]))
demo._load_dialogue()
demo._go_live()
# The links in the mails must open the Odoo that is left running.
env["ir.config_parameter"].set_param("web.base.url", os.environ["PAYT_URL"])
env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
before = env["dunning.run"].search([], limit=1).id or 0
env.cr.commit()

daily_run = env.ref("payt_dunning.ir_cron_dunning_run")
daily_run.method_direct_trigger()
env.invalidate_all()
# Right after going live there is nothing to compare with: a large run waits for the manager.
waiting = env["dunning.run"].search([("id", ">", before), ("state", "=", "waiting")])
if waiting:
    waiting.action_approve()
    env.cr.commit()
    daily_run.method_direct_trigger()
env.ref("payt_dunning.ir_cron_dunning_behaviour").method_direct_trigger()
demo._after_run()
env.ref("mail.ir_cron_mail_scheduler_action").method_direct_trigger()
env.cr.commit()

print("PAYT_REPORT", json.dumps(demo._report(since=before), default=str))
