-- What Patchbay keeps beside the two shared tables. No foreign keys: in a file that another program
-- owns, its deletions must neither fail nor spread because of us. Times are UTC as CURRENT_TIMESTAMP
-- writes them. No STRICT tables: a reader with an older SQLite must still understand the file.

-- Plugin files that were seen, and for which contents somebody vouched.
CREATE TABLE patchbay_plugins (
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    capabilities TEXT NOT NULL DEFAULT '{}',
    trusted_sha256 TEXT,
    signature BLOB,
    signer TEXT,
    trusted_at DATETIME,
    seen_at DATETIME DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE patchbay_provider_settings (
    provider_id TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (provider_id, key)
);

-- What registration last wrote for a name: a column that differs now was changed by a person, and so
-- was a row that is gone.
CREATE TABLE patchbay_provider_registration (
    provider_name TEXT PRIMARY KEY,
    adapter TEXT NOT NULL,
    display_name TEXT NOT NULL,
    endpoint_url TEXT NOT NULL,
    auth_type TEXT NOT NULL,
    model_name TEXT,
    written_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- What was signed for a key, and the one change that needs no signature: switching it off.
CREATE TABLE patchbay_key_seals (
    key_id TEXT PRIMARY KEY,
    key_version INTEGER NOT NULL,
    activation INTEGER NOT NULL DEFAULT 0,
    deactivated_activation INTEGER,
    deactivated_reason TEXT,
    deactivated_at DATETIME,
    origins TEXT NOT NULL DEFAULT '[]',
    allow_private INTEGER NOT NULL DEFAULT 0,
    signature BLOB,
    signer TEXT,
    sealed_at DATETIME
);

-- Cool-downs survive a restart. An empty model means all models of the key.
CREATE TABLE patchbay_key_health (
    key_id TEXT NOT NULL,
    model TEXT NOT NULL DEFAULT '',
    cooldown_until DATETIME,
    failures INTEGER NOT NULL DEFAULT 0,
    first_failure_at DATETIME,
    last_reason TEXT,
    last_code TEXT,
    updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (key_id, model)
);

CREATE TABLE patchbay_key_settings (
    key_id TEXT PRIMARY KEY,
    label TEXT NOT NULL DEFAULT '',
    user TEXT NOT NULL DEFAULT '',
    priority INTEGER NOT NULL DEFAULT 0
);

-- The root secret, wrapped once for each way to open the vault.
CREATE TABLE patchbay_keyslots (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '',
    kdf TEXT NOT NULL DEFAULT '',
    operations INTEGER,
    memory_bytes INTEGER,
    salt BLOB,
    nonce BLOB,
    wrapped BLOB NOT NULL,
    generation INTEGER NOT NULL DEFAULT 1,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- Fernet keys: derived from the root, or imported and wrapped under it.
CREATE TABLE patchbay_key_versions (
    version INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('derived', 'imported')),
    wrapped BLOB,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    retired_at DATETIME
);

CREATE TABLE patchbay_users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    public_key BLOB,
    certificate BLOB,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    removed_at DATETIME
);

-- One row per try of one key at one provider; outcome is 'ok' or the category of the failure.
CREATE TABLE patchbay_attempts (
    id TEXT PRIMARY KEY,
    request_id TEXT,
    provider TEXT NOT NULL,
    provider_id TEXT,
    key_id TEXT,
    adapter TEXT,
    operation TEXT NOT NULL,
    model TEXT,
    environment TEXT,
    user TEXT,
    started_at DATETIME NOT NULL,
    started_unix_ms INTEGER NOT NULL,
    latency_first_ms INTEGER,
    latency_ms INTEGER,
    outcome TEXT NOT NULL,
    http_status INTEGER,
    provider_code TEXT,
    message TEXT,
    input_tokens INTEGER,
    output_tokens INTEGER,
    total_tokens INTEGER,
    images INTEGER,
    bytes_in INTEGER,
    bytes_out INTEGER,
    cost_nano_usd INTEGER,
    billed TEXT,
    response_id TEXT
);
CREATE INDEX patchbay_attempts_started ON patchbay_attempts(started_unix_ms);

-- Sums that stay when attempts are pruned; `hour` is the start of the hour in UTC.
CREATE TABLE patchbay_usage_hourly (
    hour DATETIME NOT NULL,
    provider TEXT NOT NULL,
    key_id TEXT NOT NULL DEFAULT '',
    operation TEXT NOT NULL,
    model TEXT NOT NULL DEFAULT '',
    environment TEXT NOT NULL DEFAULT '',
    user TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    latency_ms INTEGER NOT NULL DEFAULT 0,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    total_tokens INTEGER NOT NULL DEFAULT 0,
    images INTEGER NOT NULL DEFAULT 0,
    bytes_in INTEGER NOT NULL DEFAULT 0,
    bytes_out INTEGER NOT NULL DEFAULT 0,
    cost_nano_usd INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (hour, provider, key_id, operation, model, environment, user, outcome)
);

-- What was done to keys, providers and plugins; each mac covers the one before it.
CREATE TABLE patchbay_audit (
    sequence INTEGER PRIMARY KEY,
    at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT 'ok',
    detail TEXT NOT NULL DEFAULT '',
    mac BLOB
);
