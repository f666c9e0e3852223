"""The records, a module or package per chapter. See `grader.exercise` and CONTRIBUTING.md."""
