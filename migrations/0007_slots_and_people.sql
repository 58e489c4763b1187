-- Signing keys, each wrapped for the secrets that open it, as patchbay_keyslots does for the root. A
-- slot of both tables with the same id was made together, for one person.
CREATE TABLE patchbay_signing_slots (
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

-- The number of the list of people that a certificate belongs to: patchbay.toml names the oldest one
-- that still counts.
ALTER TABLE patchbay_users ADD COLUMN roster INTEGER NOT NULL DEFAULT 0;

-- Where a manager acted, the trail up to that row is signed.
ALTER TABLE patchbay_audit ADD COLUMN signature BLOB;
ALTER TABLE patchbay_audit ADD COLUMN signer TEXT;
