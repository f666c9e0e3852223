"""Is the answer right, what is wrong with it, and how do we say so?"""
