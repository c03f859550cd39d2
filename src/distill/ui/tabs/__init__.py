"""The six tabs of the page, one module each: what Gradio lays out, and the panels in it."""
