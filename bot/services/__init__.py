"""The use cases, one file per capability: read → rule → record (+ intentions) → result."""
