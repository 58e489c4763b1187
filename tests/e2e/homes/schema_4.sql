-- A database as it was made before there were keyslots of several kinds: four keys, one of them switched off.
BEGIN TRANSACTION;
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    provider_id TEXT NOT NULL,
    key_value TEXT NOT NULL,
    environment TEXT DEFAULT 'default',
    is_active BOOLEAN DEFAULT 1,
    last_used_at DATETIME,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (provider_id) REFERENCES api_providers(id)
);
INSERT INTO "api_keys" VALUES('daa04d9b-8a13-460b-99ec-75a6a846786a','4a1aa901-d89d-4bb5-8534-162bb3e52b13','gAAAAABrBvyOxUIHOGFXc6uY9pDhzf_TctnOMyeaZvSLVSEunVUgsLbgPO1mTNUXyVy1tCLq9uoHX7WNWtbia4xZ2CEN1WZ5jJwqHLkBqSe-7OGRr9RH_iQ=','default',1,NULL,'2026-11-25 15:19:42','2026-11-25 15:19:42');
INSERT INTO "api_keys" VALUES('5e0d4d9e-e248-47ad-a869-f85c086f3fff','4a1aa901-d89d-4bb5-8534-162bb3e52b13','gAAAAABrBvyPKomWGsjBNlYslJ0P_5tNd4ghvy2CYK-HimIJMrapccwg3AZPzeUVkpIsbZwG1AcdEA2s9-5Lpn7s7GnQPIuTyU6sj76qrPGzIJJQotJus_c=','prod',1,NULL,'2026-11-25 15:19:43','2026-11-25 15:19:43');
INSERT INTO "api_keys" VALUES('6a823de4-dbc3-46f5-813a-7c897575c818','4a1aa901-d89d-4bb5-8534-162bb3e52b13','gAAAAABrBvyPX8hS4wlln3miK-x3Wl7BCpg-eTcROjL9Q-wVANuaUfKNky3FgMa4Tg7pP-36N6kTDZUmgT929Q17wGdX3O5NfIuAE6XMBEWt9_3Z3v2T1ME=','default',1,NULL,'2026-11-25 15:19:43','2026-11-25 15:19:43');
INSERT INTO "api_keys" VALUES('0e2b59fb-6cd5-4886-9c07-102d5609fad2','4a1aa901-d89d-4bb5-8534-162bb3e52b13','gAAAAABrBvyPBiKZXgysP0u4yzdqqfvjg3SJ3jb1THv_koqwFymAulZu7MCHbJJtXNZbnFhmw_GI7SfqTys5Wnd1xGDg6QT-MEvkxYY5-UnWMImpGrjBV6I=','lab',0,NULL,'2026-11-25 15:19:43','2026-11-25 15:19:44');
CREATE TABLE api_providers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    endpoint_url TEXT NOT NULL,
    auth_type TEXT NOT NULL,
    model_name TEXT,
    is_active BOOLEAN DEFAULT 1,
    created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO "api_providers" VALUES('4a1aa901-d89d-4bb5-8534-162bb3e52b13','gemini','Google Gemini','https://generativelanguage.googleapis.com/v1beta','api_key','gemini-3.1-flash-image',1,'2026-11-25 15:19:42','2026-11-25 15:19:42');
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
CREATE TABLE patchbay_file (origin TEXT NOT NULL CHECK (origin IN ('own', 'foreign')));
INSERT INTO "patchbay_file" VALUES('own');
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
INSERT INTO "patchbay_key_seals" VALUES('daa04d9b-8a13-460b-99ec-75a6a846786a',1,1,NULL,NULL,NULL,'{"adapter":"dev.patchbay.gemini","auth_type":"api_key","endpoint":"https://generativelanguage.googleapis.com/v1beta","origins":["https://generativelanguage.googleapis.com"]}',0,X'BC92DAAC95833DEFEEFC4A643999BAFF43078E5BE14C34AC16256997F64C4F528CE9F70D2A06382CAAFF6CED7E2A0C8DB2E3DB18D396EF81D29262C37F268701','owner','2026-11-25 15:19:42');
INSERT INTO "patchbay_key_seals" VALUES('5e0d4d9e-e248-47ad-a869-f85c086f3fff',1,1,NULL,NULL,NULL,'{"adapter":"dev.patchbay.gemini","auth_type":"api_key","endpoint":"https://generativelanguage.googleapis.com/v1beta","origins":["https://generativelanguage.googleapis.com"]}',0,X'6183D2A2D7BD2F4E16E6AA8BE52FA6C18005E9C39D52D524075C4202F8C991CA92BD8D10E12EFA2ACC0BC64F8E7C89C08A35C82439D5D7447C6591D6A5DB090E','owner','2026-11-25 15:19:43');
INSERT INTO "patchbay_key_seals" VALUES('6a823de4-dbc3-46f5-813a-7c897575c818',1,1,NULL,NULL,NULL,'{"adapter":"dev.patchbay.gemini","auth_type":"api_key","endpoint":"https://generativelanguage.googleapis.com/v1beta","origins":["https://generativelanguage.googleapis.com"]}',0,X'7B353D560C12064B77014FE86066013D4A1B4F4EFEBCACDC4B24F4B57A4EDBBDD44BD3A98957D891583A09677A92E1FF86144587F22A0ED3A3915EBD72FAE90C','owner','2026-11-25 15:19:43');
INSERT INTO "patchbay_key_seals" VALUES('0e2b59fb-6cd5-4886-9c07-102d5609fad2',1,1,1,'switched off by hand','2026-11-25 15:19:44','{"adapter":"dev.patchbay.gemini","auth_type":"api_key","endpoint":"https://generativelanguage.googleapis.com/v1beta","origins":["https://generativelanguage.googleapis.com"]}',0,X'7B695480C27239CDF2845B3282DF76BF0A42A052638302DD389236C14D522FE2','owner','2026-11-25 15:19:43');
CREATE TABLE patchbay_key_settings (
    key_id TEXT PRIMARY KEY,
    label TEXT NOT NULL DEFAULT '',
    user TEXT NOT NULL DEFAULT '',
    priority INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "patchbay_key_settings" VALUES('daa04d9b-8a13-460b-99ec-75a6a846786a','','',0);
INSERT INTO "patchbay_key_settings" VALUES('5e0d4d9e-e248-47ad-a869-f85c086f3fff','','',0);
INSERT INTO "patchbay_key_settings" VALUES('6a823de4-dbc3-46f5-813a-7c897575c818','','ann',0);
INSERT INTO "patchbay_key_settings" VALUES('0e2b59fb-6cd5-4886-9c07-102d5609fad2','','',0);
CREATE TABLE patchbay_key_versions (
    version INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('derived', 'imported')),
    wrapped BLOB,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    retired_at DATETIME
);
INSERT INTO "patchbay_key_versions" VALUES(1,'derived',X'D0D1B32EC9BC9D1C4B94182683089AE3','2026-11-25 15:19:42',NULL);
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
INSERT INTO "patchbay_keyslots" VALUES('f6fed685-e2a5-4077-8e27-068b2f1b7cb7','key_file','service','hkdf-sha256',NULL,NULL,NULL,NULL,X'A3C4E8E85D4A73D8D6918873B6750B95A95F20486587ECE19CABEEC6AD5345FB9EFB82206B56F2BF939A8E79907EE4BBAE62450DD9F1DDFBBF7D66469BEB10806D45FB6654D03B5C',1,'2026-11-25 15:19:42');
CREATE TABLE patchbay_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO "patchbay_migrations" VALUES(1,'providers_and_keys','2a607e32766cfef1b083a9663a9bf3bbe419ab2684ab643d697d0c99a02b52e2','2026-11-25 15:19:42');
INSERT INTO "patchbay_migrations" VALUES(2,'default_provider','6b129d00f088b66d6b6e17c0a5b8478e6e82220f6e10a7a33a2af24562466eff','2026-11-25 15:19:42');
INSERT INTO "patchbay_migrations" VALUES(3,'side_tables','63646b681953d50825d18db7b4e26ce4e4310954fe111e8f3e17cb9cd3222d1c','2026-11-25 15:19:42');
INSERT INTO "patchbay_migrations" VALUES(4,'validation_triggers','e05b5e96b7c0b3a0d2c79dffcfd9630aea9943b1d4a03019bbb08c8d166b633f','2026-11-25 15:19:42');
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
CREATE TABLE patchbay_provider_registration (
    provider_name TEXT PRIMARY KEY,
    adapter TEXT NOT NULL,
    display_name TEXT NOT NULL,
    endpoint_url TEXT NOT NULL,
    auth_type TEXT NOT NULL,
    model_name TEXT,
    written_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO "patchbay_provider_registration" VALUES('gemini','dev.patchbay.gemini','Google Gemini','https://generativelanguage.googleapis.com/v1beta','api_key','gemini-3.1-flash-image','2026-11-25 15:19:42');
CREATE TABLE patchbay_provider_settings (
    provider_id TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (provider_id, key)
);
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
CREATE TABLE patchbay_users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    public_key BLOB,
    certificate BLOB,
    created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    removed_at DATETIME
);
CREATE INDEX idx_api_providers_name ON api_providers(name);
CREATE INDEX idx_api_keys_provider_id ON api_keys(provider_id);
CREATE INDEX idx_api_keys_environment ON api_keys(environment);
CREATE INDEX patchbay_attempts_started ON patchbay_attempts(started_unix_ms);
CREATE TRIGGER patchbay_provider_insert BEFORE INSERT ON api_providers
BEGIN
    SELECT RAISE(ABORT, 'a provider name is 1 to 50 characters in lower case')
    WHERE NEW.name <> lower(NEW.name) OR length(NEW.name) NOT BETWEEN 1 AND 50;
    SELECT RAISE(ABORT, 'a display name is at most 100 characters')
    WHERE length(NEW.display_name) > 100;
    SELECT RAISE(ABORT, 'an endpoint is an http or https URL of at most 500 characters')
    WHERE length(NEW.endpoint_url) > 500
        OR NOT (lower(NEW.endpoint_url) GLOB 'https://?*' OR lower(NEW.endpoint_url) GLOB 'http://?*');
    SELECT RAISE(ABORT, 'an auth_type is bearer, api_key or oauth')
    WHERE NEW.auth_type NOT IN ('bearer', 'api_key', 'oauth');
    SELECT RAISE(ABORT, 'a model name is at most 100 characters')
    WHERE length(NEW.model_name) > 100;
