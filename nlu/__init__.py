"""Understands: from a text to a route, its slots, and how sure that is. Knows no database."""
