-- From version 1 to 2. One row with a value derived from the key, so that a wrong key is noticed.

CREATE TABLE key_check (
    value BLOB NOT NULL CHECK (length(value) = 32)
) STRICT;

PRAGMA user_version = 2;
