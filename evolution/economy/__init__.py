"""The stepping simulator: a ledger, moves executed on it, and choices that look at what it pays."""
