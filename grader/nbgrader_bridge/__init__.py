"""Where the grader meets nbgrader: its gradebook, its folders, its feedback pages."""
