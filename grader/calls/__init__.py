"""One call of a student's function: what goes in, what comes back, on both sides of the boundary."""
