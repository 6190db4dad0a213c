-- Documents presented at this terminal, version 1. Neither numbers nor faces can be read from
-- the file: a number is stored as a keyed hash, a portrait's template encrypted.

CREATE TABLE presented (
    -- HMAC-SHA256 of issuing country and number.
    document BLOB    PRIMARY KEY CHECK (length(document) = 32),
    -- Nonce and ciphertext of the portrait's template.
    portrait BLOB    NOT NULL,
    -- Seconds since 1970, by the terminal's clock, when it was last presented.
    last_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX presented_by_time ON presented (last_at);

PRAGMA application_id = 0x564F5544; -- 'VOUD'
PRAGMA user_version = 1;
