"""Tables whose rows are written once: the database itself refuses to change one. Deleting stays possible (retention).

A table asks for it in `storage/tables.py` with `info={"append_only": True}`; a test holds every such table to it.
"""

from __future__ import annotations

from alembic import op

_REFUSE = """
CREATE OR REPLACE FUNCTION weft_refuse_update() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""


def append_only(table: str) -> None:
    """Refuse every UPDATE of `table`. To be called again when a later revision builds the table anew on SQLite."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(f"DROP TRIGGER IF EXISTS {table}_append_only" + ("" if sqlite else f" ON {table}"))
    if sqlite:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    else:
        op.execute(_REFUSE)
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION weft_refuse_update()"
        )
