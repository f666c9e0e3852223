"""What is measured, and against which peers. Run one with `python -m benchmarks.<name>`."""
