"""The course as a page that needs no server: JupyterLite, whose Python, Pyodide, runs in the reader's browser."""
