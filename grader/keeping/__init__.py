"""A class over the years: copies of its gradebook, an archive, and a student who wants to be forgotten."""
