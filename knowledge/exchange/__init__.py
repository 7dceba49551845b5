"""Files in and out: tables, GeoJSON for places, YAML for everything of a region."""
