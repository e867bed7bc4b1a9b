"""Two people publish one policy at the same moment, each in a real transaction."""

SCRIPT = """
from odoo.exceptions import UserError

policy = env.ref("payt_dunning.policy_business")
env.ref("payt_dunning.level_business_1").days = 4
env.cr.commit()
with env.registry.cursor() as cr:
    other = policy.with_env(env(cr=cr))
    other.name  # its transaction has begun
    policy.action_publish()
    try:
        other.action_publish()
    except UserError as error:
        print("SAID", error)
    env.cr.commit()
    cr.rollback()
    try:
        other.with_context(dunning_seen_revision_id=1).action_publish()
    except UserError as error:
        print("SAID", error)
    cr.rollback()
env.invalidate_all()
print("NUMBERS", sorted(policy.revision_ids.mapped("number")))
"""


def test_the_second_of_two_who_publish_at_once_is_told_and_no_number_comes_twice(odoo_db, run_odoo):
    lines = run_odoo(odoo_db, SCRIPT).stdout.splitlines()
    said = [line for line in lines if line.startswith("SAID")]
    assert "Somebody else is publishing" in said[0]
    assert "published revision 2" in said[1]
    assert "NUMBERS [1, 2]" in lines
