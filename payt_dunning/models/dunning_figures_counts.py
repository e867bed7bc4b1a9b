"""Numbers of a period that figures are made of, each a query; see ``dunning.figures``."""

_OF = "company_id = %(company)s AND {0} > %(first)s AND {0} <= %(day)s"
_LEFT = "state IN ('sent', 'returned') AND channel NOT IN ('call', 'list') AND "
#: Numbers of a period: what is counted, from stored facts.
COUNTS = {
    "promises_kept": "SELECT count(*) FROM dunning_promise WHERE state = 'kept' AND "
    + _OF.format("deadline"),
    "promises_broken": "SELECT count(*) FROM dunning_promise WHERE state = 'broken' AND "
    + _OF.format("deadline"),
    "plans_completed": "SELECT count(*) FROM dunning_payment_plan WHERE state = 'completed' AND "
    + _OF.format("ended_on"),
    "plans_lapsed": "SELECT count(*) FROM dunning_payment_plan WHERE state = 'lapsed' AND "
    + _OF.format("ended_on"),
    "disputes": "SELECT count(*) FROM dunning_dispute WHERE state <> 'open' AND "
    + _OF.format("decided_on::date"),
    "dispute_days": "SELECT sum(cycle_days) FROM dunning_dispute WHERE state <> 'open' AND "
    + _OF.format("decided_on::date"),
    "answers": "SELECT count(*) FROM dunning_question WHERE state = 'answered' AND "
    + _OF.format("answered_on::date"),
    "answer_hours": "SELECT sum(response_hours) FROM dunning_question WHERE state = 'answered'"
    " AND " + _OF.format("answered_on::date"),
    "calls": "SELECT count(*) FROM dunning_call WHERE " + _OF.format("moment::date"),
    "right": "SELECT count(*) FROM dunning_call WHERE right_party AND "
    + _OF.format("moment::date"),
    "left": "SELECT count(*) FROM dunning_notice WHERE " + _LEFT + _OF.format("sent_on"),
    "arrived": "SELECT count(*) FROM dunning_notice WHERE state = 'sent' AND "
    + _LEFT
    + _OF.format("sent_on"),
    "failing": "SELECT count(*) FROM dunning_failed_address WHERE company_id = %(company)s"
    " AND since <= %(day)s AND (until IS NULL OR until >= %(day)s)",
    "reminders": "SELECT count(*) FROM dunning_notice WHERE kind = 'reminder'"
    " AND retry_of_id IS NULL AND sent_at IS NOT NULL AND state IN ('sent', 'returned') AND "
    + _OF.format("sent_on"),
    "call_costs": "SELECT count(*) * coalesce((SELECT dunning_cost_call FROM res_company"
    " WHERE id = %(company)s), 0) FROM dunning_call WHERE " + _OF.format("moment::date"),
    "message_costs": """SELECT sum(CASE notice.channel
                                   WHEN 'email' THEN company.dunning_cost_email
                                   WHEN 'sms' THEN company.dunning_cost_sms
                                   WHEN 'letter' THEN company.dunning_cost_letter END)
                          FROM dunning_notice notice
                          JOIN res_company company ON company.id = notice.company_id
                         WHERE notice.company_id = %(company)s
                           AND notice.state IN ('sent', 'returned')
                           AND notice.sent_on > %(first)s AND notice.sent_on <= %(day)s""",
}
#: The journal items that an office had by the day: a bailiff, a lawyer or an agency.
_AT_OFFICE = """SELECT DISTINCT item.line_id FROM collection_handover handover
                  JOIN collection_case_line part ON part.case_id = handover.case_id
                  JOIN dunning_item item ON item.id = part.item_id
                 WHERE handover.company_id = %(company)s
                   AND handover.test IS NOT TRUE AND handover.state <> 'rejected'
                   AND handover.function IN ('original', 'replacement')
                   AND handover.day <= %(day)s AND part.joined_on <= handover.day
                   AND (part.left_on IS NULL OR part.left_on > handover.day)"""
_INVOICED = """account_move_line line
              JOIN account_move move ON move.id = line.move_id
         LEFT JOIN handed ON handed.line_id = line.id
             WHERE line.account_id = ANY(%(accounts)s) AND line.parent_state = 'posted'
               AND line.company_id = %(company)s AND line.balance > 0
               AND line.date > %(year)s AND line.date <= %(day)s
               AND move.move_type = 'out_invoice'"""
#: Invoices of twelve months, how many of them an office had by the day, and both amounts.
HANDED = f"""WITH handed AS ({_AT_OFFICE})
            SELECT count(DISTINCT line.move_id), sum(line.balance),
                   count(DISTINCT line.move_id) FILTER (WHERE handed.line_id IS NOT NULL),
                   sum(line.balance) FILTER (WHERE handed.line_id IS NOT NULL)
              FROM {_INVOICED}"""
#: The journal items of these that an office had.
HANDED_LINES = f"""WITH handed AS ({_AT_OFFICE})
            SELECT line.id FROM {_INVOICED} AND handed.line_id IS NOT NULL"""
