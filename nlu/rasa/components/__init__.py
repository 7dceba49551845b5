"""Components and importer for Rasa 3.6; everything that thinks is shared with the application."""
