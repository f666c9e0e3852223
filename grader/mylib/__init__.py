"""The reader's own library: their functions as a package that needs neither the grader nor the course."""
