"""Alembic runs this file for every command; the connection and its transaction are ours."""

from __future__ import annotations

from alembic import context

from storage.migrations.comparing import default_differs
from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite can, too, as we begin its transactions ourselves
    compare_server_default=default_differs,
    **context.config.attributes.get("writing", {}),
)
with context.begin_transaction():
    context.run_migrations()
