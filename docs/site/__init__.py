"""The readers' edition: a site, cheat sheets and a book, all from solutions/ and the docstrings of nnlib."""
