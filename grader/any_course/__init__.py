"""Any nbgrader course: its own assignments, graded by nbgrader with this engine in place of a kernel."""
