"""The command line's groups: one module each, with a function `add(app)` that adds its commands.

What a command needs is imported inside it, so that `gongyou --help` is quick.
"""
