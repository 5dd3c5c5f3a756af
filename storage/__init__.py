"""The only SQL: engine, tables, one file of typed queries per capability, outbox, migrations."""
