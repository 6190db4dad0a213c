-- The outbox, version 1. A row is one signed result; seq numbers them without a
-- gap. The row with the highest seq is the chain's head and is never removed.

CREATE TABLE result (
    seq        INTEGER PRIMARY KEY CHECK (seq >= 1),
    jti        TEXT    NOT NULL UNIQUE,
    jws        TEXT    NOT NULL,
    sha256     BLOB    NOT NULL CHECK (length(sha256) = 32),
    -- waiting: to be delivered; acknowledged: the hub has stored it;
    -- refused: the hub can't take it, a person must look.
    state      TEXT    NOT NULL DEFAULT 'waiting'
               CHECK (state IN ('waiting', 'acknowledged', 'refused')),
    reason     TEXT    CHECK ((state = 'refused') = (reason IS NOT NULL)),
    -- Seconds since 1970, by the terminal's clock at that moment.
    stored_at  INTEGER NOT NULL,
    settled_at INTEGER CHECK ((state = 'waiting') = (settled_at IS NULL))
) STRICT;

CREATE INDEX result_by_state ON result (state, seq);

PRAGMA application_id = 0x564F5543; -- 'VOUC'
PRAGMA user_version = 1;
