// JSON for bodies of any size: a push reader in constant memory. Needs only the standard library
// and knows nothing of plugins, so a host may use it as well.
#pragma once

#include <patchbay/json/error.hpp>
#include <patchbay/json/escape.hpp>
#include <patchbay/json/number.hpp>
#include <patchbay/json/parser.hpp>
#include <patchbay/json/reader.hpp>
