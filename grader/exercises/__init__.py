"""The records, a module or package per chapter. See `grader.record.exercise` and CONTRIBUTING.md."""
