"""What a class's verdicts say: pages and tables."""
