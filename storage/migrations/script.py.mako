"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
% if "KEY" in (upgrades or ""):

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
% endif


def upgrade() -> None:  # noqa: PLR0915 - a list of tables
    ${upgrades if upgrades else "pass"}
