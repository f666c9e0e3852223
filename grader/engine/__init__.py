"""Running a student's code apart from the grader, and calling its functions across the boundary."""
