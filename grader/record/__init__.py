"""What a record of an exercise is, and which records there are."""
