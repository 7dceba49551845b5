"""The console: pages for staff under `/console`, made on the server."""
