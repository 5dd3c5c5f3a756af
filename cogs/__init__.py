"""The chat surface: one thin file per capability. It parses, calls one service and renders."""
