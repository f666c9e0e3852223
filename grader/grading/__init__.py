"""From one hand-in to its verdict, and to the notebook that people look at."""
