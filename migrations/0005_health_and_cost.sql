-- How a provider stands, apart from its keys: it is not asked while it only fails ('upstream'), nor
-- while its adapter breaks its contract ('plugin'). When the pause is over one request asks again.
CREATE TABLE patchbay_provider_health (
    provider_id TEXT NOT NULL,
    cause TEXT NOT NULL CHECK (cause IN ('upstream', 'plugin')),
    failures INTEGER NOT NULL DEFAULT 0,
    first_failure_at DATETIME,
    last_failure_at DATETIME,
    pauses INTEGER NOT NULL DEFAULT 0,
    paused_until DATETIME,
    probe_until DATETIME,
    last_reason TEXT,
    PRIMARY KEY (provider_id, cause)
);

-- Where a key was last accepted: one that works elsewhere is not wrong because another endpoint
-- refuses it.
CREATE TABLE patchbay_key_proofs (
    key_id TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    proven_at DATETIME NOT NULL
);

-- Who named the price: 'provider', or the date of the price list.
ALTER TABLE patchbay_attempts ADD COLUMN cost_source TEXT;
