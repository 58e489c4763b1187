/* Where every field of the ABI stands. A failure here is a break of the ABI: append instead. Made
 * once, when the version was frozen; never edited but for new fields at the end of a struct. */
#include <patchbay/plugin.h>

#define FIELD(type, field, at, size)                                            \
  _Static_assert(offsetof(type, field) == (at), #type "." #field " has moved"); \
  _Static_assert(sizeof(((type*)0)->field) == (size), #type "." #field " has another size")
#define STRUCT(type, size) _Static_assert(sizeof(type) == (size), #type " has another size")

FIELD(patchbay_str, ptr, 0, 8);
FIELD(patchbay_str, len, 8, 8);
STRUCT(patchbay_str, 16);

FIELD(patchbay_bytes, ptr, 0, 8);
FIELD(patchbay_bytes, len, 8, 8);
STRUCT(patchbay_bytes, 16);

FIELD(patchbay_kv, key, 0, 16);
FIELD(patchbay_kv, value, 16, 16);
STRUCT(patchbay_kv, 32);

FIELD(patchbay_err, struct_size, 0, 4);
FIELD(patchbay_err, code, 4, 4);
FIELD(patchbay_err, message, 8, 504);
STRUCT(patchbay_err, 512);

FIELD(patchbay_host, struct_size, 0, 4);
FIELD(patchbay_host, abi_minor, 4, 4);
FIELD(patchbay_host, context, 8, 8);
FIELD(patchbay_host, log, 16, 8);
FIELD(patchbay_host, get_extension, 24, 8);
STRUCT(patchbay_host, 32);

FIELD(patchbay_blob, struct_size, 0, 4);
FIELD(patchbay_blob, width, 4, 4);
FIELD(patchbay_blob, height, 8, 4);
FIELD(patchbay_blob, reserved, 12, 4);
FIELD(patchbay_blob, size, 16, 8);
FIELD(patchbay_blob, mime, 24, 16);
STRUCT(patchbay_blob, 40);

FIELD(patchbay_input_part, struct_size, 0, 4);
FIELD(patchbay_input_part, kind, 4, 4);
FIELD(patchbay_input_part, blob_index, 8, 4);
FIELD(patchbay_input_part, reserved, 12, 4);
FIELD(patchbay_input_part, text, 16, 16);
STRUCT(patchbay_input_part, 32);

FIELD(patchbay_message, struct_size, 0, 4);
FIELD(patchbay_message, role, 4, 4);
FIELD(patchbay_message, parts, 8, 8);
FIELD(patchbay_message, part_count, 16, 8);
STRUCT(patchbay_message, 24);

FIELD(patchbay_request, struct_size, 0, 4);
FIELD(patchbay_request, operation, 4, 4);
FIELD(patchbay_request, model, 8, 16);
FIELD(patchbay_request, auth_type, 24, 16);
FIELD(patchbay_request, messages, 40, 8);
FIELD(patchbay_request, message_count, 48, 8);
FIELD(patchbay_request, blobs, 56, 8);
FIELD(patchbay_request, blob_count, 64, 8);
FIELD(patchbay_request, params, 72, 8);
FIELD(patchbay_request, param_count, 80, 8);
FIELD(patchbay_request, settings, 88, 8);
FIELD(patchbay_request, setting_count, 96, 8);
FIELD(patchbay_request, random, 104, 8);
STRUCT(patchbay_request, 112);

FIELD(patchbay_http_head, struct_size, 0, 4);
FIELD(patchbay_http_head, status, 4, 4);
FIELD(patchbay_http_head, headers, 8, 8);
FIELD(patchbay_http_head, header_count, 16, 8);
STRUCT(patchbay_http_head, 24);

FIELD(patchbay_http_fail, struct_size, 0, 4);
FIELD(patchbay_http_fail, kind, 4, 4);
FIELD(patchbay_http_fail, sent, 8, 4);
FIELD(patchbay_http_fail, reserved, 12, 4);
FIELD(patchbay_http_fail, message, 16, 16);
STRUCT(patchbay_http_fail, 32);

FIELD(patchbay_input, struct_size, 0, 4);
FIELD(patchbay_input, kind, 4, 4);
FIELD(patchbay_input, id, 8, 8);
FIELD(patchbay_input, now_unix_ms, 16, 8);
FIELD(patchbay_input, payload, 24, 8);
STRUCT(patchbay_input, 32);

FIELD(patchbay_segment, kind, 0, 4);
FIELD(patchbay_segment, blob_index, 4, 4);
FIELD(patchbay_segment, bytes, 8, 16);
STRUCT(patchbay_segment, 24);

FIELD(patchbay_http_request, struct_size, 0, 4);
FIELD(patchbay_http_request, origin, 4, 4);
FIELD(patchbay_http_request, flags, 8, 4);
FIELD(patchbay_http_request, reserved, 12, 4);
FIELD(patchbay_http_request, method, 16, 16);
FIELD(patchbay_http_request, target, 32, 16);
FIELD(patchbay_http_request, headers, 48, 8);
FIELD(patchbay_http_request, header_count, 56, 8);
FIELD(patchbay_http_request, body, 64, 8);
FIELD(patchbay_http_request, body_count, 72, 8);
STRUCT(patchbay_http_request, 80);

FIELD(patchbay_part, struct_size, 0, 4);
FIELD(patchbay_part, index, 4, 4);
FIELD(patchbay_part, kind, 8, 4);
FIELD(patchbay_part, flags, 12, 4);
FIELD(patchbay_part, encoding, 16, 4);
FIELD(patchbay_part, disposition, 20, 4);
FIELD(patchbay_part, belongs_to, 24, 4);
FIELD(patchbay_part, reserved, 28, 4);
FIELD(patchbay_part, mime, 32, 16);
FIELD(patchbay_part, data, 48, 16);
STRUCT(patchbay_part, 64);

FIELD(patchbay_usage, struct_size, 0, 4);
FIELD(patchbay_usage, known, 4, 4);
FIELD(patchbay_usage, input_tokens, 8, 8);
FIELD(patchbay_usage, output_tokens, 16, 8);
FIELD(patchbay_usage, total_tokens, 24, 8);
FIELD(patchbay_usage, images, 32, 8);
FIELD(patchbay_usage, cost_nano_usd, 40, 8);
STRUCT(patchbay_usage, 48);

FIELD(patchbay_model, struct_size, 0, 4);
FIELD(patchbay_model, flags, 4, 4);
FIELD(patchbay_model, id, 8, 16);
FIELD(patchbay_model, display_name, 24, 16);
FIELD(patchbay_model, description, 40, 16);
STRUCT(patchbay_model, 56);

FIELD(patchbay_failure, struct_size, 0, 4);
FIELD(patchbay_failure, category, 4, 4);
FIELD(patchbay_failure, billed, 8, 4);
FIELD(patchbay_failure, http_status, 12, 4);
FIELD(patchbay_failure, retry_after_ms, 16, 8);
FIELD(patchbay_failure, provider_code, 24, 16);
FIELD(patchbay_failure, message, 40, 16);
FIELD(patchbay_failure, understood, 56, 4);
FIELD(patchbay_failure, reserved, 60, 4);
STRUCT(patchbay_failure, 64);

FIELD(patchbay_action, struct_size, 0, 4);
FIELD(patchbay_action, kind, 4, 4);
FIELD(patchbay_action, id, 8, 8);
FIELD(patchbay_action, payload, 16, 8);
STRUCT(patchbay_action, 24);

FIELD(patchbay_module, struct_size, 0, 4);
FIELD(patchbay_module, abi_minor, 4, 4);
FIELD(patchbay_module, min_host_minor, 8, 4);
FIELD(patchbay_module, adapter_count, 12, 4);
FIELD(patchbay_module, open, 16, 8);
FIELD(patchbay_module, feed, 24, 8);
FIELD(patchbay_module, next, 32, 8);
FIELD(patchbay_module, close, 40, 8);
FIELD(patchbay_module, get_extension, 48, 8);
STRUCT(patchbay_module, 56);
