-- The partners' register, version 1. Times are seconds since 1970. Columns that end in `_until` and
-- `next_at` are deadlines: they move when the clock is set (clock_change.rs).

CREATE TABLE partner (
    code       TEXT    PRIMARY KEY CHECK (length(code) BETWEEN 1 AND 64),
    name       TEXT    NOT NULL,
    -- argon2id, PHC form.
    secret     TEXT    NOT NULL,
    webhook    TEXT,
    created_at INTEGER NOT NULL
) STRICT;

-- Where a partner's redirects and webhooks may go.
CREATE TABLE target (
    partner TEXT    NOT NULL REFERENCES partner ON DELETE CASCADE,
    url     TEXT    NOT NULL,
    private INTEGER NOT NULL CHECK (private IN (0, 1)),
    PRIMARY KEY (partner, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE scene (
    biz         TEXT    PRIMARY KEY,
    partner     TEXT    NOT NULL REFERENCES partner ON DELETE CASCADE,
    name        TEXT    NOT NULL,
    scheme      TEXT    NOT NULL,
    guide_page  INTEGER NOT NULL CHECK (guide_page IN (0, 1)),
    result_page INTEGER NOT NULL CHECK (result_page IN (0, 1)),
    -- Whether it has had a session: then its scheme should stay.
    used        INTEGER NOT NULL DEFAULT 0 CHECK (used IN (0, 1))
) STRICT;

-- CID's login tokens. Each starts one session.
CREATE TABLE token (
    hash        BLOB    PRIMARY KEY CHECK (length(hash) = 32),
    partner     TEXT    NOT NULL REFERENCES partner ON DELETE CASCADE,
    session     TEXT,
    issued_at   INTEGER NOT NULL,
    valid_until INTEGER NOT NULL
) STRICT;

CREATE INDEX token_by_end ON token (valid_until);
CREATE INDEX token_of_partner ON token (partner);

CREATE TABLE session (
    id           TEXT    PRIMARY KEY,
    partner      TEXT    NOT NULL REFERENCES partner ON DELETE CASCADE,
    api          TEXT    NOT NULL,
    -- SHA-256 of the token that opens the page; single use. Null if there is no page (RPMin).
    token        BLOB    UNIQUE CHECK (token IS NULL OR length(token) = 32),
    -- Alibaba Cloud: the scene and the business's number.
    biz          TEXT,
    ticket       TEXT,
    scheme       TEXT    NOT NULL,
    -- What the page needs, as JSON: language, audio, redirects, nonce. Nothing of the person.
    request      TEXT    NOT NULL,
    -- 1: name, number or pictures were bound. They are in memory only.
    bound        INTEGER NOT NULL CHECK (bound IN (0, 1)),
    -- SHA-256 of the cookie of the browser that opened the page.
    browser      BLOB,
    state        TEXT    NOT NULL CHECK (state IN ('open', 'beginning', 'running', 'ended')),
    created_at   INTEGER NOT NULL,
    -- Until when it may begin; while it runs, until when it must end.
    valid_until  INTEGER NOT NULL,
    -- When the row is removed.
    keep_until   INTEGER NOT NULL,
    started_at   INTEGER,
    ended_at     INTEGER,
    -- How it ended, as JSON without anything of the person.
    outcome      TEXT    CHECK ((state = 'ended') = (outcome IS NOT NULL)),
    -- The signed result, if there is one.
    jws          TEXT,
    -- RPManual: what the person typed, as JSON.
    typed        TEXT,
    -- TongDun: until when a fetched result can be fetched again.
    fetched_until INTEGER
) STRICT;

CREATE INDEX session_by_end ON session (keep_until);
CREATE INDEX session_by_deadline ON session (state, valid_until);
CREATE INDEX session_of_partner ON session (partner);
CREATE INDEX session_of_ticket ON session (biz, ticket) WHERE ticket IS NOT NULL;

-- The queue of webhooks and, once settled, their log.
CREATE TABLE webhook (
    id          TEXT    PRIMARY KEY,
    partner     TEXT    NOT NULL REFERENCES partner ON DELETE CASCADE,
    session     TEXT    NOT NULL,
    payload     TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('waiting', 'delivered', 'abandoned')),
    attempts    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    next_at     INTEGER NOT NULL,
    tried_at    INTEGER,
    -- What the last attempt met: an HTTP status, or words without an address.
    met         TEXT,
    keep_until  INTEGER NOT NULL
) STRICT;

CREATE INDEX webhook_due ON webhook (state, next_at);
CREATE INDEX webhook_by_end ON webhook (keep_until);
CREATE INDEX webhook_of_partner ON webhook (partner);

-- What reports and bills are made from: nothing of the person, no session's number.
CREATE TABLE usage (
    at      INTEGER NOT NULL,
    partner TEXT    NOT NULL,
    api     TEXT    NOT NULL,
    scheme  TEXT    NOT NULL,
    biz     TEXT,
    -- Whether a complete set of material was received.
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    passed  INTEGER NOT NULL CHECK (passed IN (0, 1)),
    -- TongDun's or CID's code.
    code    TEXT    NOT NULL,
    billed  INTEGER NOT NULL CHECK (billed IN (0, 1))
) STRICT;

CREATE INDEX usage_by_time ON usage (at);

PRAGMA application_id = 0x56504152; -- 'VPAR'
PRAGMA user_version = 1;
