-- The newest tokens of a login (auth type `oauth`): one Fernet token that holds the refresh token in
-- its present form, and the access token. `grant_sha256` names the stored key that they came from:
-- those of another one are not used. Whoever renews a login holds a lease on it meanwhile.
CREATE TABLE patchbay_key_tokens (
    key_id TEXT PRIMARY KEY,
    grant_sha256 TEXT NOT NULL DEFAULT '',
    token TEXT NOT NULL DEFAULT '',
    key_version INTEGER NOT NULL DEFAULT 0,
    lease_holder TEXT,
    lease_until_unix_ms INTEGER NOT NULL DEFAULT 0,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
