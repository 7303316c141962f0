"""Studies: a design, what to run on it, and the report a reader gets."""
