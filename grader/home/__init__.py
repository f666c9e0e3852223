"""What a reader uses: check and help in the notebook, progress, the working copy."""