END;
CREATE TRIGGER patchbay_provider_update
BEFORE UPDATE OF name, display_name, endpoint_url, auth_type, model_name ON api_providers
BEGIN
    SELECT RAISE(ABORT, 'a provider name is 1 to 50 characters in lower case')
    WHERE NEW.name <> lower(NEW.name) OR length(NEW.name) NOT BETWEEN 1 AND 50;
    SELECT RAISE(ABORT, 'a display name is at most 100 characters')
    WHERE length(NEW.display_name) > 100;
    SELECT RAISE(ABORT, 'an endpoint is an http or https URL of at most 500 characters')
    WHERE length(NEW.endpoint_url) > 500
        OR NOT (lower(NEW.endpoint_url) GLOB 'https://?*' OR lower(NEW.endpoint_url) GLOB 'http://?*');
    SELECT RAISE(ABORT, 'an auth_type is bearer, api_key or oauth')
    WHERE NEW.auth_type NOT IN ('bearer', 'api_key', 'oauth');
    SELECT RAISE(ABORT, 'a model name is at most 100 characters')
    WHERE length(NEW.model_name) > 100;
END;
CREATE TRIGGER patchbay_key_insert BEFORE INSERT ON api_keys
BEGIN
    SELECT RAISE(ABORT, 'a key value is not empty')
    WHERE length(trim(NEW.key_value)) = 0;
    SELECT RAISE(ABORT, 'an environment is at most 50 characters')
    WHERE length(NEW.environment) > 50;
    SELECT RAISE(ABORT, 'a key belongs to an existing provider')
    WHERE NOT EXISTS (SELECT 1 FROM api_providers WHERE id = NEW.provider_id);
END;
CREATE TRIGGER patchbay_key_update
BEFORE UPDATE OF provider_id, key_value, environment ON api_keys
BEGIN
    SELECT RAISE(ABORT, 'a key value is not empty')
    WHERE length(trim(NEW.key_value)) = 0;
    SELECT RAISE(ABORT, 'an environment is at most 50 characters')
    WHERE length(NEW.environment) > 50;
    SELECT RAISE(ABORT, 'a key belongs to an existing provider')
    WHERE NOT EXISTS (SELECT 1 FROM api_providers WHERE id = NEW.provider_id);
END;
COMMIT;
