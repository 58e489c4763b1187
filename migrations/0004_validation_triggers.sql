-- only: own files
-- The data model's rules, also for those who write with `sqlite3`. UPDATE OF lists the columns that a
-- rule is about, so that moving last_used_at costs nothing.
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
