"""A made-up class, graded before your eyes."""
