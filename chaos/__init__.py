"""Thousands of reminders while programs are killed, lines are cut and debtors pay.

``make chaos`` runs it in full; ``tests_outside/test_chaos.py`` in small.
"""
