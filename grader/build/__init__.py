"""From solutions/ to the notebooks."""
