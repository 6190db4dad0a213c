-- The people enrolled at this terminal, version 1. Neither name, number nor face can be read from
-- the file: a number is stored as a keyed hash, everything else encrypted.

CREATE TABLE person (
    id          INTEGER PRIMARY KEY,
    -- HMAC-SHA256 of the identification number.
    number      BLOB    NOT NULL UNIQUE CHECK (length(number) = 32),
    -- Sealed JSON: name, number, when and how enrolled.
    about       BLOB    NOT NULL,
    -- Sealed: the template that is searched.
    template    BLOB    NOT NULL,
    -- Sealed: the templates that it was made from.
    parts       BLOB    NOT NULL,
    -- Seconds since 1970; null: until removed.
    expires_at  INTEGER
) STRICT;

CREATE INDEX person_by_end ON person (expires_at) WHERE expires_at IS NOT NULL;

-- The source pictures, if they are kept.
CREATE TABLE picture (
    person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    place  INTEGER NOT NULL,
    -- Sealed picture file.
    sealed BLOB    NOT NULL,
    PRIMARY KEY (person, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_check (
    -- Derived from the key, so that a wrong key is noticed.
    value BLOB NOT NULL CHECK (length(value) = 32)
) STRICT;

PRAGMA application_id = 0x564F5547; -- 'VOUG'
PRAGMA user_version = 1;
