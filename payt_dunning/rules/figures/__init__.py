"""Figures about receivables: pure formulas, each with its definition and source."""
