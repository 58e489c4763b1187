-- only: own files
-- The provider that is there from the first day; an edited or added row of that name stays.
INSERT INTO api_providers (id, name, display_name, endpoint_url, auth_type, model_name)
SELECT
    lower(
        hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)
        || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-'
        || hex(randomblob(6))
    ),
    'gemini',
    'Google Gemini',
    'https://generativelanguage.googleapis.com/v1beta',
    'api_key',
    'gemini-3.1-flash-image'
WHERE NOT EXISTS (SELECT 1 FROM api_providers WHERE name = 'gemini');
